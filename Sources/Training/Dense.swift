import Tensors

/// How the weights of a dense layer are drawn; its biases start at zero, except for `torch`.
public enum Initialization: Sendable {
  /// Uniform on ±√(6 / (in + out)): keeps the variance of signals and of gradients, on average, with
  /// tanh. Glorot & Bengio 2010.
  case glorot
  /// Normal with variance 2 / in: keeps the variance of signals with ReLU, which drops half of them.
  /// He, Zhang, Ren & Sun 2015 (arXiv:1502.01852).
  case he
  /// Uniform on ±1/√in, biases too: what PyTorch's `Linear` does.
  case torch
}

/// An affine map x ↦ x W + b, applied to each row of a batch.
public struct Dense<Scalar: TensorScalar>: ParameterContainer, Sendable {
  /// W: shape `[in, out]`.
  public var weight: Tensor<Scalar>
  /// b: shape `[out]`.
  public var bias: Tensor<Scalar>

  /// A layer with the given parameters; traps unless they fit.
  public init(weight: Tensor<Scalar>, bias: Tensor<Scalar>) {
    guard weight.shape.rank == 2, bias.shape == [weight.shape[1]] else {
      fatalError("Dense: a weight of shape \(weight.shape) with a bias of shape \(bias.shape)")
    }
    (self.weight, self.bias) = (weight, bias)
  }

  /// A layer with random weights.
  public init(
    _ inputs: Int, _ outputs: Int, initialization: Initialization, random: inout Random
  ) {
    func uniform(_ shape: Shape, _ limit: Double) -> Tensor<Scalar> {
      let unit: Tensor<Scalar> = random.uniform(shape)
      return unit * Scalar(2 * limit) - Scalar(limit)
    }
    let fanIn = Double(inputs)
    bias = .zeros([outputs])
    switch initialization {
    case .glorot:
      weight = uniform([inputs, outputs], (6 / (fanIn + Double(outputs))).squareRoot())
    case .he:
      weight = random.normal([inputs, outputs]) * Scalar((2 / fanIn).squareRoot())
    case .torch:
      weight = uniform([inputs, outputs], 1 / fanIn.squareRoot())
      bias = uniform([outputs], 1 / fanIn.squareRoot())
    }
  }

  /// x W + b: `[batch, in]` to `[batch, out]`.
  public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { affine(x, weight, bias) }

  /// The layer and an activation after it: `[batch, in]` to `[batch, out]`.
  public func callAsFunction(_ x: Tensor<Scalar>, _ activation: Activation) -> Tensor<Scalar> {
    if activation == .relu { return affine(x, weight, bias, rectified: true) }
    return activation(self(x))
  }

  /// Visits the tensors, in the order of `parameterNames`.
  public mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void) {
    body(&weight)
    body(&bias)
  }

  /// The tensors' names, in order.
  public var parameterNames: [String] { ["weight", "bias"] }
}

/// The nonlinearity between layers.
public enum Activation: String, CaseIterable, Sendable {
  case relu, tanh, sigmoid

  /// The function, element by element.
  public func callAsFunction<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    switch self {
    case .relu: Tensors.relu(x)
    case .tanh: Tensors.tanh(x)
    case .sigmoid: Tensors.sigmoid(x)
    }
  }

  /// Its derivative, expressed by its own output y, as back-propagation wants it.
  public func derivative<Scalar>(atOutput y: Tensor<Scalar>) -> Tensor<Scalar> {
    switch self {
    case .relu: positive(y)
    case .tanh: 1 - y * y
    case .sigmoid: y * (1 - y)
    }
  }

  /// The initialisation that suits it.
  public var initialization: Initialization { self == .relu ? .he : .glorot }
}

/// A multi-layer perceptron: dense layers with an activation between them, none after the last.
public struct MultilayerPerceptron<Scalar: TensorScalar>: ParameterContainer, Sendable {
  /// The layers, first to last.
  public var layers: [Dense<Scalar>]
  /// What stands between them.
  public var activation: Activation

  /// A network of the given layers.
  public init(layers: [Dense<Scalar>], activation: Activation) {
    (self.layers, self.activation) = (layers, activation)
  }

  /// A network with random weights; `widths` are those of input, hidden layers and output, so that
  /// `[784, 400, 20]` has two layers.
  public init(
    widths: [Int], activation: Activation, initialization: Initialization? = nil,
    random: inout Random
  ) {
    guard widths.count >= 2 else {
      fatalError("MultilayerPerceptron: widths \(widths) need an input and an output")
    }
    self.activation = activation
    layers = zip(widths, widths.dropFirst()).map {
      Dense(
        $0, $1, initialization: initialization ?? activation.initialization, random: &random)
    }
  }

  /// The output, `[batch, out]`, for inputs `[batch, in]`.
  public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    var h = x
    for (index, layer) in layers.enumerated() {
      h = index < layers.count - 1 ? layer(h, activation) : layer(h)
    }
    return h
  }

  /// Visits the tensors, in the order of `parameterNames`.
  public mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void) {
    layers.forEachParameter(body)
  }

  /// The tensors' names, in order.
  public var parameterNames: [String] { layers.parameterNames }
}
