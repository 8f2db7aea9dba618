import KLDivergence
import Reparameterization
import Tensors
import Training
import VariationalAutoencoder

/// What p(z | y) is.
public enum ConditionalPrior: Sendable {
  /// N(0, I), whatever the condition.
  case standard
  /// N(m(y), diag s(y)²) from a network with these hidden layers; none makes it an affine map.
  case learned(hidden: [Int])
}

/// The sizes of a conditional variational autoencoder, its prior and its likelihood.
public struct ConditionalArchitecture: Sendable {
  /// The number of pixels D that are modelled.
  public var pixels: Int
  /// The number of numbers in a condition.
  public var conditions: Int
  /// The widths of the encoder's hidden layers, first to last; the decoder mirrors them.
  public var hidden: [Int]
  /// The number of latents d.
  public var latents: Int
  /// What p(z | y) is.
  public var prior: ConditionalPrior
  /// What stands between layers.
  public var activation: Activation
  /// What the decoder's output means.
  public var likelihood: Likelihood

  /// An architecture; the defaults are the chapter's for digits by label.
  public init(
    pixels: Int = 784, conditions: Int = 10, hidden: [Int] = [256], latents: Int = 8,
    prior: ConditionalPrior = .learned(hidden: []), activation: Activation = .relu,
    likelihood: Likelihood = .bernoulli
  ) {
    self.pixels = pixels
    self.conditions = conditions
    self.hidden = hidden
    self.latents = latents
    self.prior = prior
    self.activation = activation
    self.likelihood = likelihood
  }
}

/// A variational autoencoder of x given a condition y: a prior p(z | y), a decoder for p(x | z, y),
/// and an encoder for q(z | x, y) = N(μ(x, y), diag e^λ(x, y)).
///
/// The condition is a row of numbers, such as a label's row of zeros and a one. The encoder reads it
/// beside x, the decoder beside z.
///
/// Sohn, Lee & Yan 2015.
public struct ConditionalVariationalAutoencoder<Scalar: TensorScalar>: ParameterContainer, Sendable
{
  /// The encoder's hidden layers, from (x, y) to features h; an activation follows each.
  public var encoder: MultilayerPerceptron<Scalar>
  /// From h to μ.
  public var mean: Dense<Scalar>
  /// From h to λ = log σ².
  public var logVariance: Dense<Scalar>
  /// From y to the prior's mean and log variance, side by side; nil for N(0, I).
  public var priorNetwork: MultilayerPerceptron<Scalar>?
  /// From (z, y) to logits or means.
  public var decoder: MultilayerPerceptron<Scalar>
  /// ρ, the log variance of a pixel under the Gaussian likelihood: shape `[]`.
  public var pixelLogVariance: Tensor<Scalar>
  /// What the decoder's output means.
  public let likelihood: Likelihood

  /// A model with random weights, drawn as PyTorch draws them; a learned prior begins at N(0, I).
  public init(_ architecture: ConditionalArchitecture, random: inout Random) {
    let (pixels, latents) = (architecture.pixels, architecture.latents)
    let (hidden, conditions) = (architecture.hidden, architecture.conditions)
    func network(_ widths: [Int]) -> MultilayerPerceptron<Scalar> {
      MultilayerPerceptron(
        layers: zip(widths, widths.dropFirst()).map {
          Dense($0, $1, initialization: .torch, random: &random)
        }, activation: architecture.activation)
    }
    let widths = [pixels + conditions] + hidden
    encoder = network(widths)
    mean = Dense(widths.last!, latents, initialization: .torch, random: &random)
    logVariance = Dense(widths.last!, latents, initialization: .torch, random: &random)
    decoder = network([latents + conditions] + hidden.reversed() + [pixels])
    if case .learned(let hidden) = architecture.prior {
      var prior = network([conditions] + hidden + [2 * latents])
      let last = prior.layers.count - 1
      prior.layers[last] = prior.layers[last].mapped { .zeros($0.shape) }
      priorNetwork = prior
    }
    pixelLogVariance = Tensor(0)
    likelihood = architecture.likelihood
  }

  /// The number of latents.
  public var latents: Int { mean.bias.count }

  /// The features h: an activation follows the last hidden layer too, if there is one.
  func features(_ output: Tensor<Scalar>) -> Tensor<Scalar> {
    encoder.layers.isEmpty ? output : encoder.activation(output)
  }

  /// q(z | x, y): `[batch, pixels]` and `[batch, conditions]` to `[batch, d]`.
  public func encode(
    _ x: Tensor<Scalar>, given y: Tensor<Scalar>
  ) -> DiagonalGaussian<Scalar> {
    let h = features(encoder(concatenated([x, y], axis: 1)))
    return DiagonalGaussian(mean: mean(h), logVariance: logVariance(h))
  }

  /// p(z | y): `[batch, conditions]` to `[batch, d]`.
  public func prior(given y: Tensor<Scalar>) -> DiagonalGaussian<Scalar> {
    guard let priorNetwork else {
      let zero = Tensor<Scalar>.zeros([y.shape[0], latents])
      return DiagonalGaussian(mean: zero, logVariance: zero)
    }
    return split(priorNetwork(y))
  }

  /// The Gaussians whose means and log variances stand side by side: `[batch, 2 d]`.
  func split(_ output: Tensor<Scalar>) -> DiagonalGaussian<Scalar> {
    DiagonalGaussian(
      mean: output.sliced(axis: 1, 0..<latents),
      logVariance: output.sliced(axis: 1, latents..<2 * latents))
  }

  /// Logits or means of the pixels: `[batch, d]` and `[batch, conditions]` to `[batch, pixels]`.
  public func decode(_ z: Tensor<Scalar>, given y: Tensor<Scalar>) -> Tensor<Scalar> {
    decoder(concatenated([z, y], axis: 1))
  }

  /// The expected pixels E[x | z, y]: probabilities or means, `[batch, pixels]`.
  public func expectedPixels(_ z: Tensor<Scalar>, given y: Tensor<Scalar>) -> Tensor<Scalar> {
    likelihood == .bernoulli ? sigmoid(decode(z, given: y)) : decode(z, given: y)
  }

  /// log p(x | z, y) in nats, summed over pixels: shape `[batch]`.
  public func logLikelihood(
    of x: Tensor<Scalar>, at z: Tensor<Scalar>, given y: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    let output = decode(z, given: y)
    switch likelihood {
    case .bernoulli: return bernoulliLogLikelihood(of: x, logits: output)
    case .gaussian:
      return gaussianLogLikelihood(of: x, mean: output, logVariance: pixelLogVariance)
    }
  }

  /// The two terms of the conditional ELBO for one draw of z = μ + σ ⊙ ε a datum.
  ///
  /// Equation: conditional-elbo
  ///
  /// - Parameters:
  ///   - x: Pixels, shape `[batch, pixels]`.
  ///   - y: Conditions, shape `[batch, conditions]`.
  ///   - noise: ε, standard normal, shape `[batch, d]`.
  public func bound(
    of x: Tensor<Scalar>, given y: Tensor<Scalar>, noise: Tensor<Scalar>
  ) -> Bound<Scalar> {
    let q = encode(x, given: y)
    let z = reparameterize(mean: q.mean, logVariance: q.logVariance, noise: noise)
    return Bound(logLikelihood(of: x, at: z, given: y), gaussianKL(q, prior(given: y)))
  }

  /// The loss to minimise: minus the conditional ELBO, averaged over the batch; shape `[]`.
  public func loss(
    of x: Tensor<Scalar>, given y: Tensor<Scalar>, noise: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    -bound(of: x, given: y, noise: noise).elbo.mean()
  }

  /// Visits the tensors, in the order of `parameterNames`.
  public mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void) {
    encoder.forEachParameter(body)
    mean.forEachParameter(body)
    logVariance.forEachParameter(body)
    priorNetwork?.forEachParameter(body)
    decoder.forEachParameter(body)
    if likelihood == .gaussian { body(&pixelLogVariance) }
  }

  /// The tensors' names, in order, such as `encoder.0.weight`.
  public var parameterNames: [String] {
    let parts = [
      ("encoder", encoder.parameterNames), ("mean", mean.parameterNames),
      ("logVariance", logVariance.parameterNames), ("prior", priorNetwork?.parameterNames ?? []),
      ("decoder", decoder.parameterNames),
    ]
    let names = parts.flatMap { part, names in names.map { "\(part).\($0)" } }
    return names + (likelihood == .gaussian ? ["pixelLogVariance"] : [])
  }
}
