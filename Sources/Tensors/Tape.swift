// Reverse mode.
//
// While a gradient is being computed, every operation on a watched tensor is written on a tape: its
// inputs, its output, and its backward function. That function takes the cotangent g of the output
// (the derivative of the final scalar by each element of it) and adds to the cotangent of each
// input the vector–Jacobian product gᵀ ∂output/∂input. Walking the tape backwards once gives the
// gradient with respect to everything: the chain rule, last factor first.

/// Where a tensor was computed: a tape, and the place on it.
struct Origin<Scalar: TensorScalar> {
  let tape: Tape<Scalar>
  let index: Int
}

/// A record of operations, in the order in which they were computed.
final class Tape<Scalar: TensorScalar> {
  /// Adds the cotangents of an operation's inputs, given the operation and its output's cotangent.
  typealias Backward = (Entry, Tensor<Scalar>, Tape) -> Void

  /// One operation: up to three inputs and the output.
  struct Entry {
    let x: Tensor<Scalar>
    let y: Tensor<Scalar>
    let z: Tensor<Scalar>
    let output: Tensor<Scalar>
    let backward: Backward?
  }

  private var entries: [Entry] = []
  private var cotangents: [Tensor<Scalar>?] = []
  private(set) var isRecording = true

  init() { entries.reserveCapacity(64) }

  /// The given tensor as a variable of this tape: gradients will flow to it.
  func watch(_ value: Tensor<Scalar>) -> Tensor<Scalar> {
    record(Entry(x: value, y: value, z: value, output: value, backward: nil))
  }

  func record(_ entry: Entry) -> Tensor<Scalar> {
    entries.append(entry)
    var result = entry.output
    result.origin = Origin(tape: self, index: entries.count - 1)
    return result
  }

  /// Runs the tape backwards from a scalar, whose own cotangent is 1.
  func run(from output: Tensor<Scalar>) {
    isRecording = false
    cotangents = Array(repeating: nil, count: entries.count)
    guard let origin = output.origin, origin.tape === self else { return }
    cotangents[origin.index] = .ones(output.shape)
    for index in (0...origin.index).reversed() {
      guard let backward = entries[index].backward, let g = cotangents[index] else { continue }
      backward(entries[index], g, self)
      cotangents[index] = nil
    }
  }

  /// Adds to an input's cotangent, which is computed only if the input is on this tape.
  ///
  /// This is the one place where broadcasting is undone: where an input of shape `[n]` was used for
  /// a whole batch `[b, n]`, its cotangent is the sum over the batch.
  func add(_ cotangent: @autoclosure () -> Tensor<Scalar>, to input: Tensor<Scalar>) {
    guard let origin = input.origin, origin.tape === self else { return }
    let g = cotangent().summed(to: input.shape)
    guard let sum = cotangents[origin.index] else { return cotangents[origin.index] = g }
    cotangents[origin.index] = sum + g
  }

  /// The cotangent of a watched tensor: zero if the output does not depend on it.
  func gradient(of variable: Tensor<Scalar>) -> Tensor<Scalar> {
    guard let origin = variable.origin, var g = cotangents[origin.index] else {
      return .zeros(variable.shape)
    }
    g.origin = nil
    return g
  }

  /// Lets go of all tensors, which hold the tape in turn.
  func clear() {
    isRecording = false
    entries = []
    cotangents = []
  }
}

extension Tensor {
  /// The tape on which this value is, while it records.
  ///
  /// A value that outlived its gradient's computation is a constant.
  var liveTape: Tape<Scalar>? {
    guard let tape = origin?.tape, tape.isRecording else { return nil }
    return tape
  }

  /// This result, recorded if one of the operation's inputs is being differentiated.
  ///
  /// A backward function should capture nothing where it can, and read its inputs from the entry.
  func recorded(
    _ x: Tensor, _ y: Tensor? = nil, _ z: Tensor? = nil, backward: @escaping Tape<Scalar>.Backward
  ) -> Tensor {
    guard let tape = x.liveTape ?? y?.liveTape ?? z?.liveTape else { return self }
    guard tape === y?.liveTape ?? tape, tape === z?.liveTape ?? tape else {
      fatalError(
        "valueAndGradient: a variable of an outer call is used in an inner one, which would need "
          + "second derivatives; pass it through stopGradient")
    }
    return tape.record(.init(x: x, y: y ?? x, z: z ?? x, output: self, backward: backward))
  }
}

/// The value of a scalar function at a point, and its gradient there.
///
/// The point is a tensor, an array of tensors, or a struct of parameters; the gradient has the same
/// type. The function must be made of tensor operations only.
///
///     let (loss, gradient) = valueAndGradient(at: model) { $0.loss(of: batch) }
///
/// Equation: chain-rule
/// Equation: adjoint-identity
///
/// - Parameters:
///   - point: Where to differentiate.
///   - function: The function; its result must have exactly one element, else this traps.
/// - Returns: The value, shape as the function gives it, and the gradient.
public func valueAndGradient<Scalar: TensorScalar, Point: ParameterContainer>(
  at point: Point, of function: (Point) throws -> Tensor<Scalar>
) rethrows -> (value: Tensor<Scalar>, gradient: Point) where Point.Scalar == Scalar {
  let tape = Tape<Scalar>()
  defer { tape.clear() }
  let variables = point.mapped { tape.watch(stopGradient($0)) }
  let value = try function(variables)
  guard value.count == 1 else {
    fatalError("valueAndGradient: the function's value has shape \(value.shape), not one element")
  }
  tape.run(from: value)
  return (stopGradient(value), variables.mapped { tape.gradient(of: $0) })
}

/// The value of a scalar function of two arguments, and its gradient with respect to each.
///
///     let (loss, (dw, db)) = valueAndGradient(at: w, b) { w, b in square(matmul(x, w) + b).sum() }
public func valueAndGradient<First: ParameterContainer, Second: ParameterContainer>(
  at first: First, _ second: Second,
  of function: (First, Second) throws -> Tensor<First.Scalar>
) rethrows -> (value: Tensor<First.Scalar>, gradient: (First, Second))
where First.Scalar == Second.Scalar {
  let (value, both) = try valueAndGradient(at: Pair(first: first, second: second)) {
    try function($0.first, $0.second)
  }
  return (value, (both.first, both.second))
}

/// The same value as a constant: gradients do not flow through it.
public func stopGradient<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  var constant = x
  constant.origin = nil
  return constant
}
