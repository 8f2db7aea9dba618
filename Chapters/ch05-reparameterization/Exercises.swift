// The exercises of chapter 5. Replace the body of a function by yours, then: swift run homework 5
//
// Each is worth its points when everything that is asked for is right. The comment above a function says
// what to derive on paper first. You may add functions of your own, and import nothing else.

import Answering
import Foundation
import Tensors

/// **5.1 · By σ** (2 points, standard, pen and paper)
///
/// Section 5.6 has the variances of both estimators of the gradient of E[z²] by μ and by λ. Take the derivative
/// by σ, in one dimension, z = μ + σ ε.
///
/// *Derive* the two estimators for a single draw, pathwise and score function (with no baseline), and
/// their variances. (E[ε⁴] = 3, E[ε⁶] = 15, E[ε⁸] = 105.)
///
/// *Implement* the variances.
///
/// - Parameters:
///   - mean: μ: `[n]`.
///   - deviation: σ: `[n]`.
/// - Returns: The variance of the pathwise estimator, `[n]`, and of the score function's, `[n]`.
func deviationVariances(
  mean: Tensor<Double>, deviation: Tensor<Double>
) throws -> (pathwise: Tensor<Double>, scoreFunction: Tensor<Double>) {
  throw NotAttempted()
}

/// **5.2 · Laplace** (2 points, standard)
///
/// The Laplace distribution has the density e^(−|z − m|/b) / 2b and the distribution function
/// F(z) = ½ e^((z − m)/b) for z ≤ m, 1 − ½ e^(−(z − m)/b) above.
///
/// *Derive* z = F⁻¹(u) for a u that is uniform on (0, 1), and the derivatives of z by m and by β = log b with u
/// held.
///
/// *Implement* them.
///
/// - Parameters:
///   - location: m: `[n]`.
///   - logScale: β: `[n]`.
///   - uniform: u, none 0, ½ or 1: `[n]`.
/// - Returns: z, `[n]`; its derivative by m, `[n]`, and by β, `[n]`.
func reparameterizeLaplace(
  location: Tensor<Double>, logScale: Tensor<Double>, uniform: Tensor<Double>
) throws -> (z: Tensor<Double>, byLocation: Tensor<Double>, byLogScale: Tensor<Double>) {
  throw NotAttempted()
}

/// **5.3 · Between walls** (3 points, challenge)
///
/// Let q be the Gaussian N(μ, σ²) cut off outside (l, r) and normalised again. Its inverse distribution
/// function is unpleasant, but its derivatives are not: along a path F(z; μ, σ) = u stays what it is.
///
/// *Derive*, by differentiating that equation, the derivatives of z by μ and by σ with u held (implicit
/// reparameterisation; Figurnov et al. 2018, arXiv:1805.08498). What must they be at the walls?
///
/// *Implement* them for given z. Foundation has `erf`, with Φ(a) = ½ (1 + erf(a/√2)).
///
/// - Parameters:
///   - z: Draws, between the walls: `[n]`.
///   - mean: μ.
///   - deviation: σ.
///   - lower: l.
///   - upper: r.
/// - Returns: The derivative of each z by μ, `[n]`, and by σ, `[n]`.
func truncatedGradients(
  z: Tensor<Double>, mean: Double, deviation: Double, lower: Double, upper: Double
) throws -> (byMean: Tensor<Double>, byDeviation: Tensor<Double>) {
  throw NotAttempted()
}

/// **5.4 · Gamma by rejection** (3 points, standard)
///
/// Marsaglia and Tsang (2000) draw from the Gamma distribution with the density z^(α − 1) e^(−z) / Γ(α), α ≥ 1:
/// with d = α − 1/3, c = 1/√(9d) and a standard normal ε, z = d (1 + c ε)³. The draw is taken if 1 + c ε > 0
/// and log u < ½ ε² + d − d v + d log v, where v = (1 + c ε)³ and u is uniform on (0, 1).
///
/// *Derive* the derivative of z by α with ε held. Why is its mean over the draws that are taken not the
/// whole gradient of E[z]? (Naesseth et al. 2017, arXiv:1610.05683, find the rest.)
///
/// *Implement* the draw, the decision and the derivative.
///
/// - Parameters:
///   - shape: α, at least 1.
///   - noise: ε: `[n]`.
///   - uniform: u: `[n]`.
/// - Returns: z, `[n]`, whatever is decided; 1 where it is taken and 0 where not, `[n]`; dz/dα, `[n]`.
func gammaProposal(
  shape: Double, noise: Tensor<Double>, uniform: Tensor<Double>
) throws -> (z: Tensor<Double>, isTaken: Tensor<Double>, byShape: Tensor<Double>) {
  throw NotAttempted()
}

/// **5.5 · Antithetic noise** (2 points, warm-up, pen and paper)
///
/// Use each ε twice, as ε and as −ε, and average the two pathwise estimates.
///
/// *Derive* for E[z²] in one dimension, z = μ + σ ε, that the variance by μ is then 0, and what it is by
/// λ = log σ². Compare with the average over two independent draws: when is the pair worse?
///
/// *Implement* the variances by λ.
///
/// - Parameters:
///   - mean: μ: `[n]`.
///   - logVariance: λ: `[n]`.
/// - Returns: The variance of the estimate by λ from an antithetic pair, `[n]`, and from two
///   independent draws, `[n]`.
func antitheticVariances(
  mean: Tensor<Double>, logVariance: Tensor<Double>
) throws -> (antithetic: Tensor<Double>, independent: Tensor<Double>) {
  throw NotAttempted()
}

/// **5.6 · Full covariance** (2 points, standard)
///
/// With z = μ + C ε and a lower triangular C with a positive diagonal, z is N(μ, C Cᵀ).
///
/// *Derive* log q(z), the cotangents of μ and of C for a cotangent g of z, and the derivative of the entropy by C.
///
/// *Implement* the three for a batch that shares μ and C. Above the diagonal C is always 0, so its cotangent
/// is 0 there as well.
///
/// - Parameters:
///   - noise: ε: `[n, d]`.
///   - factor: C: `[d, d]`.
///   - cotangent: g: `[n, d]`.
/// - Returns: log q of each z in nats, `[n]`; the cotangent of C, a sum over the batch, `[d, d]`; the derivative of
///   the entropy by C, `[d, d]`.
func fullCovariance(
  noise: Tensor<Double>, factor: Tensor<Double>, cotangent: Tensor<Double>
) throws -> (logDensity: Tensor<Double>, factor: Tensor<Double>, entropy: Tensor<Double>) {
  throw NotAttempted()
}
