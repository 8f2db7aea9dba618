import Answering
import Tensors

// 11.1: sigmoid(u/T) goes to 1, 0 and, for a tie, ½: the limit is the AUC. A pair has the derivative
// p (1 − p) / T by its anomaly and minus that by its normal datum.
func smoothArea(
  normal: Tensor<Double>, anomalous: Tensor<Double>, temperature: Double
) throws -> (area: Tensor<Double>, byNormal: Tensor<Double>, byAnomalous: Tensor<Double>) {
  let p = sigmoid((anomalous.expanded(axis: 1) - normal) / temperature)
  let slopes = p * (1 - p) / (temperature * Double(p.count))
  return (p.mean(), -slopes.sum(axis: 0), slopes.sum(axis: 1))
}

// 11.2: each coordinate of Σ w z has the variance wᵀ R w: E‖·‖² = d wᵀ R w, and c = 1/√(wᵀ R w).
func backOnShell(
  latents: Tensor<Double>, correlations: Tensor<Double>, weights: Tensor<Double>
) throws -> (squaredNorm: Tensor<Double>, combined: Tensor<Double>) {
  let column = weights.expanded(axis: 1)
  let variance = (column * matmul(correlations, column)).sum()
  let sum = (column * latents).sum(axis: 0)
  return (Double(latents.shape[1]) * variance, sum / sqrt(variance))
}

// 11.3: L₀⁻¹ (z − m₀) is standard normal, so T = L₁ L₀⁻¹. With z = m₀ + L₀ ε the step is
// m₁ − m₀ + (L₁ − L₀) ε: its mean square is ‖m₁ − m₀‖² + ‖L₁ − L₀‖², squares of all entries.
func transported(
  codes: Tensor<Double>, from: (mean: Tensor<Double>, factor: Tensor<Double>),
  to: (mean: Tensor<Double>, factor: Tensor<Double>)
) throws -> (moved: Tensor<Double>, squaredDistance: Tensor<Double>) {
  var e = codes - from.mean
  for row in 0..<e.shape[0] {
    for i in 0..<e.shape[1] {
      var rest = e[row, i]
      for j in 0..<i { rest -= from.factor[i, j] * e[row, j] }
      e[row, i] = rest / from.factor[i, i]
    }
  }
  let moved = to.mean + matmul(e, to.factor, transposingSecond: true)
  return (moved, square(to.mean - from.mean).sum() + square(to.factor - from.factor).sum())
}

// 11.4: E_q[log q − log p(x, z)] is −ELBO, and its excess over −log p(x) is KL(q‖p(z|x)): least, 0, for the
// posterior. All on one z: nothing comes back.
func bitsBack(
  logPrior: Tensor<Double>, logLikelihood: Tensor<Double>, q: Tensor<Double>
) throws -> (bits: Tensor<Double>, excess: Tensor<Double>) {
  let joint = logLikelihood + logPrior
  let logQ = log(q + (1 - positive(q)))
  let nats = (q * (logQ - joint)).sum(axis: 1)
  let bit = Double.log(2)
  return (nats / bit, (nats + joint.logSumExp(axis: 1)) / bit)
}

// 11.5: with r = 1 + ‖w‖²/s² the posterior of z is N(w·(x − b) / (s² r), 1/r). So a step takes u to
// w_m (w·(x − b)) / (s² r) + b_m: F = w_m² / (s² r). At rest, with A the sum over the seen coordinates,
// u − b_m = w_m A / (s² r) / (1 − F), and 1 − F = (1 + A₂/s²) / r with A₂ the sum of the seen w²: the mean of the
// coordinate given the others. The variance is (κ w_m²/r + s²) / (1 − F²); for κ = 1 the numerator is
// s² (1 + F), which leaves s² / (1 − F) = s² + w_m² / (1 + A₂/s²). Other κ change the variance only.
func wrongSpreadChain(
  weights: Tensor<Double>, bias: Tensor<Double>, noiseVariance: Double, datum: Tensor<Double>,
  missing: Int, spread: Double
) throws -> (mean: Tensor<Double>, variance: Tensor<Double>) {
  let r = 1 + square(weights).sum().scalar / noiseVariance
  let w = weights.scalars[missing]
  let f = w * w / (noiseVariance * r)
  let products = (weights * (datum - bias)).scalars
  let seen = products.indices.reduce(0.0) { $1 == missing ? $0 : $0 + products[$1] }
  let mean = bias.scalars[missing] + w * seen / (noiseVariance * r) / (1 - f)
  return (Tensor(mean), Tensor((spread * w * w / r + noiseVariance) / (1 - f * f)))
}

// 11.6: with u = ℓ/T, −log π = softplus(u) − u and −log(1 − π) = softplus(u): H = softplus(u) − u π. By u that is
// π − π − u π (1 − π), and u has the derivative −ℓ/T² by T: u² π (1 − π) / T. Even in ℓ, so u = −|ℓ|/T, where
// softplus(u) − u π does not cancel.
func pixelEntropy(
  logits: Tensor<Double>, temperature: Double
) throws -> (entropy: Tensor<Double>, derivative: Tensor<Double>) {
  let u = -abs(logits) / temperature
  let variance = sigmoid(u) * sigmoid(-u)
  return (softplus(u) - u * sigmoid(u), square(u) * variance / temperature)
}
