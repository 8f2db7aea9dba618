import Tensors

/// Three estimators of KL(q‖p) from one sample x of q, as functions of r = p(x) / q(x).
///
/// The names are those of John Schulman, "Approximating KL divergence", 2020.
public enum KLEstimator: String, CaseIterable, Sendable {
  /// −log r: unbiased, of either sign.
  case k1
  /// ½ (log r)²: biased, never negative.
  case k2
  /// r − 1 − log r: unbiased, never negative.
  case k3

  /// The estimate from each sample, in nats: log r of shape `[n]` to `[n]`.
  ///
  /// Equation: k1-unbiased
  /// Equation: k3-unbiased
  public func values<Scalar>(logRatio: Tensor<Scalar>) -> Tensor<Scalar> {
    switch self {
    case .k1: -logRatio
    case .k2: 0.5 * square(logRatio)
    case .k3: exp(logRatio) - 1 - logRatio
    }
  }

  /// The exact bias for q = N(0, 1) and p = N(m, 1): m⁴/8 for k2, else 0.
  ///
  /// Equation: k2-bias
  public func exactBias(shift m: Double) -> Double { self == .k2 ? m * m * m * m / 8 : 0 }

  /// The exact variance of one estimate for q = N(0, 1) and p = N(m, 1).
  ///
  /// Equation: estimator-variances
  public func exactVariance(shift m: Double) -> Double {
    let square = m * m
    switch self {
    case .k1: return square
    case .k2: return square * square / 2 + square * square * square / 4
    case .k3: return Double.exp(square) - 1 - square
    }
  }
}

/// log r = log p(x) − log q(x) at `count` samples x of q: shape `[count]`.
public func logRatios(
  _ q: DiagonalGaussian<Double>, _ p: DiagonalGaussian<Double>, count: Int, random: inout Random
) -> Tensor<Double> {
  let x = q.samples(count, random: &random)
  return p.logDensity(x) - q.logDensity(x)
}

/// The mean of samples and how far they spread.
public struct SampleSpread: Sendable {
  /// The mean of the samples.
  public let mean: Double
  /// The standard deviation of one sample.
  public let standardDeviation: Double
  /// The standard deviation of the mean.
  public let standardError: Double

  /// The spread of at least two samples, of shape `[n]`.
  public init(_ samples: Tensor<Double>) {
    let n = Double(samples.count)
    let centre = samples.mean()
    mean = centre.scalar
    standardDeviation = (square(samples - centre).sum().scalar / (n - 1)).squareRoot()
    standardError = standardDeviation / n.squareRoot()
  }
}

/// The derivative by σ of each estimate of KL(N(0, σ²)‖N(0, 1)) with the samples held fixed: `[n]`.
///
/// The samples are x = σ ε, but the derivative treats x as a constant and sees σ only in log q(x):
/// ∂ log q / ∂σ = (ε² − 1) / σ. The means are 0 for k1, σ − 1/σ for k2 and 1/σ − 1/σ³ for k3, of
/// which only k2's is the derivative of KL(q‖p).
///
/// Equation: frozen-gradient
public func frozenSampleDerivative(
  _ estimator: KLEstimator, standardDeviation sigma: Double, count: Int, random: inout Random
) -> Tensor<Double> {
  let epsilon: Tensor<Double> = random.normal([count])
  let score = (square(epsilon) - 1) / sigma
  let logRatio = 0.5 * (square(epsilon) - square(sigma * epsilon)) + Double.log(sigma)
  switch estimator {
  case .k1: return score
  case .k2: return -logRatio * score
  case .k3: return (1 - exp(logRatio)) * score
  }
}
