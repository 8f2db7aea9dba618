/// A value made of named tensors: a layer, a network, a distribution's parameters, or one tensor.
///
/// The two requirements list the same tensors in the same order.
public protocol ParameterContainer {
  /// The element type of all the tensors.
  associatedtype Scalar: TensorScalar

  /// Calls `body` on each tensor, in order; it may change them.
  mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void)

  /// The name of each tensor, in order, with dots between levels: `"encoder.0.weight"`.
  var parameterNames: [String] { get }
}

extension ParameterContainer {
  /// A copy with each tensor replaced by `transform` of it.
  public func mapped(_ transform: (Tensor<Scalar>) -> Tensor<Scalar>) -> Self {
    var copy = self
    copy.forEachParameter { $0 = transform($0) }
    return copy
  }

  /// All tensors, in order.
  public var parameters: [Tensor<Scalar>] {
    get {
      var all: [Tensor<Scalar>] = []
      var copy = self
      copy.forEachParameter { all.append($0) }
      return all
    }
    set {
      var index = 0
      forEachParameter {
        guard index < newValue.count, newValue[index].shape == $0.shape else {
          let given = index < newValue.count ? "\(newValue[index].shape)" : "nothing"
          fatalError("parameters: \(given) for parameter \(index) of shape \($0.shape)")
        }
        $0 = newValue[index]
        index += 1
      }
    }
  }

  /// The number of scalars in all tensors together.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }
}

extension Tensor: ParameterContainer {
  /// Visits the tensors, in the order of `parameterNames`.
  public mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void) { body(&self) }
  /// The tensors' names, in order.
  public var parameterNames: [String] { [""] }
}

extension Array: ParameterContainer where Element: ParameterContainer {
  /// The scalars of the elements.
  public typealias Scalar = Element.Scalar
  /// Visits the tensors, in the order of `parameterNames`.
  public mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void) {
    for index in indices { self[index].forEachParameter(body) }
  }
  /// The tensors' names, in order.
  public var parameterNames: [String] {
    enumerated().flatMap { index, element in
      element.parameterNames.map { $0.isEmpty ? "\(index)" : "\(index).\($0)" }
    }
  }
}

/// Two containers as one.
struct Pair<First: ParameterContainer, Second: ParameterContainer>: ParameterContainer
where First.Scalar == Second.Scalar {
  var first: First
  var second: Second
  mutating func forEachParameter(_ body: (inout Tensor<First.Scalar>) -> Void) {
    first.forEachParameter(body)
    second.forEachParameter(body)
  }
  var parameterNames: [String] { first.parameterNames + second.parameterNames }
}
