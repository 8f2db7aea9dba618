import Answering
import Grading
import Tensors
import Testing

@Suite("Homework of chapter 2")
struct Chapter02Tests {
  @Test("2.1: a sigmoid inside")
  func sigmoidCodes() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try sigmoidCodesGradient(
        x: x[0], encoder: (x[1], x[2]), decoder: (x[3], x[4]))
      return [answer.encoderWeight, answer.encoderBias, answer.decoderWeight, answer.decoderBias]
    }
    /// With another derivative of the activation in the hidden layer.
    @Sendable func other(
      _ x: [Tensor<Double>], _ derivative: (Tensor<Double>) -> Tensor<Double>
    ) throws -> [Tensor<Double>] {
      let z = sigmoid(matmul(x[0], x[1]) + x[2])
      let delta = 2 / Double(x[0].shape[0]) * (matmul(z, x[3]) + x[4] - x[0])
      let back = matmul(delta, x[3], transposingSecond: true) * derivative(z)
      let parts = try right(x)
      return [
        matmul(x[0], back, transposingFirst: true), back.sum(axis: 0), parts[2], parts[3],
      ]
    }
    expectExamined(
      "2.1", right: right,
      wrong: [
        ("tanh", "the derivative of tanh", { try other($0) { 1 - square($0) } }),
        ("no derivative", "is missing", { try other($0) { 0 * $0 + 1 } }),
        ("a sum for a mean", "4 times it", changing(2, of: right) { 4 * $0 }),
        ("no 2", "a factor of ½", changing(3, of: right) { 0.5 * $0 }),
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
      ])
  }

  @Test("2.2: tied weights")
  func tied() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try tiedGradient(x: x[0], weight: x[1], bias: x[2], outputBias: x[3])
      return [answer.weight, answer.bias]
    }
    @Sendable func decoderTerm(_ x: [Tensor<Double>]) -> Tensor<Double> {
      let z = tanh(matmul(x[0], x[1]) + x[2])
      let r = matmul(z, x[1], transposingSecond: true) + x[3]
      return matmul(2 / Double(x[0].shape[0]) * (r - x[0]), z, transposingFirst: true)
    }
    expectExamined(
      "2.2", right: right,
      wrong: [
        ("a dropped term", "the decoder's term", { [try right($0)[0] - decoderTerm($0), $0[2]] }),
        ("the other dropped", "the encoder's term", { [decoderTerm($0), $0[2]] }),
        ("a mean", "the mean of the two", changing(0, of: right) { 0.5 * $0 }),
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
        ("twice", "a factor of 2", changing(1, of: right) { 2 * $0 }),
      ])
  }

  @Test("2.3: the best scale of codes")
  func scale() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try bestCodeScale(
        codes: x[0], weight: x[1], codePenalty: x[2].scalar, weightPenalty: x[3].scalar)
      return [answer.scale, answer.penalty]
    }
    expectExamined(
      "2.3", right: right,
      wrong: [
        ("no root", "s², not s", changing(0, of: right) { square($0) }),
        ("turned round", "1/s", changing(0, of: right) { 1 / $0 }),
        ("a sum for a mean", "a sum over data", { try right([$0[0], $0[1], 5 * $0[2], $0[3]]) }),
        ("one part", "one of the two", changing(1, of: right) { 0.5 * $0 }),
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
      ])
  }

  @Test("2.4: what a denoiser should say")
  func denoiser() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try bestDenoiser(
        observed: x[0], noiseVariance: x[1].scalar, mean: x[2].scalar, variance: x[3].scalar)
      return [answer.gaussian, answer.error, answer.signs]
    }
    expectExamined(
      "2.4", right: right,
      wrong: [
        ("the input", "y as it is", { [$0[0], $0[1], $0[0]] }),
        ("no m", "m is forgotten", { [$0[3] / ($0[3] + $0[1]) * $0[0], $0[1], $0[0]] }),
        ("σ for σ²", "τ for τ²", { try right([$0[0], sqrt($0[1]), $0[2], $0[3]]) }),
        ("y's error", "the error of y itself", { [try right($0)[0], $0[1], $0[0]] }),
        ("a root", "its root", changing(1, of: right) { sqrt($0) }),
        ("the likelier", "the likelier sign", changing(2, of: right) { 2 * positive($0) - 1 }),
        (
          "half", "half the log odds",
          { [try right($0)[0], try right($0)[1], tanh($0[0] / (2 * $0[1]))] }
        ),
      ])
  }

  @Test("2.5: saddles")
  func saddles() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try saddleCurvature(eigenvalues: x[0], chosen: x[1])
      return [answer.error, answer.curvature]
    }
    expectExamined(
      "2.5", right: right,
      wrong: [
        ("kept", "what is kept", { x in [x[0].sum() - (try right(x)[0]), try right(x)[1]] }),
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        ("half", "a factor of ½", changing(1, of: right) { 0.5 * $0 }),
        ("nothing", "nothing arrives", changing(1, of: right) { 0 * $0 }),
      ])
  }
}
