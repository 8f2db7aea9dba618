// The exercises of chapter 10. Replace the body of a function by yours, then: swift run homework 10
//
// Each is worth its points when everything that is asked for is right. The comment above a function says
// what to derive on paper first. You may add functions of your own, and import nothing else.

import Answering
import Tensors
import TighterBounds

/// **10.1 · A bound in groups** (2 points, warm-up)
///
/// Split k draws into M groups of k/M neighbours each. Take the log of the mean weight of each group, and
/// average these M numbers. (Rainforth et al. 2018.)
///
/// *Derive* its expectation, as one of the bounds L of the chapter, and its gradient by the log weights.
///
/// *Implement* both. Log weights near −1,000 must not become 0 on the way.
///
/// - Parameters:
///   - logWeights: log w, one datum a row: `[n, k]`.
///   - groups: M, which divides k.
/// - Returns: The estimate of each datum in nats, `[n]`, and its gradient by log w, `[n, k]`.
func groupedBound(
  logWeights: Tensor<Double>, groups: Int
) throws -> (values: Tensor<Double>, gradient: Tensor<Double>) {
  throw NotAttempted()
}

/// **10.2 · The jackknife** (3 points, standard)
///
/// Let L̂ be the log of the mean of all k weights, and L̂ without j the same for the k − 1 weights other than
/// that of draw j. The jackknife is k L̂ less k − 1 times the mean over j of L̂ without j (Nowozin 2018).
///
/// *Derive* from iwae-gap the order of its bias, and its gradient by the log weights. Why may it exceed
/// log p(x) on average?
///
/// *Implement* it and its gradient. Log weights near −1,000 must not become 0 on the way.
///
/// - Parameter logWeights: log w, one datum a row: `[n, k]`, with k at least 2.
/// - Returns: The estimate of each datum in nats, `[n]`, and its gradient by log w, `[n, k]`.
func jackknifeBound(
  logWeights: Tensor<Double>
) throws -> (values: Tensor<Double>, gradient: Tensor<Double>) {
  throw NotAttempted()
}

/// **10.3 · More terms of the bias** (3 points, challenge)
///
/// Suppose that the bound from k draws is log p(x) + a₁/k + a₂/k² + … + a_m/kᵐ, with numbers a that nobody
/// knows. Combine the bounds from k, k − 1, …, k − m draws with coefficients c₀, …, c_m, so that the sum is
/// log p(x), whatever the a are.
///
/// *Derive* the coefficients in closed form. The jackknife of 10.2 is the case m = 1.
///
/// *Implement* them.
///
/// - Parameters:
///   - draws: k.
///   - order: m, from 1 to k − 1.
/// - Returns: c₀ for k draws, c₁ for k − 1, and so on: `[m + 1]`.
func jackknifeCoefficients(draws: Int, order: Int) throws -> Tensor<Double> {
  throw NotAttempted()
}

/// **10.4 · The variance of annealing** (3 points, challenge, pen and paper)
///
/// Annealed importance sampling goes from q = N(0, I) to a joint density proportional to that of
/// N(m, diag 1/a), in T equal steps of the level: τ_t = t/T. The moves are exact. So the point at which
/// the t-th ratio is taken is an independent draw from the density at level τ_(t−1).
///
/// *Derive* the variance of log w for T levels, and the limit of T times it as T → ∞. Show that the limit is
/// KL(q‖p) + KL(p‖q) with p = N(m, diag 1/a).
///
/// *Implement* both.
///
/// - Parameters:
///   - means: m: `[d]`.
///   - precisions: a, positive; 1 is allowed: `[d]`.
///   - levels: T, at least 1.
/// - Returns: The variance of log w in nats², `[]`, and the limit of T times it, `[]`.
func annealedVariance(
  means: Tensor<Double>, precisions: Tensor<Double>, levels: Int
) throws -> (variance: Tensor<Double>, limit: Tensor<Double>) {
  throw NotAttempted()
}

/// **10.5 · An affine coupling layer** (2 points, standard)
///
/// Split z into a part A, its first h coordinates, and the rest B. The layer leaves A as it is, and maps B to
/// eˢ ⊙ B + t, with s = tanh(A U) and t = A V. (Dinh et al. 2017, arXiv:1605.08803.)
///
/// *Derive* the log of the absolute determinant of its Jacobian, and its inverse.
///
/// *Implement* the layer, the log determinant and the inverse. Nothing in it is trained here.
///
/// - Parameters:
///   - z: Points: `[n, d]`.
///   - scale: U: `[h, d − h]`.
///   - shift: V: `[h, d − h]`.
/// - Returns: The layer's output for z, `[n, d]`; the log determinant at each z, `[n]`; and the points that the
///   layer maps *to* z, `[n, d]`.
func affineCoupling(
  z: Tensor<Double>, scale: Tensor<Double>, shift: Tensor<Double>
) throws -> (moved: Tensor<Double>, logDeterminant: Tensor<Double>, source: Tensor<Double>) {
  throw NotAttempted()
}

/// **10.6 · A bound on the rate** (3 points, challenge)
///
/// The prior is a mixture p = Σ π_c N(m_c, diag e^ρ_c), with π = softmax(logits), and q = N(μ, diag e^λ). The
/// rate KL(q‖p) has no closed form. For any weights ω that are positive and sum to 1, Jensen's inequality
/// gives log Σ ω_c (π_c p_c / ω_c) ≥ Σ ω_c log(π_c p_c / ω_c), and so an upper bound on the rate that has one.
///
/// *Derive* that bound, the weights ω for which it is smallest, and what it is there.
///
/// *Implement* the smallest bound and its weights.
///
/// - Parameters:
///   - mean: μ: `[n, d]`.
///   - logVariance: λ: `[n, d]`.
///   - logits: Those of π: `[K]`.
///   - means: m: `[K, d]`.
///   - logVariances: ρ: `[K, d]`.
/// - Returns: The smallest bound of each datum in nats, `[n]`, and its ω, `[n, K]`.
func mixtureRateBound(
  mean: Tensor<Double>, logVariance: Tensor<Double>, logits: Tensor<Double>,
  means: Tensor<Double>, logVariances: Tensor<Double>
) throws -> (bound: Tensor<Double>, weights: Tensor<Double>) {
  throw NotAttempted()
}

/// **10.7 · No score, full covariance** (4 points, challenge)
///
/// Let q = N(μ, C Cᵀ) with a lower triangular C of positive diagonal, and z = μ + C ε. For k draws of one
/// datum you get log w and the slope ∂ log p(x, z)/∂z of each.
///
/// *Derive* the slope of log q(z) by z, and the doubly reparameterised estimate (dreg) of the gradient of the
/// bound by μ and by the entries of C.
///
/// *Implement* it. If q is the posterior, the estimate is 0 for every draw.
///
/// - Parameters:
///   - logWeights: log w: `[k]`.
///   - slopes: ∂ log p(x, z)/∂z at each draw: `[k, d]`.
///   - factor: C, with zeros above the diagonal: `[d, d]`.
///   - noise: ε: `[k, d]`.
/// - Returns: The estimate by μ, `[d]`, and by C, `[d, d]`, with zeros above the diagonal.
func fullCovarianceGradient(
  logWeights: Tensor<Double>, slopes: Tensor<Double>, factor: Tensor<Double>,
  noise: Tensor<Double>
) throws -> (byMean: Tensor<Double>, byFactor: Tensor<Double>) {
  throw NotAttempted()
}
