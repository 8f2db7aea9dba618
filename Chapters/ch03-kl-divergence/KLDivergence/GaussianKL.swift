import Tensors

/// KL(N(μ, diag e^λ) ‖ N(0, I)) in nats, summed over the latents: one number for each datum.
///
/// ½ Σⱼ (μⱼ² + e^λⱼ − 1 − λⱼ) with λ = log σ². Shapes: both `[batch, d]`, the result `[batch]`.
/// Kingma & Welling 2014 (arXiv:1312.6114), appendix B.
///
/// Equation: gaussian-kl
public func gaussianKL<Scalar>(
  mean: Tensor<Scalar>, logVariance: Tensor<Scalar>
) -> Tensor<Scalar> {
  0.5 * (square(mean) + (exp(logVariance) - 1 - logVariance)).sum(axis: -1)
}

/// The gradient of `gaussianKL(mean:logVariance:)` for each datum, by μ and by λ.
///
/// (μ, ½ (e^λ − 1)), both of shape `[batch, d]`.
///
/// Equation: kl-gradient
public func gaussianKLGradient<Scalar>(
  mean: Tensor<Scalar>, logVariance: Tensor<Scalar>
) -> (mean: Tensor<Scalar>, logVariance: Tensor<Scalar>) {
  (mean, 0.5 * (exp(logVariance) - 1))
}

/// The same divergence as a function of σ instead of λ, for σ > 0.
///
/// ½ Σⱼ (μⱼ² + σⱼ² − 1) − Σⱼ log σⱼ. Shapes: both `[batch, d]`, the result `[batch]`.
///
/// Equation: gaussian-kl-sigma
public func gaussianKL<Scalar>(
  mean: Tensor<Scalar>, standardDeviation: Tensor<Scalar>
) -> Tensor<Scalar> {
  (0.5 * (square(mean) + square(standardDeviation) - 1) - log(standardDeviation)).sum(axis: -1)
}

/// The gradient of `gaussianKL(mean:standardDeviation:)` for each datum, by μ and by σ.
///
/// (μ, σ − 1/σ), both of shape `[batch, d]`.
///
/// Equation: kl-gradient-sigma
public func gaussianKLGradient<Scalar>(
  mean: Tensor<Scalar>, standardDeviation: Tensor<Scalar>
) -> (mean: Tensor<Scalar>, standardDeviation: Tensor<Scalar>) {
  (mean, standardDeviation - 1 / standardDeviation)
}

/// The closed curve of the points (μ, σ) where KL(N(μ, σ²)‖N(0, 1)) has a given value, in nats.
///
/// By *gaussian-kl-sigma*, μ² + (σ² − 1 − 2 log σ) is twice the level. Both parts are not negative,
/// so they are cos² t and sin² t of it; σ then follows by halving an interval, above or below 1.
public func gaussianKLContour(level: Double) -> (mean: [Double], standardDeviation: [Double]) {
  let count = 160
  var curve: (mean: [Double], standardDeviation: [Double]) = ([], [])
  for step in 0...count {
    let angle = 2 * Double.pi * Double(step) / Double(count)
    let target = 2 * level * Double.sin(angle) * Double.sin(angle)
    var (inner, outer) = (1.0, step <= count / 2 ? 2 + 2 * level : 0)
    for _ in 0..<60 {
      let sigma = (inner + outer) / 2
      let isInside = sigma * sigma - 1 - 2 * Double.log(sigma) < target
      (inner, outer) = isInside ? (sigma, outer) : (inner, sigma)
    }
    curve.mean.append((2 * level).squareRoot() * Double.cos(angle))
    curve.standardDeviation.append(inner)
  }
  return curve
}

/// A Gaussian N(μ, diag e^λ) with independent coordinates, or a batch of them.
public struct DiagonalGaussian<Scalar: TensorScalar>: ParameterContainer, Sendable {
  /// μ: shape `[d]` or `[batch, d]`.
  public var mean: Tensor<Scalar>
  /// λ = log σ², of the same shape.
  public var logVariance: Tensor<Scalar>

  /// A Gaussian of the given mean and λ = log σ².
  public init(mean: Tensor<Scalar>, logVariance: Tensor<Scalar>) {
    guard mean.shape == logVariance.shape, mean.shape.rank > 0 else {
      fatalError("DiagonalGaussian: a mean \(mean.shape), a logVariance \(logVariance.shape)")
    }
    (self.mean, self.logVariance) = (mean, logVariance)
  }

  /// A Gaussian on one dimension: both shapes are `[1]`.
  public init(mean: Scalar, standardDeviation: Scalar) {
    self.init(mean: Tensor([mean]), logVariance: Tensor([2 * Scalar.log(standardDeviation)]))
  }

  /// σ, of the shape of the mean.
  public var standardDeviation: Tensor<Scalar> { exp(0.5 * logVariance) }

  /// log N(x; μ, diag e^λ) in nats, summed over coordinates: x of shape `[n, d]`, the result `[n]`.
  public func logDensity(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    let distance = square(x - mean) * exp(-logVariance)
    return -0.5 * (distance + logVariance + Scalar.log(2 * .pi)).sum(axis: -1)
  }

  /// `count` independent samples μ + σ ⊙ ε, for a mean of shape `[d]`: shape `[count, d]`.
  public func samples(_ count: Int, random: inout Random) -> Tensor<Scalar> {
    mean + standardDeviation * random.normal([count, mean.shape[-1]])
  }

  /// Calls `body` on μ and on λ.
  public mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void) {
    body(&mean)
    body(&logVariance)
  }
  /// `mean` and `logVariance`.
  public var parameterNames: [String] { ["mean", "logVariance"] }
}

/// KL(q‖p) of two Gaussians with independent coordinates, in nats, summed over the coordinates.
///
/// ½ Σⱼ [λp − λq + (e^λq + (μq − μp)²) e^(−λp) − 1]. For shapes `[batch, d]` the result is `[batch]`,
/// for `[d]` it is `[]`.
///
/// Equation: gaussian-kl-general
public func gaussianKL<Scalar>(
  _ q: DiagonalGaussian<Scalar>, _ p: DiagonalGaussian<Scalar>
) -> Tensor<Scalar> {
  let spread = (exp(q.logVariance) + square(q.mean - p.mean)) * exp(-p.logVariance)
  return 0.5 * (p.logVariance - q.logVariance + spread - 1).sum(axis: -1)
}

/// The gradient of `gaussianKL(q, p)` for each datum, by the parameters of q and of p.
///
/// With δ = μq − μp: δ e^(−λp) and ½ (e^(λq − λp) − 1) for q,
/// −δ e^(−λp) and ½ (1 − (e^λq + δ²) e^(−λp)) for p.
///
/// Equation: gaussian-kl-general-gradient
public func gaussianKLGradient<Scalar>(
  _ q: DiagonalGaussian<Scalar>, _ p: DiagonalGaussian<Scalar>
) -> (q: DiagonalGaussian<Scalar>, p: DiagonalGaussian<Scalar>) {
  let offset = q.mean - p.mean
  let pull = offset * exp(-p.logVariance)
  let spread = (exp(q.logVariance) + square(offset)) * exp(-p.logVariance)
  return (
    DiagonalGaussian(mean: pull, logVariance: 0.5 * (exp(q.logVariance - p.logVariance) - 1)),
    DiagonalGaussian(mean: -pull, logVariance: 0.5 * (1 - spread))
  )
}
