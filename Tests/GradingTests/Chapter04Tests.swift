import Answering
import Grading
import KLDivergence
import Tensors
import Testing

@Suite("Homework of chapter 4")
struct Chapter04Tests {
  @Test("4.1: the bound of a mixture by hand")
  func mixture() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try mixtureBound(
        x: x[0], weights: x[1], means: x[2], variances: x[3], q: x[4])
      return [answer.bound, answer.gradient]
    }
    expectExamined(
      "4.1", right: right,
      wrong: [
        ("no prior", "log w, is missing", { try right([$0[0], .ones([3]), $0[2], $0[3], $0[4]]) }),
        (
          "0 log 0", "not a number",
          { [try right($0)[0] + 0 * ($0[4] * log($0[4])).sum(axis: 1), $0[2]] }
        ),
        (
          "no entropy", "the entropy of q is missing",
          { x in
            let absent = 1 - positive(x[4])
            return [try right(x)[0] + (x[4] * log(x[4] + absent)).sum(axis: 1), x[2]]
          }
        ),
        ("a sign", "a sign", changing(1, of: right) { -$0 }),
        ("σ for σ²", "σ for σ²", { [try right($0)[0], try right($0)[1] * sqrt($0[3])] }),
        (
          "no shares", "the shares q are missing",
          { x in [try right(x)[0], ((x[0].expanded(axis: 1) - x[2]) / x[3]).sum(axis: 0)] }
        ),
        ("mean for sum", "a mean where a sum is meant", changing(1, of: right) { $0 / 4 }),
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
          "no covariance", "covary",
          { x in
            let excess: Double = x[1][0] * x[5][0] * x[3].scalar / x[1][1]
            return [try right(x)[0] - excess, x[0]]
          }
        ),
        (
          "z₁ fixed", "the variance of z₁ is missing",
          { x in
            let excess: Double = 0.5 * x[1][2] * x[1][2] * x[3].scalar / x[1][3]
            return [try right(x)[0] + excess, x[0]]
          }
        ),
        ("no constants", "the same difference", changing(0, of: right) { $0 + 0.5 }),
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
        (
          "no a", "where is a?",
          { x in
            let model = Tensor([0, x[1][1], x[1][2], x[1][3]])
            return [try right(x)[0], try right([x[0], model, x[2], x[3], x[4], x[5]])[1]]
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
        ("no W", "where is W?", { try right([$0[0], 0 * $0[1], $0[2], $0[3]]) }),
        ("a constant", "the same difference", changing(0, of: right) { $0 + 1 }),
        ("by Ψ", "not by its log", { [try right($0)[0], try right($0)[1] / exp($0[3]), $0[0]] }),
        ("by the deviation", "the log of the deviation", changing(1, of: right) { 2 * $0 }),
        ("mean for sum", "a mean over the data", changing(1, of: right) { $0 / 3 }),
        ("a sign", "a sign", changing(2, of: right) { -$0 }),
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
        ("a deviation", "standard deviation", changing(0, of: right) { sqrt($0) }),
        ("the means only", "part of the means", { [try linear($0)] }),
        ("equal means", "part of the covariances", { try right([$0[0], $0[1], $0[0], $0[3]]) }),
        ("no ½", "½ is missing", { [2 * (try right($0)[0]) - (try linear($0))] }),
        (
          "the divergence", "KL(q‖p)",
          { x in
            let q = FullGaussian(mean: x[0], covariance: x[1])
            return [Tensor(fullGaussianKL(q, FullGaussian(mean: x[2], covariance: x[3])))]
          }
        ),
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
      ])
    @Sendable func linear(_ x: [Tensor<Double>]) throws -> Tensor<Double> {
      try right(x)[0] - (try right([x[0], x[1], x[0], x[3]])[0])
    }
  }

  @Test("4.5: correlated coordinates")
  func correlated() {
    @Sendable func right(_ x: [Tensor<Double>]) throws -> [Tensor<Double>] {
      let answer = try choleskyBoundGradient(
        x: x[0], weights: x[1], bias: x[2], noiseVariance: x[3].scalar, mean: x[4], factor: x[5])
      return [answer.mean, answer.factor]
    }
    @Sendable func inverses(_ factor: Tensor<Double>) -> Tensor<Double> {
      Tensor([2, 2], [1 / factor[0, 0], 0, 0, 1 / factor[1, 1]])
    }
    expectExamined(
      "4.5", right: right,
      wrong: [
        ("no prior", "−m, is missing", { [try right($0)[0] + $0[4], $0[5]] }),
        ("a sign", "a sign", changing(0, of: right) { -$0 }),
        (
          "no entropy", "share is missing",
          { [try right($0)[0], try right($0)[1] - inverses($0[5])] }
        ),
        (
          "minus the entropy", "the wrong sign",
          { [try right($0)[0], try right($0)[1] - 2 * inverses($0[5])] }
        ),
        ("no −L", "−L, is missing", { [try right($0)[0], try right($0)[1] + $0[5]] }),
        (
          "the whole of −A L", "above the diagonal",
          { x in
            let signal = matmul(x[1], x[1], transposingFirst: true) / x[3].scalar
            let all = inverses(x[5]) - matmul(Tensor.identity(2) + signal, x[5])
            return [try right(x)[0], all]
          }
        ),
      ])
  }
}
