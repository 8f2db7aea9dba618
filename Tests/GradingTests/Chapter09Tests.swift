import Grading
import Tensors
import Testing

@Suite("Homework of chapter 9")
struct Chapter09Tests {
  @Test("9.1: the rotation trick")
  func rotation() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try rotationTrick(encodings: x[0], codes: x[1], cotangent: x[2])
      return [answer.value, answer.cotangent]
    }
    @Sendable func length(_ x: Tensor<Double>) -> Tensor<Double> {
      sqrt(square(x).sum(axis: 1)).expanded(axis: 1)
    }
    /// R g: Rᵀ from e to z is R from z to e but for the square of the ratio of their lengths.
    @Sendable func turned(_ x: [Tensor<Double>]) throws -> Tensor<Double> {
      let back = try rotationTrick(encodings: x[1], codes: x[0], cotangent: x[2])
      return back.cotangent * square(length(x[1]) / length(x[0]))
    }
    expectExamined(
      "9.1", right: right,
      wrong: [
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        ("straight through", "plain straight-through", { [$0[1], $0[2]] }),
        ("not transposed", "transpose", { [$0[1], try turned($0)] }),
        (
          "no ratio of lengths", "without the ratio",
          { [$0[1], try right($0)[1] * length($0[0]) / length($0[1])] }
        ),
        (
          "the value keeps its length", "with the length of z",
          { [$0[1] * length($0[0]) / length($0[1]), try right($0)[1]] }
        ),
      ])
  }

  @Test("9.2: the rate of a soft encoder")
  func softEncoder() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try softEncoderRate(
        encodings: x[0], codebook: x[1], temperature: x[2].scalar)
      return [answer.rate, answer.gradient]
    }
    expectExamined(
      "9.2", right: right,
      wrong: [
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        (
          "the entropy", "the entropy of q",
          { [try Double.log(5) - right($0)[0], try -right($0)[1]] }
        ),
        ("a dropped term", "the same difference", changing(0, of: right) { $0 - Double.log(5) }),
        (
          "the derivative by logits", "wrong factor",
          { x in
            [try right(x)[0], try right(x)[1] * x[2]]
          }
        ),
        ("T for 2T", "T for 2T", { try right([$0[0], $0[1], 0.5 * $0[2]]) }),
        (
          "0 · log 0", "not a number",
          { x in
            let distances = square(x[0].expanded(axis: 1) - x[1]).sum(axis: 2)
            let weights = exp(distances / (-2 * x[2]))
            let q = weights / weights.sum(axis: 1).expanded(axis: 1)
            return [Double.log(5) + (q * log(q)).sum(axis: 1), try right(x)[1]]
          }
        ),
      ])
  }

  @Test("9.3: straight-through Gumbel in the cold")
  func coldGumbel() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try coldHardGumbel(logits: x[0], coefficients: x[1])
      return [answer.limit, answer.bias]
    }
    expectExamined(
      "9.3", right: right,
      wrong: [
        ("no ½", "a factor of 2", changing(0, of: right) { 2 * $0 }),
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        (
          "unbiased", "the exact derivative",
          { x in
            let answer = try right(x)
            return [answer[0] - answer[1], .zeros(x[0].shape)]
          }
        ),
        ("no bias", "nothing arrives", changing(1, of: right) { 0 * $0 }),
        (
          "no p (1 − p)", "p (1 − p) is missing",
          { x in
            let p = sigmoid(x[0])
            return try right(x).map { $0 / (p * (1 - p)) }
          }
        ),
      ])
  }

  @Test("9.4: residual quantisation")
  func residual() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try residualCodes(encodings: x[0], codebooks: x[1])
      return [answer.indices, answer.residual]
    }
    expectExamined(
      "9.4", right: right,
      wrong: [
        ("the sum", "the sum of the codes", { [try right($0)[0], try $0[0] - right($0)[1]] }),
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        (
          "z each time", "not what is left",
          { x in
            let columns = try (0..<x[1].shape[0]).map { stage in
              try right([x[0], x[1].sliced(axis: 0, stage..<stage + 1)])[0]
            }
            return [concatenated(columns, axis: 1), try right(x)[1]]
          }
        ),
        ("counted from 1", "counted from 1", changing(0, of: right) { $0 + 1 }),
        (
          "inner products", "without ½ ‖e‖²",
          { x in
            // Longer by a third coordinate, all codes have one length, and the largest product wins.
            let norms = square(x[1]).sum(axis: 2).expanded(axis: 2)
            let books = concatenated([x[1], sqrt(64 - norms)], axis: 2)
            let zeros = Tensor<Double>.zeros([x[0].shape[0], 1])
            let lifted = concatenated([x[0], zeros], axis: 1)
            var (rest, columns): (Tensor<Double>, [Tensor<Double>]) = (lifted, [])
            for stage in 0..<books.shape[0] {
              let book = books.sliced(axis: 0, stage..<stage + 1)
              let flat = rest * Tensor([1, 3], [1, 1, 0])
              let step = try right([flat, book])
              columns.append(step[0])
              rest = step[1]
            }
            return [concatenated(columns, axis: 1), try right(x)[1]]
          }
        ),
      ])
  }

  @Test("9.5: a better start")
  func spread() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try spreadStart(encodings: x[0], chosen: x[1])
      return [answer.probabilities, answer.expectedCost]
    }
    expectExamined(
      "9.5", right: right,
      wrong: [
        (
          "the mean's cost", "a code is not the mean",
          changing(1, of: right) { 0.5 * $0 }
        ),
        (
          "a mean for a sum", "a mean over encodings", changing(1, of: right) { $0 / 8 }
        ),
        (
          "distances", "not their squares",
          { x in
            let root = sqrt(try right(x)[0])
            return [root / root.sum(), try right(x)[1]]
          }
        ),
        (
          "the last code", "chosen last",
          { [try right([$0[0], $0[1].sliced(axis: 0, 2..<3)])[0], try right($0)[1]] }
        ),
        ("not divided", "factor", changing(0, of: right) { 3.3 * $0 }),
      ])
  }

  @Test("9.6: no codebook")
  func scalarQuantisation() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try scalarQuantised(
        encodings: x[0], levels: Int(x[1].scalar), cotangent: x[2])
      return [answer.values, answer.codes, answer.cotangent]
    }
    expectExamined(
      "9.6", right: right,
      wrong: [
        ("no tanh'", "derivative of tanh", { [try right($0)[0], try right($0)[1], $0[2]] }),
        (
          "a sign", "a sign",
          changing(2, of: right) { -$0 }
        ),
        (
          "digits the other way", "most significant",
          { x in
            let columns = (0..<3).reversed().map { x[0].sliced(axis: 1, $0..<$0 + 1) }
            let turned = concatenated(columns, axis: 1)
            return [try right(x)[0], try right([turned, x[1], x[2]])[1], try right(x)[2]]
          }
        ),
        ("not rounded", "before rounding", { [tanh($0[0]), $0[0], $0[0]] }),
        (
          "half the scale", "a factor of ½",
          changing(0, of: right) { 0.5 * $0 }
        ),
      ])
  }
}
