import Tensors
import Training

/// The error of projecting centred data with covariance `c`, `[n, n]`, on the span of the orthonormal
/// columns of `q`, `[n, d]`: tr C − tr QᵀCQ, a sum over pixels and a mean over data.
///
/// Equation: projection-error
public func projectionError(covariance c: Tensor<Double>, onto q: Tensor<Double>) -> Double {
  trace(c) - (q * matmul(c, q)).sum().scalar
}

/// An invertible matrix A with its inverse, both `[d, d]`.
public struct InvertibleMatrix: Sendable {
  /// A.
  public let matrix: Tensor<Double>
  /// A⁻¹.
  public let inverse: Tensor<Double>

  /// A = U diag(s) Vᵀ with random rotations U and V and random s from ½ to 2; its inverse is
  /// V diag(1/s) Uᵀ. Every invertible matrix has this form, for some positive s.
  public init(dimensions d: Int, random: inout Random) {
    let (u, v) = (orthonormalized(random.normal([d, d])), orthonormalized(random.normal([d, d])))
    let s: Tensor<Double> = 0.5 + 1.5 * random.uniform([d])
    matrix = matmul(u * s, v, transposingSecond: true)
    inverse = matmul(v / s, u, transposingSecond: true)
  }
}

extension TwoLayerAutoencoder where Scalar == Double {
  /// A linear autoencoder of the least possible error: W₁ = V_d A and W₂ = A⁻¹ V_dᵀ for any
  /// invertible A, with biases that take out the mean and put it back.
  ///
  /// Equation: linear-autoencoder-pca
  public init(
    optimal components: PrincipalComponents, mixing a: InvertibleMatrix
  ) {
    let directions = components.leading(a.matrix.shape[0])
    let weight = matmul(directions, a.matrix)
    let mean = components.mean.expanded(axis: 0)
    self.init(
      encoder: Dense(weight: weight, bias: -matmul(mean, weight).reshaped([weight.shape[1]])),
      decoder: Dense(
        weight: matmul(a.inverse, directions, transposingSecond: true), bias: components.mean),
      activation: nil, output: .squaredError)
  }
}

/// Digits with half as many rows and columns, each pixel the mean of four: `[batch, height · width]` to
/// `[batch, height · width / 4]`.
public func halved<Scalar>(_ x: Tensor<Scalar>, height: Int, width: Int) -> Tensor<Scalar> {
  x.reshaped([x.shape[0] * height / 2, 2, width]).mean(axis: 1)
    .reshaped([x.shape[0] * height / 2 * width / 2, 2]).mean(axis: 1)
    .reshaped([x.shape[0], height * width / 4])
}
