import Reparameterization
import Tensors
import Testing

@Test(
  "exact-expectations: sample means agree with the closed forms",
  arguments: [
    KnownExpectation.square, .exponential(rate: 0.8), .sine,
    .squaredDistance(to: Tensor([0.4, -0.3])),
  ])
func exactExpectations(known: KnownExpectation) {
  var random = Random(seed: 5, stream: 1)
  let (mean, logVariance) = (Tensor([0.7, -0.2]), Tensor([-0.4, 0.5]))
  let z = reparameterize(mean: mean, logVariance: logVariance, noise: random.normal([200_000, 2]))
  let check = Check.mean(
    "exact-expectations", of: known.function(z).scalars,
    is: known.expectation(mean, logVariance).scalar,
    planted: [
      "f at the mean": known.expectation(mean, Tensor([-80, -80])).scalar,
      "σ⁴ for σ²": known.expectation(mean, 2 * logVariance).scalar,
      "σ for σ²": known.expectation(mean, 0.5 * logVariance).scalar,
      "2σ² for σ²": known.expectation(mean, logVariance + Double.log(2)).scalar,
    ])
  #expect(check.passes, "\(known.name): \(check)")
}

@Test("Second derivatives are those of the functions", arguments: [0, 1, 2])
func secondDerivatives(index: Int) {
  let known = testFunctions[index]
  let z = Tensor([1, 1], [0.6])
  let step = 0x1p-10
  let slopes = [-1.0, 1.0].map { side in
    valueAndGradient(at: z + side * step) { known.function($0).sum() }.gradient.scalar
  }
  let measured = (slopes[1] - slopes[0]) / (2 * step)
  #expect(abs(measured - known.secondDerivative(z).scalar) < 1e-5)
}

@Test(
  "step-gradient: the score function finds the slope of P(z > 0), the pathwise estimator does not")
func stepGradient() {
  var random = Random(seed: 5, stream: 2)
  let noise: Tensor<Double> = random.normal([100_000, 1])
  let exact = stepProbabilitySlope(mean: 0.7, deviation: Double.exp(-0.2))
  let estimates = ScoreFunction.gradients(
    of: unitStep, mean: testMean, logVariance: testLogVariance, noise: noise)
  let check = Check.mean(
    "step-gradient", of: estimates.column(0), is: exact,
    planted: [
      "pathwise": 0, "a sign": -exact, "the density not divided by σ": exact * Double.exp(-0.2),
      "σ² for σ": exact * Double.exp(0.2),
    ])
  #expect(check.passes, "\(check)")
  let pathwise = Pathwise.gradients(
    of: unitStep, mean: testMean, logVariance: testLogVariance, noise: noise)
  #expect(pathwise == Tensor.zeros([100_000, 2]))
}
