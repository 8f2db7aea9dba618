import KLDivergence
import Tensors

/// What the mean rate is made of, in nats.
public struct RateParts: Sendable {
  /// I(x; z) = E[log q(z | x) − log q(z)]: what a latent says of which datum it came from.
  public var mutualInformation: Double
  /// TC = KL(q(z) ‖ Πⱼ q(zⱼ)): how far the latents are from independent.
  public var totalCorrelation: Double
  /// Σⱼ KL(q(zⱼ) ‖ p(zⱼ)): how far each latent's own distribution is from the prior's.
  public var dimensionwiseKL: Double

  /// Three parts.
  public init(mutualInformation: Double, totalCorrelation: Double, dimensionwiseKL: Double) {
    self.mutualInformation = mutualInformation
    self.totalCorrelation = totalCorrelation
    self.dimensionwiseKL = dimensionwiseKL
  }

  /// KL(q(z) ‖ p(z)), of the average posterior from the prior.
  ///
  /// Equation: total-correlation
  public var marginalKL: Double { totalCorrelation + dimensionwiseKL }

  /// E[KL(q(z | x) ‖ p(z))], the mean rate.
  ///
  /// Equation: elbo-surgery
  public var rate: Double { mutualInformation + marginalKL }
}

/// An encoder that is linear: q(z | x) = N(A x, diag e^λ), for data x ~ N(0, I).
///
/// Its average posterior is Gaussian, q(z) = N(0, A Aᵀ + diag e^λ), so that every part of the rate
/// has a closed form.
public struct LinearCode: Sendable {
  /// A: shape `[d, D]`.
  public let matrix: Tensor<Double>
  /// λ: shape `[d]`.
  public let logVariance: Tensor<Double>

  /// A code of a matrix `[d, D]` and log variances `[d]`.
  public init(matrix: Tensor<Double>, logVariance: Tensor<Double>) {
    guard matrix.shape.rank == 2, logVariance.shape == [matrix.shape[0]] else {
      fatalError("LinearCode: a matrix \(matrix.shape), log variances \(logVariance.shape)")
    }
    (self.matrix, self.logVariance) = (matrix, logVariance)
  }

  /// The number of latents.
  public var latents: Int { matrix.shape[0] }

  /// q(z) = N(0, A Aᵀ + diag e^λ).
  public var averagePosterior: FullGaussian {
    let noise = Tensor<Double>.identity(latents) * exp(logVariance)
    return FullGaussian(
      mean: .zeros([latents]),
      covariance: matmul(matrix, matrix, transposingSecond: true) + noise)
  }

  /// The mean rate, from the divergence of each q(z | x): ½ Σⱼ (‖Aⱼ‖² + e^λⱼ − 1 − λⱼ).
  ///
  /// Equation: elbo-surgery
  public var rate: Double {
    let spread = square(matrix).sum(axis: 1)
    return 0.5 * (spread + exp(logVariance) - 1 - logVariance).sum().scalar
  }

  /// KL(q(z) ‖ p(z)), from the covariance of q(z).
  ///
  /// Equation: total-correlation
  public var marginalKL: Double {
    let prior = FullGaussian(mean: .zeros([latents]), covariance: .identity(latents))
    return fullGaussianKL(averagePosterior, prior)
  }

  /// The parts of the rate, from the determinants of covariances.
  ///
  /// With Σ = A Aᵀ + diag e^λ: ½ (log det Σ − Σⱼ λⱼ), ½ (Σⱼ log Σⱼⱼ − log det Σ) and
  /// ½ Σⱼ (Σⱼⱼ − 1 − log Σⱼⱼ).
  ///
  /// Equation: gaussian-parts
  public var parts: RateParts {
    let all = averagePosterior
    let variances = (all.covariance * .identity(latents)).sum(axis: 1)
    let logDeterminant = all.cholesky.logDeterminant
    return RateParts(
      mutualInformation: 0.5 * (logDeterminant - logVariance.sum().scalar),
      totalCorrelation: 0.5 * (log(variances).sum().scalar - logDeterminant),
      dimensionwiseKL: 0.5 * (variances - 1 - log(variances)).sum().scalar)
  }
}
