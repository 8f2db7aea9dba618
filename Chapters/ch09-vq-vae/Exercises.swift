// The exercises of chapter 9. Replace the body of a function by yours, then: swift run homework 9
//
// Each is worth its points when everything that is asked for is right. The comment above a function says
// what to derive on paper first. You may add functions of your own, and import nothing else.

import Answering
import Tensors
import VectorQuantization

/// **9.1 · The rotation trick** (3 points, standard)
///
/// In the place of z + (ē − z̄) let the decoder read R z. The matrix R is ‖ē‖ / ‖z̄‖ times the rotation
/// that takes the direction of z̄ to that of ē and leaves alone what is orthogonal to both. It is frozen,
/// as ē and z̄ are. (Fifty et al. 2024, arXiv:2410.06424.)
///
/// *Derive* the cotangent of z: the derivative by z, with R held, of the inner product of g with R z.
///
/// *Implement* the value R z and that cotangent, for each encoding with its own R.
///
/// - Parameters:
///   - encodings: z, not zero: `[n, d]`, with d at least 2.
///   - codes: e, the code of each encoding, not zero and not opposite to it: `[n, d]`.
///   - cotangent: g, that of the decoder's input: `[n, d]`.
/// - Returns: R z, `[n, d]`, and the cotangent of z, `[n, d]`.
func rotationTrick(
  encodings: Tensor<Double>, codes: Tensor<Double>, cotangent: Tensor<Double>
) throws -> (value: Tensor<Double>, cotangent: Tensor<Double>) {
  throw NotAttempted()
}

/// **9.2 · A soft encoder** (2 points, standard)
///
/// Let q(k|x) = softmax(−‖z − e_k‖² / 2T) over the K codes, at a temperature T > 0.
///
/// *Derive* the rate KL(q‖u) under the uniform prior u, its limit for T → 0, and its gradient by z. Which way
/// does the rate push an encoding?
///
/// *Implement* the rate and its gradient. Both must be right at cold temperatures too, where most of the
/// probabilities are 0 in `Double`.
///
/// - Parameters:
///   - encodings: z, one position a row: `[n, d]`.
///   - codebook: e: `[K, d]`.
///   - temperature: T.
/// - Returns: The rate of each position in nats, `[n]`, and its gradient by z, `[n, d]`.
func softEncoderRate(
  encodings: Tensor<Double>, codebook: Tensor<Double>, temperature: Double
) throws -> (rate: Tensor<Double>, gradient: Tensor<Double>) {
  throw NotAttempted()
}

/// **9.3 · Straight-through Gumbel in the cold** (2 points, standard, pen and paper)
///
/// Two classes as in section 9.9: y = sigmoid((ℓ + u) / τ) with a logistic u, and p = sigmoid(ℓ). The decoder
/// reads the hard draw h, which is 1 if ℓ + u > 0 and else 0, and the estimate is f′(h) y (1 − y) / τ.
///
/// *Derive* the limit of its mean as τ → 0, and the bias that is left there: limit less exact derivative of
/// E[f(h)] by ℓ. For which polynomials is it 0?
///
/// *Implement* both for f(y) = a y + b y² + c y³.
///
/// - Parameters:
///   - logits: ℓ: `[n]`.
///   - coefficients: a, b and c, a row for each ℓ: `[n, 3]`.
/// - Returns: The limit, `[n]`, and the bias, `[n]`.
func coldHardGumbel(
  logits: Tensor<Double>, coefficients: Tensor<Double>
) throws -> (limit: Tensor<Double>, bias: Tensor<Double>) {
  throw NotAttempted()
}

/// **9.4 · Residual quantisation** (2 points, warm-up)
///
/// Quantise z by a first codebook. Quantise what is left, z less its code, by a second; and so on. The decoder
/// reads the sum of the codes.
///
/// *Derive*: if each codebook from the second on holds the zero vector, ‖what is left‖ never grows.
///
/// *Implement* it; a tie goes to the first code.
///
/// - Parameters:
///   - encodings: z: `[n, d]`.
///   - codebooks: m of them, all of K codes: `[m, K, d]`.
/// - Returns: The index of the code from each codebook, 0 to K − 1, `[n, m]`; and what is left of each
///   encoding at the end, `[n, d]`.
func residualCodes(
  encodings: Tensor<Double>, codebooks: Tensor<Double>
) throws -> (indices: Tensor<Double>, residual: Tensor<Double>) {
  throw NotAttempted()
}

/// **9.5 · A better start** (2 points, standard)
///
/// k-means++ (Arthur & Vassilvitskii 2007) takes the first code from the encodings, all equally likely. Each
/// further code is an encoding too, drawn with a probability proportional to its squared distance to the
/// nearest of those chosen.
///
/// *Derive* the expected sum of squared distances to the first code, and compare it with the sum of
/// squared distances to the mean of all encodings.
///
/// *Implement* the probabilities of the next code, and that expectation.
///
/// - Parameters:
///   - encodings: `[n, d]`.
///   - chosen: The codes chosen so far, rows of `encodings`, at least one: `[m, d]`.
/// - Returns: The probability of each encoding to be next, `[n]`; and the expected sum over all encodings of
///   the squared distance to a first code that is drawn uniformly, `[]`.
func spreadStart(
  encodings: Tensor<Double>, chosen: Tensor<Double>
) throws -> (probabilities: Tensor<Double>, expectedCost: Tensor<Double>) {
  throw NotAttempted()
}

/// **9.6 · No codebook** (2 points, standard)
///
/// Finite scalar quantisation (Mentzer et al. 2023, arXiv:2309.15505) needs no table. Each coordinate of
/// y = tanh z goes to the nearest of L levels, which lie evenly from −1 to 1, both ends included. The
/// rounding is passed straight through: the decoder reads y + (r̄ − ȳ), where r is y rounded.
///
/// *Derive* the cotangent of z.
///
/// *Implement* the value, the code and the cotangent. A code is one whole number for all coordinates: the
/// levels count from 0 at −1 to L − 1 at 1, and are the digits of the code in base L, the first
/// coordinate's first (most significant).
///
/// - Parameters:
///   - encodings: z: `[n, d]`.
///   - levels: L, at least 2; even or odd.
///   - cotangent: g, that of the decoder's input: `[n, d]`.
/// - Returns: r, `[n, d]`; the code of each encoding, 0 to L to the d less 1, `[n]`; the cotangent of z,
///   `[n, d]`.
func scalarQuantised(
  encodings: Tensor<Double>, levels: Int, cotangent: Tensor<Double>
) throws -> (values: Tensor<Double>, codes: Tensor<Double>, cotangent: Tensor<Double>) {
  throw NotAttempted()
}
