import Tensors

/// A sample of N(μ, diag σ²) as a function of its parameters and of standard normal noise:
/// z = μ + exp(½ λ) ⊙ ε, with λ = log σ².
///
/// Every operation is differentiable, so gradients flow from z to μ and λ.
///
/// Equation: reparameterization
///
/// - Parameters:
///   - mean: μ, shape `[batch, d]`, or `[d]` for one distribution that all rows share.
///   - logVariance: λ = log σ², of the same shape as the mean.
///   - noise: ε from N(0, I), shape `[batch, d]`; a row of its own for every sample.
/// - Returns: z, shape `[batch, d]`.
public func reparameterize<Scalar>(
  mean: Tensor<Scalar>, logVariance: Tensor<Scalar>, noise: Tensor<Scalar>
) -> Tensor<Scalar> {
  mean + exp(0.5 * logVariance) * noise
}

/// The vector–Jacobian product of `reparameterize`, by hand: ḡ by μ, and ½ ḡ ⊙ σ ⊙ ε by λ, where
/// ḡ is the cotangent of z.
///
/// Equation: reparameterization-vjp
///
/// - Parameters:
///   - logVariance: λ, shape `[batch, d]` or `[d]`.
///   - noise: ε, shape `[batch, d]`.
///   - cotangent: ḡ, shape `[batch, d]`.
/// - Returns: Two tensors of shape `[batch, d]`. Where the parameters are shared by the batch, the
///   sum over the batch is left to the caller.
public func reparameterizeVJP<Scalar>(
  logVariance: Tensor<Scalar>, noise: Tensor<Scalar>, cotangent: Tensor<Scalar>
) -> (mean: Tensor<Scalar>, logVariance: Tensor<Scalar>) {
  (cotangent, 0.5 * (cotangent * exp(0.5 * logVariance) * noise))
}

/// A mistake, kept to be measured: μ + σ² ⊙ ε, whose variance is σ⁴ and not σ².
///
/// Equation: noise-scale
///
/// Shapes as in `reparameterize`.
public func misscaledSample<Scalar>(
  mean: Tensor<Scalar>, logVariance: Tensor<Scalar>, noise: Tensor<Scalar>
) -> Tensor<Scalar> {
  mean + exp(logVariance) * noise
}
