import Tensors
import Training
import VariationalAutoencoder

/// The sizes of a vector-quantised autoencoder.
public struct QuantizedArchitecture: Sendable {
  /// The windows that the encoder reads, one a code.
  public var patches: PatchGrid
  /// The width of the encoder's hidden layer.
  public var encoderWidth: Int
  /// The width of the decoder's hidden layer.
  public var decoderWidth: Int
  /// The number of codes K.
  public var codes: Int
  /// The number of coordinates of a code, d.
  public var codeWidth: Int

  /// An architecture; the defaults are this chapter's: 4 × 4 windows of 13 × 13 pixels, 64 codes of
  /// eight numbers.
  public init(
    patches: PatchGrid = PatchGrid(side: 28, grid: 4, window: 13), encoderWidth: Int = 128,
    decoderWidth: Int = 400, codes: Int = 64, codeWidth: Int = 8
  ) {
    self.patches = patches
    self.encoderWidth = encoderWidth
    self.decoderWidth = decoderWidth
    self.codes = codes
    self.codeWidth = codeWidth
  }

  /// The number of codes of an image, n.
  public var positions: Int { patches.count }
}

/// A vector-quantised autoencoder: an encoder that every window goes through, a codebook, and a decoder
/// that reads all codes of an image and gives the logits of its pixels.
///
/// van den Oord, Vinyals & Kavukcuoglu 2017 (arXiv:1711.00937), with dense layers on windows.
public struct QuantizedAutoencoder<Scalar: TensorScalar>: ParameterContainer, Sendable {
  /// From what is read of a window to an encoding: widths `inputs`, hidden, d.
  public var encoder: MultilayerPerceptron<Scalar>
  /// e: shape `[K, d]`.
  public var codebook: Tensor<Scalar>
  /// From the n · d numbers of an image's codes to logits.
  public var decoder: MultilayerPerceptron<Scalar>
  /// The sizes.
  public let architecture: QuantizedArchitecture

  /// A model with random weights, and codes from N(0, I).
  public init(
    _ architecture: QuantizedArchitecture = QuantizedArchitecture(),
    activation: Activation = .relu, random: inout Random
  ) {
    let patches = architecture.patches
    encoder = MultilayerPerceptron(
      widths: [patches.inputs, architecture.encoderWidth, architecture.codeWidth],
      activation: activation, initialization: .torch, random: &random)
    codebook = random.normal([architecture.codes, architecture.codeWidth])
    decoder = MultilayerPerceptron(
      widths: [
        patches.count * architecture.codeWidth, architecture.decoderWidth,
        patches.side * patches.side,
      ], activation: activation, initialization: .torch, random: &random)
    self.architecture = architecture
  }

  /// z, before it is quantised: `[batch, pixels]` to `[batch · n, d]`.
  public func encode(_ x: Tensor<Scalar>) -> Tensor<Scalar> { encoder(architecture.patches(x)) }

  /// The codes of images, batch · n indices, those of one image after another.
  public func assignments(_ x: Tensor<Scalar>) -> [Int] {
    nearestCodes(encode(x), codebook: codebook)
  }

  /// The logits of the pixels, from codes or from what stands for them: `[batch · n, d]` to
  /// `[batch, pixels]`.
  public func decode(_ codes: Tensor<Scalar>) -> Tensor<Scalar> {
    let width = architecture.positions * architecture.codeWidth
    return decoder(codes.reshaped([codes.count / width, width]))
  }

  /// The logits of the pixels, from batch · n indices: shape `[batch, pixels]`.
  public func decode(_ assignments: [Int]) -> Tensor<Scalar> {
    decode(codebook.rows(at: assignments))
  }

  /// The loss to minimise: minus the reconstruction, plus the two terms, averaged over the batch.
  ///
  /// All sums are over pixels, codes and coordinates. With `frozen` given, it is an ordinary function of
  /// the parameters, whose derivative at the point where they were frozen is the gradient that the
  /// method uses; without, the copies are made here, and reverse mode gives the same gradient.
  ///
  /// Equation: vq-loss
  ///
  /// - Parameters:
  ///   - x: Pixels, 0 or 1, shape `[batch, pixels]`.
  ///   - beta: The weight β of the commitment term.
  ///   - frozen: What stays as it is; nil for the copies of this very point.
  ///   - learnsCodebook: Whether the codebook term is in; not if the codes are moving averages.
  ///   - penalty: Which version of the two terms.
  public func loss(
    of x: Tensor<Scalar>, beta: Scalar, frozen: FrozenCopies<Scalar>? = nil,
    learnsCodebook: Bool = true, penalty: Penalty = .right
  ) -> Tensor<Scalar> {
    let z = encode(x)
    return loss(
      of: x, encodings: z, beta: beta,
      frozen: frozen ?? FrozenCopies(encodings: z, codebook: codebook),
      learnsCodebook: learnsCodebook, penalty: penalty)
  }

  /// The same, from encodings that were computed already.
  func loss(
    of x: Tensor<Scalar>, encodings z: Tensor<Scalar>, beta: Scalar,
    frozen: FrozenCopies<Scalar>, learnsCodebook: Bool, penalty: Penalty
  ) -> Tensor<Scalar> {
    let logits = decode(straightThrough(z, frozen: frozen))
    let reconstruction = bernoulliLogLikelihood(of: x, logits: logits).sum()
    let terms =
      learnsCodebook
      ? penalty(encodings: z, codebook: codebook, frozen: frozen, beta: beta)
      : beta * commitmentTerm(z, frozen: frozen)
    return (terms.sum() - reconstruction) / Scalar(x.shape[0])
  }

  /// Visits the tensors, in the order of `parameterNames`.
  public mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void) {
    encoder.forEachParameter(body)
    body(&codebook)
    decoder.forEachParameter(body)
  }

  /// The tensors' names, in order.
  public var parameterNames: [String] {
    encoder.parameterNames.map { "encoder." + $0 } + ["codebook"]
      + decoder.parameterNames.map { "decoder." + $0 }
  }
}

extension QuantizedAutoencoder {
  /// The gradient of `loss(of:beta:)` by every parameter, by hand.
  ///
  /// From the likelihood back through the decoder to its input; there the cotangent is handed on to the
  /// encodings as it is, the commitment term joins, and it goes back through the encoder. The codebook
  /// hears of its own term only.
  ///
  /// Equation: vq-gradient
  public func lossGradient(of x: Tensor<Scalar>, beta: Scalar) -> QuantizedAutoencoder {
    let share = 1 / Scalar(x.shape[0])  // the mean over the batch
    let width = architecture.positions * architecture.codeWidth
    let hidden = encoder.activations(architecture.patches(x))
    let z = hidden[hidden.count - 1]
    let frozen = FrozenCopies(encodings: z, codebook: codebook)
    let decoded = decoder.activations(frozen.codes.reshaped([x.shape[0], width]))

    var gradient = self
    var delta = -share * bernoulliGradient(of: x, logits: decoded[decoded.count - 1])
    (gradient.decoder, delta) = decoder.backward(decoded, delta: delta)
    delta = delta.reshaped(z.shape) + share * beta * commitmentGradient(z, frozen: frozen)
    gradient.encoder = encoder.backward(hidden, delta: delta).gradient
    gradient.codebook = share * codebookGradient(codebook, frozen: frozen)
    return gradient
  }
}
