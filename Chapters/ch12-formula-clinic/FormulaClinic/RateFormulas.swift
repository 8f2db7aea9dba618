import KLDivergence
import Tensors

/// How far reconstruction + rate lies above log p(x), from the rate and the gap of the bound: 2 rate −
/// gap, in nats.
///
/// Equation: clinic-sign
public func flippedExcess(rate: Tensor<Double>, gap: Tensor<Double>) -> Tensor<Double> {
  2 * rate - gap
}

/// The entropy of N(μ, diag e^λ) in nats, ½ Σ (λ + 1 + log 2π): shapes `[batch, d]` to `[batch]`.
///
/// Equation: clinic-entropy
public func diagonalEntropy(logVariance: Tensor<Double>) -> Tensor<Double> {
  0.5 * (logVariance + (1 + Double.log(2 * .pi))).sum(axis: 1)
}

/// The rate as cross-entropy to the prior less entropy: shapes `[batch, d]` to `[batch]`.
///
/// Equation: clinic-entropy
public func rateFromEntropy(
  mean: Tensor<Double>, logVariance: Tensor<Double>
) -> Tensor<Double> {
  let cross = 0.5 * (square(mean) + exp(logVariance) + Double.log(2 * .pi)).sum(axis: 1)
  return cross - diagonalEntropy(logVariance: logVariance)
}

/// What it costs to draw from N(μ, diag σ⁴) in place of N(μ, diag σ²): the divergence of the first
/// from the second, ½ Σ (e^λ − 1 − λ) nats, shapes `[batch, d]` to `[batch]`.
///
/// Equation: clinic-misscaled
public func misscaledCost(logVariance: Tensor<Double>) -> Tensor<Double> {
  0.5 * (exp(logVariance) - 1 - logVariance).sum(axis: 1)
}

/// The part of the rate that is not reported when the noise is multiplied by τ and the rate is not
/// told: ½ Σ (e^λ (τ² − 1) − 2 log τ) nats, shapes `[batch, d]` to `[batch]`.
///
/// Equation: clinic-noise
public func unreportedRate(logVariance: Tensor<Double>, noiseScale t: Double) -> Tensor<Double> {
  0.5 * (exp(logVariance) * (t * t - 1) - 2 * Double.log(t)).sum(axis: 1)
}

/// The fourth moment of a product of independent standard normal factors, 3 to their number.
///
/// Equation: clinic-product
public func productFourthMoment(factors: Int) -> Double {
  (0..<factors).reduce(1) { moment, _ in 3 * moment }
}

/// λ from σ: 2 log σ, element by element.
///
/// Equation: clinic-log-sigma
public func logVariance(ofStandardDeviation sigma: Tensor<Double>) -> Tensor<Double> {
  2 * log(sigma)
}

/// The one variance s for all coordinates with which KL(N(μ, s I) ‖ N(μ, diag v)) is smallest, the
/// harmonic mean of v: shapes `[batch, d]` to `[batch]`.
///
/// Equation: clinic-isotropic
public func bestSharedVariance(_ v: Tensor<Double>) -> Tensor<Double> { 1 / (1 / v).mean(axis: 1) }

/// What one variance for all coordinates costs at best, ½ Σ log (v / s) nats: `[batch, d]` to `[batch]`.
///
/// Equation: clinic-isotropic
public func sharedVarianceCost(_ v: Tensor<Double>) -> Tensor<Double> {
  0.5 * log(v / bestSharedVariance(v).expanded(axis: 1)).sum(axis: 1)
}

/// μ and λ of each datum from an encoder's one output: the first and the last d columns of `[batch, 2 d]`.
///
/// Equation: clinic-halves
public func meanAndLogVariance(
  _ output: Tensor<Double>
) -> (mean: Tensor<Double>, logVariance: Tensor<Double>) {
  let d = output.shape[1] / 2
  return (output.sliced(axis: 1, 0..<d), output.sliced(axis: 1, d..<2 * d))
}

/// The value of the best discriminator between two tables of probabilities, E_q[log D] + E_p[log (1 − D)]
/// with D = q / (q + p): shapes `[n]` to `[]`.
///
/// Goodfellow et al. 2014 (arXiv:1406.2661), section 4.
///
/// Equation: clinic-discriminator
public func bestDiscriminatorValue(_ q: Tensor<Double>, _ p: Tensor<Double>) -> Tensor<Double> {
  // 1 − D is p / (q + p), which does not round to 0 where D rounds to 1.
  (q * log(q / (q + p)) + p * log(p / (q + p))).sum()
}

/// The Jensen–Shannon divergence of two tables of probabilities, at most log 2 nats: `[n]` to `[]`.
///
/// Equation: clinic-discriminator
public func jensenShannon(_ q: Tensor<Double>, _ p: Tensor<Double>) -> Tensor<Double> {
  let middle = 0.5 * (q + p)
  return 0.5 * (categoricalKL(q, middle) + categoricalKL(p, middle))
}
