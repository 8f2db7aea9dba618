import Tensors

/// The forward difference quotient of f at x.
///
/// (f(x + h) − f(x)) / h = f′(x) + ½ h f″(ξ), an error of first order in h.
///
/// Equation: forward-difference-error
public func forwardDifference<Scalar: TensorScalar>(
  at x: Scalar, step h: Scalar, of f: (Scalar) -> Scalar
) -> Scalar {
  (f(x + h) - f(x)) / h
}

/// The central difference quotient of f at x.
///
/// (f(x + h) − f(x − h)) / 2h = f′(x) + ⅙ h² f‴(ξ), an error of second order in h.
///
/// Equation: central-difference-error
public func centralDifference<Scalar: TensorScalar>(
  at x: Scalar, step h: Scalar, of f: (Scalar) -> Scalar
) -> Scalar {
  (f(x + h) - f(x - h)) / (2 * h)
}

/// The difference quotient of f at x from four values, two on each side.
///
/// (8 (f(x + h) − f(x − h)) − (f(x + 2h) − f(x − 2h))) / 12h = f′(x) − h⁴ f⁗′(x) / 30 + O(h⁶), an
/// error of fourth order in h. `Check.gradient` uses it.
///
/// Equation: fourth-order-difference-error
public func fourthOrderDifference<Scalar: TensorScalar>(
  at x: Scalar, step h: Scalar, of f: (Scalar) -> Scalar
) -> Scalar {
  let near = f(x + h) - f(x - h)
  let far = f(x + 2 * h) - f(x - 2 * h)
  return (8 * near - far) / (12 * h)
}

/// The three difference quotients, and what theory says of each.
public enum DifferenceRule: String, CaseIterable, Sendable {
  case forward, central
  case fourthOrder = "fourth order"

  /// The order p: the truncation error falls as hᵖ.
  public var order: Int {
    switch self {
    case .forward: 1
    case .central: 2
    case .fourthOrder: 4
    }
  }

  /// The constant c of the truncation error c hᵖ |f⁽ᵖ⁺¹⁾|.
  public var truncation: Double {
    switch self {
    case .forward: 1 / 2
    case .central: 1 / 6
    case .fourthOrder: 1 / 30
    }
  }

  /// The constant r of the rounding error r ε |f| / h: the sum of the weights' sizes, times h.
  public var rounding: Double {
    switch self {
    case .forward: 2
    case .central: 1
    case .fourthOrder: 3 / 2
    }
  }

  /// The quotient itself.
  public func quotient<Scalar: TensorScalar>(
    at x: Scalar, step h: Scalar, of f: (Scalar) -> Scalar
  ) -> Scalar {
    switch self {
    case .forward: forwardDifference(at: x, step: h, of: f)
    case .central: centralDifference(at: x, step: h, of: f)
    case .fourthOrder: fourthOrderDifference(at: x, step: h, of: f)
    }
  }
}
