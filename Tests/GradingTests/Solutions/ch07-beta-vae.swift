import Answering
import Tensors

// 7.1: Measured in units of s a channel has the variance v/s², and log s is added to D. So with u = β s²
// D + βR = ½ Σ (log 2π + ρ + min(v/s², β) + β max(0, log v/u)). By ρ an open channel gives ½ (1 − β), a shut
// one ½ (1 − v/s²). For β = 1 the best s² is the mean variance of the shut channels.
func channelsWithNoise(
  variances: Tensor<Double>, beta: Double, logNoise: Double
) throws -> (value: Tensor<Double>, derivative: Tensor<Double>, rate: Tensor<Double>) {
  let relative = variances * Double.exp(-logNoise)
  let rates = 0.5 * relu(log(relative / beta))
  let errors = relative - relu(relative - beta)
  let value = 0.5 * (errors + Double.log(2 * .pi) + logNoise) + beta * rates
  return (value.sum(), (0.5 * (1 - errors)).sum(), rates.sum())
}

// 7.2: D rises with the level β, by k/2 where k channels are open. Raise the level from one variance to the next
// until D reaches δ. The slope of the curve is −β (constrained-slope), so that of R by δ is −1/β.
func rateUnderDistortion(
  variances: Tensor<Double>, limit: Double
) throws -> (beta: Tensor<Double>, rate: Tensor<Double>, derivative: Tensor<Double>) {
  let v = variances.scalars.sorted()
  var water = 2 * limit - Double(v.count) * Double.log(2 * .pi)
  var open = v.count
  var level = water / Double(open)
  for next in v where next < level {
    (water, open) = (water - next, open - 1)
    level = water / Double(open)
  }
  let rate = (0.5 * relu(log(variances / level))).sum()
  return (Tensor(level), rate, Tensor(-1 / level))
}

// 7.3: With G = ∂P/∂Σ, twice aΣ off the diagonal and 2b (Σ − 1) on it, the gradient is (2/B)(μ − μ̄) G. The
// movement of the mean adds Σₙ (μₙ − μ̄), which is 0.
func covariancePenalty(
  means: Tensor<Double>, offDiagonal: Double, diagonal: Double
) throws -> (value: Tensor<Double>, gradient: Tensor<Double>) {
  let (count, d) = (Double(means.shape[0]), means.shape[1])
  let eye = Tensor<Double>.identity(d)
  let centred = means - means.mean(axis: 0).expanded(axis: 0)
  let covariance = matmul(centred, centred, transposingFirst: true) / count
  let (off, on) = ((1 - eye) * covariance, eye * (covariance - 1))
  let value = offDiagonal * square(off).sum() + diagonal * square(on).sum()
  let slope = 2 * offDiagonal * off + 2 * diagonal * on
  return (value, 2 / count * matmul(centred, slope))
}

// 7.4: Both factors have the same variance, so z₁ has it too, and Cov(z₁, v₁) is cos α times it: R² = cos² α.
// The other latent has sin² α; the gap is |cos² α − sin² α| = |cos 2α| for both factors.
func turnedScores(
  angles: Tensor<Double>
) throws -> (r2: Tensor<Double>, sap: Tensor<Double>) {
  (square(cos(angles)), abs(cos(2 * angles)))
}

// 7.5: The eigenvalues are 1 + (d − 1) r once and 1 − r otherwise; TC = −½ log det.
func commonCorrelation(
  correlations: Tensor<Double>, dimensions: Int
) throws -> (total: Tensor<Double>, derivative: Tensor<Double>) {
  let (r, others) = (correlations, Double(dimensions - 1))
  let total = -0.5 * (log(1 + others * r) + others * log(1 - r))
  return (total, 0.5 * others * (1 / (1 - r) - 1 / (1 + others * r)))
}
