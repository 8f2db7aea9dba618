import Reparameterization
import Tensors
import Testing

@Test("pathwise-mean: E[f′(z)] is the derivative by μ", arguments: [0, 1, 2])
func pathwiseMean(index: Int) {
  let known = testFunctions[index]
  var random = Random(seed: 3, stream: 1)
  let estimates = Pathwise.gradients(
    of: known.function, mean: testMean, logVariance: testLogVariance,
    noise: random.normal([100_000, 1]))
  let exact = known.gradient(mean: testMean, logVariance: testLogVariance)[0]
  let atMean = known.gradient(mean: testMean, logVariance: Tensor([-80]))[0]
  // The derivative of z² is linear, and has its mean at the mean.
  let check = Check.mean(
    "pathwise-mean", of: estimates.column(0), is: exact,
    planted: index == 0
      ? [
        "a sign": -exact, "f for f′": 0.49 + Double.exp(-0.4), "times σ": exact * Double.exp(-0.2),
      ]
      : ["a sign": -exact, "f′ at the mean": atMean, "times σ": exact * Double.exp(-0.2)])
  #expect(check.passes, "\(known.name): \(check)")
}

@Test("pathwise-logvariance: E[½ f′(z) σ ε] is the derivative by λ", arguments: [0, 1, 2])
func pathwiseLogVariance(index: Int) {
  let known = testFunctions[index]
  var random = Random(seed: 3, stream: 2)
  let estimates = Pathwise.gradients(
    of: known.function, mean: testMean, logVariance: testLogVariance,
    noise: random.normal([100_000, 1]))
  let gradient = known.gradient(mean: testMean, logVariance: testLogVariance)
  let exact = gradient[1]
  let deviation = Double.exp(-0.2)
  let check = Check.mean(
    "pathwise-logvariance", of: estimates.column(1), is: exact,
    planted: [
      "½ dropped": 2 * exact, "σ² for σ": exact * deviation, "σ dropped": exact / deviation,
      "a sign": -exact, "ε dropped": 0.5 * deviation * gradient[0],
    ])
  #expect(check.passes, "\(known.name): \(check)")
}

@Test("pathwise-mean, pathwise-logvariance: with frozen noise, the gradient of the sample mean")
func pathwiseFrozen() {
  var random = Random(seed: 3, stream: 3)
  let noise: Tensor<Double> = random.normal([16, 3])
  let point: [Tensor<Double>] = [random.normal([3]), random.normal([3])]
  let known = KnownExpectation.sine
  func claim(_ point: [Tensor<Double>]) -> [Tensor<Double>] {
    let mean = Pathwise.gradients(
      of: known.function, mean: point[0], logVariance: point[1], noise: noise
    ).mean(axis: 0)
    return [mean.sliced(axis: 0, 0..<3), mean.sliced(axis: 0, 3..<6)]
  }
  func average(_ point: [Tensor<Double>]) -> Tensor<Double> {
    known.function(reparameterize(mean: point[0], logVariance: point[1], noise: noise)).mean()
  }
  let byMean = Check.gradient(
    "pathwise-mean", at: point[0], of: { average([$0, point[1]]) },
    claim: { claim([$0, point[1]])[0] },
    planted: ["times σ": { exp(0.5 * point[1]) * claim([$0, point[1]])[0] }])
  #expect(byMean.passes, "\(byMean)")
  let byLogVariance = Check.gradient(
    "pathwise-logvariance", at: point[1], of: { average([point[0], $0]) },
    claim: { claim([point[0], $0])[1] },
    planted: [
      "½ dropped": { 2 * claim([point[0], $0])[1] },
      "σ² for σ": { exp(0.5 * $0) * claim([point[0], $0])[1] },
      "σ dropped": { exp(-0.5 * $0) * claim([point[0], $0])[1] },
    ])
  #expect(byLogVariance.passes, "\(byLogVariance)")
}

@Test("price-identity: E[½ f″(z)] is the derivative by σ²", arguments: [1, 2])
func priceIdentity(index: Int) {
  let known = testFunctions[index]
  var random = Random(seed: 3, stream: 4)
  let estimates = Pathwise.varianceGradients(
    secondDerivative: known.secondDerivative, mean: testMean, logVariance: testLogVariance,
    noise: random.normal([100_000, 1]))
  let byLogVariance = known.gradient(mean: testMean, logVariance: testLogVariance)[1]
  let exact = byLogVariance * Double.exp(0.4)
  let check = Check.mean(
    "price-identity", of: estimates.column(0), is: exact,
    planted: [
      "½ dropped": 2 * exact, "a sign": -exact, "the derivative by λ": byLogVariance,
      "the derivative by σ": 2 * exact * Double.exp(-0.2),
    ])
  #expect(check.passes, "\(known.name): \(check)")
}
