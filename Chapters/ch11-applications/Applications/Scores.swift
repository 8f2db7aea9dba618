import Reparameterization
import Tensors
import VariationalAutoencoder

/// What a model says of data, one number each, in nats.
public struct Scores: Sendable {
  /// The ELBO, estimated by the mean of the log weights of all draws.
  public let elbo: [Double]
  /// E_q[log p(x | z)], estimated by the mean of the same draws.
  public let reconstruction: [Double]
  /// The importance-sampled estimate of log p(x), of all draws.
  public let logLikelihood: [Double]
}

extension VariationalAutoencoder {
  /// The scores of data `[count, pixels]`, from `samples` draws of z for each.
  public func scores(_ x: Tensor<Scalar>, samples: Int, random: inout Random) -> Scores {
    let logWeights = logWeights(x, samples: samples, random: &random)
    let (mean, logVariance) = encode(x)
    let rate = Tensor<Double>(0.5 * (square(mean) + exp(logVariance) - 1 - logVariance))
      .sum(axis: 1)
    let elbo = logWeights.mean(axis: 1)
    return Scores(
      elbo: elbo.scalars, reconstruction: (elbo + rate).scalars,
      logLikelihood: importanceLogLikelihood(logWeights, k: samples).scalars)
  }
}
