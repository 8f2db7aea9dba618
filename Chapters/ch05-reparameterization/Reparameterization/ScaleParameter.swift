import Tensors

/// Three ways to hand a scale to an optimiser, compared on the fit of N(0, σ²) to N(0, τ²).
///
/// What is minimised is KL(N(0, σ²) ‖ N(0, τ²)) = σ² / 2τ² − log σ + log τ − ½, which is 0 where
/// σ = τ.
public enum ScaleParameter: String, CaseIterable, Sendable {
  /// u = σ.
  case deviation = "σ"
  /// u = σ².
  case variance = "σ²"
  /// u = log σ².
  case logVariance = "log σ²"

  /// The parameter u of a given σ.
  public func encoded(deviation: Double) -> Double {
    switch self {
    case .deviation: deviation
    case .variance: deviation * deviation
    case .logVariance: 2 * Double.log(deviation)
    }
  }

  /// σ² for a parameter u.
  public func decodedVariance<Scalar>(_ u: Tensor<Scalar>) -> Tensor<Scalar> {
    switch self {
    case .deviation: square(u)
    case .variance: u
    case .logVariance: exp(u)
    }
  }

  /// The divergence as a function of u, in nats: shape `[]` for u of shape `[]`.
  public func divergence(_ u: Tensor<Double>, target: Double) -> Tensor<Double> {
    let ratio = decodedVariance(u) / (target * target)
    return 0.5 * (ratio - log(ratio) - 1)
  }

  /// Its derivative by u: σ/τ² − 1/σ, or (1/τ² − 1/σ²) / 2, or (σ²/τ² − 1) / 2.
  ///
  /// Equation: scale-slope
  public func slope(_ u: Double, target: Double) -> Double {
    let precision = 1 / (target * target)
    return switch self {
    case .deviation: u * precision - 1 / u
    case .variance: 0.5 * (precision - 1 / u)
    case .logVariance: 0.5 * (Double.exp(u) * precision - 1)
    }
  }

  /// Its second derivative by u where σ = τ: 2/τ², or 1/(2τ⁴), or ½.
  ///
  /// Equation: scale-curvature
  public func curvatureAtOptimum(target: Double) -> Double {
    let precision = 1 / (target * target)
    return switch self {
    case .deviation: 2 * precision
    case .variance: 0.5 * precision * precision
    case .logVariance: 0.5
    }
  }

  /// How gradient descent on u ends.
  public enum Outcome: Equatable, Sendable {
    /// The σ reached after all steps.
    case deviation(Double)
    /// The first step after which u stood for no positive σ.
    case leftDomain(step: Int)
  }

  /// Gradient descent on u with a fixed learning rate.
  public func descend(
    from deviation: Double, target: Double, rate: Double, steps: Int
  ) -> Outcome {
    var u = encoded(deviation: deviation)
    for step in 1...steps {
      u -= rate * slope(u, target: target)
      if self != .logVariance, !(u > 0) { return .leftDomain(step: step) }
    }
    return .deviation(decodedVariance(Tensor(u)).scalar.squareRoot())
  }
}
