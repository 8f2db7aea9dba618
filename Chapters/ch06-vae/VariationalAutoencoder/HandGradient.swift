import KLDivergence
import Reparameterization
import Tensors
import Training

extension Dense {
  /// Back-propagation through x W + b: from the cotangent δ of the output, the gradients xᵀ δ and
  /// Σ δ (over the batch), and δ Wᵀ for what came before.
  ///
  /// Equation: dense-backward
  ///
  /// - Parameters:
  ///   - input: x, shape `[batch, in]`.
  ///   - delta: δ, shape `[batch, out]`.
  public func backward(
    input: Tensor<Scalar>, delta: Tensor<Scalar>
  ) -> (gradient: Dense, delta: Tensor<Scalar>) {
    (
      Dense(
        weight: matmul(input, delta, transposingFirst: true), bias: delta.sum(axis: 0)),
      matmul(delta, weight, transposingSecond: true)
    )
  }
}

extension MultilayerPerceptron {
  /// The inputs of all layers, and the output: what back-propagation needs to remember.
  public func activations(_ x: Tensor<Scalar>) -> [Tensor<Scalar>] {
    var all = [x]
    for (index, layer) in layers.enumerated() {
      let y = layer(all[index])
      all.append(index < layers.count - 1 ? activation(y) : y)
    }
    return all
  }

  /// Back-propagation through the network, given its `activations` and the cotangent of its output.
  public func backward(
    _ activations: [Tensor<Scalar>], delta: Tensor<Scalar>
  ) -> (gradient: MultilayerPerceptron, delta: Tensor<Scalar>) {
    var (gradient, delta) = (self, delta)
    for index in layers.indices.reversed() {
      if index < layers.count - 1 {
        delta = delta * activation.derivative(atOutput: activations[index + 1])
      }
      (gradient.layers[index], delta) = layers[index].backward(
        input: activations[index], delta: delta)
    }
    return (gradient, delta)
  }
}

extension VariationalAutoencoder {
  /// The gradient of `loss(of:noise:beta:)` by every parameter, derived by hand.
  ///
  /// From the likelihood back through the decoder to z; there it splits, along z = μ + σ ⊙ ε, into the
  /// paths to μ and λ, where the rate's own gradient joins; then back through the encoder.
  ///
  /// Equation: vae-gradient
  public func lossGradient(
    of x: Tensor<Scalar>, noise: Tensor<Scalar>, beta: Scalar = 1
  ) -> VariationalAutoencoder {
    let share = 1 / Scalar(x.shape[0])  // the mean over the batch
    // Forward, remembering what each layer read.
    let hidden = encoder.activations(x)
    let h = encoder.activation(hidden[hidden.count - 1])
    let (mu, lambda) = (mean(h), logVariance(h))
    let z = reparameterize(mean: mu, logVariance: lambda, noise: noise)
    let decoded = decoder.activations(z)
    let output = decoded[decoded.count - 1]

    // Backward: the likelihood, the decoder.
    var gradient = self
    var delta: Tensor<Scalar>
    switch likelihood {
    case .bernoulli:
      delta = -share * bernoulliGradient(of: x, logits: output)
    case .gaussian:
      let (byMean, byVariance) = gaussianGradient(
        of: x, mean: output, logVariance: pixelLogVariance)
      delta = -share * byMean
      gradient.pixelLogVariance = -byVariance.mean()
    }
    (gradient.decoder, delta) = decoder.backward(decoded, delta: delta)

    // At z: the path through the sample, and the rate.
    let path = reparameterizeVJP(logVariance: lambda, noise: noise, cotangent: delta)
    let rate = gaussianKLGradient(mean: mu, logVariance: lambda)
    let weight = beta * share
    let (byMean, fromMean) = mean.backward(input: h, delta: path.mean + weight * rate.mean)
    let (byVariance, fromVariance) = logVariance.backward(
      input: h, delta: path.logVariance + weight * rate.logVariance)
    (gradient.mean, gradient.logVariance) = (byMean, byVariance)

    // The encoder, whose features fed both heads.
    delta = (fromMean + fromVariance) * encoder.activation.derivative(atOutput: h)
    gradient.encoder = encoder.backward(hidden, delta: delta).gradient
    return gradient
  }
}
