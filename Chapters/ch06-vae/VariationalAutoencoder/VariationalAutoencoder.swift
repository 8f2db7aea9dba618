import KLDivergence
import Reparameterization
import Tensors
import Training

/// The two terms of the ELBO of each datum, in nats.
public struct Bound<Scalar: TensorScalar>: Sendable {
  /// log p(x | z) for the drawn z, an estimate of E_q[log p(x | z)]: shape `[batch]`.
  public let reconstruction: Tensor<Scalar>
  /// KL(q(z | x) ‖ p(z)), exact: shape `[batch]`.
  public let rate: Tensor<Scalar>
  /// Reconstruction minus rate: shape `[batch]`.
  public var elbo: Tensor<Scalar> { reconstruction - rate }
}

/// The widths, activation and likelihood of a variational autoencoder.
public struct Architecture: Sendable {
  /// The number of pixels D.
  public var pixels: Int
  /// The widths of the encoder's hidden layers, first to last; the decoder mirrors them.
  public var hidden: [Int]
  /// The number of latents d.
  public var latents: Int
  /// What stands between layers.
  public var activation: Activation
  /// What the decoder's output means.
  public var likelihood: Likelihood

  /// An architecture; the defaults are the book's: 784-400-(20, 20)-400-784, ReLU, Bernoulli.
  public init(
    pixels: Int = 784, hidden: [Int] = [400], latents: Int = 20, activation: Activation = .relu,
    likelihood: Likelihood = .bernoulli
  ) {
    guard !hidden.isEmpty else { fatalError("Architecture: needs at least one hidden layer") }
    self.pixels = pixels
    self.hidden = hidden
    self.latents = latents
    self.activation = activation
    self.likelihood = likelihood
  }

  /// Such as `784-400-(20, 20)-400-784 relu bernoulli`.
  public var description: String {
    let there = ([pixels] + hidden).map(String.init).joined(separator: "-")
    let back = (hidden.reversed() + [pixels]).map(String.init).joined(separator: "-")
    return "\(there)-(\(latents), \(latents))-\(back) \(activation.rawValue) \(likelihood.rawValue)"
  }
}

/// A variational autoencoder: p(z) = N(0, I), a decoder for p(x | z), and an encoder for
/// q(z | x) = N(μ(x), diag e^λ(x)).
///
/// Kingma & Welling 2014 (arXiv:1312.6114); Rezende, Mohamed & Wierstra 2014 (arXiv:1401.4082).
public struct VariationalAutoencoder<Scalar: TensorScalar>: ParameterContainer, Sendable {
  /// The encoder's hidden layers, from pixels to features h; an activation follows each.
  public var encoder: MultilayerPerceptron<Scalar>
  /// From h to μ.
  public var mean: Dense<Scalar>
  /// From h to λ = log σ².
  public var logVariance: Dense<Scalar>
  /// From z to logits or means.
  public var decoder: MultilayerPerceptron<Scalar>
  /// ρ, the log variance of a pixel under the Gaussian likelihood: shape `[]`.
  public var pixelLogVariance: Tensor<Scalar>
  /// What the decoder's output means.
  public let likelihood: Likelihood

  /// A model with random weights.
  ///
  /// All layers are drawn as PyTorch draws them, so that runs can be compared.
  public init(_ architecture: Architecture, random: inout Random) {
    let (pixels, hidden, latents) = (
      architecture.pixels, architecture.hidden, architecture.latents
    )
    encoder = MultilayerPerceptron(
      widths: [pixels] + hidden, activation: architecture.activation, initialization: .torch,
      random: &random)
    mean = Dense(hidden.last!, latents, initialization: .torch, random: &random)
    logVariance = Dense(hidden.last!, latents, initialization: .torch, random: &random)
    decoder = MultilayerPerceptron(
      widths: [latents] + hidden.reversed() + [pixels], activation: architecture.activation,
      initialization: .torch, random: &random)
    pixelLogVariance = Tensor(0)
    likelihood = architecture.likelihood
  }

  /// The number of latents.
  public var latents: Int { mean.bias.count }

  /// μ and λ of q(z | x): `[batch, pixels]` to twice `[batch, d]`.
  public func encode(
    _ x: Tensor<Scalar>
  ) -> (mean: Tensor<Scalar>, logVariance: Tensor<Scalar>) {
    let h = encoder.activation(encoder(x))
    return (mean(h), logVariance(h))
  }

  /// Logits or means of the pixels: `[batch, d]` to `[batch, pixels]`.
  public func decode(_ z: Tensor<Scalar>) -> Tensor<Scalar> { decoder(z) }

  /// The expected pixels E[x | z]: probabilities or means, `[batch, d]` to `[batch, pixels]`.
  public func expectedPixels(_ z: Tensor<Scalar>) -> Tensor<Scalar> {
    likelihood == .bernoulli ? sigmoid(decode(z)) : decode(z)
  }

  /// log p(x | z) in nats, summed over pixels: shape `[batch]`.
  public func logLikelihood(of x: Tensor<Scalar>, given z: Tensor<Scalar>) -> Tensor<Scalar> {
    switch likelihood {
    case .bernoulli: bernoulliLogLikelihood(of: x, logits: decode(z))
    case .gaussian:
      gaussianLogLikelihood(of: x, mean: decode(z), logVariance: pixelLogVariance)
    }
  }

  /// The two terms of the ELBO for one draw of z = μ + σ ⊙ ε a datum.
  ///
  /// Equation: vae-elbo
  ///
  /// - Parameters:
  ///   - x: Pixels, shape `[batch, pixels]`.
  ///   - noise: ε, standard normal, shape `[batch, d]`.
  public func bound(of x: Tensor<Scalar>, noise: Tensor<Scalar>) -> Bound<Scalar> {
    let (mean, logVariance) = encode(x)
    let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise)
    return Bound(
      reconstruction: logLikelihood(of: x, given: z),
      rate: gaussianKL(mean: mean, logVariance: logVariance))
  }

  /// The loss to minimise: minus the ELBO, its rate weighted by β, averaged over the batch; shape `[]`.
  ///
  /// β = 1 is the ELBO. Warming β up from 0 is annealing (Bowman et al. 2016, arXiv:1511.06349).
  public func loss(of x: Tensor<Scalar>, noise: Tensor<Scalar>, beta: Scalar = 1) -> Tensor<Scalar>
  {
    loss(of: x, noise: noise, beta: Tensor(beta))
  }

  /// The same loss with β as a tensor of shape `[]`, so that it can be an input of a recorded step.
  public func loss(
    of x: Tensor<Scalar>, noise: Tensor<Scalar>, beta: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    let bound = bound(of: x, noise: noise)
    return (beta * bound.rate - bound.reconstruction).mean()
  }

  /// Visits the tensors, in the order of `parameterNames`.
  public mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void) {
    encoder.forEachParameter(body)
    mean.forEachParameter(body)
    logVariance.forEachParameter(body)
    decoder.forEachParameter(body)
    if likelihood == .gaussian { body(&pixelLogVariance) }
  }

  /// The tensors' names, in order, such as `encoder.0.weight`.
  public var parameterNames: [String] {
    let parts = [
      ("encoder", encoder.parameterNames), ("mean", mean.parameterNames),
      ("logVariance", logVariance.parameterNames), ("decoder", decoder.parameterNames),
    ]
    let names = parts.flatMap { part, names in names.map { "\(part).\($0)" } }
    return names + (likelihood == .gaussian ? ["pixelLogVariance"] : [])
  }
}

extension Bound {
  /// A bound of these two terms, each of shape `[batch]`.
  public init(_ reconstruction: Tensor<Scalar>, _ rate: Tensor<Scalar>) {
    (self.reconstruction, self.rate) = (reconstruction, rate)
  }
}
