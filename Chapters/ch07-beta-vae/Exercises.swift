// The exercises of chapter 7. Replace the body of a function by yours, then: swift run homework 7
//
// Each is worth its points when everything that is asked for is right. The comment above a function says
// what to derive on paper first. You may add functions of your own, and import nothing else.

import Answering
import Tensors

/// **7.1 · A learned noise** (3 points, challenge)
///
/// In section 7.2 the decoder's noise has the variance 1. Let it be s², the same for all channels, so that the
/// decoder's distribution of x is N(w z, s²).
///
/// *Derive* the least D + βR over all gains, log-variances and weights for a given s², and its derivative by
/// ρ = log s². Which channels are open? Set the derivative to zero: where does β = 1 lead, and why is the
/// best s² another one for β > 1?
///
/// *Implement* the two, and the rate of that best code.
///
/// - Parameters:
///   - variances: v, one a channel: `[n]`; none is near β s².
///   - beta: β > 0.
///   - logNoise: ρ.
/// - Returns: The least D + βR, its derivative by ρ, and the rate R there: sums over channels, in nats, each
///   `[]`.
func channelsWithNoise(
  variances: Tensor<Double>, beta: Double, logNoise: Double
) throws -> (value: Tensor<Double>, derivative: Tensor<Double>, rate: Tensor<Double>) {
  throw NotAttempted()
}

/// **7.2 · The other constraint** (2 points, standard)
///
/// Rezende and Viola (2018, arXiv:1810.00597) ask for the least rate whose distortion is at most δ. Take the
/// channels of section 7.2, with noise of variance 1.
///
/// *Derive* that least rate, the level β that reaches it, and the derivative of the rate by δ: it is −1/β,
/// the multiplier of this constraint.
///
/// *Implement* the three.
///
/// - Parameters:
///   - variances: v, one a channel, all different: `[n]`.
///   - limit: δ in nats, above n/2 log 2π and below what shut channels give, ½ Σ (log 2π + v).
/// - Returns: β, the rate in nats (a sum over channels), and its derivative by δ, each `[]`.
func rateUnderDistortion(
  variances: Tensor<Double>, limit: Double
) throws -> (beta: Tensor<Double>, rate: Tensor<Double>, derivative: Tensor<Double>) {
  throw NotAttempted()
}

/// **7.3 · Covariance in place of TC** (3 points, standard)
///
/// Kumar, Sattigeri and Balakrishnan (2018, arXiv:1711.00848) do not estimate a total correlation: they
/// penalise the covariance Σ of the encoder's means over a batch, by
/// P = a Σᵢ≠ⱼ Σᵢⱼ² + b Σᵢ (Σᵢᵢ − 1)², with Σᵢⱼ = (1/B) Σₙ (μₙᵢ − μ̄ᵢ)(μₙⱼ − μ̄ⱼ).
///
/// *Derive* the gradient of P by μ. The batch mean μ̄ moves too: does that add a term?
///
/// *Implement* P and the gradient.
///
/// - Parameters:
///   - means: μ: `[B, d]`.
///   - offDiagonal: a.
///   - diagonal: b.
/// - Returns: P, `[]`, and its gradient, `[B, d]`.
func covariancePenalty(
  means: Tensor<Double>, offDiagonal: Double, diagonal: Double
) throws -> (value: Tensor<Double>, gradient: Tensor<Double>) {
  throw NotAttempted()
}

/// **7.4 · Turned axes** (2 points, warm-up, pen and paper)
///
/// Two factors v₁ and v₂ are independent and uniform on [0, 1]. The code is
/// z₁ = cos α v₁ − sin α v₂, z₂ = sin α v₁ + cos α v₂.
///
/// *Derive* the score R² of z₁ for v₁ (*regression-r2*), and SAP(α) (*sap*). By how much does a turn of one
/// degree lower SAP?
///
/// *Implement* both.
///
/// - Parameter angles: α in radians: `[n]`.
/// - Returns: R² of z₁ for v₁, `[n]`; SAP, `[n]`.
func turnedScores(
  angles: Tensor<Double>
) throws -> (r2: Tensor<Double>, sap: Tensor<Double>) {
  throw NotAttempted()
}

/// **7.5 · The price of one common cause** (2 points, standard, pen and paper)
///
/// Let q(z) be Gaussian in d dimensions, each latent of variance 1, each pair with the correlation r.
///
/// *Derive* the total correlation in closed form, from the eigenvalues of the covariance matrix; for which r
/// is it a covariance at all? Derive the derivative by r.
///
/// *Implement* both.
///
/// - Parameters:
///   - correlations: r, between −1/(d − 1) and 1: `[n]`.
///   - dimensions: d, at least 2.
/// - Returns: TC in nats, `[n]`; its derivative by r, `[n]`.
func commonCorrelation(
  correlations: Tensor<Double>, dimensions: Int
) throws -> (total: Tensor<Double>, derivative: Tensor<Double>) {
  throw NotAttempted()
}
