import Tensors
import Training

/// An autoencoder of several layers each way, mirrored.
public struct DeepAutoencoder<Scalar: TensorScalar>: ParameterContainer, Sendable {
  /// From `[batch, pixels]` to codes `[batch, d]`.
  public var encoder: MultilayerPerceptron<Scalar>
  /// From codes back.
  public var decoder: MultilayerPerceptron<Scalar>
  /// What becomes of the decoder's result, and how it is judged in training.
  public var output: OutputLayer

  /// A network with random weights: `hidden` are the encoder's hidden widths, the decoder's are the
  /// same in reverse.
  public init(
    pixels: Int, hidden: [Int], code: Int, activation: Activation = .relu,
    output: OutputLayer = .crossEntropy, random: inout Random
  ) {
    let widths = [pixels] + hidden + [code]
    encoder = MultilayerPerceptron(widths: widths, activation: activation, random: &random)
    decoder = MultilayerPerceptron(
      widths: widths.reversed(), activation: activation, random: &random)
    self.output = output
  }

  /// The codes, `[batch, d]`.
  public func encode(_ x: Tensor<Scalar>) -> Tensor<Scalar> { encoder(x) }

  /// The reconstructions, `[batch, pixels]`.
  public func decode(_ z: Tensor<Scalar>) -> Tensor<Scalar> {
    output.reconstruction(decoder(z))
  }

  /// The reconstructions of `x` from its own codes.
  public func reconstruct(_ x: Tensor<Scalar>) -> Tensor<Scalar> { decode(encode(x)) }

  /// The error that training lowers, a sum over pixels and a mean over data; shape `[]`.
  public func loss(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    output.loss(x, preactivation: decoder(encode(x)))
  }

  /// The same autoencoder with another unit of code: codes `factor` times as large, which the decoder
  /// divides again. The encoder's last layer is multiplied, weight and bias; of the decoder's first
  /// layer the weight is divided.
  ///
  /// Equation: code-scale
  public func rescalingCodes(by factor: Scalar) -> DeepAutoencoder {
    var other = self
    let last = encoder.layers.count - 1
    other.encoder.layers[last].weight = encoder.layers[last].weight * factor
    other.encoder.layers[last].bias = encoder.layers[last].bias * factor
    other.decoder.layers[0].weight = decoder.layers[0].weight / factor
    return other
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
