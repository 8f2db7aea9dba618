import Answering
import KLDivergence
import Tensors

// 4.1: Σₖ qₖ (log wₖ + log N(x; mₖ, vₖ) − log qₖ); only log N has mₖ, with the derivative (x − mₖ)/vₖ.
func mixtureBound(
  x: Tensor<Double>, weights: Tensor<Double>, means: Tensor<Double>, variances: Tensor<Double>,
  q: Tensor<Double>
) throws -> (bound: Tensor<Double>, gradient: Tensor<Double>) {
  let offset = x.expanded(axis: 1) - means
  let logDensity = -0.5 * (square(offset) / variances + log(2 * Double.pi * variances))
  let absent = 1 - positive(q)
  let terms = q * (log(weights) + logDensity - log(q + absent))
  return (terms.sum(axis: 1), (q * offset / variances).sum(axis: 0))
}

// 4.2: z₂ has the mean αm + β and the variance α²v + u; z₁ − a z₂ is (1 − aα) z₁ − aβ − a times the noise of
// z₂. Each term is a Gaussian's log density with its variance's share added. x has the variance
// b² (a² + s) + t.
func twoStageBound(
  x: Tensor<Double>, model: (a: Double, s: Double, b: Double, t: Double),
  first: (mean: Tensor<Double>, variance: Double),
  second: (slope: Double, offset: Tensor<Double>, variance: Double)
) throws -> (bound: Tensor<Double>, logEvidence: Tensor<Double>) {
  func term(_ meanSquare: Tensor<Double>, _ variance: Double) -> Tensor<Double> {
    -0.5 * (meanSquare / variance + Double.log(2 * .pi * variance))
  }
  let (a, s, b, t) = model
  let (v, slope, u) = (first.variance, second.slope, second.variance)
  let mean2 = slope * first.mean + second.offset
  let rest = 1 - a * slope
  let data = term(square(x - b * first.mean) + b * b * v, t)
  let upper = term(square(first.mean - a * mean2) + (rest * rest * v + a * a * u), s)
  let prior = term(square(mean2) + (slope * slope * v + u), 1)
  let entropies = 1 + Double.log(2 * .pi) + 0.5 * (Double.log(v) + Double.log(u))
  return (data + upper + prior + entropies, term(square(x), b * b * (a * a + s) + t))
}

// 4.3: x is from N(b, C) with C = W Wᵀ + Ψ. With r = C⁻¹ (x − b), the gradient of log p by C is
// ½ (r rᵀ − C⁻¹), and log Ψⱼⱼ moves Cⱼⱼ by Ψⱼⱼ. The covariance of z and x is Wᵀ, so E[z|x] = Wᵀ r.
func factorAnalysis(
  x: Tensor<Double>, weights: Tensor<Double>, bias: Tensor<Double>, logNoise: Tensor<Double>
) throws -> (logEvidence: Tensor<Double>, gradient: Tensor<Double>, mean: Tensor<Double>) {
  let one = Tensor<Double>.identity(bias.count)
  let noise = exp(logNoise)
  let covariance = matmul(weights, weights, transposingSecond: true) + noise * one
  let marginal = FullGaussian(mean: bias, covariance: covariance)
  let inverse = marginal.cholesky.inverse
  let r = matmul(x - bias, inverse)
  let precision = (inverse * one).sum(axis: 0)
  return (
    marginal.logDensities(x), 0.5 * noise * (square(r) - precision).sum(axis: 0),
    matmul(r, weights)
  )
}

// 4.4: log w = log p(x) + log p(z|x) − log q(z). With z = m + e it is a constant and −eᵀ S⁻¹ (m − μ) −
// ½ eᵀ (S⁻¹ − Q⁻¹) e. Odd moments vanish, so the two parts do not covary; the first has the variance
// (m − μ)ᵀ S⁻¹ Q S⁻¹ (m − μ), the second ½ tr ((S⁻¹ Q − I)²). Both are 0 only for m = μ and Q = S.
func logWeightVariance(
  mean: Tensor<Double>, covariance: Tensor<Double>, posteriorMean: Tensor<Double>,
  posteriorCovariance: Tensor<Double>
) throws -> Tensor<Double> {
  let posterior = Cholesky(posteriorCovariance)
  let pull = posterior.solve((mean - posteriorMean).expanded(axis: 1))
  let excess = posterior.solve(covariance) - Tensor<Double>.identity(mean.count)
  let linear = (pull * matmul(covariance, pull)).sum()
  return linear + 0.5 * (excess * excess.transposed()).sum()
}

// 4.5: With A = I + WᵀW/σ², the bound is a constant plus mᵀ Wᵀ(x − b)/σ² − ½ mᵀ A m − ½ tr(Lᵀ A L) +
// Σ log Lᵢᵢ. So Wᵀ(x − b)/σ² − A m by m, and by L the lower triangle of −A L, with 1/Lᵢᵢ on the diagonal.
func choleskyBoundGradient(
  x: Tensor<Double>, weights: Tensor<Double>, bias: Tensor<Double>, noiseVariance: Double,
  mean: Tensor<Double>, factor: Tensor<Double>
) throws -> (mean: Tensor<Double>, factor: Tensor<Double>) {
  let d = mean.count
  let signal = matmul(weights, weights, transposingFirst: true) / noiseVariance
  let a = Tensor<Double>.identity(d) + signal
  let pull = matmul(weights, (x - bias).expanded(axis: 1), transposingFirst: true) / noiseVariance
  let byMean = (pull - matmul(a, mean.expanded(axis: 1))).reshaped([d])
  let full = matmul(a, factor)
  var byFactor = Tensor<Double>.zeros([d, d])
  for i in 0..<d {
    for j in 0...i { byFactor[i, j] = -full[i, j] + (i == j ? 1 / factor[i, i] : 0) }
  }
  return (byMean, byFactor)
}
