// The exercises of chapter 6. Replace the body of a function by yours, then: swift run homework 6
//
// Each is worth its points when everything that is asked for is right. The comment above a function says
// what to derive on paper first. You may add functions of your own, and import nothing else.

import Answering
import Foundation
import Tensors

/// **6.1 · Free bits** (3 points, standard)
///
/// Kingma et al. (2016, arXiv:1606.04934) give each latent κ nats for free: in the loss, the mean rate of
/// latent j over the batch, Rⱼ = (1/B) Σₙ KL(N(μₙⱼ, σₙⱼ²) ‖ N(0, 1)), is replaced by the larger of κ and Rⱼ.
///
/// *Derive* the gradient of F = Σⱼ max(κ, Rⱼ) by μ and by λ = log σ². What does a latent below κ get, and why
/// can one datum alone not tell whether it gets any?
///
/// *Implement* F and its gradient. No latent lies at κ.
///
/// - Parameters:
///   - mean: μ: `[B, d]`.
///   - logVariance: λ: `[B, d]`.
///   - kappa: κ in nats.
/// - Returns: F in nats, `[]`; its gradient by μ and by λ, each `[B, d]`.
func freeBits(
  mean: Tensor<Double>, logVariance: Tensor<Double>, kappa: Double
) throws -> (value: Tensor<Double>, byMean: Tensor<Double>, byLogVariance: Tensor<Double>) {
  throw NotAttempted()
}

/// **6.2 · Student's t** (3 points, standard)
///
/// Real pixels with outliers want a density with heavier tails: with ν degrees of freedom, location m and
/// scale s it is p(x) ∝ (1 + (x − m)² / (ν s²))^(−(ν + 1)/2).
///
/// *Derive* the constant (its integral is a beta function: with Γ, √(νπ) s Γ(ν/2) / Γ((ν + 1)/2)), the
/// derivatives of log p by m and by τ = log s, and what is left of both for an x far away. What does a
/// Gaussian make of such an x?
///
/// *Implement* the three. Foundation has `lgamma`.
///
/// - Parameters:
///   - x: The pixels: `[n]`.
///   - location: m, one a pixel: `[n]`.
///   - logScale: τ, one a pixel: `[n]`.
///   - degrees: ν > 0.
/// - Returns: log p of each pixel in nats, `[n]`; its derivative by m, `[n]`, and by τ, `[n]`.
func studentTLogLikelihood(
  of x: Tensor<Double>, location: Tensor<Double>, logScale: Tensor<Double>, degrees: Double
) throws -> (value: Tensor<Double>, byLocation: Tensor<Double>, byLogScale: Tensor<Double>) {
  throw NotAttempted()
}

/// **6.3 · A rate that cannot vanish** (2 points, standard, pen and paper)
///
/// Razavi et al. (2019, arXiv:1901.03416) keep the rate of a latent above δ > 0 by what the encoder may
/// say: its variance may be at most t < 1, whatever its mean.
///
/// *Derive* for which mean and variance at most t the rate KL(N(μ, σ²) ‖ N(0, 1)) is least, and the equation
/// between t and δ. Show that it has one solution below 1.
///
/// *Implement* that solution, to rounding: Newton's method in log t converges fast if it starts on the right
/// side.
///
/// - Parameter rates: δ in nats, each positive: `[n]`.
/// - Returns: The largest variance t < 1 for each δ, `[n]`.
func committedVariance(rates: Tensor<Double>) throws -> Tensor<Double> {
  throw NotAttempted()
}

/// **6.4 · One variance a pixel** (2 points, warm-up)
///
/// In *gaussian-log-likelihood* all pixels share ρ. Give each pixel i a ρᵢ of its own, the same for all n data,
/// and a floor: ρᵢ ≥ r.
///
/// *Derive* the derivative of the mean log-likelihood by ρᵢ, and the best ρᵢ. What happens without a
/// floor at a pixel that the decoder always gets right?
///
/// *Implement* the best ρ, the mean log-likelihood there, and its derivative at another ρ.
///
/// - Parameters:
///   - x: The data: `[n, D]`.
///   - mean: The decoder's means: `[n, D]`.
///   - floor: r.
///   - logVariance: The ρ at which the derivative is asked for: `[D]`.
/// - Returns: The best ρ, `[D]`; the log-likelihood there, a sum over pixels and a mean over data, in nats,
///   `[]`; and the derivative of that mean at `logVariance`, `[D]`.
func pixelVariances(
  of x: Tensor<Double>, mean: Tensor<Double>, floor: Double, at logVariance: Tensor<Double>
) throws -> (best: Tensor<Double>, value: Tensor<Double>, derivative: Tensor<Double>) {
  throw NotAttempted()
}

/// **6.5 · Several draws** (3 points, challenge)
///
/// The bound of a random datum is estimated with K draws of z. Its variance is a + b/K: a from the choice of
/// the datum, b from a draw.
///
/// *Derive* this, and unbiased estimates of a and b from a table of single-draw estimates f, M draws for each
/// of n data. (The variance of the data's averages is not a: it has b/M in it.) If a draw costs c₁ and a
/// datum c₀ besides, which K makes the variance least for a given cost? Let K be any positive number.
///
/// *Implement* all three.
///
/// - Parameters:
///   - estimates: f, a datum a row: `[n, M]`, n and M at least 2.
///   - datumCost: c₀ > 0.
///   - drawCost: c₁ > 0.
/// - Returns: The estimates of a and of b, each `[]`, and the best K for these, `[]`.
func drawsAndData(
  estimates: Tensor<Double>, datumCost: Double, drawCost: Double
) throws -> (a: Tensor<Double>, b: Tensor<Double>, best: Tensor<Double>) {
  throw NotAttempted()
}
