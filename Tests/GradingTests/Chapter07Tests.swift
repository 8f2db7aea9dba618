import Answering
import Foundation
import Grading
import Tensors
import Testing

@Suite("Homework of chapter 7")
struct Chapter07Tests {
  @Test("7.1: a learned noise")
  func learnedNoise() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try channelsWithNoise(
        variances: x[0], beta: x[1].scalar, logNoise: x[2].scalar)
      return [answer.value, answer.derivative, answer.rate]
    }
    expectExamined(
      "7.1", right: right,
      wrong: [
        ("no ρ", "ρ/2 for each channel", { [try right($0)[0] - 2 * $0[2], $0[1], $0[1]] }),
        (
          "no β", "without β",
          { x in
            let parts = try right(x)
            return [parts[0] + (1 - x[1]) * parts[2], parts[1], parts[2]]
          }
        ),
        ("a mean", "a mean over channels", changing(0, of: right) { 0.25 * $0 }),
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        (
          "by s²", "by s², not by its logarithm",
          { x in
            let parts = try right(x)
            return [parts[0], parts[1] * exp(-x[2]), parts[2]]
          }
        ),
        (
          "all shut", "as if all channels were shut",
          { [try right($0)[0], (0.5 * (1 - $0[0] * exp(-$0[2]))).sum(), $0[1]] }
        ),
        ("twice the rate", "a factor of 2", changing(2, of: right) { 2 * $0 }),
      ])
  }

  @Test("7.2: the other constraint")
  func otherConstraint() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try rateUnderDistortion(variances: x[0], limit: x[1].scalar)
      return [answer.beta, answer.rate, answer.derivative]
    }
    expectExamined(
      "7.2", right: right,
      wrong: [
        (
          "no shut channel", "as if no channel were shut",
          { x in [(2 * x[1] - 5 * Foundation.log(2 * .pi)) / 5, x[1], x[1]] }
        ),
        (
          "negative rates", "a negative rate",
          { x in
            let parts = try right(x)
            return [parts[0], (0.5 * log(x[0] / parts[0])).sum(), parts[2]]
          }
        ),
        ("no ½", "a factor of 2", changing(1, of: right) { 2 * $0 }),
        ("a sign", "a sign", changing(2, of: right) { -$0 }),
        ("β for 1/β", "β, not 1/β", changing(2, of: right) { 1 / $0 }),
      ])
  }

  @Test("7.3: covariance in place of TC")
  func covariance() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try covariancePenalty(
        means: x[0], offDiagonal: x[1].scalar, diagonal: x[2].scalar)
      return [answer.value, answer.gradient]
    }
    expectExamined(
      "7.3", right: right,
      wrong: [
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        ("one place only", "a factor of ½", changing(1, of: right) { 0.5 * $0 }),
        ("a mean for a sum", "1/5", changing(1, of: right) { $0 / 5 }),
        (
          "B − 1", "B − 1",
          { x in
            // √(B / (B − 1)) times the means have the covariance with B − 1.
            let scale = Tensor<Double>(1.25.squareRoot())
            let parts = try right([scale * x[0], x[1], x[2]])
            return [parts[0], scale * parts[1]]
          }
        ),
      ])
  }

  @Test("7.4: turned axes")
  func turned() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try turnedScores(angles: x[0])
      return [answer.r2, answer.sap]
    }
    expectExamined(
      "7.4", right: right,
      wrong: [
        ("no square", "not its square", { [cos($0[0]), try right($0)[1]] }),
        ("the other latent", "that of z₂", { [square(sin($0[0])), try right($0)[1]] }),
        ("no absolute value", "may be negative", { [try right($0)[0], cos(2 * $0[0])] }),
        ("no gap", "second best", { [try right($0)[0], try right($0)[0]] }),
      ])
  }

  @Test("7.5: one common correlation")
  func common() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try commonCorrelation(correlations: x[0], dimensions: Int(x[1].scalar))
      return [answer.total, answer.derivative]
    }
    expectExamined(
      "7.5", right: right,
      wrong: [
        ("no ½", "½ is missing", changing(0, of: right) { 2 * $0 }),
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
        (
          "pairs", "the sum over pairs",
          { x in [-3 * log(1 - square(x[0])), try right(x)[1]] }
        ),
        ("a sign in the derivative", "a sign", changing(1, of: right) { -$0 }),
        (
          "a dropped term", "by r",
          { x in [try right(x)[0], 1.5 / (1 - x[0])] }
        ),
      ])
  }
}
