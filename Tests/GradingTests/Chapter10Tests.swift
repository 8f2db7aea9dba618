import Grading
import Tensors
import Testing

@Suite("Homework of chapter 10")
struct Chapter10Tests {
  @Test("10.1: a bound in groups")
  func grouped() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try groupedBound(logWeights: x[0], groups: Int(x[1].scalar))
      return [answer.values, answer.gradient]
    }
    expectExamined(
      "10.1", right: right,
      wrong: [
        ("no log k/M", "not their mean", changing(0, of: right) { $0 + Double.log(3) }),
        ("one group", "without groups", { try right([$0[0], Tensor(1)]) }),
        ("groups of M", "not M groups", { try right([$0[0], Tensor(3)]) }),
        ("the ELBO", "the ELBO", { try right([$0[0], Tensor(6)]) }),
        ("a sum for a mean", "a factor of 2", changing(1, of: right) { 2 * $0 }),
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        (
          "an exponential too early", "infinite",
          changing(0, of: right) { log(exp($0)) }
        ),
      ])
  }

  @Test("10.2: the jackknife")
  func jackknife() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try jackknifeBound(logWeights: x[0])
      return [answer.values, answer.gradient]
    }
    @Sendable func bound(_ x: Tensor<Double>) throws -> [Tensor<Double>] {
      let answer = try groupedBound(logWeights: x, groups: 1)
      return [answer.values, answer.gradient]
    }
    expectExamined(
      "10.2", right: right,
      wrong: [
        ("the bound", "the bound itself", { try bound($0[0]) }),
        ("its gradient", "of the bound itself", { [try right($0)[0], try bound($0[0])[1]] }),
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        (
          "a sign of the correction", "added, not subtracted",
          { [try 2 * bound($0[0])[0] - right($0)[0], $0[0]] }
        ),
        (
          "2 L − L", "the multiples are",
          { x in
            let (all, value) = (try bound(x[0])[0], try right(x)[0])
            return [2 * all - (5 * all - value) / 4, x[0]]
          }
        ),
        (
          "one left out", "not each in turn",
          { x in
            let left = try bound(x[0].sliced(axis: 1, 0..<4))[0]
            return [try 5 * bound(x[0])[0] - 4 * left, x[0]]
          }
        ),
      ])
  }

  @Test("10.3: more terms of the bias")
  func coefficients() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      [try jackknifeCoefficients(draws: Int(x[0].scalar), order: Int(x[1].scalar))]
    }
    expectExamined(
      "10.3", right: right,
      wrong: [
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
        ("no alternation", "do not alternate", changing(0, of: right) { abs($0) }),
        (
          "the other way round", "the wrong way round",
          changing(0, of: right) { Tensor($0.scalars.reversed()) }
        ),
        (
          "factorials missing", "order 2 at",
          { x in
            let m = Int(x[1].scalar)
            return [try right(x)[0] * (m > 1 ? 2 : 1)]
          }
        ),
      ])
  }

  @Test("10.4: the variance of annealing")
  func annealing() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try annealedVariance(
        means: x[0], precisions: x[1], levels: Int(x[2].scalar))
      return [answer.variance, answer.limit]
    }
    expectExamined(
      "10.4", right: right,
      wrong: [
        (
          "T for T²", "a variance has its square",
          { [try right($0)[0] * $0[2], try right($0)[1]] }
        ),
        ("σ for σ²", "a standard deviation", changing(0, of: right) { sqrt($0) }),
        ("a factor", "a factor of 2", changing(1, of: right) { 2 * $0 }),
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        (
          "the first level alone", "for all levels",
          { [try right($0)[0], try right([$0[0], $0[1], Tensor(1)])[0]] }
        ),
        (
          "the means are dropped", "the variance for T = 1",
          { try right([0 * $0[0], $0[1], $0[2]]) }
        ),
      ])
  }

  @Test("10.5: an affine coupling layer")
  func coupling() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try affineCoupling(z: x[0], scale: x[1], shift: x[2])
      return [answer.moved, answer.logDeterminant, answer.source]
    }
    expectExamined(
      "10.5", right: right,
      wrong: [
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        ("a mean for a sum", "a mean where", changing(1, of: right) { $0 / 3 }),
        ("no logarithm", "not its logarithm", changing(1, of: right) { exp($0) }),
        (
          "e⁻ˢ", "e⁻ˢ for eˢ",
          { x in
            let flipped = try right([x[0], -x[1], x[2]])
            return [flipped[0], flipped[1], flipped[2]]
          }
        ),
        (
          "the layer for its inverse", "once more",
          { x in
            let parts = try right(x)
            return [parts[0], parts[1], parts[0]]
          }
        ),
      ])
  }

  @Test("10.6: a bound on the rate")
  func mixture() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try mixtureRateBound(
        mean: x[0], logVariance: x[1], logits: x[2], means: x[3], logVariances: x[4])
      return [answer.bound, answer.weights]
    }
    /// KL_c − log π_c of each datum and component.
    @Sendable func costs(_ x: [Tensor<Double>]) throws -> Tensor<Double> {
      let parts = try right(x)
      return parts[0].expanded(axis: 1) - log(parts[1])
    }
    @Sendable func proportions(_ x: [Tensor<Double>]) -> Tensor<Double> {
      exp(x[2] - x[2].logSumExp(axis: 0))
    }
    expectExamined(
      "10.6", right: right,
      wrong: [
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
        (
          "one component", "the best single component",
          { [try -(-costs($0)).max(axis: 1), try right($0)[1]] }
        ),
        (
          "the prior's weights", "not the best choice",
          { x in
            let p = proportions(x)
            return [(p * (try costs(x) + log(p))).sum(axis: 1), try right(x)[1]]
          }
        ),
        (
          "a dropped term", "log ω is forgotten",
          { x in
            let weights = try right(x)[1]
            return [(weights * (try costs(x) + log(proportions(x)) * 0)).sum(axis: 1), weights]
          }
        ),
        ("logarithms", "their logarithms", changing(1, of: right) { log($0) }),
        (
          "the proportions", "the proportions of the prior",
          { [try right($0)[0], proportions($0).broadcast(to: [3, 3])] }
        ),
      ])
  }

  @Test("10.7: no score, full covariance")
  func fullCovariance() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try fullCovarianceGradient(
        logWeights: x[0], slopes: x[1], factor: x[2], noise: x[3])
      return [answer.byMean, answer.byFactor]
    }
    /// The squares of the normalised weights, a column.
    @Sendable func squares(_ x: [Tensor<Double>]) -> Tensor<Double> {
      square(exp(x[0] - x[0].logSumExp(axis: 0))).expanded(axis: 1)
    }
    expectExamined(
      "10.7", right: right,
      wrong: [
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
        ("a factor", "a factor of ½", changing(1, of: right) { 0.5 * $0 }),
        (
          "first powers", "the path derivative",
          // The square of w̃ for half the log weights is w̃, but for the sum.
          { x in
            let halves = 0.5 * x[0]
            let scale = exp(2 * halves.logSumExp(axis: 0) - x[0].logSumExp(axis: 0))
            let parts = try right([halves, x[1], x[2], x[3]])
            return [scale * parts[0], scale * parts[1]]
          }
        ),
        (
          "no log q", "log q is missing",
          { x in [(squares(x) * x[1]).sum(axis: 0), x[2]] }
        ),
        (
          "ε alone", "without C⁻ᵀ",
          { x in [(squares(x) * (x[1] + x[3])).sum(axis: 0), x[2]] }
        ),
        (
          "not transposed", "C⁻¹ for C⁻ᵀ",
          { x in
            var solved = x[3]
            for row in 0..<5 {
              for i in 0..<3 {
                for j in 0..<i { solved[row, i] -= x[2][i, j] * solved[row, j] }
                solved[row, i] /= x[2][i, i]
              }
            }
            return [(squares(x) * (x[1] + solved)).sum(axis: 0), x[2]]
          }
        ),
      ])
  }
}
