import Tensors

/// KL(q‖p) = Σₖ qₖ log(qₖ / pₖ) in nats, from probabilities.
///
/// Shapes: both `[batch, classes]`, the result `[batch]`; or `[classes]` and `[]`. A class with q = 0
/// adds nothing; one with p = 0 and q > 0 makes the divergence infinite.
///
/// Equation: kl-cross-entropy
public func categoricalKL<Scalar>(
  _ q: Tensor<Scalar>, _ p: Tensor<Scalar>
) -> Tensor<Scalar> {
  // Where q is 0, both are raised by 1, so that 0 · log(…) is 0 and not 0 · ∞.
  let absent = Tensor(q.shape, q.scalars.map { $0 == 0 ? Scalar(1) : 0 })
  return (q * log((q + absent) / (p + absent))).sum(axis: -1)
}

/// The entropy H(q) = −Σₖ qₖ log qₖ in nats: the mean length of the best code for q.
///
/// Equation: kl-cross-entropy
public func entropy<Scalar>(_ q: Tensor<Scalar>) -> Tensor<Scalar> { crossEntropy(q, q) }

/// The cross-entropy H(q, p) = −Σₖ qₖ log pₖ in nats: the mean length when the code is made for p.
///
/// Equation: kl-cross-entropy
public func crossEntropy<Scalar>(
  _ q: Tensor<Scalar>, _ p: Tensor<Scalar>
) -> Tensor<Scalar> {
  let absent = Tensor(q.shape, q.scalars.map { $0 == 0 ? Scalar(1) : 0 })
  return -(q * log(p + absent)).sum(axis: -1)
}

/// The terms qₖ (rₖ − 1 − log rₖ) with r = p / q, none of them negative, whose sum is KL(q‖p).
///
/// For probabilities that are all positive, of shape `[batch, classes]`.
///
/// Equation: gibbs
public func gibbsTerms<Scalar>(_ q: Tensor<Scalar>, _ p: Tensor<Scalar>) -> Tensor<Scalar> {
  let ratio = p / q
  return q * (ratio - 1 - log(ratio))
}

/// The probabilities of logits: softmax over the last axis.
public func softmax<Scalar>(_ logits: Tensor<Scalar>) -> Tensor<Scalar> {
  exp(logits - logits.logSumExp(axis: -1).expanded(axis: -1))
}

/// KL(q‖p) in nats of q = softmax(a) and p = softmax(b), from the logits a and b.
///
/// Σₖ qₖ (aₖ − bₖ) − log Σ e^a + log Σ e^b. Shapes: both `[batch, classes]`, the result `[batch]`.
///
/// Equation: categorical-kl
public func categoricalKL<Scalar>(
  logits a: Tensor<Scalar>, _ b: Tensor<Scalar>
) -> Tensor<Scalar> {
  (softmax(a) * (a - b)).sum(axis: -1) - a.logSumExp(axis: -1) + b.logSumExp(axis: -1)
}

/// The gradient of `categoricalKL(logits:_:)` for each datum, by both sets of logits.
///
/// qₖ (log(qₖ / pₖ) − KL) by aₖ, and pₖ − qₖ by bₖ: both of shape `[batch, classes]`.
///
/// Equation: categorical-kl-gradient
public func categoricalKLGradient<Scalar>(
  logits a: Tensor<Scalar>, _ b: Tensor<Scalar>
) -> (q: Tensor<Scalar>, p: Tensor<Scalar>) {
  let (q, p) = (softmax(a), softmax(b))
  let kl = categoricalKL(logits: a, b).expanded(axis: -1)
  return (q * (log(q / p) - kl), p - q)
}
