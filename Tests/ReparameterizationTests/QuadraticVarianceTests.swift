import Reparameterization
import Tensors
import Testing

private let mean = Tensor([0.3, -0.5, 0.8])
private let target = Tensor([1.0, 0.2, 0.1])
private let logVariance = Tensor([-0.4, 0.3, -1.0])
private let offset = mean - target
private let variance = exp(logVariance)
private let known = KnownExpectation.squaredDistance(to: target)
private let exact = known.gradient(mean: mean, logVariance: logVariance)

// Estimates for a quadratic are polynomials in the noise: quadrature has their moments exactly.
private let (noise, weights) = gaussHermite(dimensions: 3)

private func moment(_ samples: Tensor<Double>) -> Tensor<Double> {
  (weights * samples).sum(axis: 0)
}

@Test("pathwise-variance-quadratic: 4σ² by μ, δ²σ² + 2σ⁴ by λ")
func pathwiseVarianceQuadratic() {
  let estimates = Pathwise.gradients(
    of: known.function, mean: mean, logVariance: logVariance, noise: noise)
  #expect(abs(moment(estimates) - exact).max() < 1e-14)
  let claim = QuadraticVariance.pathwise(offset: offset, logVariance: logVariance)
  let squared = square(offset)
  func both(_ byMean: Tensor<Double>, _ byLogVariance: Tensor<Double>) -> [Double] {
    byMean.scalars + byLogVariance.scalars
  }
  let byLogVariance = squared * variance + 2 * square(variance)
  let check = Check.identity(
    "pathwise-variance-quadratic", moment(square(estimates - exact)).scalars,
    equals: claim.scalars,
    planted: [
      "σ for σ²": both(4 * sqrt(variance), byLogVariance),
      "the second moment": (claim + square(exact)).scalars,
      "σ⁴ for 2σ⁴": both(4 * variance, byLogVariance - square(variance)),
      "δ² dropped": both(4 * variance, 2 * square(variance)),
      "½ dropped": both(4 * variance, 4 * byLogVariance),
    ])
  #expect(check.passes, "\(check)")
}

@Test("score-variance-quadratic: without a baseline, with one, and with one for each parameter")
func scoreVarianceQuadratic() {
  let baselines = [
    Tensor(0), Tensor(2.5),
    QuadraticVariance.optimalBaseline(offset: offset, logVariance: logVariance),
  ]
  var measured: [Double] = []
  for baseline in baselines {
    let estimates = ScoreFunction.gradients(
      of: known.function, mean: mean, logVariance: logVariance, noise: noise, baseline: baseline)
    #expect(abs(moment(estimates) - exact).max() < 1e-13)
    measured += moment(square(estimates - exact)).scalars
  }
  func claim(
    _ change: (Tensor<Double>) -> Tensor<Double> = { $0 }
  ) -> [Double] {
    baselines.flatMap {
      change(QuadraticVariance.score(offset: offset, logVariance: logVariance, baseline: $0))
        .scalars
    }
  }
  let alone = baselines.flatMap { baseline in
    let b = baseline.broadcast(to: [6])
    let parts = (0..<3).map { j in
      QuadraticVariance.score(
        offset: Tensor(offset[j]).reshaped([1]), logVariance: Tensor(logVariance[j]).reshaped([1]),
        baseline: Tensor([b[j], b[j + 3]])
      ).scalars
    }
    return parts.map { $0[0] } + parts.map { $0[1] }
  }
  let check = Check.identity(
    "score-variance-quadratic", measured, equals: claim(),
    planted: [
      "the second moment": claim { $0 + square(exact) },
      "the other coordinates dropped": alone,
      "the baseline dropped": baselines.flatMap { _ in
        QuadraticVariance.score(offset: offset, logVariance: logVariance).scalars
      },
      "σ for σ²": baselines.flatMap {
        QuadraticVariance.score(offset: offset, logVariance: 0.5 * logVariance, baseline: $0)
          .scalars
      },
      "a factor of ½": claim { 0.5 * $0 },
    ])
  #expect(check.passes, "\(check)")
}

@Test("optimal-baseline-quadratic: E[f s²] / E[s²] is E[f] + 2σ² by μ and E[f] + 4σ² by λ")
func optimalBaselineQuadratic() {
  let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise)
  let weighted = square(ScoreFunction.score(z, mean: mean, logVariance: logVariance))
  let ratio = moment(known.function(z).expanded(axis: 1) * weighted) / moment(weighted)
  let claim = QuadraticVariance.optimalBaseline(offset: offset, logVariance: logVariance)
  let expectation = known.expectation(mean, logVariance)
  func both(_ byMean: Double, _ byLogVariance: Double, _ scale: Tensor<Double>) -> [Double] {
    (expectation + byMean * scale).scalars + (expectation + byLogVariance * scale).scalars
  }
  let check = Check.identity(
    "optimal-baseline-quadratic", ratio.scalars, equals: claim.scalars,
    planted: [
      "E[f]": both(0, 0, variance),
      "2σ² by λ": both(2, 2, variance),
      "σ⁴ for σ²": both(2, 4, square(variance)),
      "μ and λ exchanged": both(4, 2, variance),
    ])
  #expect(check.passes, "\(check)")
}

@Test("the optimal baseline is where the variance has its minimum")
func optimalBaselineIsMinimum() {
  let best = QuadraticVariance.optimalBaseline(offset: offset, logVariance: logVariance)
  let least = QuadraticVariance.score(offset: offset, logVariance: logVariance, baseline: best)
  for step in [-1.0, -0.01, 0.01, 1.0] {
    let near = QuadraticVariance.score(
      offset: offset, logVariance: logVariance, baseline: best + step)
    #expect((near - least).min() > 0)
  }
}
