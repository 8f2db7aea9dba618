import EvidenceLowerBound
import KLDivergence
import Reparameterization
import Tensors

// What the linear-Gaussian model of chapter 4 says of claims about gradients, posteriors and samples.
extension LinearGaussianModel where Scalar == Double {
  /// The highest value of log p(z|x), −½ (d log 2π + log det S): the same for every x.
  ///
  /// Equation: clinic-posterior-peak
  public var posteriorPeak: Double {
    let logDeterminant = Cholesky(posteriorCovariance).logDeterminant
    return -0.5 * (Double(latentDimensions) * Double.log(2 * .pi) + logDeterminant)
  }

  /// The squared length of each column of W over σ²: shape `[latent]`.
  public var signal: Tensor<Double> { square(weights).sum(axis: 0) / noiseVariance }

  /// The gradient of E_q[log p(x|z)] − β KL by λ, ½ (β (1 − v) − v ‖w‖²/σ²): shape `[batch, latent]`.
  ///
  /// With β = 0 it is negative wherever w is not 0.
  ///
  /// Equation: clinic-mse
  /// Equation: clinic-mean-latents
  public func weightedGradientByLogVariance(
    under q: DiagonalGaussian<Double>, beta: Double
  ) -> Tensor<Double> {
    0.5 * (beta * (1 - q.variance) - q.variance * signal)
  }

  /// The variances with which E_q[log p(x|z)] − β KL is largest, β / (β + ‖w‖²/σ²): shape `[latent]`.
  public func bestVariances(beta: Double) -> Tensor<Double> { beta / (beta + signal) }

  /// Estimates of the gradient of E_q[log p(x|z)] by μ without a path: log p(x|z) ε / σ, one row a
  /// draw.
  ///
  /// Shapes: x `[1, data]`, q of one datum, noise `[n, latent]`, the result `[n, latent]`.
  ///
  /// Equation: clinic-score
  public func scoreEstimates(
    of x: Tensor<Double>, under q: DiagonalGaussian<Double>, noise: Tensor<Double>
  ) -> Tensor<Double> {
    let z = reparameterize(mean: q.mean, logVariance: q.logVariance, noise: noise)
    return logLikelihood(of: x, at: z).expanded(axis: 1) * noise / q.standardDeviation
  }

  /// Estimates of the same gradient through z: Wᵀ (x − W z − b) / σ², one row a draw.
  ///
  /// Equation: clinic-path
  public func pathEstimates(
    of x: Tensor<Double>, under q: DiagonalGaussian<Double>, noise: Tensor<Double>
  ) -> Tensor<Double> {
    let z = reparameterize(mean: q.mean, logVariance: q.logVariance, noise: noise)
    return matmul(x - decoded(z), weights) / noiseVariance
  }

  /// The gradient of log (1/k Σ w) by μ with the noise held, Σ w̃ (Wᵀ (x − W z − b)/σ² − z): shape
  /// `[n, latent]` for n rows of k draws.
  ///
  /// - Parameters:
  ///   - noise: ε, shape `[n * k, latent]`, the draws of a row together.
  ///   - draws: k.
  ///
  /// Equation: clinic-draws
  public func importanceGradient(
    of x: Tensor<Double>, under q: DiagonalGaussian<Double>, noise: Tensor<Double>, draws k: Int
  ) -> Tensor<Double> {
    let z = reparameterize(mean: q.mean, logVariance: q.logVariance, noise: noise)
    let rows = noise.shape[0] / k
    let logWeights = logWeights(of: x, at: z, under: q).reshaped([rows, k])
    let shares = exp(logWeights - logWeights.logSumExp(axis: 1).expanded(axis: 1))
    let slopes = matmul(x - decoded(z), weights) / noiseVariance - z
    return (shares.expanded(axis: 2) * slopes.reshaped([rows, k, latentDimensions])).sum(axis: 1)
  }

  /// E‖x − b‖² of data, tr(W Wᵀ) + D σ², and of decoder means, which is less by D σ².
  ///
  /// Equation: clinic-means
  public var expectedSquares: (data: Double, means: Double) {
    let means = square(weights).sum().scalar
    return (means + Double(dataDimensions) * noiseVariance.scalar, means)
  }

  /// The model of one latent that is best for data of variance `eigenvalue` along a direction of
  /// length 1: w = √(eigenvalue − σ²), or 0.
  public static func best(
    along direction: Tensor<Double>, eigenvalue: Double, noiseVariance s: Double
  ) -> LinearGaussianModel {
    let length = max(0, eigenvalue - s).squareRoot()
    return LinearGaussianModel(
      weights: (length * direction).expanded(axis: 1), bias: .zeros([direction.count]),
      logNoiseVariance: Tensor(Double.log(s)))
  }
}

/// What remains of a direction's amplitude in the best model's reconstruction: 1 − σ²/variance, or 0.
///
/// Equation: clinic-blur
public func shrinkage(eigenvalue: Double, noiseVariance s: Double) -> Double {
  max(0, 1 - s / eigenvalue)
}

/// The mean rate in nats that the best linear model pays for a direction: ½ log (variance / βσ²), or 0.
///
/// Equation: clinic-beta
public func bestRate(eigenvalue: Double, noiseVariance s: Double, beta: Double) -> Double {
  max(0, 0.5 * Double.log(eigenvalue / (beta * s)))
}

/// What D fitted means gain on n training data over new data, in expectation: D / n nats a datum.
///
/// Equation: clinic-overfit
public func expectedOverfit(dimensions: Int, count: Int) -> Double {
  Double(dimensions) / Double(count)
}
