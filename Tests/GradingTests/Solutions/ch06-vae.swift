import Answering
import Foundation
import Tensors

// 6.1: Where Rⱼ > κ the gradient is that of Rⱼ: (μ, ½ (e^λ − 1)) / B; elsewhere max(κ, Rⱼ) is constant. Whether
// it is depends on the whole batch.
func freeBits(
  mean: Tensor<Double>, logVariance: Tensor<Double>, kappa: Double
) throws -> (value: Tensor<Double>, byMean: Tensor<Double>, byLogVariance: Tensor<Double>) {
  let rates = 0.5 * (square(mean) + exp(logVariance) - 1 - logVariance).mean(axis: 0)
  let excess = rates - kappa
  let share = positive(excess).expanded(axis: 0) / Double(mean.shape[0])
  return (
    (relu(excess) + kappa).sum(), share * mean, 0.5 * share * (exp(logVariance) - 1)
  )
}

// 6.2: With e = (x − m)/s and q = (ν + 1)/(ν + e²) the derivatives are q e / s and q e² − 1. Far away they go
// to 0 (as 1/e) and to ν; a Gaussian's grow as e and e².
func studentTLogLikelihood(
  of x: Tensor<Double>, location: Tensor<Double>, logScale: Tensor<Double>, degrees: Double
) throws -> (value: Tensor<Double>, byLocation: Tensor<Double>, byLogScale: Tensor<Double>) {
  let constant =
    lgamma((degrees + 1) / 2) - lgamma(degrees / 2) - 0.5 * Double.log(degrees * .pi)
  let error = (x - location) / exp(logScale)
  let weight = (degrees + 1) / (degrees + square(error))
  let value = constant - logScale - (degrees + 1) / 2 * log(1 + square(error) / degrees)
  return (value, weight * error / exp(logScale), weight * square(error) - 1)
}

// 6.3: The rate is ½ (μ² + t − 1 − log t): least at μ = 0, and it falls in t up to 1. So e^y − 1 − y = 2δ with
// y = log t < 0. The left side is convex: Newton from below the root stays below it, and −1 − 2δ is below.
func committedVariance(rates: Tensor<Double>) throws -> Tensor<Double> {
  Tensor(
    rates.scalars.map { rate in
      var y = -1 - 2 * rate
      for _ in 0..<60 {
        y -= (Double.exp(y) - 1 - y - 2 * rate) / (Double.exp(y) - 1)
      }
      return Double.exp(y)
    })
}

// 6.4: The derivative is ½ (e^(−ρ) E − 1) with E the mean squared error of the pixel; it is zero at ρ = log E, and
// beyond the likelihood falls. If E = 0 it rises without bound as ρ → −∞.
func pixelVariances(
  of x: Tensor<Double>, mean: Tensor<Double>, floor: Double, at logVariance: Tensor<Double>
) throws -> (best: Tensor<Double>, value: Tensor<Double>, derivative: Tensor<Double>) {
  let error = square(x - mean).mean(axis: 0)
  let best = Tensor(error.scalars.map { Swift.max(floor, $0 > 0 ? Double.log($0) : floor) })
  let value = -0.5 * (exp(-best) * error + best + Double.log(2 * .pi)).sum()
  return (best, value, 0.5 * (exp(-logVariance) * error - 1))
}

// 6.5: b is the mean over data of the variance of a draw (with M − 1); the variance of the averages (with
// n − 1) is a + b/M in expectation. The cost of one unit of precision is (c₀ + c₁ K)(a + b/K), whose derivative
// by K is c₁ a − c₀ b / K².
func drawsAndData(
  estimates: Tensor<Double>, datumCost: Double, drawCost: Double
) throws -> (a: Tensor<Double>, b: Tensor<Double>, best: Tensor<Double>) {
  let (n, m) = (Double(estimates.shape[0]), Double(estimates.shape[1]))
  let averages = estimates.mean(axis: 1)
  let b = square(estimates - averages.expanded(axis: 1)).sum() / (n * (m - 1))
  let a = square(averages - averages.mean()).sum() / (n - 1) - b / m
  return (a, b, sqrt(datumCost * b / (drawCost * a)))
}
