import Grading
import Tensors
import Testing

@Suite("Homework of chapter 12")
struct Chapter12Tests {
  @Test("12.1: the same wrong loss, twice")
  func averaged() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try averagedTwice(
        pixels: Int(x[0].scalar), latents: Int(x[1].scalar), pixelVariances: x[2])
      return [answer.beta, answer.neutralVariance]
    }
    expectExamined(
      "12.1", right: right,
      wrong: [
        ("a factor", "a factor of 2", changing(0, of: right) { 2 * $0 }),
        ("σ for σ²", "s for s²", { [try right($0)[0] * sqrt($0[2]), try right($0)[1]] }),
        ("its root", "a standard deviation", changing(1, of: right) { sqrt($0) }),
        ("the variance missing", "its 2 are forgotten", { [0 * $0[2] + $0[0] / $0[1], $0[0]] }),
        ("upside down", "exchanged", { try right([$0[1], $0[0], $0[2]]) }),
        ("1/d", "is forgotten", { [0 * $0[2] + 1 / $0[1], $0[0]] }),
        ("no ½", "a factor of 2", changing(1, of: right) { 2 * $0 }),
      ])
  }

  @Test("12.2: one variance for all")
  func variance() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try oneVarianceForAll(weights: x[0], noiseVariance: x[1].scalar)
      return [answer.variance, answer.sharedCost, answer.diagonalCost]
    }
    @Sendable func precision(_ x: [Tensor<Double>]) -> Tensor<Double> {
      Tensor.identity(2) + matmul(x[0], x[0], transposingFirst: true) / x[1]
    }
    expectExamined(
      "12.2", right: right,
      wrong: [
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        ("a factor", "a factor of 2", changing(2, of: right) { 2 * $0 }),
        ("σ for σ²", "σ for σ²", changing(0, of: right) { sqrt($0) }),
        (
          "the posterior's mean variance", "the other divergence",
          { x in
            let p = precision(x)
            let determinant = p[0, 0] * p[1, 1] - p[0, 1] * p[1, 0]
            return [Tensor(0.5 * (p[0, 0] + p[1, 1]) / determinant), x[1], x[1]]
          }
        ),
        (
          "its harmonic mean", "where 1/P₁₁",
          { x in
            let p = precision(x)
            let determinant = p[0, 0] * p[1, 1] - p[0, 1] * p[1, 0]
            let product = p[0, 0] * p[1, 1]
            return [Tensor(2 * product / (determinant * (p[0, 0] + p[1, 1]))), x[1], x[1]]
          }
        ),
        (
          "a mean of 1/P", "the mean of v₁ and v₂",
          { x in
            let p = precision(x)
            return [Tensor(0.5 * (1 / p[0, 0] + 1 / p[1, 1])), x[1], x[1]]
          }
        ),
        (
          "against the wrong one", "beyond the best",
          { x in
            let parts = try right(x)
            return [parts[0], parts[1] - parts[2], parts[2]]
          }
        ),
      ])
  }

  @Test("12.3: the continuous Bernoulli")
  func continuous() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try continuousBernoulli(x: x[0], logits: x[1])
      return [answer.logDensity, answer.gradient]
    }
    @Sendable func cross(_ x: [Tensor<Double>]) -> Tensor<Double> { x[0] * x[1] - softplus(x[1]) }
    expectExamined(
      "12.3", right: right,
      wrong: [
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        ("not normalised", "not normalised", { [cross($0), $0[0] - sigmoid($0[1])] }),
        (
          "its gradient", "of the cross-entropy",
          { [try right($0)[0], $0[0] - sigmoid($0[1])] }
        ),
        (
          "normalised the wrong way", "on the wrong side",
          { [try 2 * cross($0) - right($0)[0], $0[0]] }
        ),
        (
          "0/0 at 0", "not a number",
          { [$0[0] * $0[1] - log((exp($0[1]) - 1) / $0[1]), try right($0)[1]] }
        ),
        (
          "digits lost near 0", "its gradient by ℓ at [5]",
          { x in
            let naive = x[0] - (1 / (1 - exp(-x[1])) - 1 / x[1])
            let parts = try right(x)
            let values = zip(naive.scalars, parts[1].scalars).map { $0.isFinite ? $0 : $1 }
            return [parts[0], Tensor(values)]
          }
        ),
      ])
  }

  @Test("12.4: losses that are likelihoods")
  func normalisers() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      [try lossNormalisers(weights: x[0])]
    }
    expectExamined(
      "12.4", right: right,
      wrong: [
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
        (
          "½ w r²", "Z of ½ w r²",
          changing(0, of: right) { $0 + 0.5 * Double.log(2) * Tensor([1, 4], [1, 0, 0, 0]) }
        ),
        (
          "half a line", "negative residuals",
          changing(0, of: right) { $0 - Double.log(2) * Tensor([1, 4], [0, 1, 0, 0]) }
        ),
        ("no logarithm", "not its logarithm", changing(0, of: right) { exp($0) }),
        (
          "two pixels as one, twice", "not independent",
          changing(0, of: right) {
            $0 + (2 * Double.log(2) - Double.log(2 * .pi)) * Tensor([1, 4], [0, 0, 0, 1])
          }
        ),
        (
          "log cosh, not twice", "log Z of the log cosh",
          changing(0, of: right) {
            $0 + (Double.log(.pi) - Double.log(2)) * Tensor([1, 4], [0, 0, 1, 0])
          }
        ),
      ])
  }

  @Test("12.5: another output for σ")
  func output() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try softplusRate(mean: x[0], output: x[1])
      return [answer.rate, answer.gradient]
    }
    expectExamined(
      "12.5", right: right,
      wrong: [
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        ("a mean for a sum", "a mean over latents", changing(0, of: right) { 0.5 * $0 }),
        (
          "σ for σ²", "σ for σ²",
          { x in
            let sigma = softplus(x[1])
            return [0.5 * (square(x[0]) + sigma - 1 - 2 * log(sigma)).sum(axis: 1), x[0]]
          }
        ),
        (
          "ρ for log σ²", "is read as",
          { [0.5 * (square($0[0]) + exp($0[1]) - 1 - $0[1]).sum(axis: 1), $0[0]] }
        ),
        (
          "by σ", "derivative of softplus",
          { [try right($0)[0], softplus($0[1]) - 1 / softplus($0[1])] }
        ),
        (
          "log 0", "infinite",
          { x in
            let sigma = softplus(x[1])
            return [
              0.5 * (square(x[0]) + square(sigma) - 1 - 2 * log(sigma)).sum(axis: 1),
              try right(x)[1],
            ]
          }
        ),
        (
          "1/0", "its gradient for ρ down to −800",
          { x in
            let sigma = softplus(x[1])
            return [try right(x)[0], (sigma - 1 / sigma) * sigmoid(x[1])]
          }
        ),
      ])
  }
}
