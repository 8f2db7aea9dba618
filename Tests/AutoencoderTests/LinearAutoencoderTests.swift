import Autoencoder
import Tensors
import Testing
import Training

@Suite("The linear autoencoder is PCA")
struct LinearAutoencoderTests {
  /// Thirty data of eight pixels.
  private let x: Tensor<Double>
  private let components: PrincipalComponents

  init() {
    var random = Random(seed: 31)
    let deviations = Tensor<Double>([3, 2.4, 2, 0.9, 0.7, 0.5, 0.3, 0.2])
    x = matmul(random.normal([30, 8]) * deviations, orthonormalized(random.normal([8, 8]))) + 1
    components = PrincipalComponents(of: x, count: 8, random: &random)
  }

  @Test("projecting on a subspace leaves tr C − tr QᵀCQ (projection-error)")
  func projection() {
    var random = Random(seed: 32)
    let (c, centred) = (covariance(x), x - x.mean(axis: 0))
    let matrices: [Tensor<Double>] = [1, 2, 5, 8].map { random.normal([8, $0]) }
    let bases = matrices.map { orthonormalized($0) }
    let measured = bases.map { q in
      reconstructionError(centred, matmul(matmul(centred, q), q, transposingSecond: true)).scalar
    }
    let claimed = bases.map { projectionError(covariance: c, onto: $0) }
    let check = Check.identity(
      "projection-error", measured, equals: claimed,
      planted: [
        "what is kept": claimed.map { components.totalVariance - $0 },
        "columns that are not orthonormal": matrices.map {
          projectionError(covariance: c, onto: $0)
        },
        "a mean over pixels": claimed.map { $0 / 8 },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("W₁ = V_d A and W₂ = A⁻¹ V_dᵀ is optimal for any A (linear-autoencoder-pca)")
  func optimumUpToMixing() {
    var random = Random(seed: 33)
    let mixings = (1...6).map { InvertibleMatrix(dimensions: $0, random: &random) }
    let models = mixings.map { TwoLayerAutoencoder<Double>(optimal: components, mixing: $0) }
    func errors(_ change: (inout TwoLayerAutoencoder<Double>) -> Void) -> [Double] {
      models.map { model in
        var model = model
        change(&model)
        return model.loss(x).scalar
      }
    }
    let check = Check.identity(
      "linear-autoencoder-pca", (1...6).map { components.optimalError(dimensions: $0) },
      equals: errors { _ in },
      planted: [
        "W₂ = Aᵀ V_dᵀ": errors { $0.decoder.weight = $0.encoder.weight.transposed() },
        "the mean not taken out": errors { $0.encoder.bias = 0 * $0.encoder.bias },
        "codes twice as large, decoder unchanged": errors {
          $0.encoder.weight = 2 * $0.encoder.weight
          $0.encoder.bias = 2 * $0.encoder.bias
        },
      ])
    #expect(check.passes, "\(check)")
    for model in models {
      let gradient = model.backpropagation(x).gradient
      #expect(gradient.parameters.allSatisfy { abs($0).max() < 1e-12 })
    }
  }

  @Test("an invertible matrix and its inverse", arguments: [1, 2, 7])
  func inverse(d: Int) {
    var random = Random(seed: 34)
    let a = InvertibleMatrix(dimensions: d, random: &random)
    #expect(abs(matmul(a.matrix, a.inverse) - .identity(d)).max() < 1e-14)
  }

  @Test("trained by gradients alone, it reaches the optimum and the principal subspace")
  func training() {
    var random = Random(seed: 35)
    var model = TwoLayerAutoencoder<Double>(
      pixels: 8, code: 3, activation: nil, output: .squaredError, random: &random)
    var adam = Adam<Double>(rate: 0.03)
    for _ in 0..<4_000 {
      adam.update(&model, gradient: model.backpropagation(x).gradient)
    }
    let excess = model.loss(x).scalar - components.optimalError(dimensions: 3)
    #expect(excess > -1e-12 && excess < 1e-10, "excess \(excess)")
    let angles = principalAngles(model.decoder.weight.transposed(), components.leading(3))
    #expect(angles.max()! < 1e-6, "\(angles)")
  }

  @Test("halving averages two by two pixels")
  func halving() {
    let images = Tensor<Double>([2, 8], (0..<16).map(Double.init))
    #expect(halved(images, height: 2, width: 4) == Tensor([2, 2], [2.5, 4.5, 10.5, 12.5]))
  }
}
