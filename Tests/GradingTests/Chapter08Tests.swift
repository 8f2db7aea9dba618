import Answering
import Foundation
import Grading
import KLDivergence
import Tensors
import Testing

@Suite("Homework of chapter 8")
struct Chapter08Tests {
  @Test("8.1: both ways at once")
  func hybrid() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try hybridObjective(logLikelihoods: x[0], elbo: x[1], weight: x[2].scalar)
      return [answer.value, answer.gradient]
    }
    expectExamined(
      "8.1", right: right,
      wrong: [
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        (
          "a sum", "not their mean",
          { x in [try right(x)[0] + (1 - x[2]) * Foundation.log(4), try right(x)[1]] }
        ),
        (
          "logs averaged", "mean of the logs",
          { x in [x[2] * x[1] + (1 - x[2]) * x[0].mean(axis: 1), try right(x)[1]] }
        ),
        ("α for 1 − α", "exchanged", { try right([$0[0], $0[1], 1 - $0[2]]) }),
        (
          "no α in the gradient", "the same wrong factor",
          { x in [try right(x)[0], try right(x)[1] / (1 - x[2])] }
        ),
        (
          "underflow", "not a number",
          { x in
            let weights = exp(x[0])
            let total = weights.sum(axis: 1)
            return [
              x[2] * x[1] + (1 - x[2]) * (log(total / 4) + 0 / total),
              (1 - x[2]) * weights / total.expanded(axis: 1),
            ]
          }
        ),
      ])
  }

  @Test("8.2: a prior with correlations")
  func correlated() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try correlatedPrior(means: x[0], logVariances: x[1])
      return [answer.mean, answer.covariance, answer.rate]
    }
    expectExamined(
      "8.2", right: right,
      wrong: [
        (
          "diagonal", "without correlations",
          changing(1, of: right) { $0 * Tensor<Double>.identity(2) }
        ),
        (
          "no own variance", "the encoder's own variance",
          { x in
            let narrow = try right([x[0], x[1] - 3])
            return [narrow[0], narrow[1], try right(x)[2]]
          }
        ),
        ("twice", "a factor of 2", changing(2, of: right) { 2 * $0 }),
        (
          "no entropy", "without the encoder's entropy",
          { x in
            var parts = try right(x)
            parts[2] = parts[2] + 0.5 * x[1].sum(axis: 1).mean()
            return parts
          }
        ),
        ("another mean", "by m", changing(0, of: right) { $0 + 0.1 }),
      ])
  }

  @Test("8.3: two witnesses")
  func experts() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try productOfExperts(
        first: DiagonalGaussian(mean: x[0], logVariance: x[1]),
        second: DiagonalGaussian(mean: x[2], logVariance: x[3]))
      return [answer.mean, answer.logVariance, answer.logConstant]
    }
    expectExamined(
      "8.3", right: right,
      wrong: [
        (
          "no prior", "the prior is forgotten",
          { x in
            let (a, b) = (exp(-x[1]), exp(-x[3]))
            return [(a * x[0] + b * x[2]) / (a + b), -log(a + b), try right(x)[2]]
          }
        ),
        ("averaged", "the plain average", { [0.5 * ($0[0] + $0[2]), $0[1], $0[0]] }),
        ("not a logarithm", "not its logarithm", changing(1, of: right) { exp($0) }),
        ("σ for σ²", "log σ for log σ²", changing(1, of: right) { 0.5 * $0 }),
        (
          "no 2π", "2π are missing", changing(2, of: right) { $0 + 2 * Foundation.log(2 * .pi) }
        ),
        ("a mean over coordinates", "a mean over", changing(2, of: right) { 0.5 * $0 }),
      ])
  }

  @Test("8.4: guidance")
  func guidance() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try guided(mean: x[0], variance: x[1], weight: x[2].scalar)
      return [answer.mean, answer.variance, answer.limit]
    }
    expectExamined(
      "8.4", right: right,
      wrong: [
        ("no guidance", "p(z|y) itself", { [$0[0], $0[1], $0[0]] }),
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
        ("σ for σ²", "the standard deviation", changing(1, of: right) { sqrt($0) }),
        ("precision", "the precision", changing(1, of: right) { 1 / $0 }),
        (
          "multiplied", "is multiplied",
          { x in
            [try right(x)[0], 1 / ((1 + x[2]) / x[1] + x[2]), try right(x)[2]]
          }
        ),
        ("no limit", "the limit of w", changing(2, of: right) { 0 * $0 + .infinity }),
      ])
  }
}
