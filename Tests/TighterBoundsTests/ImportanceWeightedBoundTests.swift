import EvidenceLowerBound
import Reparameterization
import Tensors
import Testing
import TighterBounds
import VariationalAutoencoder

@Suite("The importance-weighted bound")
struct ImportanceWeightedBoundTests {
  private let model: VariationalAutoencoder<Double>
  private let x: Tensor<Double>
  private let noise: Tensor<Double>

  init() {
    var random = Random(seed: 40)
    model = VariationalAutoencoder(
      Architecture(pixels: 6, hidden: [5, 4], latents: 2, activation: .tanh), random: &random)
    x = Tensor([3, 6], [1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 1, 1, 0, 0, 1, 0])
    noise = random.normal([4, 3, 2])
  }

  /// log w of draw i for datum n, term by term.
  private func logWeight(_ i: Int, _ n: Int) -> Double {
    let datum = x.sliced(axis: 0, n..<n + 1)
    let (mean, logVariance) = model.encode(datum)
    let epsilon = noise.sliced(axis: 0, i..<i + 1).sliced(axis: 1, n..<n + 1).reshaped([1, 2])
    let z = reparameterize(mean: mean, logVariance: logVariance, noise: epsilon)
    let prior = diagonalGaussianLogDensity(of: z, mean: Tensor(0), logVariance: Tensor(0))
    let q = diagonalGaussianLogDensity(of: z, mean: mean, logVariance: logVariance)
    return (model.logLikelihood(of: datum, given: z) + prior - q).scalar
  }

  @Test("iwae-bound: the log of the mean of four weights, each taken apart")
  func bound() {
    let weights = (0..<3).map { n in (0..<4).map { logWeight($0, n) } }
    let means = weights.map { row in Double.log(row.map { Double.exp($0) }.reduce(0, +) / 4) }
    let check = Check.identity(
      "iwae-bound", model.importanceWeightedBound(of: x, noise: noise).scalars, equals: means,
      tolerance: 1e-12,
      planted: [
        "the mean of the logs": weights.map { $0.reduce(0, +) / 4 },
        "no division by k": means.map { $0 + Double.log(4) },
        "the largest weight alone": weights.map { $0.max()! },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("iwae-gradient: the gradient by the log weights is the normalised weights")
  func gradient() {
    var random = Random(seed: 41)
    let logWeights: Tensor<Double> = random.normal([3, 5])
    let check = Check.vectorJacobianProduct(
      "iwae-gradient", at: logWeights, of: { logMeanWeight($0) },
      vjp: { point, g in g.expanded(axis: 1) * normalizedWeights(point) },
      planted: [
        "equal weights": { point, g in g.expanded(axis: 1) * Tensor(point.shape, repeating: 0.2) },
        "weights not normalised": { point, g in g.expanded(axis: 1) * exp(point) },
        "squared": { point, g in g.expanded(axis: 1) * square(normalizedWeights(point)) },
        "divided by k again": { point, g in g.expanded(axis: 1) * normalizedWeights(point) / 5 },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("the gradient of the loss by every weight is the weighted mean of those of the log weights")
  func lossGradient() {
    let weights = normalizedWeights(model.logWeights(of: x, noise: noise).transposed())
    let claim = valueAndGradient(at: model) {
      -($0.logWeights(of: x, noise: noise).transposed() * weights).sum() / 3
    }.gradient
    let loss = valueAndGradient(at: model) { $0.importanceWeightedLoss(of: x, noise: noise) }
    for (a, b) in zip(loss.gradient.parameters, claim.parameters) {
      #expect(abs(a - b).max() < 1e-13)
    }
  }

  @Test("with one draw, the loss is minus the ELBO with a sampled rate")
  func oneDraw() {
    let one = noise.sliced(axis: 0, 0..<1)
    let loss = model.importanceWeightedLoss(of: x, noise: one).scalar
    let mean = (0..<3).map { logWeight(0, $0) }.reduce(0, +) / 3
    #expect(abs(loss + mean) < 1e-12)
  }
}
