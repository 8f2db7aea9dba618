import Tensors

// How far a reconstruction is from its datum: always a sum over pixels and a mean over data. Each
// error stands beside its derivative by the output layer's pre-activation, which is where
// back-propagation begins.

/// The squared error of reconstructions `r` of data `x`, both `[batch, pixels]`: the sum over pixels,
/// the mean over data; shape `[]`.
///
/// Equation: reconstruction-error
public func reconstructionError<Scalar>(
  _ x: Tensor<Scalar>, _ r: Tensor<Scalar>
) -> Tensor<Scalar> {
  square(r - x).sum() / Scalar(x.shape[0])
}

/// Its derivative by the reconstructions, which of a linear output layer are the pre-activations:
/// δ₂ = 2 (r − x) / B; shape `[batch, pixels]`.
///
/// Equation: backprop-output
public func squaredErrorDelta<Scalar>(
  _ x: Tensor<Scalar>, _ r: Tensor<Scalar>
) -> Tensor<Scalar> {
  2 / Scalar(x.shape[0]) * (r - x)
}

/// The Bernoulli cross-entropy of data `x` in [0, 1] under the probabilities σ(ℓ), from the logits ℓ,
/// both `[batch, pixels]`: softplus(ℓ) − x ℓ in nats, the sum over pixels, the mean over data; shape `[]`.
///
/// Finite for every finite ℓ: no logarithm of a rounded probability is taken.
///
/// Equation: sigmoid-cross-entropy
public func crossEntropy<Scalar>(
  _ x: Tensor<Scalar>, logits: Tensor<Scalar>
) -> Tensor<Scalar> {
  (softplus(logits) - x * logits).sum() / Scalar(x.shape[0])
}

/// Its derivative by the logits: δ₂ = (σ(ℓ) − x) / B; shape `[batch, pixels]`.
///
/// Equation: sigmoid-cross-entropy-gradient
public func crossEntropyDelta<Scalar>(
  _ x: Tensor<Scalar>, logits: Tensor<Scalar>
) -> Tensor<Scalar> {
  (sigmoid(logits) - x) / Scalar(x.shape[0])
}

/// The derivative by the logits of the squared error of r = σ(ℓ): δ₂ = 2 (r − x) r (1 − r) / B;
/// shape `[batch, pixels]`.
///
/// Equation: sigmoid-squared-error-gradient
public func sigmoidSquaredErrorDelta<Scalar>(
  _ x: Tensor<Scalar>, logits: Tensor<Scalar>
) -> Tensor<Scalar> {
  let r = sigmoid(logits)
  return squaredErrorDelta(x, r) * r * (1 - r)
}

/// What an output layer makes of its pre-activations, and how that is compared with the data.
public enum OutputLayer: String, CaseIterable, Sendable {
  /// The pre-activations are the reconstruction; squared error.
  case squaredError
  /// The pre-activations are logits; cross-entropy.
  case crossEntropy
  /// The pre-activations are logits; squared error of the probabilities. It saturates.
  case sigmoidSquaredError

  /// The reconstruction from the pre-activations `a`, both `[batch, pixels]`.
  public func reconstruction<Scalar>(_ a: Tensor<Scalar>) -> Tensor<Scalar> {
    self == .squaredError ? a : sigmoid(a)
  }

  /// The error: the sum over pixels, the mean over data; shape `[]`.
  public func loss<Scalar>(_ x: Tensor<Scalar>, preactivation a: Tensor<Scalar>) -> Tensor<Scalar> {
    self == .crossEntropy
      ? Autoencoder.crossEntropy(x, logits: a) : reconstructionError(x, reconstruction(a))
  }

  /// δ₂, the derivative of `loss` by the pre-activations; shape `[batch, pixels]`.
  public func delta<Scalar>(_ x: Tensor<Scalar>, preactivation a: Tensor<Scalar>) -> Tensor<Scalar>
  {
    switch self {
    case .squaredError: squaredErrorDelta(x, a)
    case .crossEntropy: crossEntropyDelta(x, logits: a)
    case .sigmoidSquaredError: sigmoidSquaredErrorDelta(x, logits: a)
    }
  }
}
