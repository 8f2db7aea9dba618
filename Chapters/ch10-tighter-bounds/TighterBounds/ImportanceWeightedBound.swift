import EvidenceLowerBound
import Reparameterization
import Tensors
import VariationalAutoencoder

extension VariationalAutoencoder {
  /// log w of k draws of z for each datum, w = p(x | z) p(z) / q(z | x), in nats: shape `[k, batch]`.
  ///
  /// With z = μ + σ ⊙ ε the distance (z − μ) / σ is ε itself, and 2π cancels:
  /// log p(z) − log q(z | x) = ½ Σⱼ (εⱼ² + λⱼ − zⱼ²).
  ///
  /// - Parameters:
  ///   - x: Pixels, shape `[batch, pixels]`.
  ///   - noise: ε, standard normal, shape `[k, batch, d]`.
  public func logWeights(of x: Tensor<Scalar>, noise: Tensor<Scalar>) -> Tensor<Scalar> {
    let (k, batch, pixels) = (noise.shape[0], x.shape[0], x.shape[1])
    let (mean, logVariance) = encode(x)
    let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise)
    let repeated = x.broadcast(to: [k, batch, pixels]).reshaped([k * batch, pixels])
    let likelihood = logLikelihood(of: repeated, given: z.reshaped([k * batch, latents]))
    let ratio = 0.5 * (square(noise) + logVariance - square(z)).sum(axis: 2)
    return likelihood.reshaped([k, batch]) + ratio
  }

  /// The importance-weighted bound of each datum, from k draws: log (1/k Σ w), shape `[batch]`.
  ///
  /// Burda, Grosse & Salakhutdinov 2016 (arXiv:1509.00519), section 3.
  ///
  /// Equation: iwae-bound
  public func importanceWeightedBound(
    of x: Tensor<Scalar>, noise: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    logMeanWeight(logWeights(of: x, noise: noise).transposed())
  }

  /// The loss to minimise: minus the importance-weighted bound, averaged over the batch; shape `[]`.
  ///
  /// For k = 1 it is minus the ELBO, with the rate estimated from the same draw.
  public func importanceWeightedLoss(
    of x: Tensor<Scalar>, noise: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    -importanceWeightedBound(of: x, noise: noise).mean()
  }
}

/// The normalised weights w̃ᵢ = wᵢ / Σ w of each row, which sum to 1; shapes `[n, k]` to `[n, k]`.
///
/// They are the gradient of log (1/k Σ w) by log w.
///
/// Equation: iwae-gradient
public func normalizedWeights<Scalar>(_ logWeights: Tensor<Scalar>) -> Tensor<Scalar> {
  exp(logWeights - logWeights.logSumExp(axis: 1).expanded(axis: 1))
}
