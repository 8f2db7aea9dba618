import EvidenceLowerBound
import KLDivergence
import Reparameterization
import Tensors

/// Estimators of the gradient of the importance-weighted bound by the parameters of q, from k draws.
///
/// The bound is log (1/k Σ w), with w = p(x, z) / q(z) and z = μ + σ ⊙ ε.
public enum ImportanceGradient: String, CaseIterable, Sendable {
  /// The derivative of the bound along the draws: unbiased.
  case plain = "plain"
  /// Without the score: unbiased for k = 1 only. Roeder, Wu & Duvenaud 2017 (arXiv:1703.09194).
  case path = "path derivative"
  /// With squared weights: unbiased. Tucker, Lawson, Gu & Maddison 2019 (arXiv:1810.04152).
  case doubly = "doubly reparameterised"

  /// One estimate from each of n groups of k draws: shape `[n, 2 d]`, by μ and then by λ.
  ///
  /// - Parameters:
  ///   - logJoint: log p(x, z) as a function of z, `[rows, d]` to `[rows]`, each row on its own.
  ///   - mean: μ, shape `[d]`.
  ///   - logVariance: λ, shape `[d]`.
  ///   - noise: ε, shape `[n, k, d]`.
  public func estimates(
    of logJoint: (Tensor<Double>) -> Tensor<Double>, mean: Tensor<Double>,
    logVariance: Tensor<Double>, noise: Tensor<Double>
  ) -> Tensor<Double> {
    let draws = ImportanceDraws(
      of: logJoint, mean: mean, logVariance: logVariance, noise: noise)
    switch self {
    case .plain: return draws.plain
    case .path: return draws.pathDerivative
    case .doubly: return draws.doublyReparameterized
    }
  }
}

/// What all estimators are made of: for n groups of k draws, weights, path derivatives and scores.
public struct ImportanceDraws: Sendable {
  /// log w, shape `[n, k]`.
  public let logWeights: Tensor<Double>
  /// w̃, shape `[n, k, 1]`: the weights of each group divided by their sum.
  public let weights: Tensor<Double>
  /// ∂ log w / ∂z · ∂z / ∂(μ, λ), with the parameters inside log w held: shape `[n, k, 2 d]`.
  public let paths: Tensor<Double>
  /// ∂ log q(z) / ∂(μ, λ) with z held: shape `[n, k, 2 d]`.
  public let scores: Tensor<Double>

  /// The draws of `noise`, `[n, k, d]`; the other arguments as in `ImportanceGradient.estimates`.
  public init(
    of logJoint: (Tensor<Double>) -> Tensor<Double>, mean: Tensor<Double>,
    logVariance: Tensor<Double>, noise: Tensor<Double>
  ) {
    let (n, k, d) = (noise.shape[0], noise.shape[1], noise.shape[2])
    let q = DiagonalGaussian(mean: mean, logVariance: logVariance)
    let epsilon = noise.reshaped([n * k, d])
    let z = reparameterize(mean: mean, logVariance: logVariance, noise: epsilon)
    logWeights = (logJoint(z) - q.logDensity(z)).reshaped([n, k])
    // Rows do not mix, so the gradient of the sum holds ∂ log w / ∂z of each row.
    let slopes = valueAndGradient(at: z) { (logJoint($0) - q.logDensity($0)).sum() }.gradient
    let parts = reparameterizeVJP(logVariance: logVariance, noise: epsilon, cotangent: slopes)
    paths = concatenated([parts.mean, parts.logVariance], axis: 1).reshaped([n, k, 2 * d])
    scores = ScoreFunction.score(z, mean: mean, logVariance: logVariance)
      .reshaped([n, k, 2 * d])
    weights = normalizedWeights(logWeights).expanded(axis: 2)
  }

  /// Σ w̃ᵢ (pathᵢ − scoreᵢ), the derivative of the bound: shape `[n, 2 d]`.
  ///
  /// Equation: iwae-plain
  public var plain: Tensor<Double> { (weights * (paths - scores)).sum(axis: 1) }

  /// Σ w̃ᵢ pathᵢ: shape `[n, 2 d]`.
  public var pathDerivative: Tensor<Double> { (weights * paths).sum(axis: 1) }

  /// Σ w̃ᵢ² pathᵢ, of the same expectation as `plain`: shape `[n, 2 d]`.
  ///
  /// Equation: dreg
  public var doublyReparameterized: Tensor<Double> {
    (square(weights) * paths).sum(axis: 1)
  }

  /// Σ w̃ᵢ scoreᵢ: shape `[n, 2 d]`.
  ///
  /// Equation: weighted-score
  public var weightedScore: Tensor<Double> { (weights * scores).sum(axis: 1) }

  /// Σ (w̃ᵢ − w̃ᵢ²) pathᵢ, of the same expectation as `weightedScore`, and the bias of
  /// `pathDerivative`: shape `[n, 2 d]`.
  ///
  /// Equation: weighted-score
  /// Equation: path-bias
  public var weightedScorePath: Tensor<Double> {
    ((weights - square(weights)) * paths).sum(axis: 1)
  }
}

/// E[∂ log q(z) / ∂(μ, λ)] for z from a Gaussian posterior: shape `[2 d]`.
///
/// It is minus the gradient of KL(p(z | x) ‖ q), and what `pathDerivative` tends to as k grows.
///
/// Equation: forward-score
public func posteriorScore(
  _ posterior: FullGaussian, under q: DiagonalGaussian<Double>
) -> Tensor<Double> {
  let d = posterior.dimensions
  let variances = Tensor((0..<d).map { posterior.covariance[$0, $0] })
  let offset = posterior.mean - q.mean
  let precision = exp(-q.logVariance)
  return concatenated(
    [offset * precision, 0.5 * ((variances + square(offset)) * precision - 1)], axis: 0)
}

/// The plain estimates of the bound's gradient by the bias b of a linear-Gaussian model, one from each of
/// n groups of k draws: Σ w̃ᵢ (x − W zᵢ − b) / σ², shape `[n, data]`.
///
/// - Parameters:
///   - x: One datum, `[1, data]`.
///   - noise: ε, shape `[n, k, d]`.
public func biasGradients(
  of model: LinearGaussianModel<Double>, at x: Tensor<Double>, under q: DiagonalGaussian<Double>,
  noise: Tensor<Double>
) -> Tensor<Double> {
  let (n, k, d) = (noise.shape[0], noise.shape[1], noise.shape[2])
  let z = reparameterize(
    mean: q.mean, logVariance: q.logVariance, noise: noise.reshaped([n * k, d]))
  let logWeights = model.logWeights(of: x, at: z, under: q).reshaped([n, k])
  let slopes = (x - model.decoded(z)) / model.noiseVariance
  let weights = normalizedWeights(logWeights).expanded(axis: 2)
  return (weights * slopes.reshaped([n, k, x.shape[1]])).sum(axis: 1)
}

/// The signal-to-noise ratio |E g| / √V[g] of an estimator, averaged over the parameters.
///
/// Equation: signal-to-noise
///
/// - Parameters:
///   - estimates: Shape `[n, parameters]`.
///   - signal: E g, shape `[parameters]`, if a better estimate than the mean of `estimates` is known.
public func signalToNoise(_ estimates: Tensor<Double>, signal: Tensor<Double>? = nil) -> Double {
  let mean = signal ?? estimates.mean(axis: 0)
  return (abs(mean) / sqrt(GradientStatistics(estimates).variance)).mean().scalar
}

/// The bound for two draws of a q on one dimension, by the trapezoidal rule in both: shape `[]`.
///
/// E[log ½ (w(z₁) + w(z₂))] over z = μ + σ ε with ε from −9 to 9 in steps of 1/8. Gradients flow
/// through μ and λ, so that estimates can be held against the exact gradient.
///
/// - Parameters:
///   - logJoint: log p(x, z), `[n, 1]` to `[n]`.
///   - mean: μ, shape `[1]`.
///   - logVariance: λ, shape `[1]`.
public func exactTwoDrawBound(
  of logJoint: (Tensor<Double>) -> Tensor<Double>, mean: Tensor<Double>,
  logVariance: Tensor<Double>
) -> Tensor<Double> {
  let line = Tensor<Double>.linspace(-9, 9, count: 145)
  let weights = exp(-0.5 * square(line)) / (8 * (2 * Double.pi).squareRoot())
  let z = reparameterize(mean: mean, logVariance: logVariance, noise: line.expanded(axis: 1))
  let q = DiagonalGaussian(mean: mean, logVariance: logVariance)
  let logWeights = logJoint(z) - q.logDensity(z)
  let (a, b) = (logWeights.expanded(axis: 1), logWeights.expanded(axis: 0))
  // log (e^a + e^b) = b + log (1 + e^(a − b))
  let values = b + softplus(a - b) - Double.log(2)
  return (weights.expanded(axis: 1) * weights.expanded(axis: 0) * values).sum()
}
