import KLDivergence
import Reparameterization
import Tensors
import VariationalAutoencoder

/// A prior over latents that is learned with the model, or not.
public enum LearnedPrior<Scalar: TensorScalar>: Sendable {
  /// N(0, I).
  case standard
  /// A mixture of Gaussians with parameters of its own.
  case mixture(MixturePrior<Scalar>)
  /// The mean of the encoder's Gaussians for K learned inputs, of which these are the logits of the
  /// pixels, `[K, pixels]`. Tomczak & Welling 2018 (arXiv:1705.07120).
  case vamp(Tensor<Scalar>)
}

/// A variational autoencoder whose prior is learned too.
public struct PriorAutoencoder<Scalar: TensorScalar>: ParameterContainer, Sendable {
  /// The encoder and the decoder.
  public var autoencoder: VariationalAutoencoder<Scalar>
  /// The prior.
  public var prior: LearnedPrior<Scalar>

  /// Puts them together.
  public init(_ autoencoder: VariationalAutoencoder<Scalar>, prior: LearnedPrior<Scalar>) {
    (self.autoencoder, self.prior) = (autoencoder, prior)
  }

  /// The prior as a mixture, whichever it is.
  ///
  /// Equation: vamp-prior
  public var mixture: MixturePrior<Scalar> {
    switch prior {
    case .standard:
      return MixturePrior(
        logits: .zeros([1]), means: .zeros([1, autoencoder.latents]),
        logVariances: .zeros([1, autoencoder.latents]))
    case .mixture(let mixture): return mixture
    case .vamp(let logits):
      let (mean, logVariance) = autoencoder.encode(sigmoid(logits))
      return aggregatePosterior(mean: mean, logVariance: logVariance)
    }
  }

  /// The two terms of the ELBO for one draw of z a datum, the rate estimated from that draw.
  ///
  /// log q(z | x) − log p(z): the divergence from a mixture has no closed form.
  ///
  /// Equation: sampled-rate
  ///
  /// - Parameters:
  ///   - x: Pixels, shape `[batch, pixels]`.
  ///   - noise: ε, standard normal, shape `[batch, d]`.
  public func terms(
    of x: Tensor<Scalar>, noise: Tensor<Scalar>
  ) -> (reconstruction: Tensor<Scalar>, rate: Tensor<Scalar>) {
    let (mean, logVariance) = autoencoder.encode(x)
    let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise)
    let q = DiagonalGaussian(mean: mean, logVariance: logVariance)
    return (
      autoencoder.logLikelihood(of: x, given: z), q.logDensity(z) - mixture.logDensity(z)
    )
  }

  /// The loss to minimise: minus the ELBO, averaged over the batch; shape `[]`.
  public func loss(of x: Tensor<Scalar>, noise: Tensor<Scalar>) -> Tensor<Scalar> {
    let (reconstruction, rate) = terms(of: x, noise: noise)
    return (rate - reconstruction).mean()
  }

  /// Calls `body` on the tensors, in the order of `parameterNames`.
  public mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void) {
    autoencoder.forEachParameter(body)
    switch prior {
    case .standard: break
    case .mixture(var mixture):
      mixture.forEachParameter(body)
      prior = .mixture(mixture)
    case .vamp(var logits):
      body(&logits)
      prior = .vamp(logits)
    }
  }

  /// The names of the tensors.
  public var parameterNames: [String] {
    let own: [String]
    switch prior {
    case .standard: own = []
    case .mixture(let mixture): own = mixture.parameterNames.map { "prior." + $0 }
    case .vamp: own = ["prior.inputs"]
    }
    return autoencoder.parameterNames.map { "autoencoder." + $0 } + own
  }
}
