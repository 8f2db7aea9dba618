import Answering
import KLDivergence
import Tensors

// 3.1: E_q[log a − az − log b + bz] with E_q[z] = 1/a is log a − log b − 1 + b/a.
func exponentialKL(
  logA: Tensor<Double>, logB: Tensor<Double>
) throws -> (divergence: Tensor<Double>, gradient: Tensor<Double>) {
  let ratio = exp(logB - logA)
  return (logA - logB - 1 + ratio, 1 - ratio)
}

// 3.2: −E|z − m|/b is −1. With d = |m − k|, E|z − k| is d + b e^(−d/b): it is d plus what the tail beyond k
// adds, 2 ∫ (t − d) e^(−t/b)/(2b) dt from d to ∞. Its derivative by d is 1 − e^(−d/b), which is 0 at d = 0.
func laplaceKL(
  location: Tensor<Double>, scale: Tensor<Double>, priorLocation: Tensor<Double>,
  priorScale: Tensor<Double>
) throws -> (divergence: Tensor<Double>, gradient: Tensor<Double>) {
  let offset = location - priorLocation
  let tail = exp(-abs(offset) / scale)
  let sign = positive(offset) - positive(-offset)
  return (
    log(priorScale / scale) - 1 + (abs(offset) + scale * tail) / priorScale,
    sign * (1 - tail) / priorScale
  )
}

// 3.3: E[log z] = ψ(a) − log r, E[z] = a/r, in E[log q − log p]. As a function of log r, log r occurs
// with the factor a − (a − c) = c, and a s/r has the derivative −a s/r.
func gammaKL(
  shape: Tensor<Double>, rate: Tensor<Double>, priorShape: Tensor<Double>,
  priorRate: Tensor<Double>, logGamma: Tensor<Double>, digamma: Tensor<Double>,
  priorLogGamma: Tensor<Double>
) throws -> (divergence: Tensor<Double>, gradient: Tensor<Double>) {
  let meanRatio = shape * priorRate / rate
  let normalisers = priorLogGamma - logGamma + priorShape * log(rate / priorRate)
  return (
    (shape - priorShape) * digamma + normalisers - shape + meanRatio, priorShape - meanRatio
  )
}

// 3.4: δ²/(2e^λ) for μ; ½ (e^(−δ) − 1 + δ) = δ²/4 − … for λ; the variance σ(ℓ) (1 − σ(ℓ)) for a logit.
func fisherInformation(
  logVariance: Tensor<Double>, logit: Tensor<Double>
) throws -> (mean: Tensor<Double>, logVariance: Tensor<Double>, logit: Tensor<Double>) {
  let p = sigmoid(logit)
  return (exp(-logVariance), Tensor(logVariance.shape, repeating: 0.5), p * (1 - p))
}

// 3.5: log r = mz − m²/2 has the variance m², r the variance e^(m²) − 1, and their covariance is
// E_p[log r] − E_q[log r] = m²/2 + m²/2. So the variance is m² − 2cm² + c² (e^(m²) − 1).
func bestControlVariate(
  mean: Tensor<Double>
) throws -> (coefficient: Tensor<Double>, least: Tensor<Double>, ofK3: Tensor<Double>) {
  let s = square(mean)
  let spread = exp(s) - 1
  return (s / spread, s - square(s) / spread, spread - s)
}

// 3.6: KL(p‖q) = ½ Σ (Σⱼⱼ/vⱼ + log vⱼ − 1) − ½ log det Σ, least for vⱼ = Σⱼⱼ. KL(q‖p) =
// ½ Σ (Λⱼⱼ vⱼ − log vⱼ − 1) + ½ log det Σ, least for vⱼ = 1/Λⱼⱼ ≤ Σⱼⱼ.
func matchedDiagonals(
  covariance: Tensor<Double>
) throws -> (
  forwardVariances: Tensor<Double>, forward: Tensor<Double>, reverseVariances: Tensor<Double>,
  reverse: Tensor<Double>
) {
  let cholesky = Cholesky(covariance)
  let ones = Tensor<Double>.identity(covariance.shape[0])
  let forward = (covariance * ones).sum(axis: 1)
  let reverse = 1 / (cholesky.inverse * ones).sum(axis: 1)
  return (
    forward, 0.5 * (log(forward).sum() - cholesky.logDeterminant),
    reverse, 0.5 * (cholesky.logDeterminant - log(reverse).sum())
  )
}
