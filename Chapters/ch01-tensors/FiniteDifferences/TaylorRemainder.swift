import Tensors

/// What is left of f(x + hv) − f(x) when a claimed gradient g has explained its share h⟨g, v⟩.
///
/// R(h) = f(x + hv) − f(x) − h⟨g, v⟩ = h⟨∇f(x) − g, v⟩ + ½ h² vᵀ∇²f(x) v + O(h³).
///
/// Equation: taylor-remainder
///
/// - Parameters:
///   - x: The point.
///   - v: The direction, of the same shape.
///   - gradient: The claimed gradient g, of the same shape.
///   - steps: The values of h.
///   - f: The function, with a value of one element.
/// - Returns: R(h) for each step, with its sign.
public func taylorRemainders<Scalar: TensorScalar>(
  at x: Tensor<Scalar>, along v: Tensor<Scalar>, gradient: Tensor<Scalar>, steps: [Scalar],
  of f: (Tensor<Scalar>) -> Tensor<Scalar>
) -> [Scalar] {
  let start = f(x).scalar
  let slope = (gradient * v).sum().scalar
  return steps.map { h in f(x + h * v).scalar - start - h * slope }
}
