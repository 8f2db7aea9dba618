import KLDivergence
import Reparameterization
import Tensors

/// One planar layer, z ↦ z + û tanh(wᵀz + b). Rezende & Mohamed 2015 (arXiv:1505.05770).
///
/// û is u with its component along w changed so that wᵀû = softplus(wᵀu) − 1 is above −1: then the
/// layer is invertible.
public struct PlanarLayer<Scalar: TensorScalar>: ParameterContainer, Sendable {
  /// w: shape `[d, 1]`.
  public var direction: Tensor<Scalar>
  /// u: shape `[1, d]`.
  public var shift: Tensor<Scalar>
  /// b: shape `[1]`.
  public var offset: Tensor<Scalar>

  /// A layer that does little: w and u small and random.
  public init(dimensions d: Int, random: inout Random) {
    direction = 0.3 * random.normal([d, 1])
    shift = 0.3 * random.normal([1, d])
    offset = .zeros([1])
  }

  /// wᵀû = softplus(wᵀu) − 1, and û: shapes `[1, 1]` and `[1, d]`.
  ///
  /// Equation: planar-invertible
  public var constrained: (product: Tensor<Scalar>, shift: Tensor<Scalar>) {
    let product = matmul(shift, direction)
    let wanted = softplus(product) - 1
    let length = square(direction).sum()
    let row = direction.reshaped([1, direction.count])
    return (wanted, shift + (wanted - product) / length * row)
  }

  /// The layer's output, `[n, d]`, and log |det ∂f/∂z|, `[n]`, of points `[n, d]`.
  ///
  /// log (1 + (1 − tanh²(wᵀz + b)) wᵀû), positive inside since wᵀû > −1.
  ///
  /// Equation: planar-log-determinant
  public func callAsFunction(
    _ z: Tensor<Scalar>
  ) -> (z: Tensor<Scalar>, logDeterminant: Tensor<Scalar>) {
    let (product, shift) = constrained
    let t = tanh(matmul(z, direction) + offset)
    let determinant = 1 + (1 - square(t)) * product
    return (z + t * shift, log(determinant).reshaped([z.shape[0]]))
  }

  /// Calls `body` on w, u and b.
  public mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void) {
    body(&direction)
    body(&shift)
    body(&offset)
  }
  /// `direction`, `shift` and `offset`.
  public var parameterNames: [String] { ["direction", "shift", "offset"] }
}

/// A density made of a Gaussian with independent coordinates and planar layers after it.
public struct PlanarFlow<Scalar: TensorScalar>: ParameterContainer, Sendable {
  /// The Gaussian that draws come from: shapes `[d]`.
  public var base: DiagonalGaussian<Scalar>
  /// The layers, first to last.
  public var layers: [PlanarLayer<Scalar>]

  /// A flow from N(0, I) through `layers` layers that do little.
  public init(dimensions d: Int, layers count: Int, random: inout Random) {
    base = DiagonalGaussian(mean: .zeros([d]), logVariance: .zeros([d]))
    layers = (0..<count).map { _ in PlanarLayer(dimensions: d, random: &random) }
  }

  /// Draws, `[n, d]`, and log q of each, `[n]`, from noise ε, `[n, d]`.
  ///
  /// log q(z) is log N of the first point minus the log determinants of all layers.
  ///
  /// Equation: flow-density
  public func draws(
    noise: Tensor<Scalar>
  ) -> (z: Tensor<Scalar>, logDensity: Tensor<Scalar>) {
    var z = reparameterize(
      mean: base.mean, logVariance: base.logVariance, noise: noise)
    var logDensity = base.logDensity(z)
    for layer in layers {
      let (moved, logDeterminant) = layer(z)
      (z, logDensity) = (moved, logDensity - logDeterminant)
    }
    return (z, logDensity)
  }

  /// One estimate of the bound for each row of ε: log p(x, z) − log q(z), shape `[n]`.
  public func bounds(
    of logJoint: (Tensor<Scalar>) -> Tensor<Scalar>, noise: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    let (z, logDensity) = draws(noise: noise)
    return logJoint(z) - logDensity
  }

  /// Calls `body` on the tensors, in the order of `parameterNames`.
  public mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void) {
    base.forEachParameter(body)
    layers.forEachParameter(body)
  }
  /// The names of the tensors.
  public var parameterNames: [String] {
    base.parameterNames.map { "base." + $0 } + layers.parameterNames
  }
}

/// The matrix of derivatives ∂fᵢ/∂zⱼ at one point z, `[1, d]`, by reverse mode, a row at a time: shape
/// `[d, d]`.
public func jacobian(
  of function: (Tensor<Double>) -> Tensor<Double>, at z: Tensor<Double>
) -> Tensor<Double> {
  let d = z.shape[1]
  let rows = (0..<d).map { i in
    valueAndGradient(at: z) { function($0).sliced(axis: 1, i..<i + 1).sum() }.gradient
  }
  return concatenated(rows, axis: 0)
}

/// log |det A| of a square matrix, by elimination with the largest pivot of each column.
public func logAbsoluteDeterminant(_ matrix: Tensor<Double>) -> Double {
  let n = matrix.shape[0]
  var (a, sum) = (matrix, 0.0)
  for k in 0..<n {
    let pivot = (k..<n).max { Swift.abs(a[$0, k]) < Swift.abs(a[$1, k]) }!
    for j in 0..<n { (a[k, j], a[pivot, j]) = (a[pivot, j], a[k, j]) }
    sum += Double.log(Swift.abs(a[k, k]))
    for i in k + 1..<n {
      let share = a[i, k] / a[k, k]
      for j in k..<n { a[i, j] -= share * a[k, j] }
    }
  }
  return sum
}
