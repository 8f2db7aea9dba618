import EvidenceLowerBound
import KLDivergence
import Tensors

/// Importance weights over a path of densities from q to p(x, z). Neal 2001,
/// doi:10.1023/A:1008923215028.
///
/// At level τ the density is q(z)^(1−τ) p(x, z)^τ, up to a constant; τ rises from 0 to 1.
public struct AnnealedImportanceSampling: Sendable {
  /// τ₀ = 0 < τ₁ < … < τ_T = 1.
  public let levels: [Double]

  /// A path of T steps with τ_t = (t / T)^power: with a power above 1 the first steps are the smallest.
  public init(steps: Int, power: Double = 3) {
    levels = (0...steps).map { t in
      t == 0 ? 0 : Double.exp(power * Double.log(Double(t) / Double(steps)))
    }
  }

  /// log of the density at level τ, up to a constant: (1 − τ) log q + τ log p(x, z).
  public static func interpolated(
    _ q: DiagonalGaussian<Double>, _ logJoint: (Tensor<Double>) -> Tensor<Double>, level: Double,
    at z: Tensor<Double>
  ) -> Tensor<Double> {
    (1 - level) * q.logDensity(z) + level * logJoint(z)
  }

  /// log w of `count` independent chains, in nats: shape `[count]`; the mean of w is p(x).
  ///
  /// Σ_t (τ_t − τ_{t−1}) (log p(x, z_{t−1}) − log q(z_{t−1})): each factor is taken at the point
  /// *before* the move to z_t.
  ///
  /// Equation: ais-weight
  ///
  /// - Parameters:
  ///   - q: Where chains begin, shapes `[d]`.
  ///   - logJoint: log p(x, z), `[n, d]` to `[n]`.
  ///   - move: Moves points `[n, d]` so that the density at the given level is left invariant.
  public func logWeights(
    from q: DiagonalGaussian<Double>, to logJoint: (Tensor<Double>) -> Tensor<Double>, count: Int,
    random: inout Random,
    move: (Tensor<Double>, Double, inout Random) -> Tensor<Double>
  ) -> Tensor<Double> {
    var z = q.samples(count, random: &random)
    var logWeights = Tensor<Double>.zeros([count])
    for (before, level) in zip(levels, levels.dropFirst()) {
      logWeights = logWeights + (level - before) * (logJoint(z) - q.logDensity(z))
      if level < 1 { z = move(z, level, &random) }
    }
    return logWeights
  }
}

extension LinearGaussianModel where Scalar == Double {
  /// The density at level τ > 0 of the path from the prior to p(x, z), normalised.
  ///
  /// p(z) p(x | z)^τ is p(z) times a Gaussian in x of variance σ² / τ, up to a constant: the posterior of
  /// a model with more noise.
  ///
  /// Equation: tempered-posterior
  public func temperedPosterior(of x: Tensor<Double>, level: Double) -> FullGaussian {
    var noisier = self
    noisier.logNoiseVariance = logNoiseVariance - Double.log(level)
    return noisier.posterior(of: x)
  }
}
