// The exercises of chapter 2. Replace the body of a function by yours, then: swift run homework 2
//
// Each is worth its points when everything that is asked for is right. The comment above a function says
// what to derive on paper first. You may add functions of your own, and import nothing else.

import Answering
import Tensors

/// **2.1 · A sigmoid inside** (2 points, warm-up)
///
/// Let the codes be z = σ(x W₁ + b₁), with σ the sigmoid, the reconstruction r = z W₂ + b₂, and
/// L = (1/B) Σₙ ‖rₙ − xₙ‖².
///
/// *Derive* δ₁ = ∂L/∂a₁ with a₁ = x W₁ + b₁, and the gradients by all weights, as section 2.2 does for tanh.
///
/// *Implement* the gradient, by hand: no reverse mode.
///
/// - Parameters:
///   - x: The data: `[B, D]`.
///   - encoder: W₁, `[D, d]`, and b₁, `[d]`.
///   - decoder: W₂, `[d, D]`, and b₂, `[D]`.
/// - Returns: The gradient of L by W₁, b₁, W₂ and b₂, of their shapes.
func sigmoidCodesGradient(
  x: Tensor<Double>, encoder: (weight: Tensor<Double>, bias: Tensor<Double>),
  decoder: (weight: Tensor<Double>, bias: Tensor<Double>)
) throws -> (
  encoderWeight: Tensor<Double>, encoderBias: Tensor<Double>, decoderWeight: Tensor<Double>,
  decoderBias: Tensor<Double>
) {
  throw NotAttempted()
}

/// **2.2 · Tied weights** (3 points, standard)
///
/// One matrix serves both ways: z = tanh(x W + b), r = z Wᵀ + c, and L = (1/B) Σₙ ‖rₙ − xₙ‖².
///
/// *Derive* the gradient by W: it is a sum of two terms, one for each place where W stands.
///
/// *Implement* the gradient by W and by b, by hand.
///
/// - Parameters:
///   - x: The data: `[B, D]`.
///   - weight: W: `[D, d]`.
///   - bias: b: `[d]`.
///   - outputBias: c: `[D]`.
/// - Returns: The gradient of L by W, `[D, d]`, and by b, `[d]`.
func tiedGradient(
  x: Tensor<Double>, weight: Tensor<Double>, bias: Tensor<Double>, outputBias: Tensor<Double>
) throws -> (weight: Tensor<Double>, bias: Tensor<Double>) {
  throw NotAttempted()
}

/// **2.3 · A penalty that fixes no scale, and one that does** (2 points, standard, pen and paper)
///
/// By *code-scale*, codes can be made smaller by s without any change of the reconstruction: z becomes s z, and the
/// decoder's matrix W becomes W/s. So a penalty γ (1/B) Σₙ ‖zₙ‖² alone shrinks the codes without end. Add a
/// second one, κ Σ W², on the decoder's matrix.
///
/// *Derive* the s > 0 for which the sum of both penalties is least, and that least sum.
///
/// *Implement* both.
///
/// - Parameters:
///   - codes: z, as they are at s = 1: `[B, d]`.
///   - weight: W, as it is at s = 1: `[d, D]`.
///   - codePenalty: γ > 0.
///   - weightPenalty: κ > 0.
/// - Returns: The best s, `[]`, and the least sum of the penalties, `[]`.
func bestCodeScale(
  codes: Tensor<Double>, weight: Tensor<Double>, codePenalty: Double, weightPenalty: Double
) throws -> (scale: Tensor<Double>, penalty: Tensor<Double>) {
  throw NotAttempted()
}

/// **2.4 · What a denoiser should say** (3 points, standard)
///
/// An autoencoder is given y = x + τ η, with standard normal η, and is to give back x (Vincent et al. 2008).
///
/// *Derive* that the r(y) with the least E[(r(y) − x)²] is the mean of x given y. In one dimension, find it for
/// two kinds of data: x from N(m, v), and x that is −1 or 1, both equally likely. Find the least mean squared
/// error of the first kind as well.
///
/// *Implement* them.
///
/// - Parameters:
///   - observed: y: `[n]`.
///   - noiseVariance: τ².
///   - mean: m.
///   - variance: v.
/// - Returns: The best r(y) for Gaussian x, `[n]`; its mean squared error, `[]`; the best r(y) for x = ±1, `[n]`.
func bestDenoiser(
  observed: Tensor<Double>, noiseVariance: Double, mean: Double, variance: Double
) throws -> (gaussian: Tensor<Double>, error: Tensor<Double>, signs: Tensor<Double>) {
  throw NotAttempted()
}

/// **2.5 · Saddles** (2 points, standard, pen and paper)
///
/// Project on d eigenvectors of the covariance matrix C that are not the leading ones: the gradient is zero there
/// too. By *projection-error*, L(Q) = tr C − tr Qᵀ C Q.
///
/// *Derive* L for a choice of eigenvectors, and what happens when one of them, with the eigenvalue λⱼ, is
/// turned by an angle θ towards one that is not chosen, with λₖ: find L(θ) and its second derivative at 0. In
/// which plane is that least?
///
/// *Implement* L and the least second derivative.
///
/// - Parameters:
///   - eigenvalues: λ, in any order, all different: `[D]`.
///   - chosen: 1 where an eigenvector is chosen and 0 where not, each at least once: `[D]`.
/// - Returns: L, `[]`, and the least second derivative by an angle, `[]`: negative at a saddle.
func saddleCurvature(
  eigenvalues: Tensor<Double>, chosen: Tensor<Double>
) throws -> (error: Tensor<Double>, curvature: Tensor<Double>) {
  throw NotAttempted()
}
