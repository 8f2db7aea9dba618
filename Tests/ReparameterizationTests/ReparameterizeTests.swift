import Reparameterization
import Tensors
import Testing

private let log2Pi = Double.log(2 * .pi)

@Test("reparameterization: z has the density of N(μ, diag σ²), by change of variables")
func reparameterizationDensity() {
  var random = Random(seed: 1, stream: 1)
  let mean: Tensor<Double> = random.normal([3])
  let logVariance: Tensor<Double> = random.normal([3])
  let noise: Tensor<Double> = random.normal([200, 3])
  let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise)
  let standard = -0.5 * (square(noise) + log2Pi).sum(axis: 1)
  let check = Check.identity(
    "reparameterization",
    ScoreFunction.logDensity(z, mean: mean, logVariance: logVariance).scalars,
    equals: (standard - 0.5 * logVariance.sum()).scalars,
    planted: [
      "the Jacobian dropped": standard.scalars,
      "the Jacobian of σ² for σ": (standard - logVariance.sum()).scalars,
      "the Jacobian upside down": (standard + 0.5 * logVariance.sum()).scalars,
    ])
  #expect(check.passes, "\(check)")
}

@Test("reparameterization: z has the variance exp(λ)")
func reparameterizationVariance() {
  var random = Random(seed: 1, stream: 2)
  let (mean, logVariance) = (Tensor([0.7]), Tensor([-0.8]))
  let z = reparameterize(
    mean: mean, logVariance: logVariance, noise: random.normal([100_000, 1]))
  let check = Check.mean(
    "reparameterization", of: square(z - mean).scalars, is: Double.exp(-0.8),
    planted: [
      "½ forgotten in exp(½λ)": Double.exp(-1.6),
      "λ read as log σ": Double.exp(-0.4),
      "sign of λ": Double.exp(0.8),
    ])
  #expect(check.passes, "\(check)")
}

@Test("reparameterization-vjp: ḡ by μ and ½ ḡ σ ε by λ")
func reparameterizationVJP() {
  var random = Random(seed: 1, stream: 3)
  let noise: Tensor<Double> = random.normal([4, 3])
  let point: [Tensor<Double>] = [random.normal([4, 3]), random.normal([4, 3])]
  let check = Check.vectorJacobianProduct(
    "reparameterization-vjp", at: point,
    of: { reparameterize(mean: $0[0], logVariance: $0[1], noise: noise) },
    vjp: { point, g in
      let parts = reparameterizeVJP(logVariance: point[1], noise: noise, cotangent: g)
      return [parts.mean, parts.logVariance]
    },
    planted: [
      "½ dropped": { [$1, $1 * exp(0.5 * $0[1]) * noise] },
      "σ² for σ": { [$1, 0.5 * ($1 * exp($0[1]) * noise)] },
      "σ dropped": { [$1, 0.5 * ($1 * noise)] },
      "ε dropped": { [$1, 0.5 * ($1 * exp(0.5 * $0[1]))] },
      "the gradient by μ scaled by σ": {
        [
          $1 * exp(0.5 * $0[1]), 0.5 * ($1 * exp(0.5 * $0[1]) * noise),
        ]
      },
    ])
  #expect(check.passes, "\(check)")
}

@Test("noise-scale: μ + σ² ε has the variance σ⁴")
func noiseScale() {
  var random = Random(seed: 1, stream: 4)
  let (mean, logVariance) = (Tensor([0.7]), Tensor([-0.8]))
  let z = misscaledSample(
    mean: mean, logVariance: logVariance, noise: random.normal([100_000, 1]))
  let check = Check.mean(
    "noise-scale", of: square(z - mean).scalars, is: Double.exp(-1.6),
    planted: ["σ² for σ⁴": Double.exp(-0.8), "σ for σ⁴": Double.exp(-0.4)])
  #expect(check.passes, "\(check)")
}

@Test("Float and Double give the same sample, up to rounding")
func singlePrecision() {
  var random = Random(seed: 1, stream: 5)
  let (mean, logVariance): (Tensor<Double>, Tensor<Double>) = (
    random.normal([6, 2]), random.normal([6, 2])
  )
  let noise: Tensor<Double> = random.normal([6, 2])
  let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise)
  let single = reparameterize(
    mean: Tensor<Float>(mean), logVariance: Tensor<Float>(logVariance),
    noise: Tensor<Float>(noise))
  #expect(abs(z - Tensor<Double>(single)).max() < 1e-6)
}
