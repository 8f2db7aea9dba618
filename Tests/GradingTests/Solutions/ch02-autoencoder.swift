import Answering
import Tensors

// 2.1: As with tanh, but the derivative of the sigmoid is z (1 − z).
func sigmoidCodesGradient(
  x: Tensor<Double>, encoder: (weight: Tensor<Double>, bias: Tensor<Double>),
  decoder: (weight: Tensor<Double>, bias: Tensor<Double>)
) throws -> (
  encoderWeight: Tensor<Double>, encoderBias: Tensor<Double>, decoderWeight: Tensor<Double>,
  decoderBias: Tensor<Double>
) {
  let z = sigmoid(matmul(x, encoder.weight) + encoder.bias)
  let r = matmul(z, decoder.weight) + decoder.bias
  let delta2 = 2 / Double(x.shape[0]) * (r - x)
  let delta1 = matmul(delta2, decoder.weight, transposingSecond: true) * z * (1 - z)
  return (
    matmul(x, delta1, transposingFirst: true), delta1.sum(axis: 0),
    matmul(z, delta2, transposingFirst: true), delta2.sum(axis: 0)
  )
}

// 2.2: As the encoder W gets xᵀ δ₁, as the decoder Wᵀ gets zᵀ δ₂, so W gets δ₂ᵀ z.
func tiedGradient(
  x: Tensor<Double>, weight: Tensor<Double>, bias: Tensor<Double>, outputBias: Tensor<Double>
) throws -> (weight: Tensor<Double>, bias: Tensor<Double>) {
  let z = tanh(matmul(x, weight) + bias)
  let r = matmul(z, weight, transposingSecond: true) + outputBias
  let delta2 = 2 / Double(x.shape[0]) * (r - x)
  let delta1 = matmul(delta2, weight) * (1 - square(z))
  let both = matmul(x, delta1, transposingFirst: true) + matmul(delta2, z, transposingFirst: true)
  return (both, delta1.sum(axis: 0))
}

// 2.3: P s² + Q/s² with P = γ mean ‖z‖² and Q = κ ‖W‖² is least where P s⁴ = Q, and there 2 √(P Q).
func bestCodeScale(
  codes: Tensor<Double>, weight: Tensor<Double>, codePenalty: Double, weightPenalty: Double
) throws -> (scale: Tensor<Double>, penalty: Tensor<Double>) {
  let p = codePenalty * square(codes).sum(axis: 1).mean()
  let q = weightPenalty * square(weight).sum()
  return (sqrt(sqrt(q / p)), 2 * sqrt(p * q))
}

// 2.4: E[(r − x)²] given y is (r − E[x|y])² plus the variance of x given y. For Gaussians the mean is
// m + v/(v + τ²) (y − m) and the variance vτ²/(v + τ²). For signs the odds of 1 are e^(2y/τ²).
func bestDenoiser(
  observed: Tensor<Double>, noiseVariance: Double, mean: Double, variance: Double
) throws -> (gaussian: Tensor<Double>, error: Tensor<Double>, signs: Tensor<Double>) {
  let share = variance / (variance + noiseVariance)
  return (
    mean + share * (observed - mean), Tensor(share * noiseVariance),
    tanh(observed / noiseVariance)
  )
}

// 2.5: The turned vector has qᵀ C q = λⱼ cos² θ + λₖ sin² θ, so L(θ) = L(0) − (λₖ − λⱼ) sin² θ, whose second
// derivative is −2 (λₖ − λⱼ): least for the largest eigenvalue left out and the smallest chosen.
func saddleCurvature(
  eigenvalues: Tensor<Double>, chosen: Tensor<Double>
) throws -> (error: Tensor<Double>, curvature: Tensor<Double>) {
  let pairs = zip(eigenvalues.scalars, chosen.scalars)
  let inside = pairs.filter { $0.1 == 1 }.map(\.0)
  let outside = pairs.filter { $0.1 == 0 }.map(\.0)
  let gap = outside.max()! - inside.min()!
  return (Tensor(outside.reduce(0, +)), Tensor(-2 * gap))
}
