import Answering
import Grading
import Tensors
import Testing

@Suite("Homework of chapter 5")
struct Chapter05Tests {
  @Test("5.1: by σ")
  func bySigma() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try deviationVariances(mean: x[0], deviation: x[1])
      return [answer.pathwise, answer.scoreFunction]
    }
    expectExamined(
      "5.1", right: right,
      wrong: [
        (
          "second moment", "the second moment",
          { x in [try right(x)[0] + 4 * square(x[1]), try right(x)[1]] }
        ),
        ("a standard deviation", "the standard deviation", changing(0, of: right) { sqrt($0) }),
        ("twice", "a factor of 2", changing(1, of: right) { 2 * $0 }),
        (
          "by λ", "the estimator by λ",
          { x in [try right(x)[0], 0.25 * square(x[1]) * (try right(x)[1])] }
        ),
        (
          "a dropped term", "score function",
          { x in [try right(x)[0], 60 * square(x[0]) + 74 * square(x[1])] }
        ),
      ])
  }

  @Test("5.2: Laplace")
  func laplace() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try reparameterizeLaplace(
        location: x[0], logScale: x[1], uniform: x[2])
      return [answer.z, answer.byLocation, answer.byLogScale]
    }
    expectExamined(
      "5.2", right: right,
      wrong: [
        ("mirrored", "mirrored", { try right([$0[0], $0[1], 1 - $0[2]]) }),
        ("no b", "b is missing", { try right([$0[0], 0 * $0[1], $0[2]]) }),
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        (
          "by b", "not by its logarithm",
          { x in
            let parts = try right(x)
            return [parts[0], parts[1], parts[2] / exp(x[1])]
          }
        ),
        ("twice", "a factor of 2", changing(2, of: right) { 2 * $0 }),
      ])
  }

  @Test("5.3: between walls")
  func walls() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try truncatedGradients(
        z: x[0], mean: x[1].scalar, deviation: x[2].scalar, lower: x[3].scalar,
        upper: x[4].scalar)
      return [answer.byMean, answer.byDeviation]
    }
    expectExamined(
      "5.3", right: right,
      wrong: [
        ("no walls", "1, as without walls", { [.ones($0[0].shape), ($0[0] - $0[1]) / $0[2]] }),
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
        (
          "no walls for σ", "(z − μ)/σ, as without walls",
          { [try right($0)[0], ($0[0] - $0[1]) / $0[2]] }
        ),
        ("by log σ", "by log σ", { [try right($0)[0], try $0[2] * right($0)[1]] }),
      ])
  }

  @Test("5.4: Gamma by rejection")
  func gamma() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try gammaProposal(shape: x[0].scalar, noise: x[1], uniform: x[2])
      return [answer.z, answer.isTaken, answer.byShape]
    }
    expectExamined(
      "5.4", right: right,
      wrong: [
        ("twice", "a factor of 2", changing(0, of: right) { 2 * $0 }),
        (
          "c held", "c is held",
          { x in
            let parts = try right(x)
            return [parts[0], parts[1], parts[0] / (x[0] - 1.0 / 3)]
          }
        ),
        ("a sign", "a sign", changing(2, of: right) { -$0 }),
        ("no rejection", "nothing is rejected", changing(1, of: right) { 0 * $0 + 1 }),
        ("turned round", "turned round", changing(1, of: right) { 1 - $0 }),
      ])
  }

  @Test("5.5: antithetic noise")
  func antithetic() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try antitheticVariances(mean: x[0], logVariance: x[1])
      return [answer.antithetic, answer.independent]
    }
    expectExamined(
      "5.5", right: right,
      wrong: [
        ("half", "as if the two were independent", changing(0, of: right) { 0.5 * $0 }),
        ("by μ", "by μ it is 0", changing(0, of: right) { 0 * $0 }),
        ("σ for σ²", "σ for σ²", { [2 * exp($0[1]), try right($0)[1]] }),
        ("one draw", "that of one draw", changing(1, of: right) { 2 * $0 }),
        (
          "a dropped term", "independent draws",
          { [try right($0)[0], 0.5 * square($0[0]) * exp($0[1])] }
        ),
      ])
  }

  @Test("5.6: full covariance")
  func full() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try fullCovariance(noise: x[0], factor: x[1], cotangent: x[2])
      return [answer.logDensity, answer.factor, answer.entropy]
    }
    expectExamined(
      "5.6", right: right,
      wrong: [
        (
          "no determinant", "the determinant is missing",
          { x in try right([x[0], Tensor<Double>.identity(3), x[2]]) }
        ),
        (
          "not triangular", "above the diagonal",
          { x in
            [try right(x)[0], matmul(x[2], x[0], transposingFirst: true), x[1]]
          }
        ),
        ("transposed", "its transpose", changing(1, of: right) { $0.transposed() }),
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        ("of the log density", "that of the log density", changing(2, of: right) { -$0 }),
        ("a mean", "1/4", changing(1, of: right) { $0 / 4 }),
      ])
  }
}
