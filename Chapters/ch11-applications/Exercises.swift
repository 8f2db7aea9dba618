// The exercises of chapter 11. Replace the body of a function by yours, then: swift run homework 11
//
// Each is worth its points when everything that is asked for is right. The comment above a function says
// what to derive on paper first. You may add functions of your own, and import nothing else.

import Answering
import Applications
import Tensors

/// **11.1 · A smooth area** (2 points, warm-up)
///
/// The AUC counts pairs, and a count has no useful derivative. Replace the count of a pair, an anomaly with
/// the score a and a normal datum with the score s, by sigmoid((a − s) / T), at a temperature T > 0.
///
/// *Derive* the limit of the mean over all pairs as T → 0, ties included, and its gradient by all scores.
///
/// *Implement* the mean and its gradient.
///
/// - Parameters:
///   - normal: s: `[n]`.
///   - anomalous: a: `[m]`.
///   - temperature: T.
/// - Returns: The mean over the m n pairs, `[]`, its gradient by s, `[n]`, and by a, `[m]`.
func smoothArea(
  normal: Tensor<Double>, anomalous: Tensor<Double>, temperature: Double
) throws -> (area: Tensor<Double>, byNormal: Tensor<Double>, byAnomalous: Tensor<Double>) {
  throw NotAttempted()
}

/// **11.2 · Back on the shell** (2 points, standard, pen and paper)
///
/// Latents z₁, …, z_k are each from N(0, I), but not independent: at every coordinate the k numbers have the
/// correlations R, and different coordinates know nothing of each other. Combine them with weights w to
/// Σ wᵢ zᵢ: a point between two latents, a sum of an analogy, a mean of several.
///
/// *Derive* E‖Σ wᵢ zᵢ‖², and the factor c for which c Σ wᵢ zᵢ is from N(0, I) again. (line-norm is a case.)
///
/// *Implement* both: the expectation, and the combination of given latents times c.
///
/// - Parameters:
///   - latents: z, one a row: `[k, d]`.
///   - correlations: R, with 1 on its diagonal: `[k, k]`.
///   - weights: w: `[k]`.
/// - Returns: The expectation, `[]`, over latents like these and not for these; and c Σ wᵢ zᵢ, `[d]`.
func backOnShell(
  latents: Tensor<Double>, correlations: Tensor<Double>, weights: Tensor<Double>
) throws -> (squaredNorm: Tensor<Double>, combined: Tensor<Double>) {
  throw NotAttempted()
}

/// **11.3 · Shape as well as place** (3 points, standard)
///
/// Section 11.6 moves codes by a vector. Instead, take N(m₀, L₀ L₀ᵀ) to N(m₁, L₁ L₁ᵀ) by an affine map
/// z ↦ m₁ + T (z − m₀), with a lower triangular T of positive diagonal. Both L are lower triangular with positive
/// diagonals, as Cholesky's are.
///
/// *Derive* T, and how far it moves codes: E‖z′ − z‖² for z from N(m₀, L₀ L₀ᵀ).
///
/// *Implement* the map and that expectation.
///
/// - Parameters:
///   - codes: z: `[n, d]`.
///   - from: m₀, `[d]`, and L₀, `[d, d]`.
///   - to: m₁, `[d]`, and L₁, `[d, d]`.
/// - Returns: The codes moved, `[n, d]`, and the expectation, `[]`.
func transported(
  codes: Tensor<Double>, from: (mean: Tensor<Double>, factor: Tensor<Double>),
  to: (mean: Tensor<Double>, factor: Tensor<Double>)
) throws -> (moved: Tensor<Double>, squaredDistance: Tensor<Double>) {
  throw NotAttempted()
}

/// **11.4 · Bits back** (2 points, standard)
///
/// Send a datum x by a model with K latent values. Pick z by q(z|x), using bits that must be sent anyway as the
/// source of chance; send z with a code for p(z), then x with a code for p(x|z). The receiver, who then knows x
/// and q, gets the bits back that chose z: −log₂ q(z|x) of them. (Hinton & van Camp 1993; Townsend et al. 2019,
/// arXiv:1901.04866.)
///
/// *Derive* the expected number of bits that are spent in the end, and its excess over −log₂ p(x), as a
/// divergence. Which q is best, and what if q puts all on one z?
///
/// *Implement* both, in bits, not nats. Some q(z|x) are exactly 0.
///
/// - Parameters:
///   - logPrior: log p(z) in nats: `[K]`.
///   - logLikelihood: log p(x|z) in nats, one datum a row: `[n, K]`.
///   - q: q(z|x), rows that sum to 1: `[n, K]`.
/// - Returns: The expected net bits of each datum, `[n]`, and the excess, `[n]`.
func bitsBack(
  logPrior: Tensor<Double>, logLikelihood: Tensor<Double>, q: Tensor<Double>
) throws -> (bits: Tensor<Double>, excess: Tensor<Double>) {
  throw NotAttempted()
}

/// **11.5 · A chain with the wrong spread** (3 points, challenge, pen and paper)
///
/// A linear-Gaussian model has one latent: x = w z + b + noise of variance s². One coordinate of x is missing, and
/// pseudo-Gibbs fills it in: z from N(posterior mean, κ times the posterior variance), then the coordinate from
/// p(x|z); and again. With κ = 1 the encoder is exact. (See gibbs-step.)
///
/// *Derive* the mean and the variance of the missing coordinate once the chain has forgotten its start. Show
/// that for κ = 1 they are those of the coordinate given the others. What does κ ≠ 1 change?
///
/// *Implement* both.
///
/// - Parameters:
///   - weights: w: `[D]`.
///   - bias: b: `[D]`.
///   - noiseVariance: s².
///   - datum: x, whose missing coordinate holds any number: `[D]`.
///   - missing: The index of the missing coordinate, from 0.
///   - spread: κ, positive.
/// - Returns: The mean, `[]`, and the variance, `[]`.
func wrongSpreadChain(
  weights: Tensor<Double>, bias: Tensor<Double>, noiseVariance: Double, datum: Tensor<Double>,
  missing: Int, spread: Double
) throws -> (mean: Tensor<Double>, variance: Tensor<Double>) {
  throw NotAttempted()
}

/// **11.6 · How grey is a cold pixel?** (2 points, standard)
///
/// A pixel with the logit ℓ at temperature T is white with the probability π = sigmoid(ℓ/T).
///
/// *Derive* its entropy as a function of ℓ and T, the derivative by T, and the limits for T → 0 and T → ∞.
///
/// *Implement* entropy and derivative, also for temperatures at which π rounds to 0 or 1.
///
/// - Parameters:
///   - logits: ℓ: `[n]`.
///   - temperature: T, positive.
/// - Returns: The entropy of each pixel in nats, `[n]`, and its derivative by T, `[n]`.
func pixelEntropy(
  logits: Tensor<Double>, temperature: Double
) throws -> (entropy: Tensor<Double>, derivative: Tensor<Double>) {
  throw NotAttempted()
}
