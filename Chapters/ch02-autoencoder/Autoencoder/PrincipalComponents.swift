import Tensors

/// The covariance of data `[count, n]` about their mean, divided by the count: `[n, n]`.
public func covariance(_ x: Tensor<Double>) -> Tensor<Double> {
  let centred = x - x.mean(axis: 0)
  return matmul(centred, centred, transposingFirst: true) / Double(x.shape[0])
}

/// The sum of the diagonal of a square matrix.
public func trace(_ matrix: Tensor<Double>) -> Double {
  (0..<matrix.shape[0]).reduce(0) { $0 + matrix[$1, $1] }
}

/// The mean of data and the directions of their greatest variance.
public struct PrincipalComponents: Sendable {
  /// The mean of the data: `[n]`.
  public let mean: Tensor<Double>
  /// Orthonormal directions, one a column, that of the greatest variance first: `[n, count]`.
  public let directions: Tensor<Double>
  /// The variance along each direction: the eigenvalues λ₁ ≥ λ₂ ≥ … of the covariance.
  public let variances: [Double]
  /// The variance in all n directions together: the covariance's trace.
  public let totalVariance: Double

  /// The `count` leading components of data `[N, n]`.
  public init(of x: Tensor<Double>, count: Int, random: inout Random) {
    let c = covariance(x)
    mean = x.mean(axis: 0)
    totalVariance = trace(c)
    let system =
      c.shape[0] <= 64
      ? SymmetricEigensystem(c) : SymmetricEigensystem(leading: count, of: c, random: &random)
    directions = system.vectors.sliced(axis: 1, 0..<count)
    variances = Array(system.values.prefix(count))
  }

  /// The leading `d` directions, V_d: `[n, d]`.
  public func leading(_ d: Int) -> Tensor<Double> { directions.sliced(axis: 1, 0..<d) }

  /// The coordinates of data `[batch, n]` along the leading `d` directions: `[batch, d]`.
  public func encode(_ x: Tensor<Double>, dimensions d: Int) -> Tensor<Double> {
    matmul(x - mean, leading(d))
  }

  /// The data that coordinates `[batch, d]` stand for: `[batch, n]`.
  public func decode(_ z: Tensor<Double>) -> Tensor<Double> {
    matmul(z, leading(z.shape[1]), transposingSecond: true) + mean
  }

  /// The data projected on the mean plus the leading `d` directions: `[batch, n]`.
  public func reconstruct(_ x: Tensor<Double>, dimensions d: Int) -> Tensor<Double> {
    decode(encode(x, dimensions: d))
  }

  /// The smallest error, on the data themselves, of any linear autoencoder with a code of `d` numbers:
  /// the variance that is left out. A sum over pixels and a mean over data.
  ///
  /// Equation: pca-optimum
  public func optimalError(dimensions d: Int) -> Double {
    totalVariance - variances.prefix(d).reduce(0, +)
  }

  /// The error of reconstructing other data `[batch, n]` from their coordinates along the leading d
  /// directions, for d = 0, 1, …, count: what Pythagoras leaves of their squared distance from the mean.
  /// A sum over pixels and a mean over data.
  public func errors(on x: Tensor<Double>) -> [Double] {
    let z = encode(x, dimensions: variances.count)
    let total = square(x - mean).sum().scalar
    let kept = square(z).sum(axis: 0).scalars
    let left = kept.reduce(into: [total]) { $0.append($0[$0.count - 1] - $1) }
    return left.map { $0 / Double(x.shape[0]) }
  }

  /// Samples from the normal distribution with the mean and the covariance of the data, as far as the
  /// components at hand describe it: `[count, n]`.
  public func sample(_ count: Int, random: inout Random) -> Tensor<Double> {
    let deviations = Tensor(variances.map { Swift.max($0, 0).squareRoot() })
    return decode(random.normal([count, variances.count]) * deviations)
  }
}
