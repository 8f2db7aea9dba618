import KLDivergence
import Tensors

// The gradient of the bound, by each parameter of q and of the model, derived by hand. Each is the
// gradient of the sum over the batch; divide by the batch size for the mean.

extension LinearGaussianModel {
  /// The residual r = x − W m − b: shape `[batch, data]`.
  private func residual(
    _ x: Tensor<Scalar>, _ q: DiagonalGaussian<Scalar>
  ) -> Tensor<Scalar> {
    x - decoded(q.mean)
  }

  /// The squared length of each column of W: shape `[latent]`.
  private var columnLengths: Tensor<Scalar> { square(weights).sum(axis: 0) }

  /// ∂ELBO/∂m = Wᵀ r / σ² − m, each row for its own datum: shape `[batch, latent]`.
  ///
  /// Equation: elbo-gradient-mean
  public func elboGradientByMean(
    of x: Tensor<Scalar>, under q: DiagonalGaussian<Scalar>
  ) -> Tensor<Scalar> {
    matmul(residual(x, q), weights) / noiseVariance - q.mean
  }

  /// ∂ELBO/∂λⱼ = ½ (1 − vⱼ − vⱼ ‖wⱼ‖² / σ²), each row for its own datum: shape `[batch, latent]`.
  ///
  /// Equation: elbo-gradient-logvariance
  public func elboGradientByLogVariance(
    of x: Tensor<Scalar>, under q: DiagonalGaussian<Scalar>
  ) -> Tensor<Scalar> {
    0.5 * (1 - q.variance * (1 + columnLengths / noiseVariance))
  }

  /// ∂ELBO/∂W = Σ (r mᵀ − W diag v) / σ², summed over the batch: shape `[data, latent]`.
  ///
  /// Equation: elbo-gradient-weights
  public func elboGradientByWeights(
    of x: Tensor<Scalar>, under q: DiagonalGaussian<Scalar>
  ) -> Tensor<Scalar> {
    let pull = matmul(residual(x, q), q.mean, transposingFirst: true)
    return (pull - weights * q.variance.sum(axis: 0)) / noiseVariance
  }

  /// ∂ELBO/∂b = Σ r / σ², summed over the batch: shape `[data]`.
  ///
  /// Equation: elbo-gradient-bias
  public func elboGradientByBias(
    of x: Tensor<Scalar>, under q: DiagonalGaussian<Scalar>
  ) -> Tensor<Scalar> {
    residual(x, q).sum(axis: 0) / noiseVariance
  }

  /// ∂ELBO/∂log σ² = Σ ½ ((‖r‖² + Σⱼ vⱼ ‖wⱼ‖²) / σ² − D), summed over the batch: shape `[]`.
  ///
  /// Equation: elbo-gradient-noise
  public func elboGradientByLogNoiseVariance(
    of x: Tensor<Scalar>, under q: DiagonalGaussian<Scalar>
  ) -> Tensor<Scalar> {
    let squares = square(residual(x, q)).sum() + (q.variance * columnLengths).sum()
    return 0.5 * (squares / noiseVariance - Scalar(x.count))
  }
}

extension LinearGaussianModel where Scalar == Double {
  /// The gradient of Σ log p(x) over the batch, x of shape `[batch, data]`, by W, b and log σ².
  ///
  /// Fisher's identity: it is the expectation, under the exact posterior, of the gradient of
  /// log p(x, z).
  ///
  /// Equation: fisher-identity
  public func logEvidenceGradient(of x: Tensor<Double>) -> LinearGaussianModel {
    let (means, covariance) = (posteriorMeans(of: x), posteriorCovariance)
    let batch = Double(x.shape[0])
    let residual = x - decoded(means)
    let spread = matmul(weights, covariance)
    let squares = square(residual).sum() + batch * (spread * weights).sum()
    return LinearGaussianModel(
      weights: (matmul(residual, means, transposingFirst: true) - batch * spread) / noiseVariance,
      bias: residual.sum(axis: 0) / noiseVariance,
      logNoiseVariance: 0.5 * (squares / noiseVariance - Double(x.count)))
  }
}
