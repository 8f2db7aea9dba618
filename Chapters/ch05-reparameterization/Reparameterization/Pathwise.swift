import Tensors

/// The pathwise estimator of ∇ E_q[f(z)] for q = N(μ, diag σ²): the derivative of f along
/// the path that a sample takes when the parameters change.
///
/// Kingma & Welling 2014 (arXiv:1312.6114); Rezende, Mohamed & Wierstra 2014 (arXiv:1401.4082).
public enum Pathwise {
  /// One estimate of the gradient from each sample: f′(z) by μ, and ½ f′(z) ⊙ σ ⊙ ε by λ.
  ///
  /// Equation: pathwise-mean
  /// Equation: pathwise-logvariance
  ///
  /// - Parameters:
  ///   - function: f, from `[samples, d]` to `[samples]`, made of tensor operations, each row on
  ///     its own.
  ///   - mean: μ, shape `[d]`.
  ///   - logVariance: λ, shape `[d]`.
  ///   - noise: ε, shape `[samples, d]`.
  /// - Returns: Shape `[samples, 2 d]`, by μ and then by λ; the mean of the rows is the estimate.
  public static func gradients<Scalar>(
    of function: (Tensor<Scalar>) -> Tensor<Scalar>, mean: Tensor<Scalar>,
    logVariance: Tensor<Scalar>, noise: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise)
    // Rows do not mix, so the gradient of the sum holds f′ of each row.
    let slopes = valueAndGradient(at: z) { function($0).sum() }.gradient
    let parts = reparameterizeVJP(logVariance: logVariance, noise: noise, cotangent: slopes)
    return concatenated([parts.mean, parts.logVariance], axis: 1)
  }

  /// One estimate of ∇ E_q[f(z)] by σ² from each sample, from second derivatives: ½ f″(z).
  ///
  /// Equation: price-identity
  ///
  /// - Parameters:
  ///   - secondDerivative: ∂²f/∂zⱼ², from `[samples, d]` to `[samples, d]`.
  ///   - mean: μ, shape `[d]`.
  ///   - logVariance: λ, shape `[d]`.
  ///   - noise: ε, shape `[samples, d]`.
  /// - Returns: Shape `[samples, d]`.
  public static func varianceGradients<Scalar>(
    secondDerivative: (Tensor<Scalar>) -> Tensor<Scalar>, mean: Tensor<Scalar>,
    logVariance: Tensor<Scalar>, noise: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    0.5 * secondDerivative(reparameterize(mean: mean, logVariance: logVariance, noise: noise))
  }
}
