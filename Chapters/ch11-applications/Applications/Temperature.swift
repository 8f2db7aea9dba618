import KLDivergence
import Tensors

/// The prior at temperature T on d dimensions: p(z)^(1/T), normalised, is N(0, T I).
///
/// Equation: temperature-prior
public func temperedPrior(latents d: Int, temperature: Double) -> DiagonalGaussian<Double> {
  DiagonalGaussian(
    mean: .zeros([d]), logVariance: Tensor([d], repeating: Double.log(temperature)))
}

/// The entropy of the prior at temperature T, in nats: ½ d (log 2πe + log T).
///
/// Equation: temperature-entropy
public func temperedEntropy(latents d: Int, temperature: Double) -> Double {
  0.5 * Double(d) * (1 + Double.log(2 * .pi) + Double.log(temperature))
}

/// KL(N(0, T I) ‖ N(0, I)) in nats: ½ d (T − 1 − log T).
///
/// Equation: temperature-divergence
public func temperatureDivergence(latents d: Int, temperature: Double) -> Double {
  0.5 * Double(d) * (temperature - 1 - Double.log(temperature))
}

/// The probabilities of pixels at temperature T, from logits ℓ of any shape: those of
/// π^(1/T) : (1 − π)^(1/T), which are sigmoid(ℓ / T).
///
/// Equation: pixel-temperature
public func temperedPixels<Scalar>(
  logits: Tensor<Scalar>, temperature: Double
) -> Tensor<Scalar> {
  sigmoid(logits / Scalar(temperature))
}

/// The mean of ‖x − x′‖² over all pairs of two different rows of `[n, D]`: twice the sum of the
/// columns' sample variances.
///
/// Equation: pair-distance
public func meanPairDistance(_ x: Tensor<Double>) -> Double {
  let count = Double(x.shape[0])
  return 2 * square(x - x.mean(axis: 0)).sum().scalar / (count - 1)
}

/// What labels say of samples, from p(y | x) of each, `[n, classes]`, in nats: the entropy of the average
/// label distribution, and the average entropy; their difference is the mean of KL(p(y | x) ‖ p(y)).
///
/// Salimans et al. 2016 (arXiv:1606.03498): the exponential of the difference is the inception score.
///
/// Equation: label-information
public func labelEntropies(
  _ probabilities: Tensor<Double>
) -> (ofAverage: Double, average: Double) {
  (
    entropy(probabilities.mean(axis: 0).reshaped([1, probabilities.shape[1]])).scalars[0],
    entropy(probabilities).mean().scalar
  )
}
