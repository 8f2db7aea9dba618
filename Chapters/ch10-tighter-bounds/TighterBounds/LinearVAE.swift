import Autoencoder
import EvidenceLowerBound
import KLDivergence
import Tensors

/// A variational autoencoder without nonlinearity: a linear-Gaussian model as decoder, and
/// q(z | x) = N(Vᵀ (x − b), diag e^λ) with variances that all data share.
public struct LinearVAE: ParameterContainer, Sendable {
  /// W, b and log σ².
  public var decoder: LinearGaussianModel<Double>
  /// V: shape `[data, latent]`.
  public var encoder: Tensor<Double>
  /// λ: shape `[latent]`.
  public var logVariance: Tensor<Double>

  /// Puts a decoder and an encoder together.
  public init(
    decoder: LinearGaussianModel<Double>, encoder: Tensor<Double>, logVariance: Tensor<Double>
  ) {
    (self.decoder, self.encoder, self.logVariance) = (decoder, encoder, logVariance)
  }

  /// q(z | x) for each row of x, `[batch, data]`.
  public func posterior(of x: Tensor<Double>) -> DiagonalGaussian<Double> {
    let mean = matmul(x - decoder.bias, encoder)
    return DiagonalGaussian(mean: mean, logVariance: logVariance.broadcast(to: mean.shape))
  }

  /// The mean ELBO over the data x, `[batch, data]`, exactly, in nats: shape `[]`.
  public func bound(of x: Tensor<Double>) -> Tensor<Double> {
    decoder.elbo(of: x, under: posterior(of: x)).total.mean()
  }

  /// The linear autoencoder with the highest bound on data of a mean `[data]` and a covariance matrix.
  ///
  /// The decoder is `principalModel`; its weights have orthogonal columns, so that the posterior has
  /// independent coordinates: V = W diag(1 / ℓⱼ) and e^λⱼ = σ² / ℓⱼ, for the d leading eigenvalues ℓⱼ.
  ///
  /// Equation: linear-vae-optimum
  public static func optimum(
    mean: Tensor<Double>, covariance: SymmetricEigensystem, latent d: Int
  ) -> LinearVAE {
    let decoder = principalModel(mean: mean, covariance: covariance, latent: d)
    let leading = Tensor(Array(covariance.values.prefix(d)))
    return LinearVAE(
      decoder: decoder, encoder: decoder.weights / leading,
      logVariance: decoder.logNoiseVariance - log(leading))
  }

  /// Calls `body` on the tensors, in the order of `parameterNames`.
  public mutating func forEachParameter(_ body: (inout Tensor<Double>) -> Void) {
    decoder.forEachParameter(body)
    body(&encoder)
    body(&logVariance)
  }
  /// The names of the tensors.
  public var parameterNames: [String] {
    decoder.parameterNames.map { "decoder." + $0 } + ["encoder", "logVariance"]
  }
}

/// The linear-Gaussian model of highest likelihood, for data of a mean `[data]` and a covariance matrix:
/// W = U diag(ℓ − σ²)^½, with U the d leading eigenvectors, and σ² the mean of the other eigenvalues.
///
/// Tipping & Bishop 1999, section 3.2, without their rotation.
///
/// Equation: ppca-weights
public func principalModel(
  mean: Tensor<Double>, covariance: SymmetricEigensystem, latent d: Int
) -> LinearGaussianModel<Double> {
  let best = maximumLikelihood(eigenvalues: covariance.values, latent: d)
  let lengths = covariance.values.prefix(d).map { ($0 - best.noiseVariance).squareRoot() }
  return LinearGaussianModel(
    weights: covariance.vectors.sliced(axis: 1, 0..<d) * Tensor(lengths), bias: mean,
    logNoiseVariance: Tensor(Double.log(best.noiseVariance)))
}
