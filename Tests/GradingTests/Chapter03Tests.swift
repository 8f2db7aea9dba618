import Grading
import Tensors
import Testing

@Suite("Homework of chapter 3")
struct Chapter03Tests {
  @Test("3.1: the divergence of exponential distributions")
  func exponential() {
    expectExamined(
      "3.1",
      right: {
        let answer = try exponentialKL(logA: $0[0], logB: $0[1])
        return [answer.divergence, answer.gradient]
      },
      wrong: [
        ("a sign", "a sign", { [$0[1] - $0[0] + 1 - exp($0[1] - $0[0]), 1 - exp($0[1] - $0[0])] }),
        (
          "the wrong way round", "of p from q", { [$0[1] - $0[0] - 1 + exp($0[0] - $0[1]), $0[0]] }
        ),
        ("a dropped term", "the same difference", { [$0[0] - $0[1] + exp($0[1] - $0[0]), $0[0]] }),
        (
          "the derivative by a", "its gradient by log a",
          {
            let ratio = exp($0[1] - $0[0])
            return [$0[0] - $0[1] - 1 + ratio, (1 - ratio) / exp($0[0])]
          }
        ),
      ])
  }

  @Test("3.2: the divergence of Laplace distributions")
  func laplace() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try laplaceKL(location: x[0], scale: x[1], priorLocation: x[2], priorScale: x[3])
      return [answer.divergence, answer.gradient]
    }
    expectExamined(
      "3.2", right: right,
      wrong: [
        ("the wrong way round", "of p from q", { try right([$0[2], $0[3], $0[0], $0[1]]) }),
        (
          "no tail", "q has a spread",
          { [log($0[3] / $0[1]) - 1 + abs($0[0] - $0[2]) / $0[3], $0[0]] }
        ),
        ("no −1", "the same difference", changing(0, of: right) { $0 + 1 }),
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        (
          "the sign alone", "only the sign",
          { [try right($0)[0], (2 * positive($0[0] - $0[2]) - 1) / $0[3]] }
        ),
        (
          "0/0 at equal locations", "not a number",
          { x in
            let offset = x[0] - x[2]
            let answer = try right(x)
            return [answer[0], answer[1] * offset / offset]
          }
        ),
      ])
  }

  @Test("3.3: the divergence of Gamma distributions")
  func gamma() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try gammaKL(
        shape: x[0], rate: x[1], priorShape: x[2], priorRate: x[3], logGamma: x[4], digamma: x[5],
        priorLogGamma: x[6])
      return [answer.divergence, answer.gradient]
    }
    expectExamined(
      "3.3", right: right,
      wrong: [
        (
          "no rate", "only if the rate is 1",
          { [try right($0)[0] + ($0[0] - $0[2]) * log($0[1]), $0[0]] }
        ),
        (
          "the rate's sign", "the wrong sign",
          { [try right($0)[0] + 2 * ($0[0] - $0[2]) * log($0[1]), $0[0]] }
        ),
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
        ("the derivative by r", "not by log r", { [try right($0)[0], try right($0)[1] / $0[1]] }),
        ("the gradient's sign", "a sign", changing(1, of: right) { -$0 }),
      ])
  }

  @Test("3.4: Fisher information")
  func fisher() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try fisherInformation(logVariance: x[0], logit: x[1])
      return [answer.mean, answer.logVariance, answer.logit]
    }
    expectExamined(
      "3.4", right: right,
      wrong: [
        ("σ for σ²", "σ for σ²", changing(0, of: right) { sqrt($0) }),
        ("the coefficient of δ²", "a factor of ½", changing(1, of: right) { 0.5 * $0 }),
        (
          "by the variance", "not of its log", { [try right($0)[0], 0.5 * exp(-2 * $0[0]), $0[1]] }
        ),
        ("by the probability", "not of its logit", changing(2, of: right) { 1 / $0 }),
        ("a sign", "a sign", changing(2, of: right) { -$0 }),
      ])
  }

  @Test("3.5: the best control variate")
  func control() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try bestControlVariate(mean: x[0])
      return [answer.coefficient, answer.least, answer.ofK3]
    }
    expectExamined(
      "3.5", right: right,
      wrong: [
        ("always 1", "its limit for m = 0", changing(0, of: right) { $0 / $0 }),
        ("E[r²]", "E[r²]", { [square($0[0]) / exp(square($0[0])), $0[0], $0[0]] }),
        ("m for m²", "where m² belongs", { [try right([sqrt(abs($0[0]))])[0], $0[0], $0[0]] }),
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
        ("a deviation", "a standard deviation", changing(1, of: right) { sqrt($0) }),
        ("the dropped saving", "the variance of k₁", { [try right($0)[0], square($0[0]), $0[0]] }),
        (
          "no covariance", "the covariance is left out",
          { x in
            let answer = try right(x)
            return [answer[0], answer[1], answer[2] + 2 * square(x[0])]
          }
        ),
      ])
  }

  @Test("3.6: independent coordinates for a correlated target")
  func diagonals() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try matchedDiagonals(covariance: x[0])
      return [answer.forwardVariances, answer.forward, answer.reverseVariances, answer.reverse]
    }
    expectExamined(
      "3.6", right: right,
      wrong: [
        (
          "the other order", "those for KL(q‖p)",
          { x in
            let answer = try right(x)
            return [answer[2], answer[3], answer[0], answer[1]]
          }
        ),
        ("σ for σ²", "standard deviations", changing(0, of: right) { sqrt($0) }),
        ("no trace", "the trace is forgotten", changing(1, of: right) { $0 - 1.5 }),
        ("no ½", "a factor of 2", changing(1, of: right) { 2 * $0 }),
        ("precisions", "precisions", changing(2, of: right) { 1 / $0 }),
        ("a sign", "a sign", changing(3, of: right) { -$0 }),
      ])
  }
}
