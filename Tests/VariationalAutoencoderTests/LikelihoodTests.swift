import Tensors
import Testing

@testable import VariationalAutoencoder

@Suite("Likelihoods")
struct LikelihoodTests {
  /// Binary pixels and logits of both signs, `[3, 5]`.
  private static let (x, logits): (Tensor<Double>, Tensor<Double>) = {
    var random = Random(seed: 11)
    let uniform: Tensor<Double> = random.uniform([3, 5])
    let logits: Tensor<Double> = random.normal([3, 5])
    return (Tensor([3, 5], uniform.scalars.map { $0 < 0.5 ? 0 : 1 }), 3 * logits)
  }()

  @Test("bernoulli-log-likelihood is x log p + (1 − x) log(1 − p), summed over pixels")
  func bernoulliValue() {
    let (x, logits) = (Self.x, Self.logits)
    let p = sigmoid(logits)
    let naive = (x * log(p) + (1 - x) * log(1 - p)).sum(axis: 1)
    let check = Check.identity(
      "bernoulli-log-likelihood", bernoulliLogLikelihood(of: x, logits: logits).scalars,
      equals: naive.scalars,
      planted: [
        "mean over pixels instead of sum": (naive / 5).scalars,
        "the sign of the logits": bernoulliLogLikelihood(of: x, logits: -logits).scalars,
        "probabilities taken for logits": bernoulliLogLikelihood(of: x, logits: p).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("bernoulli-log-likelihood stays finite where the probability rounds to 0 or 1")
  func bernoulliExtremes() {
    let x = Tensor<Float>([1, 2], [1, 0])
    let logits = Tensor<Float>([1, 2], [-200, 200])
    #expect(bernoulliLogLikelihood(of: x, logits: logits).scalar == -400)
    #expect(log(sigmoid(logits)).min() == -.infinity, "the naive form is not finite here")
  }

  @Test("bernoulli-gradient: x − sigmoid(ℓ)")
  func bernoulliGradientCheck() {
    let x = Self.x
    let check = Check.gradient(
      "bernoulli-gradient", at: Self.logits,
      of: { bernoulliLogLikelihood(of: x, logits: $0).sum() },
      claim: { bernoulliGradient(of: x, logits: $0) },
      planted: [
        "without the sigmoid": { x - $0 },
        "the gradient by the probability": {
          (x - sigmoid($0)) / (sigmoid($0) * (1 - sigmoid($0)))
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("gaussian-log-likelihood is the sum of the pixels' log densities")
  func gaussianValue() {
    let (x, mean, rho) = (Self.x, Self.logits, 0.3)
    let variance = Double.exp(rho)
    func sum(_ density: (Double) -> Double) -> [Double] {
      (0..<3).map { i in (0..<5).reduce(0) { $0 + density(x[i, $1] - mean[i, $1]) } }
    }
    let log2piVariance = Double.log(2 * Double.pi * variance)
    let check = Check.identity(
      "gaussian-log-likelihood",
      gaussianLogLikelihood(of: x, mean: mean, logVariance: Tensor(rho)).scalars,
      equals: sum { -0.5 * (log2piVariance + $0 * $0 / variance) },
      planted: [
        "σ for σ²": sum { -0.5 * (log2piVariance + $0 * $0 / variance.squareRoot()) },
        "without the constant": sum { -0.5 * $0 * $0 / variance },
        "without the half": sum { -log2piVariance - $0 * $0 / variance },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("gaussian-gradient: by the means e^−ρ (x − m), by ρ ½ (e^−ρ ‖x − m‖² − D)")
  func gaussianGradientCheck() {
    let x = Self.x
    let check = Check.gradient(
      "gaussian-gradient", at: [Self.logits, Tensor(0.3)],
      of: { gaussianLogLikelihood(of: x, mean: $0[0], logVariance: $0[1]).sum() },
      claim: {
        let (byMean, byVariance) = gaussianGradient(of: x, mean: $0[0], logVariance: $0[1])
        return [byMean, byVariance.sum()]
      },
      planted: [
        "no precision": { [x - $0[0], ($0[1] * 0) + 1] },
        "D forgotten": {
          let (byMean, byVariance) = gaussianGradient(of: x, mean: $0[0], logVariance: $0[1])
          return [byMean, (byVariance + 2.5).sum()]
        },
      ])
    #expect(check.passes, "\(check)")
  }
}
