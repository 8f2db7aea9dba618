import Tensors

/// Eigenvalues and orthonormal eigenvectors of a symmetric matrix, largest eigenvalue first.
public struct SymmetricEigensystem: Sendable {
  /// The eigenvalues, in descending order.
  public let values: [Double]
  /// The eigenvectors, one a column, `[n, count]`; of each the largest entry is positive.
  public let vectors: Tensor<Double>

  /// All of them, by Jacobi's method, for a matrix `[n, n]` of which n is at most about a hundred.
  ///
  /// A rotation in the plane of coordinates p and q makes the entry (p, q) zero. It brings others
  /// back, but the sum of squares off the diagonal falls by 2 A_pq² each time, so that sweeps over all
  /// pairs end with a diagonal matrix; the product of the rotations has the eigenvectors.
  /// Golub & Van Loan, Matrix Computations, section 8.5.
  public init(_ matrix: Tensor<Double>) {
    guard matrix.shape.rank == 2, matrix.shape[0] == matrix.shape[1] else {
      fatalError("SymmetricEigensystem: needs a square matrix, not \(matrix.shape)")
    }
    let n = matrix.shape[0]
    var a = matrix
    var v = Tensor<Double>.identity(n)
    let scale = square(matrix).sum().scalar
    a.withUnsafeMutableScalars { a in
      v.withUnsafeMutableScalars { v in
        for _ in 0..<60 {
          var off = 0.0
          for p in 0..<n { for q in 0..<p { off += a[p * n + q] * a[p * n + q] } }
          if off <= 1e-34 * scale { break }
          for p in 0..<n {
            for q in p + 1..<max(n, p + 1) { rotate(a.baseAddress!, v.baseAddress!, n, p, q) }
          }
        }
      }
    }
    let diagonal = (0..<n).map { a[$0, $0] }
    let order = (0..<n).sorted { (diagonal[$0], $1) > (diagonal[$1], $0) }
    values = order.map { diagonal[$0] }
    vectors = withPositivePeaks(v.transposed().rows(at: order)).transposed()
  }

  /// The `count` leading ones of a positive semidefinite matrix `[n, n]` of any size, by subspace
  /// iteration.
  ///
  /// Multiplying a random subspace by the matrix again and again turns it towards the leading
  /// eigenvectors; within it, the small matrix QᵀAQ is diagonalised by Jacobi's method. A few more
  /// directions than asked for make it converge faster; the rank must not be below their number. It
  /// ends when ‖A v − λ v‖ is at most `tolerance` times the largest eigenvalue for each pair asked for.
  public init(
    leading count: Int, of matrix: Tensor<Double>, tolerance: Double = 1e-11,
    random: inout Random
  ) {
    let n = matrix.shape[0]
    guard matrix.shape == [n, n], count > 0, count <= n else {
      fatalError("SymmetricEigensystem: \(count) leading eigenvectors of shape \(matrix.shape)")
    }
    var q = orthonormalized(random.normal([n, Swift.min(n, count + 16)]))
    for _ in 0..<1_000 {
      let y = matmul(matrix, q)
      let small = SymmetricEigensystem(matmul(q, y, transposingFirst: true))
      q = matmul(q, small.vectors)
      let image = matmul(y, small.vectors)
      let residual = (image - q * Tensor(small.values)).sliced(axis: 1, 0..<count)
      if sqrt(square(residual).sum(axis: 0)).max() <= tolerance * small.values[0] {
        values = Array(small.values.prefix(count))
        vectors = withPositivePeaks(q.sliced(axis: 1, 0..<count).transposed()).transposed()
        return
      }
      q = orthonormalized(matmul(matrix, image))
    }
    fatalError("SymmetricEigensystem: no convergence to \(count) eigenvectors of \(matrix.shape)")
  }
}

/// One rotation of Jacobi's: makes entry (p, q) of the symmetric matrix `a` zero, and turns the columns
/// p and q of `v` likewise.
private func rotate(
  _ a: UnsafeMutablePointer<Double>, _ v: UnsafeMutablePointer<Double>, _ n: Int, _ p: Int, _ q: Int
) {
  let entry = a[p * n + q]
  if entry == 0 { return }
  let (c, s) = rotation(first: a[p * n + p], second: a[q * n + q], between: entry)
  for k in 0..<n {
    let (x, y) = (a[k * n + p], a[k * n + q])
    (a[k * n + p], a[k * n + q]) = (c * x - s * y, s * x + c * y)
  }
  for k in 0..<n {
    let (x, y) = (a[p * n + k], a[q * n + k])
    (a[p * n + k], a[q * n + k]) = (c * x - s * y, s * x + c * y)
    let (u, w) = (v[k * n + p], v[k * n + q])
    (v[k * n + p], v[k * n + q]) = (c * u - s * w, s * u + c * w)
  }
  (a[p * n + q], a[q * n + p]) = (0, 0)
}

/// Each row with its sign chosen so that its largest entry is positive.
private func withPositivePeaks(_ rows: Tensor<Double>) -> Tensor<Double> {
  let peaks = (0..<rows.shape[0]).map { i in
    let row = rows.rows(at: [i])
    return row.max() >= -row.min() ? 1.0 : -1
  }
  return rows * Tensor([peaks.count, 1], peaks)
}
