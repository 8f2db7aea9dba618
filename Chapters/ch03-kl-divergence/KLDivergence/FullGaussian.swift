import Tensors

/// A Gaussian N(μ, Σ) on d dimensions with any covariance matrix.
public struct FullGaussian: Sendable {
  /// μ: shape `[d]`.
  public let mean: Tensor<Double>
  /// Σ, symmetric and positive definite: shape `[d, d]`.
  public let covariance: Tensor<Double>
  /// The factor L of Σ = L Lᵀ.
  public let cholesky: Cholesky

  /// A Gaussian of a mean `[d]` and a covariance matrix `[d, d]`.
  ///
  /// It traps when the matrix is not symmetric (up to 10⁻⁹ of its largest element) or not positive
  /// definite.
  public init(mean: Tensor<Double>, covariance: Tensor<Double>) {
    guard mean.shape.rank == 1, covariance.shape == [mean.count, mean.count] else {
      fatalError("FullGaussian: a mean \(mean.shape) with a covariance \(covariance.shape)")
    }
    let asymmetry = abs(covariance - covariance.transposed()).max()
    guard asymmetry <= 1e-9 * abs(covariance).max() else {
      fatalError("FullGaussian: a covariance with asymmetry \(asymmetry)")
    }
    (self.mean, self.covariance) = (stopGradient(mean), stopGradient(covariance))
    cholesky = Cholesky(covariance)
  }

  /// The number of dimensions d.
  public var dimensions: Int { mean.count }

  /// log N(x; μ, Σ) in nats, for one point x of shape `[d]`.
  public func logDensity(_ x: Tensor<Double>) -> Double {
    logDensities(x.reshaped([1, dimensions])).scalar
  }

  /// log N(x; μ, Σ) in nats, for each of n points: x of shape `[n, d]`, the result `[n]`.
  ///
  /// −½ (x − μ)ᵀ Σ⁻¹ (x − μ) − ½ log det Σ − ½ d log 2π.
  public func logDensities(_ x: Tensor<Double>) -> Tensor<Double> {
    let offsets = (x - mean).transposed()
    let distances = (offsets * cholesky.solve(offsets)).sum(axis: 0)
    return -0.5 * (distances + cholesky.logDeterminant + Double(dimensions) * Double.log(2 * .pi))
  }

  /// `count` independent samples μ + L ε, with ε from N(0, I): shape `[count, d]`.
  public func samples(_ count: Int, random: inout Random) -> Tensor<Double> {
    let noise: Tensor<Double> = random.normal([count, dimensions])
    return mean + matmul(noise, cholesky.factor.transposed())
  }
}

/// KL(q‖p) of two Gaussians with full covariance, in nats.
///
/// ½ [tr(Σp⁻¹ Σq) + (μp − μq)ᵀ Σp⁻¹ (μp − μq) − d + log det Σp − log det Σq]
///
/// Equation: full-gaussian-kl
public func fullGaussianKL(_ q: FullGaussian, _ p: FullGaussian) -> Double {
  let d = q.dimensions
  guard p.dimensions == d else { fatalError("fullGaussianKL: \(d) and \(p.dimensions) dimensions") }
  let offset = (p.mean - q.mean).reshaped([d, 1])
  let trace = (p.cholesky.inverse * q.covariance).sum().scalar
  let distance = (offset * p.cholesky.solve(offset)).sum().scalar
  let logRatio = p.cholesky.logDeterminant - q.cholesky.logDeterminant
  return 0.5 * (trace + distance - Double(d) + logRatio)
}

/// The gradient of KL(q‖p) by μq, shape `[d]`, and by Σq, shape `[d, d]`.
///
/// Σp⁻¹ (μq − μp) and ½ (Σp⁻¹ − Σq⁻¹). The d² elements of Σq count as variables of their own, so
/// that along a symmetric change dΣ the divergence changes by the sum of gradient · dΣ.
///
/// Equation: full-gaussian-kl-gradient
public func fullGaussianKLGradient(
  _ q: FullGaussian, _ p: FullGaussian
) -> (mean: Tensor<Double>, covariance: Tensor<Double>) {
  let d = q.dimensions
  guard p.dimensions == d else {
    fatalError("fullGaussianKLGradient: \(d) and \(p.dimensions) dimensions")
  }
  let offset = (q.mean - p.mean).reshaped([d, 1])
  return (
    p.cholesky.solve(offset).reshaped([d]),
    0.5 * (p.cholesky.inverse - q.cholesky.inverse)
  )
}
