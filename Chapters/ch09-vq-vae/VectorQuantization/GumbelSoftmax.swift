import KLDivergence
import Tensors

/// Independent standard Gumbel noise −log(−log u), u uniform.
public func gumbelNoise<Scalar: TensorScalar>(
  _ shape: Shape, random: inout Random
) -> Tensor<Scalar> {
  // 2⁻⁶⁰ keeps u from 0, and changes no other value.
  let uniform: Tensor<Scalar> = random.uniform(shape)
  return -log(-log(uniform + Scalar(0x1p-60)))
}

/// One draw from softmax(ℓ) a row: the place of the largest ℓ + g, for Gumbel noise g.
///
/// Shapes: both `[n, K]`; the result has n indices.
///
/// Equation: gumbel-max
public func gumbelMax<Scalar>(_ logits: Tensor<Scalar>, noise: Tensor<Scalar>) -> [Int] {
  largestIndices(stopGradient(logits) + noise)
}

/// The relaxed draw softmax((ℓ + g) / τ): shapes `[n, K]`.
///
/// Jang, Gu & Poole 2017 (arXiv:1611.01144); Maddison, Mnih & Teh 2017 (arXiv:1611.00712).
///
/// Equation: gumbel-softmax
public func gumbelSoftmax<Scalar>(
  _ logits: Tensor<Scalar>, noise: Tensor<Scalar>, temperature: Scalar
) -> Tensor<Scalar> {
  softmax((logits + noise) / temperature)
}

/// The vector–Jacobian product of `gumbelSoftmax` by the logits: y (g − Σ y g) / τ.
///
/// Equation: gumbel-softmax-backward
///
/// - Parameters:
///   - relaxed: y, the relaxed draws, shape `[n, K]`.
///   - cotangent: g, shape `[n, K]`.
public func gumbelSoftmaxVJP<Scalar>(
  relaxed: Tensor<Scalar>, cotangent: Tensor<Scalar>, temperature: Scalar
) -> Tensor<Scalar> {
  let mean = (relaxed * cotangent).sum(axis: -1).expanded(axis: -1)
  return relaxed * (cotangent - mean) / temperature
}

/// The gradient of E[f(k)], k drawn from p = softmax(ℓ), by the logits: p_j (f_j − E[f]).
///
/// Equation: categorical-gradient
///
/// - Parameters:
///   - logits: ℓ, shape `[K]`.
///   - values: f of each class, shape `[K]`.
public func categoricalGradient<Scalar>(
  logits: Tensor<Scalar>, values: Tensor<Scalar>
) -> Tensor<Scalar> {
  let p = softmax(logits)
  return p * (values - (p * values).sum())
}

/// One estimate of that gradient from each draw, by the score: (f(k) − b) (1_k − p).
///
/// Equation: categorical-score
///
/// - Parameters:
///   - draws: n indices, drawn from softmax(ℓ).
///   - logits: ℓ, shape `[K]`.
///   - values: f of each class, shape `[K]`.
///   - baseline: b, which must not depend on the draw.
/// - Returns: Shape `[n, K]`.
public func categoricalScoreGradients<Scalar>(
  draws: [Int], logits: Tensor<Scalar>, values: Tensor<Scalar>, baseline: Scalar = 0
) -> Tensor<Scalar> {
  let chosen = Tensor<Scalar>.oneHot(draws, classes: logits.count)
  let f = values.expanded(axis: 1).rows(at: draws)
  return (f - baseline) * (chosen - softmax(logits))
}
