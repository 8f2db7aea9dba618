import Answering
import Foundation
import Grading
import Tensors
import Testing

@Suite("Homework of chapter 1")
struct Chapter01Tests {
  @Test("1.1: SiLU")
  func silu() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      [try siluBackward(x: x[0], cotangent: x[1])]
    }
    expectExamined(
      "1.1", right: right,
      wrong: [
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
        ("a dropped term", "x in front is held", { [$0[1] * sigmoid($0[0])] }),
        ("no cotangent", "without g", { try right([$0[0], 0 * $0[1] + 1]) }),
        ("not a product", "of the sigmoid", { [$0[1] * sigmoid($0[0]) * (1 - sigmoid($0[0]))] }),
        (
          "overflow", "not a number",
          { x in
            let e = exp(-x[0])
            return [x[1] * (1 + e + x[0] * e) / square(1 + e)]
          }
        ),
      ])
  }

  @Test("1.2: running sums")
  func sums() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      [try cumulativeSumBackward(cotangent: x[0])]
    }
    @Sendable func turned(_ x: Tensor<Double>) -> Tensor<Double> {
      concatenated((0..<5).reversed().map { x.sliced(axis: 1, $0..<$0 + 1) }, axis: 1)
    }
    expectExamined(
      "1.2", right: right,
      wrong: [
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
        ("not transposed", "the Jacobian", { x in [turned(try right([turned(x[0])])[0])] }),
        ("turned round", "in the reverse order", { x in [turned(try right(x)[0])] }),
        ("twice", "a factor of 2", changing(0, of: right) { 2 * $0 }),
      ])
  }

  @Test("1.3: normalisation")
  func normalisation() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      [try normalizedBackward(x: x[0], cotangent: x[1], epsilon: x[2].scalar)]
    }
    @Sendable func parts(_ x: [Tensor<Double>]) -> (y: Tensor<Double>, s: Tensor<Double>) {
      let centred = x[0] - x[0].mean(axis: 1).expanded(axis: 1)
      let s = sqrt(square(centred).mean(axis: 1) + x[2]).expanded(axis: 1)
      return (centred / s, s)
    }
    expectExamined(
      "1.3", right: right,
      wrong: [
        ("all held", "m and s are held", { [$0[1] / parts($0).s] }),
        (
          "s held", "s is held", { [($0[1] - $0[1].mean(axis: 1).expanded(axis: 1)) / parts($0).s] }
        ),
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
        ("no s", "the cotangent", { try [right($0)[0] * parts($0).s] }),
        (
          "a sum for a mean", "the cotangent",
          { x in
            let (y, s) = parts(x)
            let along = (x[1] * y).sum(axis: 1).expanded(axis: 1)
            return [(x[1] - x[1].mean(axis: 1).expanded(axis: 1) - y * along) / s]
          }
        ),
      ])
  }

  @Test("1.4: extrapolation")
  func extrapolation() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try sixthOrderRule()
      return [answer.weights, answer.error, answer.rounding]
    }
    expectExamined(
      "1.4", right: right,
      wrong: [
        (
          "fourth order", "power 5",
          { _ in [Tensor([4.0 / 3, -1.0 / 3, 0]), Tensor(0), Tensor(1.5)] }
        ),
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        ("no 7!", "7! is missing", changing(1, of: right) { 5040 * $0 }),
        ("a sum of weights", "the weights alone", changing(2, of: right) { 0 * $0 + 85.0 / 45 }),
        ("half", "one of the two values", changing(2, of: right) { 0.5 * $0 }),
        ("not divided", "power 1", changing(0, of: right) { 45 * $0 }),
      ])
  }

  @Test("1.5: a soft maximum")
  func maximum() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try softMaximum(x: x[0], temperature: x[1].scalar)
      return [answer.value, answer.gradient, answer.byTemperature]
    }
    expectExamined(
      "1.5", right: right,
      wrong: [
        ("no T", "T in front is missing", { x in [try right(x)[0] / x[1], x[0], x[0]] }),
        (
          "a mean", "the mean, not the sum",
          { x in [try right(x)[0] - x[1] * Foundation.log(4), x[0], x[0]] }
        ),
        ("1/T too many", "wrong factor", { x in [try right(x)[0], try right(x)[1] / x[1], x[0]] }),
        ("a sign", "a sign", changing(2, of: right) { -$0 }),
        (
          "a dropped term", "T in front alone",
          { x in
            let parts = try right(x)
            return [parts[0], parts[1], parts[0] / x[1]]
          }
        ),
        (
          "overflow", "infinite",
          { x in
            let parts = try right(x)
            return [x[1] * log(exp(x[0] / x[1]).sum(axis: 1)), parts[1], parts[2]]
          }
        ),
      ])
  }
}
