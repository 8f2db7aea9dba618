import Tensors

/// log p(x) from the log p(x | y) of all K labels, each label having the probability 1/K.
///
/// log Σ_y p(x | y) / K, in nats. Shapes: `[batch, K]` to `[batch]`.
///
/// Equation: label-mixture
public func labelMixture<Scalar>(_ logConditionals: Tensor<Scalar>) -> Tensor<Scalar> {
  logConditionals.logSumExp(axis: 1) - Scalar.log(Scalar(logConditionals.shape[1]))
}

/// log p(y | x) of all K labels from their log p(x | y), each label having the probability 1/K.
///
/// log p(x | y) − log K − log p(x), in nats: never above 0, so that log p(x | y) exceeds log p(x) by
/// at most log K. Shapes: both `[batch, K]`.
///
/// Equation: label-bayes
public func labelLogPosterior<Scalar>(_ logConditionals: Tensor<Scalar>) -> Tensor<Scalar> {
  let count = Scalar(logConditionals.shape[1])
  return logConditionals - Scalar.log(count) - labelMixture(logConditionals).expanded(axis: 1)
}
