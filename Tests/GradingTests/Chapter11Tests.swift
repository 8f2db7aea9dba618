import Grading
import Tensors
import Testing

@Suite("Homework of chapter 11")
struct Chapter11Tests {
  @Test("11.1: a smooth area")
  func area() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try smoothArea(normal: x[0], anomalous: x[1], temperature: x[2].scalar)
      return [answer.area, answer.byNormal, answer.byAnomalous]
    }
    expectExamined(
      "11.1", right: right,
      wrong: [
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        ("the wrong way round", "above anomalies", changing(0, of: right) { 1 - $0 }),
        ("a sum for a mean", "a sum over pairs", changing(0, of: right) { 12 * $0 }),
        (
          "no 1/T", "wrong factor",
          { x in
            let parts = try right(x)
            return [parts[0], parts[1], parts[2] * x[2]]
          }
        ),
        ("a mean of a mean", "a mean where", changing(1, of: right) { $0 / 4 }),
        (
          "ties lose", "scores that tie",
          { x in
            let parts = try right(x)
            let ties = positive(0.1 - abs(x[1].expanded(axis: 1) - x[0])).mean()
            return [x[2].scalar < 0.01 ? parts[0] - 0.5 * ties : parts[0], parts[1], parts[2]]
          }
        ),
      ])
  }

  @Test("11.2: back on the shell")
  func shell() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try backOnShell(latents: x[0], correlations: x[1], weights: x[2])
      return [answer.squaredNorm, answer.combined]
    }
    @Sendable func plain(_ x: [Tensor<Double>]) -> Tensor<Double> {
      (x[2].expanded(axis: 1) * x[0]).sum(axis: 0)
    }
    expectExamined(
      "11.2", right: right,
      wrong: [
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        ("a root", "not its square", changing(0, of: right) { sqrt($0) }),
        (
          "independent", "correlations are left out",
          { try right([$0[0], Tensor.identity(3), $0[2]]) }
        ),
        (
          "this norm", "the norm of these latents",
          { [square(plain($0)).sum(), plain($0)] }
        ),
        (
          "σ for σ²", "by the variance",
          { x in
            let parts = try right(x)
            return [parts[0], plain(x) * 4 / parts[0]]
          }
        ),
        (
          "on the sphere itself", "N(0, I) does not do",
          { x in
            let sum = plain(x)
            return [try right(x)[0], 2 * sum / sqrt(square(sum).sum())]
          }
        ),
        ("not rescaled", "not rescaled", { [try right($0)[0], plain($0)] }),
      ])
  }

  @Test("11.3: shape as well as place")
  func transport() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try transported(
        codes: x[0], from: (mean: x[1], factor: x[2]), to: (mean: x[3], factor: x[4]))
      return [answer.moved, answer.squaredDistance]
    }
    @Sendable func product(_ x: Tensor<Double>) -> Tensor<Double> {
      matmul(x, x, transposingSecond: true)
    }
    expectExamined(
      "11.3", right: right,
      wrong: [
        ("place alone", "only the place", { [$0[0] - $0[1] + $0[3], $0[3]] }),
        (
          "L₀ not undone", "L₀ is not undone",
          { [$0[3] + matmul($0[0] - $0[1], $0[4], transposingSecond: true), $0[3]] }
        ),
        (
          "σ² for σ", "covariances where",
          { try right([$0[0], $0[1], $0[2], $0[3], product($0[4])]) }
        ),
        (
          "the other way", "the wrong way round",
          { x in
            let parts = try right(x)
            return [2 * x[0] - parts[0], parts[1]]
          }
        ),
        (
          "a turn first", "by another matrix",
          // Half a turn in the plane of the last two coordinates of ε.
          { x in
            let turn = Tensor<Double>([3, 3], [1, 0, 0, 0, 0.6, -0.8, 0, 0.8, 0.6])
            return try right([x[0], x[1], x[2], x[3], matmul(x[4], turn)])
          }
        ),
        (
          "a dropped term", "the part of the means",
          { [try right($0)[0], try right($0)[1] - square($0[3] - $0[1]).sum()] }
        ),
        (
          "another dropped term", "of the means alone",
          { [try right($0)[0], square($0[3] - $0[1]).sum()] }
        ),
      ])
  }

  @Test("11.4: bits back")
  func bits() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try bitsBack(logPrior: x[0], logLikelihood: x[1], q: x[2])
      return [answer.bits, answer.excess]
    }
    @Sendable func entropy(_ q: Tensor<Double>) -> Tensor<Double> {
      -(q * log(q + (1 - positive(q)))).sum(axis: 1) / Double.log(2)
    }
    expectExamined(
      "11.4", right: right,
      wrong: [
        ("nats", "nats", changing(0, of: right) { $0 * Double.log(2) }),
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        ("a dropped term", "no bits come back", { [try right($0)[0] + entropy($0[2]), $0[0]] }),
        (
          "a sign of what comes back", "are added",
          { [try right($0)[0] + 2 * entropy($0[2]), $0[0]] }
        ),
        (
          "the evidence", "as if q were the posterior",
          { [-($0[1] + $0[0]).logSumExp(axis: 1) / Double.log(2), $0[0]] }
        ),
        (
          "the rate", "from the prior",
          { x in
            let logQ = log(x[2] + (1 - positive(x[2])))
            return [try right(x)[0], (x[2] * (logQ - x[0])).sum(axis: 1) / Double.log(2)]
          }
        ),
        (
          "0 · log 0", "not a number",
          { [($0[2] * (log($0[2]) - $0[1] - $0[0])).sum(axis: 1) / Double.log(2), $0[0]] }
        ),
      ])
  }

  @Test("11.5: a chain with the wrong spread")
  func chain() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try wrongSpreadChain(
        weights: x[0], bias: x[1], noiseVariance: x[2].scalar, datum: x[3],
        missing: Int(x[4].scalar), spread: x[5].scalar)
      return [answer.mean, answer.variance]
    }
    /// r and F.
    @Sendable func parts(_ x: [Tensor<Double>]) -> (r: Double, f: Double) {
      let r = 1 + square(x[0]).sum().scalar / x[2].scalar
      let w = x[0].scalars[Int(x[4].scalar)]
      return (r, w * w / x[2].scalar / r)
    }
    expectExamined(
      "11.5", right: right,
      wrong: [
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        ("σ for σ²", "a standard deviation", changing(1, of: right) { sqrt($0) }),
        (
          "one step", "one step from 0",
          { [try right($0)[0] * (1 - parts($0).f), $0[0]] }
        ),
        (
          "one step from b", "one step from b",
          { x in
            let b = x[1].scalars[Int(x[4].scalar)]
            return [(try right(x)[0] - b) * (1 - parts(x).f) + b, x[0]]
          }
        ),
        (
          "no sum of a series", "what one step adds",
          { x in
            let f = parts(x).f
            return [try right(x)[0], try right(x)[1] * (1 - f * f)]
          }
        ),
        (
          "F for F²", "for 1/(1 − F²)",
          { [try right($0)[0], try right($0)[1] * (1 + parts($0).f)] }
        ),
        (
          "a dropped term", "the noise of the pixel",
          { x in
            let f = parts(x).f
            return [try right(x)[0], try right(x)[1] - x[2].scalar / (1 - f * f)]
          }
        ),
        (
          "κ ignored", "the variance for κ = 1",
          { try right([$0[0], $0[1], $0[2], $0[3], $0[4], Tensor(1)]) }
        ),
      ])
  }

  @Test("11.6: how grey is a cold pixel?")
  func entropy() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try pixelEntropy(logits: x[0], temperature: x[1].scalar)
      return [answer.entropy, answer.derivative]
    }
    expectExamined(
      "11.6", right: right,
      wrong: [
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        ("bits", "bits, not nats", changing(0, of: right) { $0 / Double.log(2) }),
        ("T ℓ", "not ℓ over T", { try right([$0[0], 1 / $0[1]]) }),
        (
          "a dropped term", "one of the two colours",
          { x in
            let p = sigmoid(x[0] / x[1])
            return [-p * log(p), x[0]]
          }
        ),
        (
          "by log T", "by log T",
          { [try right($0)[0], try right($0)[1] * $0[1]] }
        ),
        (
          "by ℓ", "by ℓ",
          { [try right($0)[0], try -(right($0)[1] * $0[1] / $0[0])] }
        ),
        (
          "0 · log 0", "not a number",
          { x in
            let p = sigmoid(x[0] / x[1])
            return [-p * log(p) - (1 - p) * log(1 - p), try right(x)[1]]
          }
        ),
      ])
  }
}
