import Reparameterization
import Tensors
import Testing

private let fit = PosteriorFit(x: Tensor([1.0, -2.0, 0.5]), noiseVariance: 0.25)
private let mean = Tensor([0.2, -0.4, 0.9])
private let logVariance = Tensor([-0.5, 0.3, -1.2])

@Test("The gap is log p(x) minus the ELBO")
func gapIsEvidenceMinusBound() {
  let t = fit.noiseVariance
  let (noise, weights) = gaussHermite(dimensions: 3)
  let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise)
  // The bound is quadratic in the noise, so quadrature has its expectation exactly.
  let bounds = fit.bounds(z, mean: mean, logVariance: logVariance).expanded(axis: 1)
  let difference = fit.logEvidence - (weights * bounds).sum().scalar
  let gap = fit.gap(mean: mean, logVariance: logVariance)
  #expect(abs(gap - difference) < 1e-12)
  let posterior = Tensor([3], repeating: Double.log(t / (1 + t)))
  #expect(abs(fit.gap(mean: fit.x / (1 + t), logVariance: posterior)) < 1e-14)
}

@Test(
  "Three estimators agree with the exact gradient; the severed one is zero",
  arguments: PosteriorFit.Estimator.allCases)
func estimators(estimator: PosteriorFit.Estimator) {
  var random = Random(seed: 7, stream: 1)
  let t = fit.noiseVariance
  let estimates = concatenated(
    (0..<2_000).map { _ in
      fit.gradient(
        by: estimator, mean: mean, logVariance: logVariance, noise: random.normal([20, 3])
      ).expanded(axis: 0)
    }, axis: 0)
  if estimator == .severed {
    #expect(estimates == Tensor.zeros([2_000, 6]))
  } else {
    let exact = concatenated([(fit.x - mean) / t, -0.5 * exp(logVariance) / t], axis: 0)
    #expect(GradientStatistics(estimates).worstDeviation(from: exact) < 4)
  }
}

@Test("With the pathwise gradient the fit reaches the posterior; with the severed one it stays")
func curves() {
  var random = Random(seed: 7, stream: 2)
  let pathwise = fit.curve(.pathwise, steps: 400, rate: 0.05, samples: 16, random: &random)
  #expect(pathwise[400] < 0.1 * pathwise[0])
  let severed = fit.curve(.severed, steps: 20, rate: 0.05, samples: 16, random: &random)
  #expect(severed.allSatisfy { $0 == severed[0] })
}

@Test("A band has the median and the outer tenths of the runs at each step")
func bands() {
  let band = CurveBand((0...10).reversed().map { [Double($0), 2 * Double($0)] })
  #expect(band.median == [5, 10] && band.lower == [1, 2] && band.upper == [9, 18])
}
