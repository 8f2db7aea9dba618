import Answering
import Tensors

// 9.1: with the unit vectors a of z̄ and b of ē, and r of a + b, two reflections make the rotation
// I − 2 r rᵀ + 2 b aᵀ: it takes a to −b + 2 b = b. Transposed: I − 2 r rᵀ + 2 a bᵀ.
func rotationTrick(
  encodings: Tensor<Double>, codes: Tensor<Double>, cotangent: Tensor<Double>
) throws -> (value: Tensor<Double>, cotangent: Tensor<Double>) {
  func length(_ x: Tensor<Double>) -> Tensor<Double> {
    sqrt(square(x).sum(axis: 1)).expanded(axis: 1)
  }
  func inner(_ x: Tensor<Double>, _ y: Tensor<Double>) -> Tensor<Double> {
    (x * y).sum(axis: 1).expanded(axis: 1)
  }
  let a = encodings / length(encodings)
  let b = codes / length(codes)
  let r = (a + b) / length(a + b)
  let ratio = length(codes) / length(encodings)
  let value = encodings - 2 * r * inner(r, encodings) + 2 * b * inner(a, encodings)
  let back = cotangent - 2 * r * inner(r, cotangent) + 2 * a * inner(b, cotangent)
  return (ratio * value, ratio * back)
}

// 9.2: KL(q‖u) = log K + Σ q log q. By a logit: Σ_j (log q_j + 1) q_j (δ_jk − q_k), and the 1 falls out:
// q_k (log q_k + H). A logit's gradient by z is (e_k − z) / T, and the factors sum to 0, so z drops out.
func softEncoderRate(
  encodings: Tensor<Double>, codebook: Tensor<Double>, temperature: Double
) throws -> (rate: Tensor<Double>, gradient: Tensor<Double>) {
  let distances = square(encodings.expanded(axis: 1) - codebook).sum(axis: 2)
  let logits = distances / (-2 * temperature)
  let logShares = logits - logits.logSumExp(axis: 1).expanded(axis: 1)
  let q = exp(logShares)
  let entropy = -(q * logShares).sum(axis: 1)
  let byLogits = q * (logShares + entropy.expanded(axis: 1))
  let rate = Double.log(Double(codebook.shape[0])) - entropy
  return (rate, matmul(byLogits, codebook) / temperature)
}

// 9.3: ∫ f′(h) y (1 − y) ds · p (1 − p), where ds y (1 − y) = dy, half of it on each side:
// ½ p (1 − p) (f′(0) + f′(1)). With f′(0) = a and f′(1) = a + 2b + 3c it is p (1 − p)(a + b + 3c/2); exact is
// p (1 − p)(a + b + c).
func coldHardGumbel(
  logits: Tensor<Double>, coefficients: Tensor<Double>
) throws -> (limit: Tensor<Double>, bias: Tensor<Double>) {
  let p = sigmoid(logits)
  let variance = p * (1 - p)
  let weights = Tensor<Double>([1, 3], [1, 1, 1.5])
  let cubic = coefficients.sliced(axis: 1, 2..<3).reshaped(logits.shape)
  return (variance * (weights * coefficients).sum(axis: 1), 0.5 * variance * cubic)
}

// 9.4: the zero vector leaves what is left as it is, and the nearest code does no worse.
func residualCodes(
  encodings: Tensor<Double>, codebooks: Tensor<Double>
) throws -> (indices: Tensor<Double>, residual: Tensor<Double>) {
  let (m, k, d) = (codebooks.shape[0], codebooks.shape[1], codebooks.shape[2])
  var rest = encodings
  var columns: [Tensor<Double>] = []
  for stage in 0..<m {
    let book = codebooks.sliced(axis: 0, stage..<stage + 1).reshaped([k, d])
    let scores = matmul(rest, book, transposingSecond: true) - 0.5 * square(book).sum(axis: 1)
    let chosen = scores.argMax()
    columns.append(Tensor([chosen.count, 1], chosen.map(Double.init)))
    rest = rest - book.rows(at: chosen)
  }
  return (concatenated(columns, axis: 1), rest)
}

// 9.5: 1/n Σ_i Σ_j ‖z_i − z_j‖² = 2 Σ_i ‖z_i − mean‖²: twice what the mean would cost.
func spreadStart(
  encodings: Tensor<Double>, chosen: Tensor<Double>
) throws -> (probabilities: Tensor<Double>, expectedCost: Tensor<Double>) {
  let distances = square(encodings.expanded(axis: 1) - chosen).sum(axis: 2)
  let nearest = -(-distances).max(axis: 1)
  let cost = 2 * square(encodings - encodings.mean(axis: 0)).sum()
  return (nearest / nearest.sum(), cost)
}

// 9.6: y = −1 + 2 level / (L − 1), so level = (y + 1)(L − 1) / 2, rounded. The cotangent passes the rounding
// and meets tanh: g (1 − y²).
func scalarQuantised(
  encodings: Tensor<Double>, levels: Int, cotangent: Tensor<Double>
) throws -> (values: Tensor<Double>, codes: Tensor<Double>, cotangent: Tensor<Double>) {
  let y = tanh(encodings)
  let top = Double(levels - 1)
  let places = Tensor(y.shape, ((y + 1) * (top / 2)).scalars.map { $0.rounded() })
  let d = y.shape[1]
  let codes = (0..<y.shape[0]).map { row in
    (0..<d).reduce(0.0) { $0 * Double(levels) + places[row, $1] }
  }
  return (places * (2 / top) - 1, Tensor(codes), cotangent * (1 - square(y)))
}
