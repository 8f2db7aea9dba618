import Reparameterization
import Tensors
import VariationalAutoencoder

/// min(1, w′ / w): the probability of taking a latent z′ that q(z | x) proposed in the place of z, from
/// log w = log p(x, z) − log q(z | x) of both.
///
/// Mattei & Frellsen 2018 (arXiv:1802.04826).
///
/// Equation: metropolis-gibbs
public func acceptanceProbability<Scalar>(
  logWeight: Tensor<Scalar>, proposed: Tensor<Scalar>
) -> Tensor<Scalar> {
  // min(a, 0) = −max(−a, 0)
  exp(-relu(logWeight - proposed))
}

/// Data with missing pixels, one chain of imputations for each.
///
/// A step draws z given all pixels, then the missing pixels given z.
public struct ImputationChain<Scalar: TensorScalar>: Sendable {
  /// How z is drawn.
  public enum Kind: String, CaseIterable, Sendable {
    /// From the encoder. Rezende, Mohamed & Wierstra 2014 (arXiv:1401.4082).
    case pseudoGibbs = "pseudo-Gibbs"
    /// Proposed by the encoder, and taken with `acceptanceProbability`; else z stays.
    case metropolis = "Metropolis-within-Gibbs"
  }

  let model: VariationalAutoencoder<Scalar>
  /// How the next steps draw z.
  public var kind: Kind
  /// 1 where a pixel is missing, 0 where it is seen: shape `[n, pixels]`.
  let missing: Tensor<Scalar>
  /// The data, the seen pixels as they are, the missing ones as last drawn: shape `[n, pixels]`.
  public private(set) var x: Tensor<Scalar>
  /// The latents as last drawn: shape `[n, d]`.
  public private(set) var z: Tensor<Scalar>
  /// The fraction of proposals that the last step took.
  public private(set) var accepted = 1.0

  /// Chains that begin with z from the encoder at x as given, whatever its missing pixels hold.
  public init(
    _ model: VariationalAutoencoder<Scalar>, _ kind: Kind, x: Tensor<Scalar>,
    missing: Tensor<Scalar>, random: inout Random
  ) {
    (self.model, self.kind, self.missing, self.x) = (model, kind, missing, x)
    let (mean, logVariance) = model.encode(x)
    z = reparameterize(mean: mean, logVariance: logVariance, noise: random.normal(mean.shape))
    drawPixels(&random)
  }

  /// Draws z given x, then the missing pixels given z.
  public mutating func step(random: inout Random) {
    let (mean, logVariance) = model.encode(x)
    let proposal = reparameterize(
      mean: mean, logVariance: logVariance, noise: random.normal(mean.shape))
    switch kind {
    case .pseudoGibbs: z = proposal
    case .metropolis:
      func logWeight(_ z: Tensor<Scalar>) -> Tensor<Scalar> {
        let zero = Tensor<Scalar>(0)
        return model.logLikelihood(of: x, given: z)
          + diagonalGaussianLogDensity(of: z, mean: zero, logVariance: zero)
          - diagonalGaussianLogDensity(of: z, mean: mean, logVariance: logVariance)
      }
      let probability = acceptanceProbability(
        logWeight: logWeight(z), proposed: logWeight(proposal))
      let uniform: Tensor<Scalar> = random.uniform(probability.shape)
      let taken = positive(probability - uniform)
      accepted = Double(taken.mean().scalar)
      let choice = taken.expanded(axis: 1)
      z = choice * proposal + (1 - choice) * z
    }
    drawPixels(&random)
  }

  /// E[x | z] of the latents as they are, with the seen pixels in their places: shape `[n, pixels]`.
  public var expected: Tensor<Scalar> {
    (1 - missing) * x + missing * model.expectedPixels(z)
  }

  private mutating func drawPixels(_ random: inout Random) {
    let expected = model.expectedPixels(z)
    let drawn: Tensor<Scalar>
    switch model.likelihood {
    case .bernoulli:
      let uniform: Tensor<Scalar> = random.uniform(x.shape)
      drawn = positive(expected - uniform)
    case .gaussian:
      let noise: Tensor<Scalar> = random.normal(x.shape)
      drawn = expected + exp(0.5 * model.pixelLogVariance) * noise
    }
    x = (1 - missing) * x + missing * drawn
  }
}
