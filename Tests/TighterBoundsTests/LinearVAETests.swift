import Autoencoder
import EvidenceLowerBound
import KLDivergence
import Tensors
import Testing
import TighterBounds

@Suite("The linear variational autoencoder")
struct LinearVAETests {
  private let x: Tensor<Double>
  private let system: SymmetricEigensystem
  private let eigenvalues = [6, 3, 1.5, 0.9, 0.6, 0.3]

  init() {
    var random = Random(seed: 95)
    x = dataWithCovariance(eigenvalues: eigenvalues, count: 100, random: &random) + 0.7
    system = SymmetricEigensystem(covariance(x))
  }

  private var mean: Tensor<Double> { x.mean(axis: 0) }

  private func turned(_ angle: Double) -> Tensor<Double> {
    let (c, s) = (Double.cos(angle), Double.sin(angle))
    return Tensor([2, 2], [c, -s, s, c])
  }

  @Test("ppca-weights: the gradient of the mean log p(x) is zero there, turned or not")
  func weights() {
    func slopes(_ change: (inout LinearGaussianModel<Double>) -> Void) -> [Double] {
      var model = principalModel(mean: mean, covariance: system, latent: 2)
      change(&model)
      let gradient = model.logEvidenceGradient(of: x)
      return gradient.parameters.flatMap { ($0 / 100).scalars }
    }
    let leading = Tensor([6.0, 3.0])
    let vectors = system.vectors.sliced(axis: 1, 0..<2)
    let right = slopes { _ in } + slopes { $0.weights = matmul($0.weights, turned(0.6)) }
    let check = Check.identity(
      "ppca-weights", right.map { _ in 0 }, equals: right, tolerance: 1e-10,
      planted: [
        "the noise not subtracted": slopes { $0.weights = vectors * sqrt(leading) }
          + slopes { _ in },
        "no root": slopes { $0.weights = vectors * (leading - exp($0.logNoiseVariance)) }
          + slopes { _ in },
        "the smallest eigenvalue as noise": slopes { $0.logNoiseVariance = Tensor(Double.log(0.3)) }
          + slopes { _ in },
        "the wrong axes, same lengths": slopes {
          let lengths = sqrt(leading - exp($0.logNoiseVariance))
          $0.weights = (system.vectors.sliced(axis: 1, 1..<3) + 0.1 * vectors) * lengths
        } + slopes { _ in },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("linear-vae-optimum: its bound is the highest likelihood, and its gradient is zero")
  func optimum() {
    let best = LinearVAE.optimum(mean: mean, covariance: system, latent: 2)
    let highest = maximumLikelihood(eigenvalues: eigenvalues, latent: 2).logEvidence
    /// The bound less the highest likelihood, then the gradient of the bound by every parameter.
    func measured(_ change: (inout LinearVAE) -> Void) -> [Double] {
      var model = best
      change(&model)
      let (bound, gradient) = valueAndGradient(at: model) { $0.bound(of: x) }
      return [bound.scalar - highest] + gradient.parameters.flatMap(\.scalars)
    }
    let right = measured { _ in }
    let check = Check.identity(
      "linear-vae-optimum", right.map { _ in 0 }, equals: right, tolerance: 1e-10,
      planted: [
        "the decoder turned": measured {
          $0.decoder.weights = matmul($0.decoder.weights, turned(0.6))
        },
        "both turned": measured {
          $0.decoder.weights = matmul($0.decoder.weights, turned(0.6))
          $0.encoder = matmul($0.encoder, turned(0.6))
        },
        "σ for σ²": measured { $0.logVariance = 0.5 * $0.logVariance },
        "the encoder is Wᵀ": measured { $0.encoder = $0.decoder.weights },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("turning both sides leaves log p(x) and costs the bound the mean-field gap")
  func turnedCost() {
    var model = LinearVAE.optimum(mean: mean, covariance: system, latent: 2)
    let before = model.decoder.logEvidence(of: x).mean().scalar
    model.decoder.weights = matmul(model.decoder.weights, turned(0.5))
    let precision = model.decoder.posteriorPrecision
    model.encoder = matmul(model.encoder, turned(0.5))
    model.logVariance = Tensor((0..<2).map { -Double.log(precision[$0, $0]) })
    #expect(abs(model.decoder.logEvidence(of: x).mean().scalar - before) < 1e-11)
    let gap = before - model.bound(of: x).scalar
    #expect(abs(gap - meanFieldGap(precision: precision)) < 1e-11)
    #expect(gap > 0.01)
  }
}
