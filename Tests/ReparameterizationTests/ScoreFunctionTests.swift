import Reparameterization
import Tensors
import Testing

@Test("gaussian-score: the gradient of log q by μ and λ at fixed z")
func gaussianScore() {
  var random = Random(seed: 2, stream: 1)
  let z: Tensor<Double> = random.normal([1, 3])
  let point: [Tensor<Double>] = [random.normal([3]), random.normal([3])]
  let split = { (s: Tensor<Double>) in
    [s.sliced(axis: 1, 0..<3).reshaped([3]), s.sliced(axis: 1, 3..<6).reshaped([3])]
  }
  let check = Check.gradient(
    "gaussian-score", at: point,
    of: { ScoreFunction.logDensity(z, mean: $0[0], logVariance: $0[1]).sum() },
    claim: { split(ScoreFunction.score(z, mean: $0[0], logVariance: $0[1])) },
    planted: [
      "σ for σ²": { point in
        split(ScoreFunction.score(z, mean: point[0], logVariance: 0.5 * point[1]))
      },
      "½ dropped": { point in
        let s = split(ScoreFunction.score(z, mean: point[0], logVariance: point[1]))
        return [s[0], 2 * s[1]]
      },
      "−1 dropped": { point in
        let s = split(ScoreFunction.score(z, mean: point[0], logVariance: point[1]))
        return [s[0], s[1] + 0.5]
      },
    ])
  #expect(check.passes, "\(check)")
}

@Test("score-mean-zero: the score has the mean 0")
func scoreMeanZero() {
  var random = Random(seed: 2, stream: 2)
  let z = reparameterize(
    mean: testMean, logVariance: testLogVariance, noise: random.normal([100_000, 1]))
  let score = ScoreFunction.score(z, mean: testMean, logVariance: testLogVariance)
  let byMean = Check.mean(
    "score-mean-zero", of: score.column(0), is: 0,
    planted: ["z for z − μ": 0.7 * Double.exp(0.4)])
  #expect(byMean.passes, "\(byMean)")
  let byLogVariance = Check.mean(
    "score-mean-zero", of: score.column(1), is: 0, planted: ["−1 dropped": 0.5])
  #expect(byLogVariance.passes, "\(byLogVariance)")
}

@Test("score-function: the estimator is unbiased, by μ and by λ", arguments: [0, 1, 2])
func scoreFunctionUnbiased(index: Int) {
  let known = testFunctions[index]
  var random = Random(seed: 2, stream: 3)
  let estimates = ScoreFunction.gradients(
    of: known.function, mean: testMean, logVariance: testLogVariance,
    noise: random.normal([400_000, 1]))
  let exact = known.gradient(mean: testMean, logVariance: testLogVariance)
  for parameter in 0..<2 {
    let check = Check.mean(
      "score-function", of: estimates.column(parameter), is: exact[parameter],
      planted: [
        "a sign": -exact[parameter], "a factor of 2": 2 * exact[parameter],
        "a factor of ½": 0.5 * exact[parameter],
        "the derivative by σ": exact[parameter] * 2 * Double.exp(0.2),
      ])
    #expect(check.passes, "\(known.name), parameter \(parameter): \(check)")
  }
}

@Test("score-baseline: a constant baseline leaves the mean as it was", arguments: [0, 1, 2])
func scoreBaselineUnbiased(index: Int) {
  let known = testFunctions[index]
  var random = Random(seed: 2, stream: 4)
  let estimates = ScoreFunction.gradients(
    of: known.function, mean: testMean, logVariance: testLogVariance,
    noise: random.normal([400_000, 1]), baseline: Tensor([1.5, -2.0]))
  let exact = known.gradient(mean: testMean, logVariance: testLogVariance)
  for parameter in 0..<2 {
    let check = Check.mean(
      "score-baseline", of: estimates.column(parameter), is: exact[parameter],
      planted: [
        "the baseline taken from the result": exact[parameter] - [1.5, -2.0][parameter],
        "a score with the mean ½": exact[parameter] - 0.5 * [1.5, -2.0][parameter],
        "a sign": -exact[parameter],
      ])
    #expect(check.passes, "\(known.name), parameter \(parameter): \(check)")
  }
}

@Test("optimal-baseline: the second moment grows by (b − b⋆)² E[s²] away from b⋆")
func optimalBaseline() {
  var random = Random(seed: 2, stream: 5)
  let z = reparameterize(
    mean: testMean, logVariance: testLogVariance, noise: random.normal([1_000, 1]))
  let values = KnownExpectation.square.function(z)
  let score = ScoreFunction.score(z, mean: testMean, logVariance: testLogVariance)
  let best = ScoreFunction.optimalBaseline(values: values, scores: score)
  func secondMoment(_ baseline: Tensor<Double>) -> Tensor<Double> {
    square((values.expanded(axis: 1) - baseline) * score).mean(axis: 0)
  }
  let tried = stride(from: -4.0, through: 8, by: 0.5).map { Tensor([$0, $0]) }
  func rise(from baseline: Tensor<Double>) -> [Double] {
    tried.flatMap {
      (secondMoment(baseline) + square($0 - baseline) * square(score).mean(axis: 0)).scalars
    }
  }
  let check = Check.identity(
    "optimal-baseline", tried.flatMap { secondMoment($0).scalars }, equals: rise(from: best),
    planted: [
      "the mean of f": rise(from: values.mean().broadcast(to: [2])),
      "E[f s] / E[s²]": rise(
        from: (values.expanded(axis: 1) * score).mean(axis: 0) / square(score).mean(axis: 0)),
      "half": rise(from: 0.5 * best),
    ])
  #expect(check.passes, "\(check)")
}

@Test("leave-one-out: f − b is the deviation from the mean of all, times K / (K − 1)")
func leaveOneOutIdentity() {
  var random = Random(seed: 2, stream: 6)
  let values: Tensor<Double> = random.normal([5])
  let deviation = values - values.mean()
  let check = Check.identity(
    "leave-one-out",
    (values - ScoreFunction.leaveOneOut(values).reshaped([5])).scalars,
    equals: (1.25 * deviation).scalars,
    planted: [
      "the mean of all": deviation.scalars,
      "(K − 1) / K": (0.8 * deviation).scalars,
    ])
  #expect(check.passes, "\(check)")
}

@Test("leave-one-out: unbiased for K = 2, where the mean of all would halve the gradient")
func leaveOneOutUnbiased() {
  var random = Random(seed: 2, stream: 7)
  let known = KnownExpectation.square
  let exact = known.gradient(mean: testMean, logVariance: testLogVariance)
  let estimates = (0..<20_000).map { _ -> Tensor<Double> in
    let noise: Tensor<Double> = random.normal([2, 1])
    let z = reparameterize(mean: testMean, logVariance: testLogVariance, noise: noise)
    return ScoreFunction.gradients(
      of: known.function, mean: testMean, logVariance: testLogVariance, noise: noise,
      baseline: ScoreFunction.leaveOneOut(known.function(z))
    ).mean(axis: 0)
  }
  for parameter in 0..<2 {
    let check = Check.mean(
      "leave-one-out", of: estimates.map { $0[parameter] }, is: exact[parameter],
      planted: ["the mean of all": 0.5 * exact[parameter], "K / (K − 1)": 2 * exact[parameter]])
    #expect(check.passes, "parameter \(parameter): \(check)")
  }
}
