import Tensors

/// An orthonormal basis of the span of the columns of a matrix, `[n, d]` to `[n, d]`; traps when they
/// are linearly dependent.
///
/// Gram and Schmidt's method, each column twice so that rounding leaves no trace of the others.
public func orthonormalized(_ columns: Tensor<Double>) -> Tensor<Double> {
  let (n, d) = (columns.shape[0], columns.shape[1])
  var rows = columns.transposed()
  rows.withUnsafeMutableScalars { all in
    for i in 0..<d {
      let v = Row(rebasing: all[i * n..<(i + 1) * n])
      let before = dot(v, v)
      for _ in 0..<2 {
        for j in 0..<i {
          let u = Row(rebasing: all[j * n..<(j + 1) * n])
          let overlap = dot(u, v)
          for k in 0..<n { v[k] -= overlap * u[k] }
        }
      }
      let length = dot(v, v).squareRoot()
      guard length > 1e-12 * before.squareRoot() else {
        fatalError("orthonormalized: column \(i) of \(columns.shape) depends on those before it")
      }
      for k in 0..<n { v[k] /= length }
    }
  }
  return rows.transposed()
}

/// The singular values of a matrix `[n, d]`, the largest first.
///
/// Jacobi's method from one side (Hestenes): columns are rotated in pairs until each is orthogonal to
/// all others. Rotations leave the singular values as they are, and those of a matrix with orthogonal
/// columns are the columns' lengths. Small ones come out as exactly as large ones.
public func singularValues(_ matrix: Tensor<Double>) -> [Double] {
  let (n, d) = (matrix.shape[0], matrix.shape[1])
  var rows = matrix.transposed()
  return rows.withUnsafeMutableScalars { all in
    let row = { (i: Int) in Row(rebasing: all[i * n..<(i + 1) * n]) }
    var isOrthogonal = false
    while !isOrthogonal {
      isOrthogonal = true
      for q in 0..<d {
        for p in 0..<q {
          let (x, y) = (row(p), row(q))
          let (xx, yy, xy) = (dot(x, x), dot(y, y), dot(x, y))
          if Swift.abs(xy) <= 1e-15 * (xx * yy).squareRoot() { continue }
          isOrthogonal = false
          let (c, s) = rotation(first: xx, second: yy, between: xy)
          for k in 0..<n { (x[k], y[k]) = (c * x[k] - s * y[k], s * x[k] + c * y[k]) }
        }
      }
    }
    return (0..<d).map { dot(row($0), row($0)).squareRoot() }.sorted(by: >)
  }
}

/// Cosine and sine of the smaller angle by which to rotate so that the symmetric matrix
/// [[first, between], [between, second]] becomes diagonal; `between` is not 0.
///
/// The tangent t solves t² + 2 τ t − 1 = 0 with τ = (second − first) / (2 between).
func rotation(first: Double, second: Double, between: Double) -> (cosine: Double, sine: Double) {
  let tau = (second - first) / (2 * between)
  let t = (tau >= 0 ? 1 : -1) / (Swift.abs(tau) + (1 + tau * tau).squareRoot())
  let c = 1 / (1 + t * t).squareRoot()
  return (c, t * c)
}

private typealias Row = UnsafeMutableBufferPointer<Double>

/// The inner product, in eight running sums that are joined in order.
private func dot(_ x: Row, _ y: Row) -> Double {
  var sums = SIMD8<Double>()
  let whole = x.count / 8 * 8
  for i in stride(from: 0, to: whole, by: 8) {
    for lane in 0..<8 { sums[lane] += x[i + lane] * y[i + lane] }
  }
  var total = (0..<8).reduce(0.0) { $0 + sums[$1] }
  for i in whole..<x.count { total += x[i] * y[i] }
  return total
}
