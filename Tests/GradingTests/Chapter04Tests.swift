import Answering
import Foundation
import Grading
import KLDivergence
import Tensors
import Testing

@Suite("Homework of chapter 4")
struct Chapter04Tests {
  @Test("4.1: the bound of a mixture by hand")
  func mixture() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try mixtureBound(x: x[0], weights: x[1], means: x[2], variances: x[3], q: x[4])
      return [answer.bound, answer.gradient]
    }
    /// Σ q log q for each datum.
    @Sendable func negativeEntropy(_ q: Tensor<Double>) -> Tensor<Double> {
      (q * log(q + 1 - positive(q))).sum(axis: 1)
    }
    expectExamined(
      "4.1", right: right,
      wrong: [
        (
          "no prior", "log w, is missing",
          { x in [try right(x)[0] - (x[4] * log(x[1])).sum(axis: 1), x[2]] }
        ),
        (
          "no entropy", "the entropy of q is missing",
          { x in [try right(x)[0] + negativeEntropy(x[4]), x[2]] }
        ),
        ("a sign", "the wrong sign", { x in [try right(x)[0] + 2 * negativeEntropy(x[4]), x[2]] }),
        (
          "0 · log 0", "not a number",
          { x in [try right(x)[0] + 0 * (x[4] * log(x[4])).sum(axis: 1), x[2]] }
        ),
        ("σ for σ²", "σ for σ²", { x in [try right(x)[0], try right(x)[1] * sqrt(x[3])] }),
        ("a sign in the gradient", "a sign", changing(1, of: right) { -$0 }),
        ("a mean for a sum", "1/4", changing(1, of: right) { $0 / 4 }),
      ])
  }

  @Test("4.2: two latent variables")
  func twoStages() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let (model, second) = (x[1].scalars, x[5].scalars)
      let answer = try twoStageBound(
        x: x[0], model: (model[0], model[1], model[2], model[3]), first: (x[2], x[3].scalar),
        second: (second[0], x[4], second[1]))
      return [answer.bound, answer.logEvidence]
    }
    expectExamined(
      "4.2", right: right,
      wrong: [
        (
          "no covariance", "covary under q",
          { x in
            let share = x[1][0] * x[5][0] * x[3].scalar / x[1][1]
            return [try right(x)[0] - share, x[0]]
          }
        ),
        (
          "a dropped term", "the variance of z₁ is missing",
          { x in
            let share = 0.5 * x[1][2] * x[1][2] * x[3].scalar / x[1][3]
            return [try right(x)[0] + share, x[0]]
          }
        ),
        ("log p(x)", "which no q of these reaches", { x in [try right(x)[1], try right(x)[1]] }),
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        (
          "no noise", "the noise t is missing",
          { x in
            let (a, s, b) = (x[1][0], x[1][1], x[1][2])
            let v = b * b * (a * a + s)
            return [try right(x)[0], -0.5 * (square(x[0]) / v + Foundation.log(2 * .pi * v))]
          }
        ),
      ])
  }

  @Test("4.3: factor analysis")
  func factors() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try factorAnalysis(x: x[0], weights: x[1], bias: x[2], logNoise: x[3])
      return [answer.logEvidence, answer.gradient, answer.mean]
    }
    expectExamined(
      "4.3", right: right,
      wrong: [
        ("no W", "where is W", { x in try right([x[0], 0 * x[1], x[2], x[3]]) }),
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        (
          "by Ψ", "not by its log",
          { x in
            let parts = try right(x)
            return [parts[0], parts[1] / exp(x[3]), parts[2]]
          }
        ),
        ("by the deviation", "log of the deviation", changing(1, of: right) { 2 * $0 }),
        ("a mean", "a mean over the data", changing(1, of: right) { $0 / 3 }),
        ("a sign in the mean", "a sign", changing(2, of: right) { -$0 }),
      ])
  }

  @Test("4.4: how much the log weights vary")
  func logWeights() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      [
        try logWeightVariance(
          mean: x[0], covariance: x[1], posteriorMean: x[2], posteriorCovariance: x[3])
      ]
    }
    expectExamined(
      "4.4", right: right,
      wrong: [
        ("a deviation", "the standard deviation", changing(0, of: right) { sqrt($0) }),
        (
          "means alone", "only the part of the means",
          { x in
            let pull = Cholesky(x[3]).solve((x[0] - x[2]).expanded(axis: 1))
            return [(pull * matmul(x[1], pull)).sum()]
          }
        ),
        (
          "covariances alone", "only the part of the covariances",
          { try right([$0[2], $0[1], $0[2], $0[3]]) }
        ),
        (
          "no ½", "½ is missing",
          { x in
            let spread = try right([x[2], x[1], x[2], x[3]])[0]
            return [try right(x)[0] + spread]
          }
        ),
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
      ])
  }

  @Test("4.5: correlated coordinates")
  func correlated() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try choleskyBoundGradient(
        x: x[0], weights: x[1], bias: x[2], noiseVariance: x[3].scalar, mean: x[4], factor: x[5])
      return [answer.mean, answer.factor]
    }
    /// 1/Lᵢᵢ on the diagonal.
    @Sendable func inverse(_ l: Tensor<Double>) -> Tensor<Double> {
      Tensor([2, 2], [1 / l[0, 0], 0, 0, 1 / l[1, 1]])
    }
    expectExamined(
      "4.5", right: right,
      wrong: [
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
        ("no prior", "the prior's share, −m", { x in [try right(x)[0] + x[4], x[5]] }),
        ("no σ²", "the noise's variance", { x in [x[3] * (try right(x)[0] + x[4]) - x[4], x[5]] }),
        (
          "no entropy", "the entropy's share is missing",
          { x in [try right(x)[0], try right(x)[1] - inverse(x[5])] }
        ),
        (
          "no prior for L", "the prior's share, −L",
          { x in [try right(x)[0], try right(x)[1] + x[5]] }
        ),
        (
          "not triangular", "above the diagonal",
          { x in
            let a = matmul(x[1], x[1], transposingFirst: true) / x[3]
            let full = matmul(a, x[5])
            var part = try right(x)[1]
            part[0, 1] = -full[0, 1]
            return [try right(x)[0], part]
          }
        ),
      ])
  }
}
