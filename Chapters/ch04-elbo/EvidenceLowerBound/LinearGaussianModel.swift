import KLDivergence
import Tensors

/// The linear-Gaussian model: x = W z + b + noise, with z ~ N(0, I) and noise ~ N(0, σ² I).
///
/// Probabilistic principal component analysis (Tipping & Bishop 1999). It is the one latent-variable
/// model of this book in which log p(x) and p(z|x) are known, so that every claim can be compared
/// with the exact answer.
public struct LinearGaussianModel<Scalar: TensorScalar>: ParameterContainer, Sendable {
  /// W: shape `[data, latent]`.
  public var weights: Tensor<Scalar>
  /// b: shape `[data]`.
  public var bias: Tensor<Scalar>
  /// log σ²: shape `[]`.
  public var logNoiseVariance: Tensor<Scalar>

  /// A model of its weights `[data, latent]`, bias `[data]` and log noise variance `[]`.
  public init(
    weights: Tensor<Scalar>, bias: Tensor<Scalar>, logNoiseVariance: Tensor<Scalar>
  ) {
    guard weights.shape.rank == 2, bias.shape == [weights.shape[0]],
      logNoiseVariance.shape.rank == 0
    else {
      fatalError(
        "LinearGaussianModel: weights \(weights.shape), bias \(bias.shape), log noise variance"
          + " \(logNoiseVariance.shape)")
    }
    (self.weights, self.bias) = (weights, bias)
    self.logNoiseVariance = logNoiseVariance
  }

  /// A model with standard normal weights and bias, and log σ² normal of mean −1.
  public static func random(data: Int, latent: Int, random: inout Random) -> LinearGaussianModel {
    let weights: Tensor<Scalar> = random.normal([data, latent])
    let bias: Tensor<Scalar> = random.normal([data])
    let noise: Tensor<Scalar> = random.normal([])
    return LinearGaussianModel(weights: weights, bias: bias, logNoiseVariance: noise - 1)
  }

  /// D, the number of coordinates of x.
  public var dataDimensions: Int { weights.shape[0] }
  /// d, the number of coordinates of z.
  public var latentDimensions: Int { weights.shape[1] }
  /// σ²: shape `[]`.
  public var noiseVariance: Tensor<Scalar> { exp(logNoiseVariance) }

  /// W z + b, the mean of x: for z of shape `[n, latent]`, shape `[n, data]`.
  public func decoded(_ z: Tensor<Scalar>) -> Tensor<Scalar> {
    matmul(z, weights, transposingSecond: true) + bias
  }

  /// `count` independent data, with the latents that they came from: `[count, data]` and
  /// `[count, latent]`.
  public func samples(
    _ count: Int, random: inout Random
  ) -> (x: Tensor<Scalar>, z: Tensor<Scalar>) {
    let z: Tensor<Scalar> = random.normal([count, latentDimensions])
    let noise: Tensor<Scalar> = random.normal([count, dataDimensions])
    return (decoded(z) + exp(0.5 * logNoiseVariance) * noise, z)
  }

  /// log p(x|z) in nats, summed over the coordinates of x: shape `[n]`.
  ///
  /// One datum `[1, data]` serves all rows of z, and one latent `[1, latent]` all rows of x.
  public func logLikelihood(of x: Tensor<Scalar>, at z: Tensor<Scalar>) -> Tensor<Scalar> {
    let distance = square(x - decoded(z)).sum(axis: 1)
    return gaussianLogDensity(squaredDistance: distance)
  }

  /// log p(x, z) = log p(x|z) + log p(z) in nats: shape `[n]`.
  public func logJoint(of x: Tensor<Scalar>, at z: Tensor<Scalar>) -> Tensor<Scalar> {
    logLikelihood(of: x, at: z) + DiagonalGaussian.prior(latent: latentDimensions).logDensity(z)
  }

  /// −½ (distance / σ² + D log 2πσ²): log N(x; ·, σ² I) from squared distances of any shape.
  func gaussianLogDensity(squaredDistance: Tensor<Scalar>) -> Tensor<Scalar> {
    let constant = Scalar(dataDimensions) * (logNoiseVariance + Scalar.log(2 * .pi))
    return -0.5 * (squaredDistance * exp(-logNoiseVariance) + constant)
  }

  /// Calls `body` on the tensors, in the order of `parameterNames`.
  public mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void) {
    body(&weights)
    body(&bias)
    body(&logNoiseVariance)
  }

  /// The names of the tensors.
  public var parameterNames: [String] { ["weights", "bias", "logNoiseVariance"] }
}

// What only a linear-Gaussian model can say of itself.
extension LinearGaussianModel where Scalar == Double {
  /// p(x) = N(b, W Wᵀ + σ² I).
  ///
  /// Equation: linear-gaussian-marginal
  public var marginal: FullGaussian {
    let signal = matmul(weights, weights, transposingSecond: true)
    return FullGaussian(
      mean: bias, covariance: signal + noiseVariance * Tensor.identity(dataDimensions))
  }

  /// log p(x) in nats, for x of shape `[n, data]`: shape `[n]`.
  public func logEvidence(of x: Tensor<Double>) -> Tensor<Double> { marginal.logDensities(x) }

  /// M = Wᵀ W + σ² I: shape `[latent, latent]`.
  var m: Tensor<Double> {
    matmul(weights, weights, transposingFirst: true)
      + noiseVariance * Tensor.identity(latentDimensions)
  }

  /// The covariance of p(z|x), which is σ² M⁻¹ whatever x is: shape `[latent, latent]`.
  public var posteriorCovariance: Tensor<Double> { noiseVariance * Cholesky(m).inverse }

  /// The inverse of that covariance, M / σ²: shape `[latent, latent]`.
  public var posteriorPrecision: Tensor<Double> { m / noiseVariance }

  /// The means of p(z|x), M⁻¹ Wᵀ (x − b), for x of shape `[n, data]`: shape `[n, latent]`.
  public func posteriorMeans(of x: Tensor<Double>) -> Tensor<Double> {
    Cholesky(m).solve(matmul(weights, x - bias, transposingFirst: true, transposingSecond: true))
      .transposed()
  }

  /// p(z|x) = N(M⁻¹ Wᵀ (x − b), σ² M⁻¹) for one datum x of shape `[1, data]`.
  ///
  /// Equation: linear-gaussian-posterior
  public func posterior(of x: Tensor<Double>) -> FullGaussian {
    FullGaussian(mean: posteriorMeans(of: x).row(0), covariance: posteriorCovariance)
  }
}
