import Tensors

/// The variances of both estimators, per sample, for f(z) = ‖z − c‖² under N(μ, diag σ²).
///
/// `offset` is δ = μ − c and `logVariance` is λ = log σ², each of shape `[d]`. Results have
/// shape `[2 d]`: by μ, then by λ.
public enum QuadraticVariance {
  /// 4σ² by μ, and δ²σ² + 2σ⁴ by λ: the other coordinates do not enter.
  ///
  /// Equation: pathwise-variance-quadratic
  public static func pathwise(
    offset: Tensor<Double>, logVariance: Tensor<Double>
  ) -> Tensor<Double> {
    let variance = exp(logVariance)
    return concatenated(
      [4 * variance, square(offset) * variance + 2 * square(variance)], axis: 0)
  }

  /// (m² + v) / σ² + 6m + 8δ² + 15σ² by μ, and ½ (m² + v) + 5mσ² + 10δ²σ² + 37/2 σ⁴ by λ, where
  /// m = δᵢ² + Σ (δⱼ² + σⱼ²) − b and v = Σ (4δⱼ²σⱼ² + 2σⱼ⁴) sum over the other coordinates j ≠ i.
  ///
  /// Equation: score-variance-quadratic
  ///
  /// - Parameter baseline: b: one number, or one for each parameter `[2 d]`.
  public static func score(
    offset: Tensor<Double>, logVariance: Tensor<Double>, baseline: Tensor<Double> = Tensor(0)
  ) -> Tensor<Double> {
    let d = offset.count
    let b = baseline.broadcast(to: [2 * d])
    let (variance, squared) = (exp(logVariance), square(offset))
    let own = squared + variance
    let spread = 4 * (squared * variance) + 2 * square(variance)
    let others = spread.sum() - spread
    let rest = squared + own.sum() - own
    let m = rest - b.sliced(axis: 0, 0..<d)
    let byMean = (square(m) + others) / variance + 6 * m + 8 * squared + 15 * variance
    let n = rest - b.sliced(axis: 0, d..<2 * d)
    let byLogVariance =
      0.5 * (square(n) + others) + 5 * (n * variance) + 10 * (squared * variance)
      + 18.5 * square(variance)
    return concatenated([byMean, byLogVariance], axis: 0)
  }

  /// The best constant baseline: E[f] + 2σ² by μ, and E[f] + 4σ² by λ.
  ///
  /// Equation: optimal-baseline-quadratic
  public static func optimalBaseline(
    offset: Tensor<Double>, logVariance: Tensor<Double>
  ) -> Tensor<Double> {
    let variance = exp(logVariance)
    let expectation = (square(offset) + variance).sum()
    return concatenated([expectation + 2 * variance, expectation + 4 * variance], axis: 0)
  }
}

/// The estimators of the gradient of E‖z − c‖² that the page compares.
public enum QuadraticEstimator: String, CaseIterable, Sendable {
  /// The score function without a baseline.
  case score = "score function"
  /// The score function with the best constant baseline for each parameter.
  case scoreWithBaseline = "with best baseline"
  /// The pathwise estimator.
  case pathwise = "pathwise"

  /// One estimate from each row of the noise: shapes `[d]`, `[d]`, `[d]` and `[samples, d]` to
  /// `[samples, 2 d]`.
  public func gradients(
    target: Tensor<Double>, mean: Tensor<Double>, logVariance: Tensor<Double>,
    noise: Tensor<Double>
  ) -> Tensor<Double> {
    let function = KnownExpectation.squaredDistance(to: target).function
    switch self {
    case .pathwise:
      return Pathwise.gradients(of: function, mean: mean, logVariance: logVariance, noise: noise)
    case .score, .scoreWithBaseline:
      return ScoreFunction.gradients(
        of: function, mean: mean, logVariance: logVariance, noise: noise,
        baseline: baseline(offset: mean - target, logVariance: logVariance))
    }
  }

  /// The exact variance of one estimate: shape `[2 d]`.
  public func variance(offset: Tensor<Double>, logVariance: Tensor<Double>) -> Tensor<Double> {
    switch self {
    case .pathwise:
      return QuadraticVariance.pathwise(offset: offset, logVariance: logVariance)
    case .score, .scoreWithBaseline:
      return QuadraticVariance.score(
        offset: offset, logVariance: logVariance,
        baseline: baseline(offset: offset, logVariance: logVariance))
    }
  }

  private func baseline(offset: Tensor<Double>, logVariance: Tensor<Double>) -> Tensor<Double> {
    self == .score
      ? Tensor(0) : QuadraticVariance.optimalBaseline(offset: offset, logVariance: logVariance)
  }
}
