import KLDivergence
import Tensors
import VariationalAutoencoder

// A conditional autoencoder without hidden layers in its decoder and with a Gaussian likelihood is
// linear in z: x = W z + V y + b + √v ε with z | y ~ N(m, diag s²). Then everything is known.
extension ConditionalVariationalAutoencoder where Scalar == Double {
  /// Wᵀ, shape `[d, pixels]`; traps unless the decoder is one affine map with Gaussian pixels.
  private var loadings: Tensor<Double> {
    guard decoder.layers.count == 1, likelihood == .gaussian else {
      fatalError("exact answers need a decoder of one layer and Gaussian pixels")
    }
    return decoder.layers[0].weight.sliced(axis: 0, 0..<latents)
  }

  /// p(x | y) for one condition `[1, conditions]`: N(W m + V y + b, W diag s² Wᵀ + v I).
  ///
  /// Equation: conditional-linear-gaussian
  public func exactDistribution(given y: Tensor<Double>) -> FullGaussian {
    let (weights, p) = (loadings, prior(given: y))
    let pixels = weights.shape[1]
    let scaled = exp(p.logVariance).reshaped([latents, 1]) * weights
    return FullGaussian(
      mean: decode(p.mean, given: y).reshaped([pixels]),
      covariance: matmul(weights, scaled, transposingFirst: true)
        + exp(pixelLogVariance) * Tensor.identity(pixels))
  }

  /// log p(x | y) in nats, exactly: `[batch, pixels]` and `[batch, conditions]` to `[batch]`.
  public func exactLogLikelihood(
    of x: Tensor<Double>, given y: Tensor<Double>
  ) -> Tensor<Double> {
    // Rows with the same condition share one Gaussian.
    var known: [[Double]: FullGaussian] = [:]
    return Tensor(
      (0..<x.shape[0]).map { row in
        let condition = y.rows(at: [row])
        let p = known[condition.scalars] ?? exactDistribution(given: condition)
        known[condition.scalars] = p
        return p.logDensities(x.rows(at: [row])).scalar
      })
  }

  /// p(z | x, y) for one datum `[1, pixels]` and its condition `[1, conditions]`.
  ///
  /// Precision diag s⁻² + Wᵀ W / v; mean m + covariance · Wᵀ (x − W m − V y − b) / v.
  ///
  /// Equation: conditional-posterior
  public func exactPosterior(of x: Tensor<Double>, given y: Tensor<Double>) -> FullGaussian {
    let (weights, p) = (loadings, prior(given: y))
    let noisePrecision = exp(-pixelLogVariance)
    let precision =
      Tensor.identity(latents) * exp(-p.logVariance)
      + noisePrecision * matmul(weights, weights, transposingSecond: true)
    let rest = x - decode(p.mean, given: y)
    let pull = noisePrecision * matmul(weights, rest, transposingSecond: true)
    let factor = Cholesky(precision)
    return FullGaussian(
      mean: p.mean.reshaped([latents]) + factor.solve(pull).reshaped([latents]),
      covariance: factor.inverse)
  }

  /// What the conditional ELBO leaves, in nats, for one datum and its condition:
  /// KL(q(z | x, y) ‖ p(z | x, y)).
  ///
  /// Equation: conditional-gap
  public func exactGap(of x: Tensor<Double>, given y: Tensor<Double>) -> Double {
    let q = encode(x, given: y)
    let full = FullGaussian(
      mean: q.mean.reshaped([latents]),
      covariance: Tensor.identity(latents) * exp(q.logVariance))
    return fullGaussianKL(full, exactPosterior(of: x, given: y))
  }
}
