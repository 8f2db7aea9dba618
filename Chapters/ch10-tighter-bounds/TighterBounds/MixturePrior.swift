import KLDivergence
import Tensors

/// A prior that is a mixture of K Gaussians with independent coordinates:
/// p(z) = Σ_c π_c N(z; m_c, diag e^ρ_c).
public struct MixturePrior<Scalar: TensorScalar>: ParameterContainer, Sendable {
  /// The logits of π: shape `[K]`.
  public var logits: Tensor<Scalar>
  /// m: shape `[K, d]`.
  public var means: Tensor<Scalar>
  /// ρ, the log variances: shape `[K, d]`.
  public var logVariances: Tensor<Scalar>

  /// A mixture of its parameters.
  public init(logits: Tensor<Scalar>, means: Tensor<Scalar>, logVariances: Tensor<Scalar>) {
    guard means.shape.rank == 2, logits.shape == [means.shape[0]],
      logVariances.shape == means.shape
    else {
      fatalError(
        "MixturePrior: logits \(logits.shape), means \(means.shape), log variances "
          + "\(logVariances.shape)")
    }
    (self.logits, self.means, self.logVariances) = (logits, means, logVariances)
  }

  /// K components of equal weight and variance 1, with standard normal means.
  public init(components: Int, latents: Int, random: inout Random) {
    self.init(
      logits: .zeros([components]), means: random.normal([components, latents]),
      logVariances: .zeros([components, latents]))
  }

  /// π: shape `[K]`.
  public var proportions: Tensor<Scalar> { exp(logits - logits.logSumExp(axis: 0)) }

  /// log π_c + log N(z; m_c, diag e^ρ_c): shapes `[n, d]` to `[n, K]`.
  func logTerms(_ z: Tensor<Scalar>) -> Tensor<Scalar> {
    let distance = square(z.expanded(axis: 1) - means) * exp(-logVariances)
    let densities = -0.5 * (distance + logVariances + Scalar.log(2 * .pi)).sum(axis: 2)
    return densities + (logits - logits.logSumExp(axis: 0))
  }

  /// log p(z) in nats: shapes `[n, d]` to `[n]`.
  ///
  /// Equation: mixture-log-density
  public func logDensity(_ z: Tensor<Scalar>) -> Tensor<Scalar> {
    logTerms(z).logSumExp(axis: 1)
  }

  /// The responsibilities r_c = p(c | z): shapes `[n, d]` to `[n, K]`; each row sums to 1.
  ///
  /// Equation: mixture-responsibilities
  public func responsibilities(_ z: Tensor<Scalar>) -> Tensor<Scalar> {
    let terms = logTerms(z)
    return exp(terms - terms.logSumExp(axis: 1).expanded(axis: 1))
  }

  /// The vector–Jacobian product of `logDensity`, by hand: its gradient by the prior's parameters and by
  /// z, given the cotangent g of log p(z), of shape `[n]`.
  ///
  /// Equation: mixture-gradient
  public func logDensityVJP(
    at z: Tensor<Scalar>, cotangent g: Tensor<Scalar>
  ) -> (prior: MixturePrior, z: Tensor<Scalar>) {
    let r = responsibilities(z) * g.expanded(axis: 1)
    let offset = z.expanded(axis: 1) - means
    let pull = offset * exp(-logVariances)
    let share = r.expanded(axis: 2)
    let weighted = share * pull
    let byPrior = MixturePrior(
      logits: r.sum(axis: 0) - g.sum() * proportions, means: weighted.sum(axis: 0),
      logVariances: 0.5 * (share * (offset * pull - 1)).sum(axis: 0))
    return (byPrior, -weighted.sum(axis: 1))
  }

  /// Independent draws: shape `[count, d]`, and the component of each.
  public func samples(
    _ count: Int, random: inout Random
  ) -> (z: Tensor<Scalar>, components: [Int]) {
    let uniform: Tensor<Double> = random.uniform([count])
    let shares = proportions.scalars.map(Double.init)
    let chosen = uniform.scalars.map { u in
      var rest = u
      for (component, share) in shares.enumerated() {
        if rest < share { return component }
        rest -= share
      }
      return shares.count - 1
    }
    let noise: Tensor<Scalar> = random.normal([count, means.shape[1]])
    let deviations = exp(0.5 * logVariances).rows(at: chosen)
    return (means.rows(at: chosen) + deviations * noise, chosen)
  }

  /// Calls `body` on the tensors, in the order of `parameterNames`.
  public mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void) {
    body(&logits)
    body(&means)
    body(&logVariances)
  }
  /// The names of the tensors.
  public var parameterNames: [String] { ["logits", "means", "logVariances"] }
}

/// The average of N Gaussians, q(z) = 1/N Σ q(z | xₙ): shapes `[N, d]`.
///
/// Of all priors it has the smallest mean divergence from them.
///
/// Equation: aggregate-posterior
public func aggregatePosterior<Scalar>(
  mean: Tensor<Scalar>, logVariance: Tensor<Scalar>
) -> MixturePrior<Scalar> {
  MixturePrior(logits: .zeros([mean.shape[0]]), means: mean, logVariances: logVariance)
}
