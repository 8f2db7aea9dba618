import KLDivergence
import Tensors

/// Both Gaussians in the coordinates in which p(z | y) is N(0, I): ε = (z − m) / s.
///
/// For the Gaussian of means μ and log variances λ it has the mean (μ − m) e^(−½ log s²) and the
/// log variance λ − log s². Shapes `[batch, d]`.
///
/// Equation: prior-standardised
public func standardised<Scalar>(
  _ q: DiagonalGaussian<Scalar>, by p: DiagonalGaussian<Scalar>
) -> DiagonalGaussian<Scalar> {
  DiagonalGaussian(
    mean: (q.mean - p.mean) * exp(-0.5 * p.logVariance),
    logVariance: q.logVariance - p.logVariance)
}

/// The Gaussian p with the least mean rate KL(q_n ‖ p) over a batch of Gaussians q_n.
///
/// Its mean is the mean of the means; its variance the mean of the variances plus the variance of
/// the means. From shape `[batch, d]` to `[1, d]`.
///
/// Equation: optimal-prior
public func matchedPrior<Scalar>(_ q: DiagonalGaussian<Scalar>) -> DiagonalGaussian<Scalar> {
  let mean = q.mean.mean(axis: 0).expanded(axis: 0)
  let variance = (exp(q.logVariance) + square(q.mean - mean)).mean(axis: 0)
  return DiagonalGaussian(mean: mean, logVariance: log(variance).expanded(axis: 0))
}
