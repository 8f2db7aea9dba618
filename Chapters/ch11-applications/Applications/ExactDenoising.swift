import EvidenceLowerBound
import KLDivergence
import Tensors

// Denoising where all is known: x is from a linear-Gaussian model, and x̃ = x + τ η with η from N(0, I).
extension LinearGaussianModel where Scalar == Double {
  /// A = M⁻¹ Wᵀ, which takes x − b to the mean of p(z | x): shape `[latent, data]`.
  public var posteriorSlope: Tensor<Double> {
    matmul(posteriorCovariance, weights, transposingSecond: true) / noiseVariance
  }

  /// p(x | x̃): what is known of a datum of which x̃, `[1, data]`, was seen.
  ///
  /// With C the covariance of x: N(b + C (C + τ² I)⁻¹ (x̃ − b), C − C (C + τ² I)⁻¹ C).
  ///
  /// Equation: clean-given-noisy
  public func clean(given noisy: Tensor<Double>, noiseVariance: Double) -> FullGaussian {
    let c = marginal.covariance
    let seen = Cholesky(c + noiseVariance * Tensor.identity(dataDimensions))
    let shift = matmul(c, seen.solve((noisy - bias).transposed()))
    let rest = c - matmul(c, seen.solve(c))
    return FullGaussian(
      mean: bias + shift.reshaped([dataDimensions]),
      covariance: 0.5 * (rest + rest.transposed()))
  }

  /// The encoder q(z | x̃) that makes the denoising bound largest: the posterior of x at the mean of
  /// p(x | x̃), as narrow as if x had been seen.
  ///
  /// Equation: denoising-optimum
  public func bestDenoisingEncoder(
    of noisy: Tensor<Double>, noiseVariance: Double
  ) -> FullGaussian {
    let guess = clean(given: noisy, noiseVariance: noiseVariance).mean
    return posterior(of: guess.reshaped([1, dataDimensions]))
  }

  /// What the best encoder leaves of the bound, in nats: ½ tr(P⁻¹ A V Aᵀ), with V the covariance of
  /// p(x | x̃) and P that of p(z | x).
  ///
  /// Equation: denoising-optimum
  public func denoisingRemainder(noiseVariance: Double) -> Double {
    let origin = Tensor<Double>.zeros([1, dataDimensions])
    let v = clean(given: origin, noiseVariance: noiseVariance).covariance
    let spread = matmul(
      posteriorSlope, matmul(v, posteriorSlope, transposingSecond: true))
    return 0.5 * (posteriorPrecision * spread).sum().scalar
  }

  /// p(z | x̃), what z is when x̃ was seen: the mean of the best denoising encoder, and the covariance
  /// P + A V Aᵀ.
  ///
  /// Equation: noisy-posterior
  public func posterior(givenNoisy noisy: Tensor<Double>, noiseVariance: Double) -> FullGaussian {
    let x = clean(given: noisy, noiseVariance: noiseVariance)
    let a = posteriorSlope
    let spread = matmul(a, matmul(x.covariance, a, transposingSecond: true))
    return FullGaussian(
      mean: posteriorMeans(of: x.mean.reshaped([1, dataDimensions])).reshaped([latentDimensions]),
      covariance: posteriorCovariance + 0.5 * (spread + spread.transposed()))
  }
}
