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
