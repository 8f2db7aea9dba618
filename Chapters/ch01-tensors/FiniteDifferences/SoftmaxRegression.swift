import Tensors

/// The loss of softmax regression: minus the log-probability of the right class, in nats, as the
/// mean over data.
///
/// With logits ℓ = X W, it is the mean over rows n of log Σⱼ exp(ℓₙⱼ) − ℓₙ at the label yₙ.
///
/// Equation: softmax-regression-loss
///
/// - Parameters:
///   - weights: W, `[features, classes]`.
///   - inputs: X, `[batch, features]`.
///   - labels: y, one class a row of X.
/// - Returns: The loss, `[]`.
public func softmaxRegressionLoss<Scalar: TensorScalar>(
  weights: Tensor<Scalar>, inputs: Tensor<Scalar>, labels: [Int]
) -> Tensor<Scalar> {
  let logits = matmul(inputs, weights)
  let right = (logits * .oneHot(labels, classes: weights.shape[1])).sum(axis: 1)
  return (logits.logSumExp(axis: 1) - right).mean()
}

/// The gradient of the loss of softmax regression, by hand: Xᵀ (softmax(X W) − Y) / B.
///
/// Y has a one-hot row for each label, B is the number of data. Parameters as for the loss.
///
/// Equation: softmax-regression-gradient
///
/// - Returns: The gradient by W, `[features, classes]`.
public func softmaxRegressionGradient<Scalar: TensorScalar>(
  weights: Tensor<Scalar>, inputs: Tensor<Scalar>, labels: [Int]
) -> Tensor<Scalar> {
  let logits = matmul(inputs, weights)
  let probabilities = exp(logits - logits.logSumExp(axis: 1).expanded(axis: 1))
  let errors = probabilities - .oneHot(labels, classes: weights.shape[1])
  return matmul(inputs, errors, transposingFirst: true) / Scalar(labels.count)
}
