import KLDivergence
import Reparameterization
import Tensors
import VariationalAutoencoder

/// What reaches the four outputs that the two Gaussians are made of, for the loss of one batch.
///
/// δ_z is the cotangent of the draw; the rate adds its own gradient at the encoder's outputs and is
/// all that the prior's see. B is the batch size.
///
/// Equation: conditional-gradient
///
/// - Parameters:
///   - q: q(z | x, y), shape `[batch, d]`.
///   - p: p(z | y), shape `[batch, d]`.
///   - noise: ε, shape `[batch, d]`.
///   - delta: δ_z, shape `[batch, d]`.
/// - Returns: The cotangents of μ and λ of either Gaussian.
public func conditionalCotangents<Scalar>(
  _ q: DiagonalGaussian<Scalar>, _ p: DiagonalGaussian<Scalar>, noise: Tensor<Scalar>,
  delta: Tensor<Scalar>
) -> (encoder: DiagonalGaussian<Scalar>, prior: DiagonalGaussian<Scalar>) {
  let share = 1 / Scalar(noise.shape[0])
  let path = reparameterizeVJP(logVariance: q.logVariance, noise: noise, cotangent: delta)
  let rate = gaussianKLGradient(q, p)
  return (
    DiagonalGaussian(
      mean: path.mean + share * rate.q.mean,
      logVariance: path.logVariance + share * rate.q.logVariance),
    rate.p.mapped { share * $0 }
  )
}

extension ConditionalVariationalAutoencoder {
  /// The gradient of `loss(of:given:noise:)` by every parameter, derived by hand.
  ///
  /// From the likelihood back through the decoder to z, of whose input only the first d columns
  /// depend on parameters; then to both Gaussians; then through the encoder and the prior's network.
  ///
  /// Equation: conditional-gradient
  public func lossGradient(
    of x: Tensor<Scalar>, given y: Tensor<Scalar>, noise: Tensor<Scalar>
  ) -> ConditionalVariationalAutoencoder {
    let share = 1 / Scalar(x.shape[0])  // the mean over the batch
    // Forward, remembering what each layer read.
    let hidden = encoder.activations(concatenated([x, y], axis: 1))
    let h = features(hidden[hidden.count - 1])
    let q = DiagonalGaussian(mean: mean(h), logVariance: logVariance(h))
    let priorSteps = priorNetwork?.activations(y)
    let p = priorSteps.map { split($0[$0.count - 1]) } ?? prior(given: y)
    let z = reparameterize(mean: q.mean, logVariance: q.logVariance, noise: noise)
    let decoded = decoder.activations(concatenated([z, y], axis: 1))
    let output = decoded[decoded.count - 1]

    // Backward: the likelihood, the decoder.
    var gradient = self
    var delta: Tensor<Scalar>
    switch likelihood {
    case .bernoulli:
      delta = -share * bernoulliGradient(of: x, logits: output)
    case .gaussian:
      let (byMean, byVariance) = gaussianGradient(
        of: x, mean: output, logVariance: pixelLogVariance)
      delta = -share * byMean
      gradient.pixelLogVariance = -byVariance.mean()
    }
    (gradient.decoder, delta) = decoder.backward(decoded, delta: delta)

    // At z, of the decoder's input (z, y): the path through the draw, and the rate on both sides.
    let (toEncoder, toPrior) = conditionalCotangents(
      q, p, noise: noise, delta: delta.sliced(axis: 1, 0..<latents))
    if let priorNetwork, let priorSteps {
      let both = concatenated([toPrior.mean, toPrior.logVariance], axis: 1)
      gradient.priorNetwork = priorNetwork.backward(priorSteps, delta: both).gradient
    }
    let (byMean, fromMean) = mean.backward(input: h, delta: toEncoder.mean)
    let (byVariance, fromVariance) = logVariance.backward(
      input: h, delta: toEncoder.logVariance)
    (gradient.mean, gradient.logVariance) = (byMean, byVariance)

    // The encoder, whose features fed both heads.
    if !encoder.layers.isEmpty {
      delta = (fromMean + fromVariance) * encoder.activation.derivative(atOutput: h)
      gradient.encoder = encoder.backward(hidden, delta: delta).gradient
    }
    return gradient
  }
}
