import KLDivergence
import Tensors

/// The evidence lower bound in its two parts, one number a datum, in nats.
public struct ELBO<Scalar: TensorScalar>: Sendable {
  /// E_q[log p(x|z)], summed over the coordinates of x: shape `[batch]`.
  public let reconstruction: Tensor<Scalar>
  /// KL(q(z|x) ‖ p(z)), summed over the coordinates of z: shape `[batch]`.
  public let rate: Tensor<Scalar>

  /// The bound of these parts.
  public init(reconstruction: Tensor<Scalar>, rate: Tensor<Scalar>) {
    (self.reconstruction, self.rate) = (reconstruction, rate)
  }

  /// The bound itself, reconstruction − rate: shape `[batch]`.
  ///
  /// Equation: elbo-reconstruction-rate
  public var total: Tensor<Scalar> { reconstruction - rate }
}

extension LinearGaussianModel {
  /// E_q[log p(x|z)] in nats for x of shape `[batch, data]`: shape `[batch]`.
  ///
  /// −½ (‖x − W m − b‖² + Σⱼ vⱼ ‖wⱼ‖²) / σ² − ½ D log 2πσ², with wⱼ the columns of W.
  ///
  /// Equation: linear-gaussian-elbo
  public func expectedLogLikelihood(
    of x: Tensor<Scalar>, under q: DiagonalGaussian<Scalar>
  ) -> Tensor<Scalar> {
    let distance = square(x - decoded(q.mean)).sum(axis: 1)
    let spread = (q.variance * square(weights).sum(axis: 0)).sum(axis: 1)
    return gaussianLogDensity(squaredDistance: distance + spread)
  }

  /// The bound on log p(x) for x of shape `[batch, data]`, with a Gaussian q for each datum.
  public func elbo(
    of x: Tensor<Scalar>, under q: DiagonalGaussian<Scalar>
  ) -> ELBO<Scalar> {
    ELBO(
      reconstruction: expectedLogLikelihood(of: x, under: q),
      rate: gaussianKL(mean: q.mean, logVariance: q.logVariance))
  }

  /// log w = log p(x, z) − log q(z) in nats, for one datum `[1, data]`, one Gaussian q, and points z of
  /// shape `[n, latent]`: shape `[n]`.
  ///
  /// Where z is drawn from q, the mean of exp(log w) estimates p(x) and the mean of log w estimates
  /// the bound, both without bias.
  ///
  /// Equation: elbo-importance
  /// Equation: elbo-unbiased
  public func logWeights(
    of x: Tensor<Scalar>, at z: Tensor<Scalar>, under q: DiagonalGaussian<Scalar>
  ) -> Tensor<Scalar> {
    logJoint(of: x, at: z) - q.logDensity(z)
  }
}

/// log of the mean of k weights, log(1/k Σ exp log w), for weights of shape `[n, k]`: shape `[n]`.
///
/// Its expectation is the importance-weighted bound; with k = 1 it is the ELBO.
///
/// Burda, Grosse & Salakhutdinov 2016.
public func logMeanWeight<Scalar>(_ logWeights: Tensor<Scalar>) -> Tensor<Scalar> {
  logWeights.logSumExp(axis: 1) - Scalar.log(Scalar(logWeights.shape[1]))
}

// The same bound for a q whose coordinates may be correlated.
extension LinearGaussianModel where Scalar == Double {
  /// The bound as Jensen's inequality gives it, E_q[log p(x, z)] − E_q[log q(z)], for one datum
  /// `[1, data]`.
  ///
  /// log p(x, z) is quadratic in z, so that a weighted sum of 2 d of its values is its expectation.
  ///
  /// Equation: elbo-jensen
  public func lowerBound(of x: Tensor<Double>, under q: FullGaussian) -> Double {
    logJoint(of: x, at: q.quadraturePoints).mean().scalar + q.entropyInNats
  }

  /// The bound of one datum `[1, data]` as reconstruction − rate, from
  /// E_q[log p(x|z)] = −½ (‖x − W m − b‖² + tr(W S Wᵀ)) / σ² − ½ D log 2πσ².
  ///
  /// Equation: linear-gaussian-elbo
  public func elbo(of x: Tensor<Double>, under q: FullGaussian) -> ELBO<Double> {
    let mean = q.mean.reshaped([1, latentDimensions])
    let distance = square(x - decoded(mean)).sum(axis: 1)
    let spread = (matmul(weights, q.covariance) * weights).sum()
    let prior = DiagonalGaussian<Double>.prior(latent: latentDimensions).full()
    return ELBO(
      reconstruction: gaussianLogDensity(squaredDistance: distance + spread),
      rate: Tensor([fullGaussianKL(q, prior)]))
  }

  /// What the bound leaves: log p(x) − ELBO = KL(q(z) ‖ p(z|x)) in nats, for one datum `[1, data]`.
  ///
  /// Equation: elbo-identity
  public func gap(of x: Tensor<Double>, under q: FullGaussian) -> Double {
    fullGaussianKL(q, posterior(of: x))
  }

  /// The variance under q of the normalised weight w / p(x) = p(z|x) / q(z), for one datum
  /// `[1, data]`; infinite unless 2 S⁻¹ − Q⁻¹ is positive definite, for S and Q the covariances of
  /// p(z|x) and of q.
  ///
  /// E_q[(p(z|x) / q(z))²] is a Gaussian integral. With A = 2 S⁻¹ − Q⁻¹ and a the mean of q less the
  /// posterior's, its logarithm is
  /// ½ (log det Q − log det A) − log det S + ½ aᵀ (Q⁻¹ A⁻¹ Q⁻¹ + Q⁻¹) a.
  ///
  /// Equation: weight-variance
  public func weightVariance(of x: Tensor<Double>, under q: FullGaussian) -> Double {
    let posterior = posterior(of: x)
    let curvature = 2 * posterior.cholesky.inverse - q.cholesky.inverse
    guard isPositiveDefinite(curvature) else { return .infinity }
    let a = Cholesky(curvature)
    let offset = (q.mean - posterior.mean).reshaped([latentDimensions, 1])
    let pull = q.cholesky.solve(offset)
    let distance = (pull * a.solve(pull)).sum().scalar + (offset * pull).sum().scalar
    let logSquare =
      0.5 * (q.cholesky.logDeterminant - a.logDeterminant) - posterior.cholesky.logDeterminant
      + 0.5 * distance
    return Double.exp(logSquare) - 1
  }
}

/// The gap that a q leaves which is the posterior with another mean, from the variance of its
/// normalised weights: ½ log(1 + variance) nats.
///
/// Equation: elbo-gap-variance
public func gapOfShiftedPosterior(weightVariance: Double) -> Double {
  0.5 * Double.log(1 + weightVariance)
}

/// Whether all pivots of a symmetric matrix `[n, n]` are positive.
private func isPositiveDefinite(_ matrix: Tensor<Double>) -> Bool {
  var rest = matrix
  let n = matrix.shape[0]
  for k in 0..<n {
    guard rest[k, k] > 0 else { return false }
    for i in k + 1..<n {
      let share = rest[i, k] / rest[k, k]
      for j in k..<n { rest[i, j] -= share * rest[k, j] }
    }
  }
  return true
}
