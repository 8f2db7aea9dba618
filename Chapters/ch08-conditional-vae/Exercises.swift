// The exercises of chapter 8. Replace the body of a function by yours, then: swift run homework 8
//
// Each is worth its points when everything that is asked for is right. The comment above a function says
// what to derive on paper first. You may add functions of your own, and import nothing else.

import Answering
import KLDivergence
import Tensors

/// **8.1 · Both ways at once** (2 points, standard)
///
/// Sohn, Lee and Yan (2015) train a network with G(x, y) = log (1/k) Σ p(x|zᵢ, y) as well, where the k latents
/// zᵢ are drawn from the prior p(z|y), as they are when the network is used. They mix it with the
/// conditional ELBO: H = α ELBO + (1 − α) G.
///
/// *Derive* that E[G] ≤ log p(x|y), so that E[H] is a lower bound too; and the derivative of H by each
/// log p(x|zᵢ, y).
///
/// *Implement* H and the derivatives. Log-likelihoods of images are large negative numbers, such as
/// −2000: e to them is 0 in `Double`, and your answer must be right all the same.
///
/// - Parameters:
///   - logLikelihoods: log p(x|zᵢ, y), a datum a row: `[n, k]`, in nats.
///   - elbo: The conditional ELBO of each datum: `[n]`, in nats.
///   - weight: α, from 0 to 1.
/// - Returns: H of each datum, `[n]`, in nats; its derivative by each log-likelihood, `[n, k]`.
func hybridObjective(
  logLikelihoods: Tensor<Double>, elbo: Tensor<Double>, weight: Double
) throws -> (value: Tensor<Double>, gradient: Tensor<Double>) {
  throw NotAttempted()
}

/// **8.2 · A prior with correlations** (3 points, standard)
///
/// The prior of a label, N(m, diag s²), fits best when *optimal-prior* holds. Let it have any covariance
/// matrix: p(z|y) = N(m, S). The encoder's Gaussians N(μₙ, diag σₙ²) stay as they are.
///
/// *Derive* the m and S for which the mean over n of KL(N(μₙ, diag σₙ²) ‖ N(m, S)) is least, and that least
/// mean. (By S: with Λ = S⁻¹, the gradient of log det Λ is S, and that of tr Λ A is A.) By how much is it
/// below that of the best diagonal prior?
///
/// *Implement* all three.
///
/// - Parameters:
///   - means: μ, a datum of this label a row: `[n, d]`.
///   - logVariances: log σ²: `[n, d]`.
/// - Returns: m, `[d]`; S, `[d, d]`; the least mean divergence in nats, `[]`.
func correlatedPrior(
  means: Tensor<Double>, logVariances: Tensor<Double>
) throws -> (mean: Tensor<Double>, covariance: Tensor<Double>, rate: Tensor<Double>) {
  throw NotAttempted()
}

/// **8.3 · Two witnesses** (3 points, standard)
///
/// Two encoders look at two conditions of one thing, at its upper half and at its label say, and one of them
/// may be missing. A product of experts (Wu and Goodman 2018, arXiv:1802.05335) joins what they
/// say, g₁(z) = N(z; μ₁, diag σ₁²) and g₂ likewise, with the prior N(0, I) into
/// q(z) = N(z; 0, I) g₁(z) g₂(z) / C.
///
/// *Derive* that q is Gaussian, its mean and log-variance in each coordinate, and log C. What remains when
/// the second witness says nothing, σ₂² → ∞?
///
/// *Implement* them.
///
/// - Parameters:
///   - first: μ₁ and log σ₁², each `[n, d]`.
///   - second: μ₂ and log σ₂², each `[n, d]`.
/// - Returns: The mean of q, `[n, d]`; its log-variance, `[n, d]`; log C of each row, summed over its
///   coordinates, in nats, `[n]`.
func productOfExperts(
  first: DiagonalGaussian<Double>, second: DiagonalGaussian<Double>
) throws -> (mean: Tensor<Double>, logVariance: Tensor<Double>, logConstant: Tensor<Double>) {
  throw NotAttempted()
}

/// **8.4 · Guidance** (2 points, standard, pen and paper)
///
/// To get digits that are more like their label than those drawn from p(z|y), one draws from the density
/// proportional to p(z|y)^(1+w) / p(z)^w with a w > 0 (Ho and Salimans 2022, arXiv:2207.12598, do so in
/// another kind of model). Let p(z) = N(0, 1) and p(z|y) = N(m, s²) in one dimension.
///
/// *Derive* its mean and variance, and the w from which on it is no density any more (there is none if
/// s² ≤ 1).
///
/// *Implement* the three.
///
/// - Parameters:
///   - mean: m: `[n]`.
///   - variance: s²: `[n]`.
///   - weight: w, such that all densities exist.
/// - Returns: The mean, `[n]`; the variance, `[n]`; the w from which on there is no density, or infinity,
///   `[n]`.
func guided(
  mean: Tensor<Double>, variance: Tensor<Double>, weight: Double
) throws -> (mean: Tensor<Double>, variance: Tensor<Double>, limit: Tensor<Double>) {
  throw NotAttempted()
}
