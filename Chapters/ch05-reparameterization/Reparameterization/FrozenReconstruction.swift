import Tensors

/// A small decoder: ℓ = tanh(z V + a) W + b, the logits of Bernoulli pixels.
public struct ToyDecoder<Scalar: TensorScalar>: ParameterContainer, Sendable {
  /// V: shape `[d, hidden]`.
  public var first: Tensor<Scalar>
  /// a: shape `[hidden]`.
  public var firstBias: Tensor<Scalar>
  /// W: shape `[hidden, pixels]`.
  public var second: Tensor<Scalar>
  /// b: shape `[pixels]`.
  public var secondBias: Tensor<Scalar>

  /// Weights from N(0, 1/inputs), and biases from N(0, 0.01).
  public init(latent: Int, hidden: Int, pixels: Int, random: inout Random) {
    first = random.normal([latent, hidden]) / Scalar(latent).squareRoot()
    firstBias = 0.1 * random.normal([hidden])
    second = random.normal([hidden, pixels]) / Scalar(hidden).squareRoot()
    secondBias = 0.1 * random.normal([pixels])
  }

  /// The hidden units of z: shapes `[n, d]` to `[n, hidden]`.
  public func hidden(_ z: Tensor<Scalar>) -> Tensor<Scalar> { tanh(matmul(z, first) + firstBias) }

  /// The logits of z: shapes `[n, d]` to `[n, pixels]`.
  public func logits(_ z: Tensor<Scalar>) -> Tensor<Scalar> {
    matmul(hidden(z), second) + secondBias
  }

  /// Calls `body` on each tensor, in the order of `parameterNames`.
  public mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void) {
    body(&first)
    body(&firstBias)
    body(&second)
    body(&secondBias)
  }

  /// The name of each tensor.
  public var parameterNames: [String] { ["first", "firstBias", "second", "secondBias"] }
}

/// What an encoder says of one batch, and a decoder: the arguments of the reconstruction term.
public struct FrozenReconstruction<Scalar: TensorScalar>: ParameterContainer, Sendable {
  /// μ: shape `[batch, d]`.
  public var mean: Tensor<Scalar>
  /// λ = log σ²: shape `[batch, d]`.
  public var logVariance: Tensor<Scalar>
  /// The decoder.
  public var decoder: ToyDecoder<Scalar>

  /// Puts the three together.
  public init(mean: Tensor<Scalar>, logVariance: Tensor<Scalar>, decoder: ToyDecoder<Scalar>) {
    (self.mean, self.logVariance, self.decoder) = (mean, logVariance, decoder)
  }

  /// The Monte Carlo estimate of E_q[log p(x|z)] with given noise, in nats.
  ///
  /// It is summed over pixels and averaged over draws and over the batch: shape `[]`.
  /// With the noise given, it is an ordinary function of its parameters.
  ///
  /// - Parameters:
  ///   - x: Pixels, 0 or 1: shape `[batch, pixels]`.
  ///   - noise: ε: shape `[draws, batch, d]`.
  public func value(of x: Tensor<Scalar>, noise: Tensor<Scalar>) -> Tensor<Scalar> {
    let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise)
    let (draws, batch) = (noise.shape[0], noise.shape[1])
    let logits = decoder.logits(z.reshaped([draws * batch, noise.shape[2]]))
      .reshaped([draws, batch, x.shape[1]])
    return (x * logits - softplus(logits)).sum() / Scalar(draws * batch)
  }

  /// The gradient of `value(of:noise:)` by every parameter, by hand.
  ///
  /// Equation: decoder-pathwise
  public func gradient(of x: Tensor<Scalar>, noise: Tensor<Scalar>) -> FrozenReconstruction {
    let (draws, batch, d) = (noise.shape[0], noise.shape[1], noise.shape[2])
    let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise)
      .reshaped([draws * batch, d])
    let hidden = decoder.hidden(z)
    let logits = decoder.logits(z).reshaped([draws, batch, x.shape[1]])
    let error = ((x - sigmoid(logits)) / Scalar(draws * batch))
      .reshaped([draws * batch, x.shape[1]])
    let preactivation =
      matmul(error, decoder.second, transposingSecond: true) * (1 - square(hidden))
    let latent = matmul(preactivation, decoder.first, transposingSecond: true)
      .reshaped(noise.shape)
    let parts = reparameterizeVJP(logVariance: logVariance, noise: noise, cotangent: latent)
    var result = self
    result.mean = parts.mean.sum(axis: 0)
    result.logVariance = parts.logVariance.sum(axis: 0)
    result.decoder.first = matmul(z, preactivation, transposingFirst: true)
    result.decoder.firstBias = preactivation.sum(axis: 0)
    result.decoder.second = matmul(hidden, error, transposingFirst: true)
    result.decoder.secondBias = error.sum(axis: 0)
    return result
  }

  /// Calls `body` on each tensor, in the order of `parameterNames`.
  public mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void) {
    body(&mean)
    body(&logVariance)
    decoder.forEachParameter(body)
  }

  /// The name of each tensor.
  public var parameterNames: [String] {
    ["mean", "logVariance"] + decoder.parameterNames.map { "decoder." + $0 }
  }
}
