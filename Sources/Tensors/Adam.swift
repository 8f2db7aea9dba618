/// One update of Adam to make, over parameters that lie one after the other in memory.
public struct AdamTask<Scalar: TensorScalar>: @unchecked Sendable {
  let parameter: UnsafeMutablePointer<Scalar>
  let gradient: UnsafePointer<Scalar>
  let first: UnsafeMutablePointer<Scalar>
  let second: UnsafeMutablePointer<Scalar>
  let count: Int
  let settings: AdamSettings<Scalar>
}

/// What is the same for all parameters in one step of Adam.
package struct AdamSettings<Scalar: TensorScalar>: Sendable {
  let (rate, beta1, beta2, epsilon): (Scalar, Scalar, Scalar, Scalar)
  /// The bias corrections 1 / (1 − βᵗ).
  let (correction1, correction2): (Scalar, Scalar)

  /// The settings of step number `step`, from 1.
  package init(step: Int, rate: Double, beta1: Double, beta2: Double, epsilon: Double) {
    (self.rate, self.epsilon) = (Scalar(rate), Scalar(epsilon))
    (self.beta1, self.beta2) = (Scalar(beta1), Scalar(beta2))
    // βᵗ by repeated multiplication: a system's `pow` may differ in its last bit.
    correction1 = Scalar(1 / (1 - power(beta1, step)))
    correction2 = Scalar(1 / (1 - power(beta2, step)))
  }
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
      let (a, b, c) = adam(task.settings, .load(p + i), .load(g + i), .load(m + i), .load(v + i))
      a.store(p + i)
      b.store(m + i)
      c.store(v + i)
      i &+= lanes
    }
    let rest = task.count - i
    guard rest > 0 else { return }
    let (a, b, c) = adam(
      task.settings, .load(p + i, count: rest, padding: 0), .load(g + i, count: rest, padding: 0),
      .load(m + i, count: rest, padding: 0), .load(v + i, count: rest, padding: 1))
    a.store(p + i, count: rest)
    b.store(m + i, count: rest)
    c.store(v + i, count: rest)
  }

  /// The new p, m and v of one vector.
  @_transparent private static func adam(
    _ s: AdamSettings<Self>, _ p: Vector, _ g: Vector, _ m: Vector, _ v: Vector
  ) -> (Vector, Vector, Vector) {
    let first = Vector.fma(.all(1 - s.beta1), g, .all(s.beta1) * m)
    let second = Vector.fma(.all(1 - s.beta2), g * g, .all(s.beta2) * v)
    let size = (second * .all(s.correction2)).squareRoot() + .all(s.epsilon)
    return (p - .all(s.rate * s.correction1) * first / size, first, second)
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
    var settings = AdamSettings<Scalar>(
      step: step, rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
    // Asking to change each makes it unique.
    withUnsafeMutableScalars { _ in }
    first.withUnsafeMutableScalars { _ in }
    second.withUnsafeMutableScalars { _ in }
    updateInPlace(gradient: gradient, first: first, second: second, &settings)
  }

  /// One step of Adam that overwrites the memory of this parameter and of its moments, whoever shares
  /// it: for the variables of a recorded step, which replays with the settings that it finds.
  package func updateInPlace(
    gradient: Tensor, first: Tensor, second: Tensor, _ settings: UnsafePointer<AdamSettings<Scalar>>
  ) {
    let (p, g) = (storage.pointer, gradient.storage.pointer)
    let (m, v) = (first.storage.pointer, second.storage.pointer)
    Recorder.run(
      writing: storage, reading: gradient.storage, first.storage, second.storage, count: count,
      grain: 16_384, alignment: 64
    ) { range in
      let i = range.lowerBound
      Scalar._adam(
        AdamTask(
          parameter: p + i, gradient: g + i, first: m + i, second: v + i, count: range.count,
          settings: settings.pointee))
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
