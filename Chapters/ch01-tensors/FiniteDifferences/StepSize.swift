import Tensors

extension DifferenceRule {
  /// An estimate of the largest error of this rule with step h: truncation plus rounding,
  /// c hᵖ M + r ε F / h.
  ///
  /// Not a bound: it takes f and its derivative of order p + 1 as constant near the point.
  ///
  /// - Parameters:
  ///   - h: The step.
  ///   - epsilon: The relative error of one value of f.
  ///   - value: F, the size of f near the point.
  ///   - derivative: M, the size of its derivative of order p + 1.
  public func errorEstimate(
    step h: Double, epsilon: Double, value: Double, derivative: Double
  ) -> Double {
    truncation * power(h, order) * derivative + rounding * epsilon * value / h
  }

  /// The step where the error's estimate is least, h = (r ε F / (p c M))^{1/(p+1)}.
  ///
  /// It grows as ε^{1/2}, ε^{1/3} and ε^{1/5} for the three rules. Parameters as for `errorEstimate`.
  ///
  /// Equation: optimal-step
  public func optimalStep(epsilon: Double, value: Double, derivative: Double) -> Double {
    let p = Double(order)
    return root(rounding * epsilon * value / (p * truncation * derivative), order + 1)
  }

  /// The error's estimate at the optimal step h, (p + 1) c hᵖ M: the truncation error, 1 + p times over.
  ///
  /// Parameters as for `errorEstimate`.
  ///
  /// Equation: least-error
  public func leastError(epsilon: Double, value: Double, derivative: Double) -> Double {
    let h = optimalStep(epsilon: epsilon, value: value, derivative: derivative)
    return Double(order + 1) * truncation * power(h, order) * derivative
  }
}

/// xⁿ for n ≥ 0.
private func power(_ x: Double, _ n: Int) -> Double { (0..<n).reduce(1) { y, _ in y * x } }

/// The n-th root of a positive number.
private func root(_ x: Double, _ n: Int) -> Double { Double.exp(Double.log(x) / Double(n)) }
