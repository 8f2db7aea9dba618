import Answering
import Tensors

// 1.1: The product rule with σ′ = σ (1 − σ).
func siluBackward(x: Tensor<Double>, cotangent: Tensor<Double>) throws -> Tensor<Double> {
  let s = sigmoid(x)
  return cotangent * (s + x * s * (1 - s))
}

// 1.2: xⱼ is in every yᵢ with i ≥ j: sums from the other end.
func cumulativeSumBackward(cotangent: Tensor<Double>) throws -> Tensor<Double> {
  let d = cotangent.shape[1]
  let lower = Tensor<Double>([d, d], (0..<d * d).map { $0 / d >= $0 % d ? 1 : 0 })
  return matmul(cotangent, lower)
}

// 1.3: dy = (dx − dm)/s − y ds/s with dm the mean of dx and ds the mean of y dx. Transposed:
// (g − mean g − y mean(g y))/s. A constant g and one along y are sent to 0: y does not change when x is shifted
// or stretched.
func normalizedBackward(
  x: Tensor<Double>, cotangent: Tensor<Double>, epsilon: Double
) throws -> Tensor<Double> {
  let centred = x - x.mean(axis: 1).expanded(axis: 1)
  let s = sqrt(square(centred).mean(axis: 1) + epsilon).expanded(axis: 1)
  let y = centred / s
  let along = (cotangent * y).mean(axis: 1).expanded(axis: 1)
  return (cotangent - cotangent.mean(axis: 1).expanded(axis: 1) - y * along) / s
}

// 1.4: D(h) = f′ + h² f⁽³⁾/3! + h⁴ f⁽⁵⁾/5! + …: w₁ + w₂ + w₃ = 1, w₁ + 4w₂ + 16w₃ = 0, w₁ + 16w₂ + 256w₃ = 0. The
// sixth power is left with (w₁ + 64w₂ + 4096w₃)/7! = 64/5040. Both values of D(ah) have the factor 1/2ah.
func sixthOrderRule() throws -> (
  weights: Tensor<Double>, error: Tensor<Double>, rounding: Tensor<Double>
) {
  let weights = Tensor<Double>([64, -20, 1]) / 45
  return (weights, Tensor(4.0 / 315), Tensor((64 + 10 + 0.25) / 45))
}

// 1.5: By x softmax. By T: log Σ e^(x/T) − Σ p x/T = −Σ p log p, since log p = x/T − log Σ e^(x/T).
func softMaximum(
  x: Tensor<Double>, temperature: Double
) throws -> (value: Tensor<Double>, gradient: Tensor<Double>, byTemperature: Tensor<Double>) {
  let scaled = x / temperature
  let total = scaled.logSumExp(axis: 1)
  let logs = scaled - total.expanded(axis: 1)
  return (temperature * total, exp(logs), -(exp(logs) * logs).sum(axis: 1))
}
