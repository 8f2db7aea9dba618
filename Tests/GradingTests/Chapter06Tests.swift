import Answering
import Grading
import Tensors
import Testing

@Suite("Homework of chapter 6")
struct Chapter06Tests {
  @Test("6.1: free bits")
  func bits() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try freeBits(mean: x[0], logVariance: x[1], kappa: x[2].scalar)
      return [answer.value, answer.byMean, answer.byLogVariance]
    }
    expectExamined(
      "6.1", right: right,
      wrong: [
        ("no free bits", "the rate alone", { try right([$0[0], $0[1], 0 * $0[2] - 1]) }),
        (
          "no free gradient", "that of the rate alone",
          { x in [try right(x)[0], x[0] / 4, 0.125 * (exp(x[1]) - 1)] }
        ),
        ("a sum for a mean", "4 times it", changing(1, of: right) { 4 * $0 }),
        ("a sign", "a sign", changing(2, of: right) { -$0 }),
        ("no ½", "a factor of 2", changing(2, of: right) { 2 * $0 }),
        (
          "each datum", "decides for itself",
          { x in
            let rates = 0.5 * (square(x[0]) + exp(x[1]) - 1 - x[1])
            return [try right(x)[0], positive(rates - x[2]) * x[0] / 4, x[1]]
          }
        ),
      ])
  }

  @Test("6.2: Student's t")
  func student() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try studentTLogLikelihood(
        of: x[0], location: x[1], logScale: x[2], degrees: x[3].scalar)
      return [answer.value, answer.byLocation, answer.byLogScale]
    }
    expectExamined(
      "6.2", right: right,
      wrong: [
        ("no log s", "log s is missing", { [try right($0)[0] + $0[2], $0[0], $0[0]] }),
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        (
          "σ² for σ", "τ/2 for τ",
          { x in [try right([x[0], x[1], 0.5 * x[2], x[3]])[0], x[0], x[0]] }
        ),
        (
          "a Gaussian's gradient", "a Gaussian's",
          { x in [try right(x)[0], (x[0] - x[1]) / exp(2 * x[2]), x[0]] }
        ),
        ("a dropped term", "the same difference", changing(2, of: right) { $0 + 1 }),
      ])
  }

  @Test("6.3: a rate that cannot vanish")
  func committed() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      [try committedVariance(rates: x[0])]
    }
    expectExamined(
      "6.3", right: right,
      wrong: [
        ("σ for σ²", "σ for σ²", changing(0, of: right) { sqrt($0) }),
        ("a logarithm", "its logarithm", changing(0, of: right) { log($0) }),
        ("no ½", "½ is missing", { try right([0.5 * $0[0]]) }),
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
      ])
  }

  @Test("6.4: one variance a pixel")
  func pixelNoise() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try pixelVariances(of: x[0], mean: x[1], floor: x[2].scalar, at: x[3])
      return [answer.best, answer.value, answer.derivative]
    }
    expectExamined(
      "6.4", right: right,
      wrong: [
        (
          "σ for σ²", "log σ for log σ²",
          changing(0, of: right) { best in
            Tensor(best.scalars.map { $0 > -3 ? 0.5 * $0 : $0 })
          }
        ),
        ("no floor", "the best ρ", { try right([$0[0], $0[1], $0[2] - 30, $0[3]]) }),
        ("a mean over pixels", "a mean over pixels", changing(1, of: right) { 0.25 * $0 }),
        ("a sum over data", "a sum over data", changing(1, of: right) { 5 * $0 }),
        ("a sign", "a sign", changing(2, of: right) { -$0 }),
        ("no ½", "a factor of 2", changing(2, of: right) { 2 * $0 }),
      ])
  }

  @Test("6.5: several draws")
  func draws() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try drawsAndData(
        estimates: x[0], datumCost: x[1].scalar, drawCost: x[2].scalar)
      return [answer.a, answer.b, answer.best]
    }
    expectExamined(
      "6.5", right: right,
      wrong: [
        (
          "b/M stays", "b/M is still in it",
          { x in
            let parts = try right(x)
            return [parts[0] + 0.25 * parts[1], parts[1], parts[2]]
          }
        ),
        ("M for M − 1", "M for M − 1", changing(1, of: right) { 0.75 * $0 }),
        ("a sum for a mean", "6 times it", changing(1, of: right) { 6 * $0 }),
        ("no root", "its square", changing(2, of: right) { square($0) }),
        (
          "costs exchanged", "exchanged",
          { x in
            let parts = try right(x)
            return [parts[0], parts[1], parts[2] * x[2] / x[1]]
          }
        ),
      ])
  }
}
