import Tensors

/// The rows of a matrix as pictures, values from 0 to 1.
public func pictures<Scalar>(_ rows: Tensor<Scalar>) -> [[Double]] {
  (0..<rows.shape[0]).map { index in rows.rows(at: [index]).scalars.map { Double($0) } }
}

/// The rows of a matrix as pictures in which 0 is the middle grey and each row's largest magnitude is
/// black or white.
public func signedPictures<Scalar>(_ rows: Tensor<Scalar>) -> [[Double]] {
  pictures(0.5 + 0.5 * rows / abs(rows).max(axis: 1).expanded(axis: 1))
}
