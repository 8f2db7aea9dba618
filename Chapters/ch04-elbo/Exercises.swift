// The exercises of chapter 4. Replace the body of a function by yours, then: swift run homework 4
//
// Each is worth its points when everything that is asked for is right. The comment above a function says
// what to derive on paper first. You may add functions of your own, and import nothing else.

import Answering
import KLDivergence
import Tensors

/// **4.1 · The bound of a mixture by hand** (2 points, warm-up)
///
/// For pen and paper. The latent variable z is one of K classes, p(z = k) = wₖ, and x is a number with
/// p(x | z = k) = N(mₖ, vₖ). The distribution q(z) of a datum is any K probabilities.
///
/// *Derive* the bound E_q[log p(x, z) − log q(z)] as a sum over the classes, the q for which it is
/// largest, and the derivative by mₖ of the sum of the bounds of all data.
///
/// *Implement* the bounds and the derivative. A class with q = 0 adds nothing: 0 · log 0 is 0.
///
/// - Parameters:
///   - x: The data: `[n]`.
///   - weights: w, positive, with the sum 1: `[K]`.
///   - means: m: `[K]`.
///   - variances: v: `[K]`.
///   - q: The probabilities of the classes, a row for each datum; some may be 0: `[n, K]`.
/// - Returns: The bound of each datum in nats, `[n]`, and the derivative of their sum by m, `[K]`.
func mixtureBound(
  x: Tensor<Double>, weights: Tensor<Double>, means: Tensor<Double>, variances: Tensor<Double>,
  q: Tensor<Double>
) throws -> (bound: Tensor<Double>, gradient: Tensor<Double>) {
  throw NotAttempted()
}

/// **4.2 · Two latent variables** (3 points, standard)
///
/// Two stages, all of them numbers: z₂ is from N(0, 1), z₁ from N(a z₂, s), x from N(b z₁, t); s and t are
/// variances. Let q(z₁) = N(m, v) and q(z₂ | z₁) = N(α z₁ + β, u).
///
/// *Derive* the bound E_q[log p(x, z₁, z₂) − log q(z₁) − log q(z₂ | z₁)] in closed form, and log p(x). For
/// which q are they equal?
///
/// *Implement* both.
///
/// - Parameters:
///   - x: The data: `[n]`.
///   - model: a and s of z₁, b and t of x.
///   - first: m, one a datum, `[n]`, and v > 0.
///   - second: α; β, one a datum, `[n]`; and u > 0.
/// - Returns: The bound of each datum, `[n]`, and its log p(x), `[n]`, in nats.
func twoStageBound(
  x: Tensor<Double>, model: (a: Double, s: Double, b: Double, t: Double),
  first: (mean: Tensor<Double>, variance: Double),
  second: (slope: Double, offset: Tensor<Double>, variance: Double)
) throws -> (bound: Tensor<Double>, logEvidence: Tensor<Double>) {
  throw NotAttempted()
}

/// **4.3 · Factor analysis** (3 points, standard)
///
/// The linear-Gaussian model, but each coordinate of x has a noise variance of its own:
/// x = W z + b + noise, with z from N(0, I) and noise from N(0, Ψ), Ψ diagonal.
///
/// *Derive* log p(x), its gradient by log Ψⱼⱼ, and the mean of z given x.
///
/// *Implement* all three. `FullGaussian` and `Cholesky` have what you need of matrices.
///
/// - Parameters:
///   - x: The data: `[n, D]`.
///   - weights: W: `[D, d]`.
///   - bias: b: `[D]`.
///   - logNoise: log Ψⱼⱼ: `[D]`.
/// - Returns: log p(x) of each datum in nats, `[n]`; the gradient of their sum by log Ψⱼⱼ, `[D]`; and the
///   mean of z given each datum, `[n, d]`.
func factorAnalysis(
  x: Tensor<Double>, weights: Tensor<Double>, bias: Tensor<Double>, logNoise: Tensor<Double>
) throws -> (logEvidence: Tensor<Double>, gradient: Tensor<Double>, mean: Tensor<Double>) {
  throw NotAttempted()
}

/// **4.4 · How much the log weights vary** (3 points, standard)
///
/// With z from q, the mean of log w = log p(x, z) − log q(z) is the bound. Let q be N(m, Q) and the
/// posterior p(z|x) be N(μ, S).
///
/// *Derive* the variance of log w under q, and that it is 0 exactly when q is the posterior.
///
/// *Implement* the variance.
///
/// - Parameters:
///   - mean: m: `[d]`.
///   - covariance: Q: `[d, d]`.
///   - posteriorMean: μ: `[d]`.
///   - posteriorCovariance: S: `[d, d]`.
/// - Returns: The variance of log w, `[]`.
func logWeightVariance(
  mean: Tensor<Double>, covariance: Tensor<Double>, posteriorMean: Tensor<Double>,
  posteriorCovariance: Tensor<Double>
) throws -> Tensor<Double> {
  throw NotAttempted()
}

/// **4.5 · Correlated coordinates** (4 points, challenge)
///
/// In the linear-Gaussian model x = W z + b + noise, with z from N(0, I) and noise from N(0, σ² I), let q
/// be N(m, L Lᵀ) with L a lower triangle, positive on the diagonal.
///
/// *Derive* the gradient of the bound by m and by the elements of L, and that it is zero exactly when q
/// is the posterior.
///
/// *Implement* it. The elements of L above the diagonal are no variables: their gradient is 0.
///
/// - Parameters:
///   - x: One datum: `[D]`.
///   - weights: W: `[D, d]`.
///   - bias: b: `[D]`.
///   - noiseVariance: σ².
///   - mean: m: `[d]`.
///   - factor: L: `[d, d]`.
/// - Returns: The gradient of the bound by m, `[d]`, and by L, `[d, d]`.
func choleskyBoundGradient(
  x: Tensor<Double>, weights: Tensor<Double>, bias: Tensor<Double>, noiseVariance: Double,
  mean: Tensor<Double>, factor: Tensor<Double>
) throws -> (mean: Tensor<Double>, factor: Tensor<Double>) {
  throw NotAttempted()
}
