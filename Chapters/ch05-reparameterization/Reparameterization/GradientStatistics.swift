import Tensors

/// Mean and variance of independent estimates of a gradient, for each parameter.
public struct GradientStatistics: Sendable {
  /// The number of estimates.
  public let count: Int
  /// The mean of the estimates: shape `[parameters]`.
  public let mean: Tensor<Double>
  /// The variance of one estimate, with divisor count − 1: shape `[parameters]`.
  public let variance: Tensor<Double>

  /// The statistics of the columns of `estimates`, shape `[samples, parameters]`, at least two
  /// samples.
  public init(_ estimates: Tensor<Double>) {
    count = estimates.shape[0]
    guard count > 1 else { fatalError("GradientStatistics: \(count) estimates have no variance") }
    mean = estimates.mean(axis: 0)
    variance = square(estimates - mean).sum(axis: 0) / Double(count - 1)
  }

  /// The standard error of the mean: shape `[parameters]`.
  public var standardError: Tensor<Double> { sqrt(variance / Double(count)) }

  /// How many standard errors the mean lies from `exact`, for the worst parameter.
  public func worstDeviation(from exact: Tensor<Double>) -> Double {
    (abs(mean - exact) / standardError).max()
  }
}

/// The variance of the mean of `size` estimates, measured over all disjoint groups of that size.
///
/// - Parameters:
///   - estimates: Shape `[samples, parameters]`; samples beyond the last whole group are left out.
///   - size: How many estimates a group averages; at least two groups must fit.
/// - Returns: Shape `[parameters]`.
public func varianceOfMeans(_ estimates: Tensor<Double>, of size: Int) -> Tensor<Double> {
  let (groups, width) = (estimates.shape[0] / size, estimates.shape[1])
  let used = estimates.sliced(axis: 0, 0..<groups * size)
  return GradientStatistics(used.reshaped([groups, size, width]).mean(axis: 1)).variance
}

/// The slope of log y against log x, fitted by least squares.
public func logLogSlope(x: [Double], y: [Double]) -> Double {
  let (u, v) = (log(Tensor(x)), log(Tensor(y)))
  let centred = u - u.mean()
  return ((centred * (v - v.mean())).sum() / square(centred).sum()).scalar
}
