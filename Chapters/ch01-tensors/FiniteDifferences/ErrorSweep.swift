import Tensors

/// The relative error of a difference rule on eˣ, for one step after another.
public struct ErrorSweep: Sendable {
  /// The rule.
  public let rule: DifferenceRule
  /// The spacing of the scalar type's numbers near 1.
  public let epsilon: Double
  /// The steps, the largest first.
  public let steps: [Double]
  /// The relative error for each step, as a root mean square over several points.
  public let errors: [Double]

  /// The step with the least error.
  public var bestStep: Double { steps[errors.indices.min { errors[$0] < errors[$1] }!] }
  /// The least error.
  public var leastError: Double { errors.min()! }

  /// The estimate E(h) of the error for each step, with F and M, relative to the derivative, both 1.
  public var estimates: [Double] {
    steps.map { rule.errorEstimate(step: $0, epsilon: epsilon, value: 1, derivative: 1) }
  }
  /// The step where the estimate is least.
  public var predictedStep: Double {
    rule.optimalStep(epsilon: epsilon, value: 1, derivative: 1)
  }
  /// The least estimate.
  public var predictedError: Double {
    rule.leastError(epsilon: epsilon, value: 1, derivative: 1)
  }
  /// The slope to the right of the best step, where truncation rules: the order.
  public var truncationSlope: Double { slope(over: 1.5 * predictedStep...0.5) }
  /// The slope to the left of the best step, where rounding rules: −1.
  public var roundingSlope: Double { slope(over: 0...predictedStep / 4) }

  /// The slope of log error against log step, over the steps within a range.
  public func slope(over range: ClosedRange<Double>) -> Double {
    let kept = steps.indices.filter { range.contains(steps[$0]) }
    return logLogSlope(kept.map { steps[$0] }, kept.map { errors[$0] })
  }
}

/// Differentiates eˣ by a rule, for each step 2⁻¹, 2⁻², … that the scalar type can resolve, at the
/// points 1, 1 + 1/64, …, 2 − 1/64.
///
/// The exponential is its own derivative, of every order; so the relative error of the quotient is
/// about c hᵖ + r ε / h at every point. Points and steps are multiples of powers of two, so that x + h and
/// x − h are exact.
public func exponentialSweep<Scalar: TensorScalar>(
  _ rule: DifferenceRule, as type: Scalar.Type
) -> ErrorSweep {
  let steps = (1..<Scalar.significandBitCount).map {
    Scalar(sign: .plus, exponent: Scalar.Exponent(-$0), significand: 1)
  }
  let points = (0..<64).map { 1 + Scalar($0) / 64 }
  let errors = steps.map { h in
    let squares = points.reduce(0.0) { sum, x in
      let exact = Double.exp(Double(x))
      let error = Double(rule.quotient(at: x, step: h) { Scalar.exp($0) }) / exact - 1
      return sum + error * error
    }
    return (squares / Double(points.count)).squareRoot()
  }
  return ErrorSweep(
    rule: rule, epsilon: Double(Scalar.ulpOfOne), steps: steps.map { Double($0) }, errors: errors)
}

/// The slope of the straight line through (log x, log y), by least squares.
///
/// Points where y is 0 are left out; not-a-number when fewer than two remain.
public func logLogSlope(_ x: [Double], _ y: [Double]) -> Double {
  let points = zip(x, y).filter { $1 != 0 }.map { (Double.log($0), Double.log($1)) }
  guard points.count > 1 else { return .nan }
  let count = Double(points.count)
  let meanX = points.reduce(0) { $0 + $1.0 } / count
  let meanY = points.reduce(0) { $0 + $1.1 } / count
  return points.reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    / points.reduce(0) { $0 + ($1.0 - meanX) * ($1.0 - meanX) }
}
