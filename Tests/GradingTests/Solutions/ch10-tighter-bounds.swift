import Answering
import Tensors

// 10.1: each group is one draw of log of a mean of k/M weights, so the expectation is L_(k/M).
func groupedBound(
  logWeights: Tensor<Double>, groups: Int
) throws -> (values: Tensor<Double>, gradient: Tensor<Double>) {
  let (n, k) = (logWeights.shape[0], logWeights.shape[1])
  let size = k / groups
  let grouped = logWeights.reshaped([n, groups, size])
  let sums = grouped.logSumExp(axis: 2)
  let gradient = exp(grouped - sums.expanded(axis: 2)) / Double(groups)
  return (sums.mean(axis: 1) - Double.log(Double(size)), gradient.reshaped([n, k]))
}

// 10.2: with L_k = log p(x) + a/k + b/k² the jackknife has a − a + b/k − b/(k − 1), of order 1/k². By log w_i:
// k w_i / S − (k − 1)/k Σ_(j≠i) w_i / (S − w_j), with S the sum of all weights.
func jackknifeBound(
  logWeights: Tensor<Double>
) throws -> (values: Tensor<Double>, gradient: Tensor<Double>) {
  let k = Double(logWeights.shape[1])
  let top = logWeights.max(axis: 1)
  let w = exp(logWeights - top.expanded(axis: 1))
  let sum = w.sum(axis: 1).expanded(axis: 1)
  let rest = sum - w
  let all = (log(sum) - Double.log(k)).reshaped(top.shape)
  let left = (log(rest) - Double.log(k - 1)).mean(axis: 1)
  let inverse = 1 / rest
  let others = inverse.sum(axis: 1).expanded(axis: 1) - inverse
  return (k * all - (k - 1) * left + top, k * w / sum - (k - 1) / k * w * others)
}

// 10.3: c_j = (−1)ʲ (k − j)ᵐ / (j! (m − j)!). Then Σ c_j (k − j)^(−i) is 1/m! times the difference of order m of
// t^(m−i), which is 1 for i = 0 and 0 for i = 1, …, m.
func jackknifeCoefficients(draws: Int, order: Int) throws -> Tensor<Double> {
  func factorial(_ n: Int) -> Double { (0..<n).reduce(1) { $0 * Double($1 + 1) } }
  return Tensor(
    (0...order).map { j in
      let power = (0..<order).reduce(1.0) { product, _ in product * Double(draws - j) }
      return (j % 2 == 0 ? 1 : -1) * power / (factorial(j) * factorial(order - j))
    })
}

// 10.4: log p(x, z) − log q(z) is −½ (a − 1) z² + a m z + …; with z = τ a m / r + ε/√r and r = 1 + τ (a − 1) its
// slope at the mean is a m / r. So the variance is a² m² / r³ + (a − 1)² / 2r². From 0 to 1, as
// dr = (a − 1) dτ, the integrals are m² (a + 1) / 2 and (a − 1)² / 2a. The divergences: ½ (a + a m² − 1 − log a)
// and ½ (1/a + m² − 1 + log a) add up to that.
func annealedVariance(
  means: Tensor<Double>, precisions: Tensor<Double>, levels: Int
) throws -> (variance: Tensor<Double>, limit: Tensor<Double>) {
  let (m, a) = (means, precisions)
  let count = Double(levels)
  var variance = Tensor<Double>(0)
  for t in 0..<levels {
    let r = 1 + (Double(t) / count) * (a - 1)
    let term = square(a * m) / (r * square(r)) + 0.5 * square((a - 1) / r)
    variance = variance + term.sum() / (count * count)
  }
  let limit = 0.5 * (square(m) * (a + 1) + square(a - 1) / a).sum()
  return (variance, limit)
}

// 10.5: A after depends on A only: the Jacobian is block triangular with 1 and eˢ on its diagonal. Its log
// determinant is Σ s. The inverse of B' = eˢ B + t is B = (B' − t) e⁻ˢ.
func affineCoupling(
  z: Tensor<Double>, scale: Tensor<Double>, shift: Tensor<Double>
) throws -> (moved: Tensor<Double>, logDeterminant: Tensor<Double>, source: Tensor<Double>) {
  let (d, h) = (z.shape[1], scale.shape[0])
  let (a, b) = (z.sliced(axis: 1, 0..<h), z.sliced(axis: 1, h..<d))
  let s = tanh(matmul(a, scale))
  let t = matmul(a, shift)
  return (
    concatenated([a, exp(s) * b + t], axis: 1), s.sum(axis: 1),
    concatenated([a, exp(-s) * (b - t)], axis: 1)
  )
}

// 10.6: Σ ω_c (KL_c + log ω_c − log π_c) is the divergence of ω from weights in proportion to π_c e^(−KL_c), less
// the log of their sum. So ω is that, and the bound −log Σ π_c e^(−KL_c).
func mixtureRateBound(
  mean: Tensor<Double>, logVariance: Tensor<Double>, logits: Tensor<Double>,
  means: Tensor<Double>, logVariances: Tensor<Double>
) throws -> (bound: Tensor<Double>, weights: Tensor<Double>) {
  let (m, l) = (mean.expanded(axis: 1), logVariance.expanded(axis: 1))
  let quadratic = (exp(l) + square(m - means)) * exp(-logVariances)
  let divergences = 0.5 * (logVariances - l - 1 + quadratic).sum(axis: 2)
  let terms = logits - logits.logSumExp(axis: 0) - divergences
  let total = terms.logSumExp(axis: 1)
  return (-total, exp(terms - total.expanded(axis: 1)))
}

// 10.7: ∂ log q/∂z = −C⁻ᵀ ε, so the path of log w is slope + C⁻ᵀ ε by z, and times ε_j by C. Both are summed with
// the squares of the normalised weights.
func fullCovarianceGradient(
  logWeights: Tensor<Double>, slopes: Tensor<Double>, factor: Tensor<Double>,
  noise: Tensor<Double>
) throws -> (byMean: Tensor<Double>, byFactor: Tensor<Double>) {
  let (k, d) = (noise.shape[0], noise.shape[1])
  var solved = noise  // C⁻ᵀ ε, from the last line of Cᵀ x = ε
  for row in 0..<k {
    for i in (0..<d).reversed() {
      var rest = noise[row, i]
      for j in i + 1..<d { rest -= factor[j, i] * solved[row, j] }
      solved[row, i] = rest / factor[i, i]
    }
  }
  let weights = square(exp(logWeights - logWeights.logSumExp(axis: 0))).expanded(axis: 1)
  let paths = weights * (slopes + solved)
  var byFactor = matmul(paths, noise, transposingFirst: true)
  for i in 0..<d { for j in i + 1..<d { byFactor[i, j] = 0 } }
  return (paths.sum(axis: 0), byFactor)
}
