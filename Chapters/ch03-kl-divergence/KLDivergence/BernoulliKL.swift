import Tensors

/// KL(q‖p) in nats of independent Bernoulli variables, from their probabilities of 1.
///
/// Σⱼ [q log(q/p) + (1 − q) log((1 − q)/(1 − p))], for probabilities strictly between 0 and 1.
/// Shapes: both `[batch, d]`, the result `[batch]`.
///
/// Equation: bernoulli-kl
public func bernoulliKL<Scalar>(_ q: Tensor<Scalar>, _ p: Tensor<Scalar>) -> Tensor<Scalar> {
  (q * log(q / p) + (1 - q) * log((1 - q) / (1 - p))).sum(axis: -1)
}

/// KL(q‖p) in nats of independent Bernoulli variables, from logits ℓ of q and m of p.
///
/// Σⱼ [sigmoid(ℓ) (ℓ − m) − softplus(ℓ) + softplus(m)]: no probability is divided by, and none
/// rounds to 1. Shapes: both `[batch, d]`, the result `[batch]`.
///
/// Equation: bernoulli-kl-logits
public func bernoulliKL<Scalar>(
  logits l: Tensor<Scalar>, _ m: Tensor<Scalar>
) -> Tensor<Scalar> {
  (sigmoid(l) * (l - m) - softplus(l) + softplus(m)).sum(axis: -1)
}

/// The gradient of `bernoulliKL(logits:_:)` for each datum, by both sets of logits.
///
/// q (1 − q) (ℓ − m) by ℓ, and p − q by m: both of shape `[batch, d]`.
///
/// Equation: bernoulli-kl-gradient
public func bernoulliKLGradient<Scalar>(
  logits l: Tensor<Scalar>, _ m: Tensor<Scalar>
) -> (q: Tensor<Scalar>, p: Tensor<Scalar>) {
  let (q, p) = (sigmoid(l), sigmoid(m))
  return (q * (1 - q) * (l - m), p - q)
}
