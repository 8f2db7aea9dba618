import Answering
import KLDivergence
import Tensors

// 8.1: By Jensen's inequality E[log mean] ≤ log E[mean] = log p(x|y). The derivative of a log-sum-exp is
// the softmax.
func hybridObjective(
  logLikelihoods: Tensor<Double>, elbo: Tensor<Double>, weight: Double
) throws -> (value: Tensor<Double>, gradient: Tensor<Double>) {
  let total = logLikelihoods.logSumExp(axis: 1)
  let sampled = total - Double.log(Double(logLikelihoods.shape[1]))
  let share = exp(logLikelihoods - total.expanded(axis: 1))
  return (weight * elbo + (1 - weight) * sampled, (1 - weight) * share)
}

// 8.2: The mean divergence is ½ (tr S⁻¹ A(m) + log det S − d − mean Σ log σ²), where A(m) is the mean of
// diag σ² + (μ − m)(μ − m)ᵀ. It is least in m at the mean of μ; by Λ = S⁻¹ the gradient is ½ (A − S).
// At S = A the trace is d.
func correlatedPrior(
  means: Tensor<Double>, logVariances: Tensor<Double>
) throws -> (mean: Tensor<Double>, covariance: Tensor<Double>, rate: Tensor<Double>) {
  let (n, d) = (means.shape[0], means.shape[1])
  let mean = means.mean(axis: 0)
  let centred = means - mean.expanded(axis: 0)
  let within = Tensor<Double>.identity(d) * exp(logVariances).mean(axis: 0)
  let covariance = within + matmul(centred, centred, transposingFirst: true) / Double(n)
  let prior = FullGaussian(mean: mean, covariance: covariance)
  let entropies = logVariances.sum(axis: 1).mean()
  return (mean, covariance, 0.5 * (prior.cholesky.logDeterminant - entropies))
}

// 8.3: Precisions add, and so do precisions times means. With τ = 1/v their sum and the exponents collected,
// log C = −log 2π + ½ (log v − λ₁ − λ₂ + m²/v − μ₁²/σ₁² − μ₂²/σ₂²) in each coordinate.
func productOfExperts(
  first: DiagonalGaussian<Double>, second: DiagonalGaussian<Double>
) throws -> (mean: Tensor<Double>, logVariance: Tensor<Double>, logConstant: Tensor<Double>) {
  let (t1, t2) = (exp(-first.logVariance), exp(-second.logVariance))
  let precision = 1 + t1 + t2
  let mean = (t1 * first.mean + t2 * second.mean) / precision
  let squares = precision * square(mean) - t1 * square(first.mean) - t2 * square(second.mean)
  let logs = log(precision) + first.logVariance + second.logVariance
  let constant = 0.5 * (squares - logs) - Double.log(2 * .pi)
  return (mean, -log(precision), constant.sum(axis: 1))
}

// 8.4: Exponents add: precision (1 + w)/s² − w, precision times mean (1 + w) m / s². The precision is
// positive while w (s² − 1) < 1.
func guided(
  mean: Tensor<Double>, variance: Tensor<Double>, weight: Double
) throws -> (mean: Tensor<Double>, variance: Tensor<Double>, limit: Tensor<Double>) {
  let precision = (1 + weight) / variance - weight
  let limit = Tensor(variance.scalars.map { $0 > 1 ? 1 / ($0 - 1) : .infinity })
  return ((1 + weight) * mean / variance / precision, 1 / precision, limit)
}
