/// One update of Adam to make, over parameters that lie one after the other in memory.
public struct AdamTask<Scalar: TensorScalar>: @unchecked Sendable {
  let parameter: UnsafeMutablePointer<Scalar>
  let gradient: UnsafePointer<Scalar>
  let first: UnsafeMutablePointer<Scalar>
  let second: UnsafeMutablePointer<Scalar>
  let count: Int
  /// Learning rate, decay of both moments, ε, and the bias corrections 1 / (1 − βᵗ).
  let (rate, beta1, beta2, epsilon, correction1, correction2):
    (Scalar, Scalar, Scalar, Scalar, Scalar, Scalar)
}

extension TensorScalar {
  /// m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², p ← p − α m̂ / (√v̂ + ε), in one pass.
  ///
  /// Kingma & Ba 2015 (arXiv:1412.6980), algorithm 1.
  public static func _adam(_ task: AdamTask<Self>) {
    let (p, g, m, v) = (task.parameter, task.gradient, task.first, task.second)
    let lanes = Vector.scalarCount
    var i = 0
    while i &+ lanes <= task.count {
      let (a, b, c) = adam(task, .load(p + i), .load(g + i), .load(m + i), .load(v + i))
      a.store(p + i)
      b.store(m + i)
      c.store(v + i)
      i &+= lanes
    }
    let rest = task.count - i
    guard rest > 0 else { return }
    let (a, b, c) = adam(
      task, .load(p + i, count: rest, padding: 0), .load(g + i, count: rest, padding: 0),
      .load(m + i, count: rest, padding: 0), .load(v + i, count: rest, padding: 1))
    a.store(p + i, count: rest)
    b.store(m + i, count: rest)
    c.store(v + i, count: rest)
  }

  /// The new p, m and v of one vector.
  @_transparent private static func adam(
    _ task: AdamTask<Self>, _ p: Vector, _ g: Vector, _ m: Vector, _ v: Vector
  ) -> (Vector, Vector, Vector) {
    let first = Vector.fma(.all(1 - task.beta1), g, .all(task.beta1) * m)
    let second = Vector.fma(.all(1 - task.beta2), g * g, .all(task.beta2) * v)
    let size = (second * .all(task.correction2)).squareRoot() + .all(task.epsilon)
    return (p - .all(task.rate * task.correction1) * first / size, first, second)
  }
}

extension Tensor {
  /// One step of Adam on this parameter, given its gradient; all four tensors have one shape.
  ///
  /// - Parameters:
  ///   - gradient: The gradient of what is to be minimised.
  ///   - first: The running mean of gradients, zeros at the start; updated.
  ///   - second: The running mean of squared gradients, zeros at the start; updated.
  ///   - step: The number of this step, from 1.
  ///   - rate: The learning rate α.
  ///   - beta1: How much of `first` stays at each step.
  ///   - beta2: How much of `second` stays at each step.
  ///   - epsilon: Added to the denominator.
  public mutating func adamStep(
    gradient: Tensor, first: inout Tensor, second: inout Tensor, step: Int, rate: Double,
    beta1: Double, beta2: Double, epsilon: Double
  ) {
    guard gradient.shape == shape, first.shape == shape, second.shape == shape else {
      fatalError("adamStep: a gradient of shape \(gradient.shape) for a parameter of \(shape)")
    }
    // βᵗ by repeated multiplication: a system's `pow` may differ in its last bit.
    let (decay1, decay2) = (power(beta1, step), power(beta2, step))
    withUnsafeMutableScalars { p in
      first.withUnsafeMutableScalars { m in
        second.withUnsafeMutableScalars { v in
          let (p, m, v) = (p.baseAddress!, m.baseAddress!, v.baseAddress!)
          let g = gradient.storage.pointer
          Parallel.split(gradient.count, grain: 32_768, alignment: 64) { range in
            let i = range.lowerBound
            Scalar._adam(
              AdamTask(
                parameter: p + i, gradient: g + i, first: m + i, second: v + i,
                count: range.count, rate: Scalar(rate), beta1: Scalar(beta1),
                beta2: Scalar(beta2), epsilon: Scalar(epsilon),
                correction1: Scalar(1 / (1 - decay1)), correction2: Scalar(1 / (1 - decay2))))
          }
        }
      }
    }
  }
}

/// xⁿ for n ≥ 0 by squaring.
private func power(_ x: Double, _ n: Int) -> Double {
  var (result, square, rest) = (1.0, x, n)
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}
