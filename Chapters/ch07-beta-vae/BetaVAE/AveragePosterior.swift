import KLDivergence
import Tensors
import VariationalAutoencoder

/// The average posterior of N data, q(z) = 1/N Σₙ q(z | xₙ): a mixture of N Gaussians.
public struct AveragePosterior<Scalar: TensorScalar>: Sendable {
  /// μ of each datum: shape `[N, d]`.
  public let mean: Tensor<Scalar>
  /// λ of each datum: shape `[N, d]`.
  public let logVariance: Tensor<Scalar>

  /// The average of N Gaussians given by μ and λ, both `[N, d]`.
  public init(mean: Tensor<Scalar>, logVariance: Tensor<Scalar>) {
    guard mean.shape.rank == 2, mean.shape == logVariance.shape else {
      fatalError("AveragePosterior: means \(mean.shape), log variances \(logVariance.shape)")
    }
    (self.mean, self.logVariance) = (mean, logVariance)
  }

  /// The number of data, N.
  public var count: Int { mean.shape[0] }
  /// The number of latents, d.
  public var latents: Int { mean.shape[1] }

  /// log q(z), shape `[n]`, and log q(zⱼ), shape `[n, d]`, of points z `[n, d]`: over all N data.
  ///
  /// Equation: average-posterior
  public func logDensities(
    _ z: Tensor<Scalar>
  ) -> (joint: Tensor<Scalar>, marginals: Tensor<Scalar>) {
    // Parts of so many points that no tensor holds more than about a million numbers.
    let step = max(1, 1_000_000 / (count * latents))
    let uniform = Tensor<Scalar>([1, 1], [-Scalar.log(Scalar(count))])
    let parts = stride(from: 0, to: z.shape[0], by: step).map { begin in
      mixtureLogDensities(
        z.sliced(axis: 0, begin..<min(begin + step, z.shape[0])), mean: mean,
        logVariance: logVariance, logWeights: uniform)
    }
    return (
      concatenated(parts.map(\.joint), axis: 0), concatenated(parts.map(\.marginals), axis: 0)
    )
  }

  /// The parts of the rate estimated by one draw of z from q(z | xₙ) for each n in `indices`.
  ///
  /// Each draw gives a value of every part; the columns of `values`, `[indices.count, 4]`, are those
  /// of mutual information, total correlation, dimension-wise divergence, and of their sum, which
  /// estimates the rate without its closed form.
  public func sampledParts(
    at indices: [Int], random: inout Random
  ) -> (parts: RateParts, values: Tensor<Double>) {
    let (m, l) = (mean.rows(at: indices), logVariance.rows(at: indices))
    let z = m + exp(0.5 * l) * random.normal(m.shape)
    let own = diagonalGaussianLogDensity(of: z, mean: m, logVariance: l)
    let (joint, marginals) = logDensities(z)
    let zero = Tensor<Scalar>(0)
    let product = marginals.sum(axis: 1)
    let prior = diagonalGaussianLogDensity(of: z, mean: zero, logVariance: zero)
    let columns = [own - joint, joint - product, product - prior, own - prior]
    let values = concatenated(columns.map { Tensor<Double>($0).expanded(axis: 1) }, axis: 1)
    let means = values.mean(axis: 0)
    return (
      RateParts(
        mutualInformation: means[0], totalCorrelation: means[1], dimensionwiseKL: means[2]),
      values
    )
  }
}

/// log Σₖ W_ik N(zᵢ; μₖ, diag e^λₖ) and, coordinate by coordinate, log Σₖ W_ik N(zᵢⱼ; μₖⱼ, e^λₖⱼ).
///
/// Every pair of a point and a Gaussian is looked at. Shapes: z `[n, d]`, μ and λ `[K, d]`, log W
/// `[n, K]` or broadcasting to it, the results `[n]` and `[n, d]`.
///
/// Equation: average-posterior
public func mixtureLogDensities<Scalar>(
  _ z: Tensor<Scalar>, mean: Tensor<Scalar>, logVariance: Tensor<Scalar>,
  logWeights: Tensor<Scalar>
) -> (joint: Tensor<Scalar>, marginals: Tensor<Scalar>) {
  // [n, d, K]: the longest axis last, so that sums over data run along memory.
  let (mean, logVariance) = (mean.transposed(), logVariance.transposed())
  let distance = square(z.expanded(axis: 2) - mean) * exp(-logVariance)
  let each = -0.5 * (distance + (logVariance + Scalar.log(2 * .pi)))
  return (
    (each.sum(axis: 1) + logWeights).logSumExp(axis: 1),
    (each + logWeights.expanded(axis: 1)).logSumExp(axis: 2)
  )
}
