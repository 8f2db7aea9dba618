import KLDivergence
import Tensors
import Testing
import TighterBounds
import VariationalAutoencoder

/// A prior and the points where its log density is taken.
private struct MixtureCase: ParameterContainer {
  var prior: MixturePrior<Double>
  var z: Tensor<Double>
  mutating func forEachParameter(_ body: (inout Tensor<Double>) -> Void) {
    prior.forEachParameter(body)
    body(&z)
  }
  var parameterNames: [String] { prior.parameterNames + ["z"] }
}

@Suite("Priors that are learned")
struct MixturePriorTests {
  private let prior: MixturePrior<Double>
  private let z: Tensor<Double>

  init() {
    var random = Random(seed: 80)
    prior = MixturePrior(
      logits: random.normal([3]), means: random.normal([3, 2]),
      logVariances: 0.5 * random.normal([3, 2]))
    z = random.normal([5, 2])
  }

  /// π_c N(z; m_c, diag e^ρ_c), term by term, with `power` of σ in the normaliser.
  private func terms(power: Double = 1, equal: Bool = false) -> [[Double]] {
    let total = exp(prior.logits).sum().scalar
    return (0..<5).map { n in
      (0..<3).map { c in
        (0..<2).reduce(equal ? 1.0 / 3 : Double.exp(prior.logits[c]) / total) { product, j in
          let variance = Double.exp(prior.logVariances[c, j])
          let offset = z[n, j] - prior.means[c, j]
          let scale = (2 * Double.pi).squareRoot() * Double.exp(0.5 * power * Double.log(variance))
          return product * Double.exp(-0.5 * offset * offset / variance) / scale
        }
      }
    }
  }

  @Test("mixture-log-density: the log of the sum over components")
  func logDensity() {
    func logs(_ terms: [[Double]]) -> [Double] { terms.map { Double.log($0.reduce(0, +)) } }
    let check = Check.identity(
      "mixture-log-density", prior.logDensity(z).scalars, equals: logs(terms()),
      tolerance: 1e-13,
      planted: [
        "σ² for σ in the normaliser": logs(terms(power: 2)),
        "equal proportions": logs(terms(equal: true)),
        "the sum of the logs": terms().map { $0.reduce(0) { $0 + Double.log($1) } },
        "the likeliest component": terms().map { Double.log($0.max()!) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("mixture-responsibilities: each component's share of the density")
  func responsibilities() {
    func shares(_ terms: [[Double]]) -> [Double] {
      terms.flatMap { row in row.map { $0 / row.reduce(0, +) } }
    }
    let check = Check.identity(
      "mixture-responsibilities", prior.responsibilities(z).scalars, equals: shares(terms()),
      tolerance: 1e-13,
      planted: [
        "equal proportions": shares(terms(equal: true)),
        "not normalised": terms().flatMap { $0 },
        "σ² for σ in the normaliser": shares(terms(power: 2)),
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("mixture-gradient: responsibilities times the gradient of each component")
  func gradient() {
    func gradient(
      _ point: MixtureCase, _ g: Tensor<Double>,
      _ change: (inout (prior: MixturePrior<Double>, z: Tensor<Double>)) -> Void = { _ in }
    ) -> MixtureCase {
      var parts = point.prior.logDensityVJP(at: point.z, cotangent: g)
      change(&parts)
      return MixtureCase(prior: parts.prior, z: parts.z)
    }
    let check = Check.vectorJacobianProduct(
      "mixture-gradient", at: MixtureCase(prior: prior, z: z),
      of: { $0.prior.logDensity($0.z) }, vjp: { gradient($0, $1) },
      planted: [
        "the sign at z": { point, g in gradient(point, g) { $0.z = -$0.z } },
        "no factor ½ at the log variances": { point, g in
          gradient(point, g) { $0.prior.logVariances = 2 * $0.prior.logVariances }
        },
        "proportions not normalised": { point, g in
          gradient(point, g) {
            $0.prior.logits = $0.prior.logits + g.sum() * point.prior.proportions
          }
        },
        "proportions for responsibilities": { point, g in
          let pull =
            (point.prior.means - point.z.expanded(axis: 1)) * exp(-point.prior.logVariances)
          let shares = point.prior.proportions.reshaped([1, 3, 1]) * g.reshaped([5, 1, 1])
          return gradient(point, g) { $0.z = (shares * pull).sum(axis: 1) }
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("samples have the mixture's mean, and come from components in proportion")
  func samples() {
    var random = Random(seed: 81)
    let (draws, components) = prior.samples(40_000, random: &random)
    let expected = (prior.proportions.expanded(axis: 1) * prior.means).sum(axis: 0)
    #expect(abs(draws.mean(axis: 0) - expected).max() < 0.04)
    let share = Double(components.count { $0 == 1 }) / 40_000
    #expect(abs(share - prior.proportions[1]) < 0.012)
  }
}

@Suite("Autoencoders with a learned prior")
struct PriorAutoencoderTests {
  private let autoencoder: VariationalAutoencoder<Double>
  private let x = Tensor<Double>([1, 4], [1, 0, 0, 1])
  private let mixture = MixturePrior<Double>(
    logits: Tensor([0.3, -0.4]), means: Tensor([2, 1], [-1.2, 0.9]),
    logVariances: Tensor([2, 1], [-0.7, 0.2]))

  init() {
    var random = Random(seed: 82)
    autoencoder = VariationalAutoencoder(
      Architecture(pixels: 4, hidden: [3], latents: 1, activation: .tanh), random: &random)
  }

  private var q: DiagonalGaussian<Double> {
    let (mean, logVariance) = autoencoder.encode(x)
    return DiagonalGaussian(mean: mean.reshaped([1]), logVariance: logVariance.reshaped([1]))
  }

  @Test("sampled-rate: log q(z|x) − log p(z) averages to the divergence from the mixture")
  func sampledRate() {
    let model = PriorAutoencoder(autoencoder, prior: .mixture(mixture))
    var random = Random(seed: 83)
    let rates = model.terms(
      of: x.broadcast(to: [40_000, 4]), noise: random.normal([40_000, 1])
    ).rate
    let exact = quadratureKL(q) { mixture.logDensity($0.expanded(axis: 1)) }.scalar
    let standard = gaussianKL(mean: q.mean, logVariance: q.logVariance).scalar
    let matched = (mixture.proportions.expanded(axis: 1) * mixture.means).sum().scalar
    let check = Check.mean(
      "sampled-rate", of: rates.scalars, is: exact,
      planted: [
        "the divergence from N(0, I)": standard, "the sign": -exact,
        "from the component in the middle": gaussianKL(
          q, DiagonalGaussian(mean: Tensor([matched]), logVariance: Tensor([0.0]))
        ).scalar,
        "at the mean of q":
          (q.logDensity(q.mean.reshaped([1, 1]))
          - mixture.logDensity(q.mean.reshaped([1, 1]))).scalar,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("aggregate-posterior: mean KL to p = mean KL to the average q + KL of that to p")
  func aggregate() {
    let means = Tensor<Double>([3, 1], [-1, 0.2, 1.5])
    let logVariances = Tensor<Double>([3, 1], [-1, -0.2, -1.6])
    let average = aggregatePosterior(mean: means, logVariance: logVariances)
    func component(_ n: Int) -> DiagonalGaussian<Double> {
      DiagonalGaussian(
        mean: Tensor([means[n, 0]]), logVariance: Tensor([logVariances[n, 0]]))
    }
    func divergence(_ n: Int, _ p: MixturePrior<Double>) -> Double {
      quadratureKL(component(n)) { p.logDensity($0.expanded(axis: 1)) }.scalar
    }
    func mean(_ value: (Int) -> Double) -> Double { (0..<3).map(value).reduce(0, +) / 3 }
    let toPrior = mean { divergence($0, mixture) }
    let toAverage = mean { divergence($0, average) }
    let ofAverage = mean { n in
      gaussianExpectation(
        mean: component(n).mean, standardDeviation: component(n).standardDeviation
      ) { z in
        average.logDensity(z.expanded(axis: 1)) - mixture.logDensity(z.expanded(axis: 1))
      }.scalar
    }
    let check = Check.identity(
      "aggregate-posterior", [toPrior], equals: [toAverage + ofAverage], tolerance: 1e-11,
      planted: [
        "the sign": [toAverage - ofAverage], "the first alone": [toAverage],
        "the second alone": [ofAverage],
      ])
    #expect(check.passes, "\(check)")
    #expect(ofAverage > 0)
  }

  @Test("vamp-prior: the mean density of the encoder's Gaussians for the learned inputs")
  func vamp() {
    var random = Random(seed: 84)
    let inputs: Tensor<Double> = random.normal([3, 4])
    let model = PriorAutoencoder(autoencoder, prior: .vamp(inputs))
    let z: Tensor<Double> = random.normal([6, 1])
    func density(_ pixels: Tensor<Double>, share: Double) -> [Double] {
      let (mean, logVariance) = autoencoder.encode(pixels)
      let sums = (0..<3).reduce(Tensor<Double>.zeros([6])) { sum, c in
        let q = DiagonalGaussian(
          mean: mean.sliced(axis: 0, c..<c + 1).reshaped([1]),
          logVariance: logVariance.sliced(axis: 0, c..<c + 1).reshaped([1]))
        return sum + exp(q.logDensity(z))
      }
      return log(share * sums).scalars
    }
    let check = Check.identity(
      "vamp-prior", model.mixture.logDensity(z).scalars,
      equals: density(sigmoid(inputs), share: 1.0 / 3), tolerance: 1e-13,
      planted: [
        "logits as pixels": density(inputs, share: 1.0 / 3),
        "a sum, not a mean": density(sigmoid(inputs), share: 1),
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("the loss has the gradient of its differences, for each prior")
  func gradients() {
    var random = Random(seed: 85)
    let noise: Tensor<Double> = random.normal([2, 1])
    let data = concatenated([x, 1 - x], axis: 0)
    let priors: [LearnedPrior<Double>] = [
      .standard, .mixture(mixture), .vamp(random.normal([2, 4])),
    ]
    for prior in priors {
      let check = Check.vectorJacobianProduct(
        "test", at: PriorAutoencoder(autoencoder, prior: prior),
        of: { $0.loss(of: data, noise: noise) })
      #expect(check.passes, "\(check)")
    }
  }
}
