import Answering
import Tensors

// 12.1: −log p(x|z) = ‖x − m‖²/2s² + …, so multiply by D/2s²: β = D / (2 s² d), and 1 at s² = D / 2d.
func averagedTwice(
  pixels: Int, latents: Int, pixelVariances: Tensor<Double>
) throws -> (beta: Tensor<Double>, neutralVariance: Tensor<Double>) {
  let ratio = Double(pixels) / (2 * Double(latents))
  return (ratio / pixelVariances, Tensor(ratio))
}

// 12.2: with P = S⁻¹ the divergence is ½ ((μ − m)ᵀ P (μ − m) + a tr P − 2 − log det P − 2 log a). P is positive
// definite, so μ = m for every a; then a = 2 / tr P. Independent: ½ Σ (v_j P_jj − 1 − log v_j) − ½ log det P,
// least at v_j = 1 / P_jj.
func oneVarianceForAll(
  weights: Tensor<Double>, noiseVariance: Double
) throws -> (variance: Tensor<Double>, sharedCost: Tensor<Double>, diagonalCost: Tensor<Double>) {
  let gram = matmul(weights, weights, transposingFirst: true)
  let p = Tensor<Double>.identity(2) + gram / noiseVariance
  let logDeterminant = Double.log(p[0, 0] * p[1, 1] - p[0, 1] * p[1, 0])
  let a = 2 / (p[0, 0] + p[1, 1])
  return (
    Tensor(a), Tensor(-0.5 * logDeterminant - Double.log(a)),
    Tensor(0.5 * (Double.log(p[0, 0] * p[1, 1]) - logDeterminant))
  )
}

// 12.3: log p = x ℓ − log((e^ℓ − 1) / ℓ), and (e^ℓ − 1) / ℓ = e^max(ℓ, 0) (1 − e^−|ℓ|) / |ℓ|. The gradient is x less
// the mean, 1 / (1 − e^−ℓ) − 1/ℓ. Both have series at 0.
func continuousBernoulli(
  x: Tensor<Double>, logits: Tensor<Double>
) throws -> (logDensity: Tensor<Double>, gradient: Tensor<Double>) {
  func logMassAndMean(_ l: Double) -> (Double, Double) {
    let square = l * l
    if square < 0.01 {
      let even = square / 24 * (1 - square / 120 * (1 - square / 63))
      return (0.5 * l + even, 0.5 + l / 12 * (1 - square / 60 * (1 - square / 42)))
    }
    let size = Swift.abs(l)
    let gap = 1 - Double.exp(-size)
    // The mean for −ℓ is 1 less that for ℓ.
    let mean = 1 / gap - 1 / size
    return (Swift.max(l, 0) + Double.log(gap / size), l > 0 ? mean : 1 - mean)
  }
  let parts = logits.scalars.map(logMassAndMean)
  return (x * logits - Tensor(parts.map(\.0)), x - Tensor(parts.map(\.1)))
}

// 12.4: √(π/w); 2/w; tanh' = 1/cosh², so 2/w; 2π ∫ r e^(−wr) dr = 2π/w².
func lossNormalisers(weights: Tensor<Double>) throws -> Tensor<Double> {
  let logW = log(weights).expanded(axis: 1)
  return concatenated(
    [
      0.5 * (Double.log(.pi) - logW), Double.log(2) - logW, Double.log(2) - logW,
      Double.log(2 * .pi) - 2 * logW,
    ], axis: 1)
}

// 12.5: ½ Σ (μ² + σ² − 1 − 2 log σ); by ρ it is (σ − 1/σ) sigmoid(ρ). For ρ → −∞, log σ = ρ and
// sigmoid/σ = 1: the gradient goes to −1, as that by log σ does (by λ to −½).
func softplusRate(
  mean: Tensor<Double>, output: Tensor<Double>
) throws -> (rate: Tensor<Double>, gradient: Tensor<Double>) {
  let low = -positive(-36 - output) + 1  // 1 above −36, 0 below
  let held = output * low
  let sigma = softplus(output)
  let logSigma = low * log(softplus(held)) + (1 - low) * output
  let quotient = low * sigmoid(held) / softplus(held) + (1 - low)
  let rate = 0.5 * (square(mean) + square(sigma) - 1 - 2 * logSigma).sum(axis: 1)
  return (rate, sigma * sigmoid(output) - quotient)
}
