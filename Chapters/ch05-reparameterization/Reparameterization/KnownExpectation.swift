import Tensors

/// A function of z whose expectation under N(μ, diag σ²) has a closed form.
///
/// Estimates of its gradient can be held against the exact one.
///
/// Equation: exact-expectations
public struct KnownExpectation: Sendable {
  /// What the function is called on the page.
  public let name: String
  /// f, from `[samples, d]` to `[samples]`.
  public let function: @Sendable (Tensor<Double>) -> Tensor<Double>
  /// ∂²f/∂zⱼ², from `[samples, d]` to `[samples, d]`.
  public let secondDerivative: @Sendable (Tensor<Double>) -> Tensor<Double>
  /// E[f(z)], shape `[]`, from μ and λ = log σ², each of shape `[d]`.
  public let expectation:
    @Sendable (_ mean: Tensor<Double>, _ logVariance: Tensor<Double>)
      -> Tensor<Double>

  /// Σ zⱼ², with expectation Σ μⱼ² + σⱼ².
  public static let square = KnownExpectation(
    name: "z²",
    function: { Tensors.square($0).sum(axis: 1) },
    secondDerivative: { Tensor($0.shape, repeating: 2) },
    expectation: { mean, logVariance in (Tensors.square(mean) + exp(logVariance)).sum() })

  /// Σ exp(a zⱼ), with expectation Σ exp(a μⱼ + ½ a² σⱼ²).
  public static func exponential(rate a: Double) -> KnownExpectation {
    KnownExpectation(
      name: "exp(\(a) z)",
      function: { exp(a * $0).sum(axis: 1) },
      secondDerivative: { (a * a) * exp(a * $0) },
      expectation: { mean, logVariance in
        exp(a * mean + (0.5 * a * a) * exp(logVariance)).sum()
      })
  }

  /// Σ sin zⱼ, with expectation Σ exp(−½ σⱼ²) sin μⱼ.
  public static let sine = KnownExpectation(
    name: "sin z",
    function: { sin($0).sum(axis: 1) },
    secondDerivative: { -sin($0) },
    expectation: { mean, logVariance in (exp(-0.5 * exp(logVariance)) * sin(mean)).sum() })

  /// ‖z − c‖², with expectation ‖μ − c‖² + Σ σⱼ²; c has shape `[d]`.
  public static func squaredDistance(to c: Tensor<Double>) -> KnownExpectation {
    KnownExpectation(
      name: "‖z − c‖²",
      function: { Tensors.square($0 - c).sum(axis: 1) },
      secondDerivative: { Tensor($0.shape, repeating: 2) },
      expectation: { mean, logVariance in (Tensors.square(mean - c) + exp(logVariance)).sum() })
  }

  /// The exact gradient of E[f(z)] by μ and then by λ: shape `[2 d]`.
  public func gradient(mean: Tensor<Double>, logVariance: Tensor<Double>) -> Tensor<Double> {
    let (byMean, byLogVariance) = valueAndGradient(at: mean, logVariance, of: expectation).gradient
    return concatenated([byMean, byLogVariance], axis: 0)
  }
}

/// 1 where z > 0 and 0 elsewhere, from `[samples, 1]` to `[samples]`: a function without a useful
/// derivative.
public func unitStep(_ z: Tensor<Double>) -> Tensor<Double> {
  Tensor([z.shape[0]], z.scalars.map { $0 > 0 ? 1 : 0 })
}

/// The derivative of P(z > 0) by μ for z from N(μ, σ²), which is the density at 0.
///
/// Equation: step-gradient
public func stepProbabilitySlope(mean: Double, deviation: Double) -> Double {
  let ratio = mean / deviation
  return Double.exp(-0.5 * ratio * ratio) / (deviation * (2 * Double.pi).squareRoot())
}
