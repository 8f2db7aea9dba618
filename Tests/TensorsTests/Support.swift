import Foundation

@testable import Tensors

/// Whether two tensors have one shape and the same bits, the sign of zero and not-a-number included.
func sameBits<Scalar>(_ left: Tensor<Scalar>, _ right: Tensor<Scalar>) -> Bool {
  guard left.shape == right.shape else { return false }
  return left.withUnsafeScalars { a in
    right.withUnsafeScalars { b in
      a.count == 0
        || memcmp(a.baseAddress!, b.baseAddress!, a.count * MemoryLayout<Scalar>.stride) == 0
    }
  }
}

/// All indices of a shape, in row-major order.
func indices(of shape: Shape) -> [[Int]] {
  shape.axes.reduce([[]]) { prefixes, extent in
    prefixes.flatMap { prefix in (0..<extent).map { prefix + [$0] } }
  }
}

extension Tensor {
  /// The element at the given indices, as a list.
  func at(_ indices: [Int]) -> Scalar {
    scalars[Swift.zip(indices, shape.axes).reduce(0) { $0 * $1.1 + $1.0 }]
  }

  /// The tensor 1, 2, 3, … of a shape.
  static func counting(_ shape: Shape) -> Tensor {
    Tensor(shape, (0..<shape.count).map { Scalar($0 + 1) })
  }
}

/// Runs `body` with a number of threads, and sets it back.
func withThreads<Result>(_ threads: Int, _ body: () throws -> Result) rethrows -> Result {
  let before = Parallel.threads
  defer { Parallel.threads = before }
  Parallel.threads = threads
  return try body()
}
