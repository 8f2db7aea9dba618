import Tensors

/// The index of the nearest code of each encoding, in Euclidean distance; the first one on a tie.
///
/// ‖z − e‖² = ‖z‖² − 2 (z · e − ½ ‖e‖²), so the nearest code has the largest z · e − ½ ‖e‖²: one
/// matrix product gives it for all pairs. Shapes: encodings `[n, d]`, codebook `[K, d]`; the result
/// has n indices from 0 to K − 1. No gradient flows.
///
/// Equation: nearest-code
public func nearestCodes<Scalar>(
  _ encodings: Tensor<Scalar>, codebook: Tensor<Scalar>
) -> [Int] {
  let (z, e) = (stopGradient(encodings), stopGradient(codebook))
  return largestIndices(matmul(z, e, transposingSecond: true) - 0.5 * square(e).sum(axis: 1))
}

/// The place of the largest element of each row: `[n, K]` to n indices; the first one on a tie.
@_specialize(where Scalar == Float)
@_specialize(where Scalar == Double)
func largestIndices<Scalar: TensorScalar>(_ scores: Tensor<Scalar>) -> [Int] {
  let (rows, columns) = (scores.shape[0], scores.shape[1])
  return scores.withUnsafeScalars { all in
    var indices = [Int](repeating: 0, count: rows)
    for row in 0..<rows {
      let begin = row &* columns
      var (best, place) = (all[begin], 0)
      for column in 1..<Swift.max(columns, 1) where all[begin &+ column] > best {
        (best, place) = (all[begin &+ column], column)
      }
      indices[row] = place
    }
    return indices
  }
}

/// What one training step holds still: the values under its stop-gradients.
///
/// A copy taken at the point where the gradient is wanted. The loss then has two kinds of arguments:
/// these frozen copies, and the encodings and codes that may move. By the second kind it has an
/// ordinary derivative, and finite differences may be taken of it.
public struct FrozenCopies<Scalar: TensorScalar>: Sendable {
  /// Which code each encoding was given: n indices.
  public let assignments: [Int]
  /// The encodings z̄: shape `[n, d]`.
  public let encodings: Tensor<Scalar>
  /// The code ē of each encoding: shape `[n, d]`.
  public let codes: Tensor<Scalar>

  /// Freezes encodings `[n, d]` and the nearest codes of a codebook `[K, d]`.
  public init(encodings: Tensor<Scalar>, codebook: Tensor<Scalar>) {
    self.encodings = stopGradient(encodings)
    assignments = nearestCodes(encodings, codebook: codebook)
    codes = stopGradient(codebook).rows(at: assignments)
  }
}

/// What the decoder reads: the code's value, with the gradient of the encoding.
///
/// z + (ē − z̄). At the point where the copies were frozen this is ē; its derivative by z is 1, by the
/// codebook 0. Shapes: all `[n, d]`.
///
/// Bengio, Léonard & Courville 2013 (arXiv:1308.3432); van den Oord et al. 2017 (arXiv:1711.00937).
///
/// Equation: straight-through
public func straightThrough<Scalar>(
  _ encodings: Tensor<Scalar>, frozen: FrozenCopies<Scalar>
) -> Tensor<Scalar> {
  encodings + (frozen.codes - frozen.encodings)
}
