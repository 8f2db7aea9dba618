import Tensors

/// E[f(x)] for x from N(mean, sd²), by the trapezoidal rule.
///
/// x = mean + sd · ε, with ε from −12 to 12 in steps of 1/32 and weights φ(ε)/32. For smooth f the
/// error is below rounding: the weights fall to 10⁻³² at the ends, and a rule with equal steps
/// converges faster than any power of the step for such integrands (Trefethen & Weideman 2014).
/// Gradients flow through the mean and the standard deviation.
///
/// - Parameters:
///   - mean: One element.
///   - standardDeviation: One element.
///   - function: From points of shape `[n]` to values of shape `[n]`.
/// - Returns: The expectation, shape `[]`.
public func gaussianExpectation(
  mean: Tensor<Double>, standardDeviation: Tensor<Double>,
  of function: (Tensor<Double>) -> Tensor<Double>
) -> Tensor<Double> {
  let epsilon = Tensor<Double>.linspace(-12, 12, count: 769)
  let weights = exp(-0.5 * square(epsilon)) * (1 / (32 * (2 * Double.pi).squareRoot()))
  return (weights * function(mean + standardDeviation * epsilon)).sum()
}

/// KL(q‖p) = E_q[log q − log p] on one dimension by quadrature, in nats: shape `[]`.
///
/// - Parameters:
///   - q: A Gaussian on one dimension.
///   - logDensity: log p, from points `[n]` to `[n]`.
public func quadratureKL(
  _ q: DiagonalGaussian<Double>, _ logDensity: (Tensor<Double>) -> Tensor<Double>
) -> Tensor<Double> {
  gaussianExpectation(mean: q.mean, standardDeviation: q.standardDeviation) { x in
    q.logDensity(x.expanded(axis: 1)) - logDensity(x)
  }
}
