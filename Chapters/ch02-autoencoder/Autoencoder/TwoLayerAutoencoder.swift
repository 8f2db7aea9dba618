import Tensors
import Training

/// The smallest autoencoder: x → z = φ(x W₁ + b₁) → a = z W₂ + b₂ → reconstruction.
///
/// Its gradient is derived by hand in `backpropagation`.
public struct TwoLayerAutoencoder<Scalar: TensorScalar>: ParameterContainer, Sendable {
  /// W₁ and b₁: `[pixels, d]` and `[d]`.
  public var encoder: Dense<Scalar>
  /// W₂ and b₂: `[d, pixels]` and `[pixels]`.
  public var decoder: Dense<Scalar>
  /// φ; nil for a linear code, z = x W₁ + b₁.
  public var activation: Activation?
  /// What becomes of the decoder's result, and how it is judged.
  public var output: OutputLayer

  /// An autoencoder of two given layers.
  public init(
    encoder: Dense<Scalar>, decoder: Dense<Scalar>, activation: Activation?, output: OutputLayer
  ) {
    (self.encoder, self.decoder) = (encoder, decoder)
    (self.activation, self.output) = (activation, output)
  }

  /// An autoencoder with random weights and a code of `code` numbers.
  public init(
    pixels: Int, code: Int, activation: Activation?, output: OutputLayer, random: inout Random
  ) {
    self.init(
      encoder: Dense(pixels, code, initialization: .glorot, random: &random),
      decoder: Dense(code, pixels, initialization: .glorot, random: &random),
      activation: activation, output: output)
  }

  /// The codes z, `[batch, d]`, of data `[batch, pixels]`.
  public func encode(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    let a = encoder(x)
    return activation.map { $0(a) } ?? a
  }

  /// The reconstruction, `[batch, pixels]`, from codes `[batch, d]`.
  public func decode(_ z: Tensor<Scalar>) -> Tensor<Scalar> { output.reconstruction(decoder(z)) }

  /// The error of the reconstructions of `x`, a sum over pixels and a mean over data; shape `[]`.
  public func loss(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    output.loss(x, preactivation: decoder(encode(x)))
  }

  /// The error and its gradient by W₁, b₁, W₂ and b₂: forward once, then the chain rule from the
  /// output back, as derived on the page.
  public func backpropagation(_ x: Tensor<Scalar>) -> (loss: Tensor<Scalar>, gradient: Self) {
    let z = encode(x)
    let a = decoder(z)
    let delta2 = output.delta(x, preactivation: a)
    let delta1 = hiddenDelta(
      delta2, decoderWeight: decoder.weight, slope: activation?.derivative(atOutput: z))
    var gradient = self
    gradient.decoder = layerGradient(input: z, delta: delta2)
    gradient.encoder = layerGradient(input: x, delta: delta1)
    return (output.loss(x, preactivation: a), gradient)
  }

  /// Visits the tensors, in the order of `parameterNames`.
  public mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void) {
    encoder.forEachParameter(body)
    decoder.forEachParameter(body)
  }

  /// The tensors' names, in order.
  public var parameterNames: [String] {
    encoder.parameterNames.map { "encoder." + $0 } + decoder.parameterNames.map { "decoder." + $0 }
  }
}

/// δ₁ = (δ₂ W₂ᵀ) ⊙ φ′: the error's derivative by the hidden layer's pre-activations, `[batch, d]`,
/// from that by the output layer's, `[batch, pixels]`.
///
/// `slope` is φ′ at the hidden layer, `[batch, d]`; of tanh it is 1 − z², and for a linear layer nil
/// stands for 1.
///
/// Equation: backprop-hidden
public func hiddenDelta<Scalar>(
  _ delta: Tensor<Scalar>, decoderWeight: Tensor<Scalar>, slope: Tensor<Scalar>?
) -> Tensor<Scalar> {
  let received = matmul(delta, decoderWeight, transposingSecond: true)
  return slope.map { received * $0 } ?? received
}

/// The error's gradient by a layer's weight and bias, `[in, out]` and `[out]`, from the layer's input,
/// `[batch, in]`, and the derivative δ by its pre-activations, `[batch, out]`: inputᵀ δ, and the sum of
/// δ over the batch.
///
/// Equation: backprop-weights
public func layerGradient<Scalar>(
  input: Tensor<Scalar>, delta: Tensor<Scalar>
) -> Dense<Scalar> {
  Dense(weight: matmul(input, delta, transposingFirst: true), bias: delta.sum(axis: 0))
}
