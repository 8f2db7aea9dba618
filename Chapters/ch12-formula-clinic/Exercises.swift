// The exercises of chapter 12. Replace the body of a function by yours, then: swift run homework 12
//
// Each is worth its points when everything that is asked for is right. The comment above a function says
// what to derive on paper first. You may add functions of your own, and import nothing else.

import Answering
import FormulaClinic
import Tensors

/// **12.1 · The same wrong loss, twice** (1 point, warm-up, pen and paper)
///
/// Squared error and rate are both averaged: the loss is ‖x − m‖²/D + KL/d, with D pixels and d latents. For
/// a decoder with the pixel variance s² it is, up to a factor and a constant, the loss of a β-VAE:
/// −log p(x|z) + β KL.
///
/// *Derive* β, and the pixel variance for which it is 1.
///
/// *Implement* both.
///
/// - Parameters:
///   - pixels: D.
///   - latents: d.
///   - pixelVariances: s², some to try: `[n]`.
/// - Returns: β for each, `[n]`, and the variance for which β is 1, `[]`.
func averagedTwice(
  pixels: Int, latents: Int, pixelVariances: Tensor<Double>
) throws -> (beta: Tensor<Double>, neutralVariance: Tensor<Double>) {
  throw NotAttempted()
}

/// **12.2 · One variance for all** (3 points, standard)
///
/// The linear-Gaussian model of chapter 4 with two latents has a posterior N(m, S), whose precision is
/// S⁻¹ = I + WᵀW/s². Let q = N(μ, a I), with one variance a for both latents.
///
/// *Derive* the μ and the a for which KL(q‖posterior) is smallest. Prove that the best μ does not depend on
/// a. Do the same for a q with independent latents of variances v₁ and v₂.
///
/// *Implement* the best a, and the divergence at the best of either kind.
///
/// - Parameters:
///   - weights: W: `[D, 2]`.
///   - noiseVariance: s².
/// - Returns: a, `[]`; KL(q‖posterior) in nats with the one variance a, `[]`; and with the best v₁ and v₂, `[]`.
func oneVarianceForAll(
  weights: Tensor<Double>, noiseVariance: Double
) throws -> (variance: Tensor<Double>, sharedCost: Tensor<Double>, diagonalCost: Tensor<Double>) {
  throw NotAttempted()
}

/// **12.3 · The continuous Bernoulli** (3 points, standard)
///
/// Normalise what clinic-grey found not to be a density (Loaiza-Ganem & Cunningham 2019, arXiv:1907.06845):
/// p(x) proportional to exp(x ℓ) for grey x between 0 and 1.
///
/// *Derive* log p(x), its gradient by ℓ, and the limits of both at ℓ = 0.
///
/// *Implement* both for every ℓ: 0 itself; near 0, where naive formulas lose their digits, so that a few terms
/// of a series are better; and ±700, where exp ℓ is nearly too large for `Double`.
///
/// - Parameters:
///   - x: Grey values from 0 to 1: `[n]`.
///   - logits: ℓ: `[n]`.
/// - Returns: log p(x) in nats, one a pixel, `[n]`, and its derivative by ℓ, `[n]`.
func continuousBernoulli(
  x: Tensor<Double>, logits: Tensor<Double>
) throws -> (logDensity: Tensor<Double>, gradient: Tensor<Double>) {
  throw NotAttempted()
}

/// **12.4 · Losses that are likelihoods** (2 points, standard, pen and paper)
///
/// A loss is −log p(x|z) up to a constant when e to the minus loss has a finite integral Z over all residuals
/// r = x − m, and then the constant that is missing is log Z.
///
/// *Derive* Z, for a weight w > 0, of
/// 1. the squared error w r²,
/// 2. the absolute error w |r|,
/// 3. twice the log cosh, 2 log cosh(w r),
/// 4. the distance w √(r₁² + r₂²) over two pixels, which is *not* squared.
///
/// *Implement* log Z.
///
/// - Parameter weights: w: `[n]`.
/// - Returns: log Z in nats for each w and each of the four losses, in this order: `[n, 4]`.
func lossNormalisers(weights: Tensor<Double>) throws -> Tensor<Double> {
  throw NotAttempted()
}

/// **12.5 · Another output for σ** (2 points, standard)
///
/// Many programs let the encoder give a ρ with σ = softplus(ρ) = log(1 + exp ρ), in the place of λ = log σ².
///
/// *Derive* the rate KL(N(μ, σ²)‖N(0, 1)), summed over latents, and its gradient by ρ. What is that gradient for
/// ρ → −∞? Compare with that by λ.
///
/// *Implement* both, also for ρ = −800, where σ is 0 in `Double` and log σ is not −∞.
///
/// - Parameters:
///   - mean: μ: `[n, d]`.
///   - output: ρ: `[n, d]`.
/// - Returns: The rate of each datum in nats, `[n]`, and its gradient by ρ, `[n, d]`.
func softplusRate(
  mean: Tensor<Double>, output: Tensor<Double>
) throws -> (rate: Tensor<Double>, gradient: Tensor<Double>) {
  throw NotAttempted()
}
