// The exercises of chapter 1. Replace the body of a function by yours, then: swift run homework 1
//
// Each is worth its points when everything that is asked for is right. The comment above a function says
// what to derive on paper first. You may add functions of your own, and import nothing else.

import Answering
import Tensors

/// **1.1 · A new operation** (1 point, warm-up)
///
/// The function y = x σ(x), with σ the sigmoid, is known as SiLU.
///
/// *Derive* its backward function: the cotangent of x for a cotangent g of y.
///
/// *Implement* it. It must be right for an x of ±1000 too.
///
/// - Parameters:
///   - x: Of any shape.
///   - cotangent: g, of the shape of x.
/// - Returns: The cotangent of x, of that shape.
func siluBackward(x: Tensor<Double>, cotangent: Tensor<Double>) throws -> Tensor<Double> {
  throw NotAttempted()
}

/// **1.2 · Running sums** (1 point, warm-up)
///
/// Let yᵢ = x₁ + … + xᵢ along each row.
///
/// *Derive*: write down the Jacobian for a row of four elements, and its transpose. What does the transpose do
/// to the order of the elements?
///
/// *Implement* the backward function.
///
/// - Parameter cotangent: g, that of y: `[n, d]`.
/// - Returns: The cotangent of x: `[n, d]`.
func cumulativeSumBackward(cotangent: Tensor<Double>) throws -> Tensor<Double> {
  throw NotAttempted()
}

/// **1.3 · Normalisation** (3 points, standard)
///
/// Layer normalisation gives y = (x − m)/s for each row, where m is the mean of the row's d elements and s the
/// square root of the mean of (x − m)² + c, with a small c that keeps s away from 0.
///
/// *Derive* the cotangent of x. Both m and s depend on all elements. Which two directions of g go to zero,
/// if c is 0, and why?
///
/// *Implement* it.
///
/// - Parameters:
///   - x: `[n, d]`.
///   - cotangent: g, that of y: `[n, d]`.
///   - epsilon: c.
/// - Returns: The cotangent of x: `[n, d]`.
func normalizedBackward(
  x: Tensor<Double>, cotangent: Tensor<Double>, epsilon: Double
) throws -> Tensor<Double> {
  throw NotAttempted()
}

/// **1.4 · Extrapolation** (3 points, standard, pen and paper)
///
/// Let D(h) = (f(x + h) − f(x − h)) / 2h. Its error has only even powers of h. So a combination
/// w₁ D(h) + w₂ D(2h) + w₃ D(4h) can be of sixth order: exact for all polynomials up to degree six.
///
/// *Derive* the three weights; the factor c in the error c h⁶ f⁽⁷⁾ + …; and r, the sum of the absolute values
/// of the factors of all six values of f, times h, which multiplies the rounding error as in section 1.10.
///
/// *Implement*: return these numbers.
///
/// - Returns: w₁, w₂ and w₃, `[3]`; c, `[]`; r, `[]`.
func sixthOrderRule() throws -> (
  weights: Tensor<Double>, error: Tensor<Double>, rounding: Tensor<Double>
) {
  throw NotAttempted()
}

/// **1.5 · A soft maximum** (3 points, standard)
///
/// y = T log Σₖ e^(xₖ/T) along each row is a maximum that has been softened by the temperature T > 0.
///
/// *Derive* the gradient of y by x and the derivative by T. Show that the latter is the entropy of the softmax
/// p = e^((x − y)/T), hence never negative, and that y lies between max x and max x + T log d.
///
/// *Implement* value and both derivatives. They must be right where e^(x/T) overflows.
///
/// - Parameters:
///   - x: `[n, d]`.
///   - temperature: T.
/// - Returns: y, `[n]`; its gradient by x, `[n, d]`; its derivative by T, `[n]`.
func softMaximum(
  x: Tensor<Double>, temperature: Double
) throws -> (value: Tensor<Double>, gradient: Tensor<Double>, byTemperature: Tensor<Double>) {
  throw NotAttempted()
}
