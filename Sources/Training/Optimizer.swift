import Tensors

/// A rule that moves parameters against a gradient.
public protocol Optimizer: Sendable {
  /// The element type of the parameters.
  associatedtype Scalar: TensorScalar

  /// Makes one step; `gradient` is that of what is to be minimised.
  ///
  /// An optimiser serves one model: its moments belong to that model's tensors.
  mutating func update<Model: ParameterContainer>(_ model: inout Model, gradient: Model)
  where Model.Scalar == Scalar
}

/// Stochastic gradient descent: p ← p − α v with v ← m v + g.
public struct SGD<Scalar: TensorScalar>: Optimizer {
  /// The learning rate α.
  public var rate: Double
  /// The momentum m; 0 for none.
  public var momentum: Double
  private var velocity: [Tensor<Scalar>] = []

  /// Gradient descent from rest.
  public init(rate: Double, momentum: Double = 0) {
    (self.rate, self.momentum) = (rate, momentum)
  }

  /// Makes one step against `gradient`.
  public mutating func update<Model: ParameterContainer>(_ model: inout Model, gradient: Model)
  where Model.Scalar == Scalar {
    let gradients = gradient.parameters
    if velocity.isEmpty { velocity = gradients.map { .zeros($0.shape) } }
    var index = 0
    model.forEachParameter { parameter in
      velocity[index] = Scalar(momentum) * velocity[index] + gradients[index]
      parameter = parameter - Scalar(rate) * velocity[index]
      index += 1
    }
  }
}

/// Adam: steps of about the learning rate, each coordinate scaled by its own recent gradients.
///
/// Kingma & Ba 2015 (arXiv:1412.6980), algorithm 1.
public struct Adam<Scalar: TensorScalar>: Optimizer {
  /// The learning rate α.
  public var rate: Double
  /// How much of the mean gradient stays at each step.
  public var beta1: Double
  /// How much of the mean squared gradient stays at each step.
  public var beta2: Double
  /// Added to the root of the mean squared gradient.
  public var epsilon: Double
  /// The number of steps made.
  public internal(set) var step = 0
  var first: [Tensor<Scalar>] = []
  var second: [Tensor<Scalar>] = []

  /// Adam before its first step.
  public init(
    rate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8
  ) {
    (self.rate, self.beta1, self.beta2, self.epsilon) = (rate, beta1, beta2, epsilon)
  }

  /// Makes one step against `gradient`.
  public mutating func update<Model: ParameterContainer>(_ model: inout Model, gradient: Model)
  where Model.Scalar == Scalar {
    prepare(for: model)
    step += 1
    let gradients = gradient.parameters
    var index = 0
    model.forEachParameter { parameter in
      parameter.adamStep(
        gradient: gradients[index], first: &first[index], second: &second[index], step: step,
        rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
      index += 1
    }
  }

  /// Moments of zero before the first step.
  mutating func prepare<Model: ParameterContainer>(for model: Model) where Model.Scalar == Scalar {
    guard first.isEmpty else { return }
    first = model.parameters.map { .zeros($0.shape) }
    second = first
  }
}
