import Tensors

/// The relaxed gradient of E[f] where everything is known: two classes, and f(y) = (y − t)².
///
/// With two classes the relaxed draw is one number y = sigmoid((ℓ + u) / τ), the share of the first
/// class; ℓ is the difference of the logits and u, the difference of two Gumbel draws, is logistic.
public struct TwoClassRelaxation: Sendable {
  /// ℓ, the logit of the first class.
  public let logit: Double
  /// t.
  public let target: Double

  /// The case of a logit and a target.
  public init(logit: Double, target: Double) { (self.logit, self.target) = (logit, target) }

  /// p, the probability of the first class.
  public var probability: Double { Double.sigmoid(logit) }

  /// The exact derivative of E[f(k)] by ℓ: p (1 − p) (f(1) − f(0)).
  public var exactGradient: Double { probability * (1 - probability) * (1 - 2 * target) }

  /// One estimate from each of n uniform numbers: f′(y) y (1 − y) / τ, shape `[n]`.
  public func estimates(uniform: Tensor<Double>, temperature: Double) -> Tensor<Double> {
    let u = uniform * (1 - 0x1p-50) + 0x1p-51
    let y = sigmoid((log(u / (1 - u)) + logit) / temperature)
    return 2 * (y - target) * y * (1 - y) / temperature
  }

  /// The mean and the variance of an estimate, by quadrature.
  ///
  /// With s = (ℓ + u) / τ, both are integrals over s of rapidly decreasing functions.
  public func moments(temperature: Double) -> (mean: Double, variance: Double) {
    let step = 0x1p-6
    let s = step * Tensor<Double>.linspace(-2_560, 2_560, count: 5_121)
    let (y, density) = (sigmoid(s), sigmoid(temperature * s - logit))
    let weight = step * temperature * density * (1 - density)
    let estimate = 2 * (y - target) * y * (1 - y) / temperature
    let mean = (weight * estimate).sum().scalar
    return (mean, (weight * square(estimate)).sum().scalar - mean * mean)
  }

  /// The bias for small τ: τ p (1 − p) (2p − 1), up to terms in τ².
  ///
  /// Equation: relaxation-bias
  public func predictedBias(temperature: Double) -> Double {
    temperature * probability * (1 - probability) * (2 * probability - 1)
  }

  /// The variance for small τ: p (1 − p) (1/5 − 2t/3 + 2t²/3) / τ, up to a constant.
  ///
  /// Equation: relaxation-variance
  public func predictedVariance(temperature: Double) -> Double {
    let integral = 0.2 - 2 * target / 3 + 2 * target * target / 3
    return probability * (1 - probability) * integral / temperature
  }

  /// The temperature of least mean squared error for a mean of `samples` estimates, as far as the two
  /// predictions hold: (v / 2 N b²)^⅓, with b the bias at τ = 1 and v the variance.
  ///
  /// Equation: relaxation-temperature
  public func bestTemperature(samples: Int) -> Double {
    let (b, v) = (predictedBias(temperature: 1), predictedVariance(temperature: 1))
    return Double.exp(Double.log(v / (2 * Double(samples) * b * b)) / 3)
  }
}
