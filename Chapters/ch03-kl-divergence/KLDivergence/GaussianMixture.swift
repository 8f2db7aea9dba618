import Tensors

/// A mixture of Gaussians on one dimension: p(x) = Σₖ wₖ N(x; mₖ, sₖ²).
public struct GaussianMixture: Sendable {
  /// w, which sum to 1: shape `[k]`.
  public let weights: Tensor<Double>
  /// m: shape `[k]`.
  public let means: Tensor<Double>
  /// s: shape `[k]`.
  public let standardDeviations: Tensor<Double>

  /// A mixture of components given by weight, mean and standard deviation.
  public init(_ components: [(weight: Double, mean: Double, standardDeviation: Double)]) {
    let total = components.reduce(0) { $0 + $1.weight }
    guard Swift.abs(total - 1) < 1e-12 else {
      fatalError("GaussianMixture: weights sum to \(total)")
    }
    weights = Tensor(components.map(\.weight))
    means = Tensor(components.map(\.mean))
    standardDeviations = Tensor(components.map(\.standardDeviation))
  }

  /// log p(x) in nats: `[n]` to `[n]`.
  public func logDensity(_ x: Tensor<Double>) -> Tensor<Double> {
    let scaled = (x.expanded(axis: 1) - means) / standardDeviations
    let logScale = log(weights / standardDeviations) - 0.5 * Double.log(2 * .pi)
    return (logScale - 0.5 * square(scaled)).logSumExp(axis: 1)
  }

  /// E_p[f(x)] by quadrature, component by component: shape `[]`.
  public func expectation(of function: (Tensor<Double>) -> Tensor<Double>) -> Tensor<Double> {
    var sum = Tensor(0.0)
    for k in 0..<weights.count {
      sum =
        sum + weights[k]
        * gaussianExpectation(
          mean: Tensor(means[k]), standardDeviation: Tensor(standardDeviations[k]), of: function)
    }
    return sum
  }
}

/// The Gaussian with the mean and the variance of a mixture, which minimises KL(p‖q) over all
/// Gaussians q.
///
/// E_p[x] = Σ wₖ mₖ and Var_p[x] = Σ wₖ (sₖ² + mₖ²) − E_p[x]².
///
/// Equation: moment-matching
public func momentMatched(_ p: GaussianMixture) -> DiagonalGaussian<Double> {
  let mean = (p.weights * p.means).sum()
  let spread = square(p.standardDeviations) + square(p.means - mean)
  return DiagonalGaussian(
    mean: mean.reshaped([1]), logVariance: log((p.weights * spread).sum()).reshaped([1]))
}

/// KL(p‖q) in nats from a mixture p to a Gaussian q on one dimension, by quadrature: shape `[]`.
///
/// Equation: moment-matching
public func forwardKL(_ p: GaussianMixture, _ q: DiagonalGaussian<Double>) -> Tensor<Double> {
  p.expectation { x in p.logDensity(x) - q.logDensity(x.expanded(axis: 1)) }
}

/// KL(q‖p) in nats from a Gaussian q on one dimension to a mixture p, by quadrature: shape `[]`.
public func reverseKL(_ q: DiagonalGaussian<Double>, _ p: GaussianMixture) -> Tensor<Double> {
  quadratureKL(q, p.logDensity)
}

/// The Gaussian that gradient descent on KL(q‖p) reaches from a start.
///
/// - Parameters:
///   - p: The mixture to fit.
///   - start: The first q.
///   - steps: The number of steps.
///   - rate: The step size, in μ and in λ.
public func reverseFit(
  _ p: GaussianMixture, from start: DiagonalGaussian<Double>, steps: Int = 400, rate: Double = 0.2
) -> DiagonalGaussian<Double> {
  var q = start
  for _ in 0..<steps {
    let gradient = valueAndGradient(at: q) { reverseKL($0, p) }.gradient
    q.mean = q.mean - rate * gradient.mean
    q.logVariance = q.logVariance - rate * gradient.logVariance
  }
  return q
}
