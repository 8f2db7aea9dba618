import Tensors

// Matrices as rows of numbers, for expected values that are found by plain loops.

extension Tensor where Scalar == Double {
  /// The rows of a matrix.
  var matrixRows: [[Double]] {
    let (width, all) = (shape[1], scalars)
    return (0..<shape[0]).map { Array(all[$0 * width..<($0 + 1) * width]) }
  }

  /// A matrix from its rows, at least one.
  init(matrixRows rows: [[Double]]) {
    self.init([rows.count, rows[0].count], rows.flatMap { $0 })
  }
}

/// The inner product of two rows.
func inner(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}

/// ‖a − b‖² of two rows.
func squaredDistance(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
}

/// log Σ eᵃ of a row, the largest exponent taken out first.
func logOfSum(_ row: [Double]) -> Double {
  let largest = row.max() ?? 0
  return largest + Double.log(row.reduce(0) { $0 + Double.exp($1 - largest) })
}
