import Tensors

/// The distribution p(x | z) of a datum's pixels, given what the decoder says of them.
public enum Likelihood: String, CaseIterable, Sendable {
  /// Each pixel is 0 or 1; the decoder gives logits.
  case bernoulli
  /// Each pixel is real; the decoder gives means, and all pixels share one learned variance.
  case gaussian
}

/// log p(x | z) of binary pixels, from logits ℓ: Σᵢ (xᵢ ℓᵢ − softplus(ℓᵢ)), in nats.
///
/// Neither a probability nor its logarithm is formed, so that confident logits lose nothing. Shapes:
/// both `[batch, pixels]`, the result `[batch]`: a sum over pixels.
///
/// Equation: bernoulli-log-likelihood
public func bernoulliLogLikelihood<Scalar>(
  of x: Tensor<Scalar>, logits: Tensor<Scalar>
) -> Tensor<Scalar> {
  (x * logits - softplus(logits)).sum(axis: 1)
}

/// The gradient of `bernoulliLogLikelihood` by the logits: x − sigmoid(ℓ), shape `[batch, pixels]`.
///
/// Equation: bernoulli-gradient
public func bernoulliGradient<Scalar>(
  of x: Tensor<Scalar>, logits: Tensor<Scalar>
) -> Tensor<Scalar> {
  x - sigmoid(logits)
}

/// log p(x | z) of real pixels with means m and one variance e^ρ, in nats.
///
/// −½ (D (log 2π + ρ) + e^−ρ ‖x − m‖²), D the number of pixels. Shapes: x and m `[batch, pixels]`,
/// ρ `[]`, the result `[batch]`: a sum over pixels.
///
/// Equation: gaussian-log-likelihood
public func gaussianLogLikelihood<Scalar>(
  of x: Tensor<Scalar>, mean: Tensor<Scalar>, logVariance: Tensor<Scalar>
) -> Tensor<Scalar> {
  let squares = square(x - mean).sum(axis: 1)
  let constant = Scalar(x.shape[1]) * (logVariance + Scalar.logTwoPi)
  return -0.5 * (constant + squares * exp(-logVariance))
}

/// The gradient of `gaussianLogLikelihood` for each datum.
///
/// By the means e^−ρ (x − m), shape `[batch, pixels]`; by ρ ½ (e^−ρ ‖x − m‖² − D), shape `[batch]`.
///
/// Equation: gaussian-gradient
public func gaussianGradient<Scalar>(
  of x: Tensor<Scalar>, mean: Tensor<Scalar>, logVariance: Tensor<Scalar>
) -> (mean: Tensor<Scalar>, logVariance: Tensor<Scalar>) {
  let precision = exp(-logVariance)
  let squares = square(x - mean).sum(axis: 1)
  return (precision * (x - mean), 0.5 * (precision * squares - Scalar(x.shape[1])))
}

extension TensorScalar {
  /// log 2π.
  static var logTwoPi: Self { Self(1.8378770664093453) }
}

/// log N(z; μ, diag e^λ) in nats: shapes `[n, d]` (or broadcasting to it), the result `[n]`.
public func diagonalGaussianLogDensity<Scalar>(
  of z: Tensor<Scalar>, mean: Tensor<Scalar>, logVariance: Tensor<Scalar>
) -> Tensor<Scalar> {
  let squares = square(z - mean) * exp(-logVariance)
  return -0.5 * (squares + logVariance + Scalar.logTwoPi).sum(axis: 1)
}
