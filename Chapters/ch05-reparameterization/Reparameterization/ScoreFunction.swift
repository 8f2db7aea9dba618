import Tensors

/// The score-function estimator of ∇ E_q[f(z)] for q = N(μ, diag σ²), also called REINFORCE.
///
/// Williams 1992 (10.1007/BF00992696); Mohamed et al. 2020 (arXiv:1906.10652), section 4.
public enum ScoreFunction {
  /// log q(z) in nats, one number a row: z of shape `[samples, d]`, the result `[samples]`.
  ///
  /// −½ Σⱼ [log 2π + λⱼ + (zⱼ − μⱼ)² exp(−λⱼ)].
  public static func logDensity<Scalar>(
    _ z: Tensor<Scalar>, mean: Tensor<Scalar>, logVariance: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    let distance = square(z - mean) * exp(-logVariance)
    return -0.5 * (distance + logVariance + Scalar.log(2 * .pi)).sum(axis: 1)
  }

  /// The score: the gradient of log q(z) by the parameters, at fixed z.
  ///
  /// Equation: gaussian-score
  /// Equation: score-mean-zero
  ///
  /// - Returns: Shape `[samples, 2 d]`: (z − μ) / σ² by μ, then ½ ((z − μ)² / σ² − 1) by λ.
  public static func score<Scalar>(
    _ z: Tensor<Scalar>, mean: Tensor<Scalar>, logVariance: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    let precision = exp(-logVariance)
    let offset = z - mean
    return concatenated(
      [offset * precision, 0.5 * (square(offset) * precision - 1)], axis: 1)
  }

  /// One estimate of the gradient from each sample: (f(z) − b) ∇ log q(z).
  ///
  /// Equation: score-function
  /// Equation: score-baseline
  ///
  /// - Parameters:
  ///   - function: f, from `[samples, d]` to `[samples]`; it need not have a derivative.
  ///   - mean: μ, shape `[d]`.
  ///   - logVariance: λ, shape `[d]`.
  ///   - noise: ε, shape `[samples, d]`.
  ///   - baseline: b: one number, one for each parameter `[2 d]`, or one for each sample
  ///     `[samples, 1]`. It must not depend on the sample that it is used with.
  /// - Returns: Shape `[samples, 2 d]`, by μ and then by λ; the mean of the rows is the estimate.
  public static func gradients<Scalar>(
    of function: (Tensor<Scalar>) -> Tensor<Scalar>, mean: Tensor<Scalar>,
    logVariance: Tensor<Scalar>, noise: Tensor<Scalar>, baseline: Tensor<Scalar> = Tensor(0)
  ) -> Tensor<Scalar> {
    let z = stopGradient(reparameterize(mean: mean, logVariance: logVariance, noise: noise))
    let values = function(z).expanded(axis: 1)
    return (values - baseline) * score(z, mean: mean, logVariance: logVariance)
  }

  /// The constant baseline of least variance, one for each parameter, from samples:
  /// b⋆ = E[f s²] / E[s²].
  ///
  /// Greensmith, Bartlett & Baxter 2004 (JMLR 5, pages 1471–1530).
  ///
  /// Equation: optimal-baseline
  ///
  /// - Parameters:
  ///   - values: f(z), shape `[samples]`.
  ///   - scores: s, shape `[samples, parameters]`.
  /// - Returns: Shape `[parameters]`.
  public static func optimalBaseline<Scalar>(
    values: Tensor<Scalar>, scores: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    let weights = square(scores)
    return (values.expanded(axis: 1) * weights).mean(axis: 0) / weights.mean(axis: 0)
  }

  /// For each of K ≥ 2 samples the mean of f over the others: a baseline free of its sample.
  ///
  /// Mnih & Rezende 2016 (arXiv:1602.06725).
  ///
  /// Equation: leave-one-out
  ///
  /// - Parameter values: f(z), shape `[samples]`.
  /// - Returns: Shape `[samples, 1]`.
  public static func leaveOneOut<Scalar>(_ values: Tensor<Scalar>) -> Tensor<Scalar> {
    guard values.shape.rank == 1, values.count > 1 else {
      fatalError("leaveOneOut: needs a vector of two or more values, not \(values.shape)")
    }
    return ((values.sum() - values) / Scalar(values.count - 1)).expanded(axis: 1)
  }
}
