import Tensors

/// The Cholesky factor of a symmetric positive definite matrix A: the lower triangular L with A = L Lᵀ.
///
/// All that a covariance matrix is asked for follows from L: its determinant, its inverse, a sample.
public struct Cholesky: Sendable {
  /// L: shape `[n, n]`, zeros above the diagonal.
  public let factor: Tensor<Double>

  /// Factors `matrix`, of shape `[n, n]`, of which the lower triangle is read; traps when it is not
  /// positive definite.
  public init(_ matrix: Tensor<Double>) {
    guard matrix.shape.rank == 2, matrix.shape[0] == matrix.shape[1] else {
      fatalError("Cholesky: needs a square matrix, not \(matrix.shape)")
    }
    let n = matrix.shape[0]
    let a = matrix.scalars
    var l = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0...i {
        var rest = a[i * n + j]
        for k in 0..<j { rest -= l[i * n + k] * l[j * n + k] }
        if i == j {
          guard rest > 0 else { fatalError("Cholesky: pivot \(i) is \(rest), not positive") }
          l[i * n + i] = rest.squareRoot()
        } else {
          l[i * n + j] = rest / l[j * n + j]
        }
      }
    }
    factor = Tensor([n, n], l)
  }

  /// log det A = 2 Σ log Lᵢᵢ.
  public var logDeterminant: Double {
    (0..<factor.shape[0]).reduce(0) { $0 + 2 * Double.log(factor[$1, $1]) }
  }

  /// The solution X of A X = B, columns together: B and X of shape `[n, m]`.
  ///
  /// First L Y = B from the top, then Lᵀ X = Y from the bottom.
  public func solve(_ b: Tensor<Double>) -> Tensor<Double> {
    let n = factor.shape[0]
    guard b.shape.rank == 2, b.shape[0] == n else {
      fatalError("Cholesky.solve: \(factor.shape) with a right side of shape \(b.shape)")
    }
    let m = b.shape[1]
    let l = factor.scalars
    var x = b.scalars
    for column in 0..<m {
      for i in 0..<n {
        for k in 0..<i { x[i * m + column] -= l[i * n + k] * x[k * m + column] }
        x[i * m + column] /= l[i * n + i]
      }
      for i in (0..<n).reversed() {
        for k in i + 1..<n { x[i * m + column] -= l[k * n + i] * x[k * m + column] }
        x[i * m + column] /= l[i * n + i]
      }
    }
    return Tensor([n, m], x)
  }

  /// A⁻¹: shape `[n, n]`.
  public var inverse: Tensor<Double> { solve(.identity(factor.shape[0])) }
}
