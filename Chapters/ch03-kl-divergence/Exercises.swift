// The exercises of chapter 3. Replace the body of a function by yours, then: swift run homework 3
//
// Each is worth its points when everything that is asked for is right. The comment above a function says
// what to derive on paper first. You may add functions of your own, and import nothing else.

import Answering
import KLDivergence
import Tensors

/// **3.1 · Two exponential distributions** (2 points, warm-up)
///
/// *Derive* KL(q‖p) for the densities q(z) = a e^(−az) and p(z) = b e^(−bz) on z > 0, and its gradient
/// by log a.
///
/// *Implement* both.
///
/// - Parameters:
///   - logA: log a, one a pair: `[n]`.
///   - logB: log b: `[n]`.
/// - Returns: The divergence of each pair in nats, `[n]`, and its derivative by log a, `[n]`.
func exponentialKL(
  logA: Tensor<Double>, logB: Tensor<Double>
) throws -> (divergence: Tensor<Double>, gradient: Tensor<Double>) {
  throw NotAttempted()
}

/// **3.2 · Two Laplace distributions** (3 points, standard)
///
/// The Laplace distribution with location m and scale b has the density e^(−|z − m|/b) / (2b).
///
/// *Derive* KL(q‖p) for q with location m and scale b, and p with location k and scale c, and its
/// derivative by m. The densities have a kink, the divergence has none: what is its derivative where m = k?
///
/// *Implement* both.
///
/// - Parameters:
///   - location: m, one a pair: `[n]`.
///   - scale: b > 0: `[n]`.
///   - priorLocation: k, equal to m in some pairs: `[n]`.
///   - priorScale: c > 0: `[n]`.
/// - Returns: The divergence of each pair in nats, `[n]`, and its derivative by m, `[n]`.
func laplaceKL(
  location: Tensor<Double>, scale: Tensor<Double>, priorLocation: Tensor<Double>,
  priorScale: Tensor<Double>
) throws -> (divergence: Tensor<Double>, gradient: Tensor<Double>) {
  throw NotAttempted()
}

/// **3.3 · Two Gamma distributions** (3 points, standard)
///
/// The Gamma distribution with shape a and rate r has the density rᵃ zᵃ⁻¹ e^(−rz) / Γ(a) on z > 0. Its mean
/// is a/r. Write ψ(a) for the derivative of log Γ(a), the digamma function.
///
/// *Derive* E[log z], by differentiating ∫ zᵃ⁻¹ e^(−rz) dz = Γ(a)/rᵃ by a; then KL(q‖p) for q with shape a
/// and rate r, and p with shape c and rate s; and its derivative by log r.
///
/// *Implement* both. The values of log Γ and ψ that you need are given to you.
///
/// - Parameters:
///   - shape: a > 0, one a pair: `[n]`.
///   - rate: r > 0: `[n]`.
///   - priorShape: c > 0: `[n]`.
///   - priorRate: s > 0: `[n]`.
///   - logGamma: log Γ(a): `[n]`.
///   - digamma: ψ(a): `[n]`.
///   - priorLogGamma: log Γ(c): `[n]`.
/// - Returns: The divergence of each pair in nats, `[n]`, and its derivative by log r, `[n]`.
func gammaKL(
  shape: Tensor<Double>, rate: Tensor<Double>, priorShape: Tensor<Double>,
  priorRate: Tensor<Double>, logGamma: Tensor<Double>, digamma: Tensor<Double>,
  priorLogGamma: Tensor<Double>
) throws -> (divergence: Tensor<Double>, gradient: Tensor<Double>) {
  throw NotAttempted()
}

/// **3.4 · Fisher information** (2 points, standard)
///
/// For a small step δ of a parameter, the divergence of a distribution from its moved self is ½ F δ²
/// and terms of higher order. F is the Fisher information of that parameter.
///
/// *Derive* F for the mean μ of N(μ, e^λ), for its log variance λ, and for the logit ℓ of a Bernoulli
/// distribution, whose probability of 1 is the sigmoid of ℓ.
///
/// *Implement* the three.
///
/// - Parameters:
///   - logVariance: λ: `[n]`.
///   - logit: ℓ: `[n]`.
/// - Returns: F of μ, of λ, and of ℓ, each `[n]`.
func fisherInformation(
  logVariance: Tensor<Double>, logit: Tensor<Double>
) throws -> (mean: Tensor<Double>, logVariance: Tensor<Double>, logit: Tensor<Double>) {
  throw NotAttempted()
}

/// **3.5 · The best control variate** (4 points, challenge)
///
/// Let q = N(0, 1), p = N(m, 1) and r = p(z)/q(z). Under q the mean of r is 1; so −log r + c (r − 1) estimates
/// KL(q‖p) without bias for every c. Section 3.9 calls it k₁ for c = 0 and k₃ for c = 1.
///
/// *Derive* the variance of one such estimate as a function of c, the c for which it is least, and the
/// least variance. For which m is c = 1 worse than c = 0?
///
/// *Implement* the best c, the least variance, and the variance of k₃.
///
/// - Parameter mean: m, not 0: `[n]`.
/// - Returns: The best c, `[n]`; the least variance, `[n]`; the variance for c = 1, `[n]`.
func bestControlVariate(
  mean: Tensor<Double>
) throws -> (coefficient: Tensor<Double>, least: Tensor<Double>, ofK3: Tensor<Double>) {
  throw NotAttempted()
}

/// **3.6 · Independent coordinates for a correlated target** (3 points, standard)
///
/// For pen and paper. Let p be a Gaussian with the covariance matrix Σ, and let q have the same mean and independent
/// coordinates with the variances v₁, …, v_d.
///
/// *Derive* the variances for which KL(p‖q) is least, and that divergence; then the same for KL(q‖p). Which
/// variances are smaller, and why is that the lesson of section 3.7?
///
/// *Implement* all four. `Cholesky` has the inverse and the log determinant of a matrix.
///
/// - Parameter covariance: Σ, symmetric and positive definite: `[d, d]`.
/// - Returns: The variances that are best for KL(p‖q), `[d]`, and that divergence in nats, `[]`; the
///   variances that are best for KL(q‖p), `[d]`, and that divergence in nats, `[]`.
func matchedDiagonals(
  covariance: Tensor<Double>
) throws -> (
  forwardVariances: Tensor<Double>, forward: Tensor<Double>, reverseVariances: Tensor<Double>,
  reverse: Tensor<Double>
) {
  throw NotAttempted()
}
