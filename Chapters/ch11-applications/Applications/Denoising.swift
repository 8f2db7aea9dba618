import Datasets
import EvidenceLowerBound
import KLDivergence
import Reparameterization
import Tensors
import Training
import VariationalAutoencoder

/// Zeros and ones of which each was turned round, on its own, with a probability.
public func flipped<Scalar>(
  _ x: Tensor<Scalar>, probability: Double, random: inout Random
) -> Tensor<Scalar> {
  let uniform: Tensor<Scalar> = random.uniform(x.shape)
  let flips = positive(Scalar(probability) - uniform)
  return x + flips - 2 * x * flips
}

extension VariationalAutoencoder {
  /// The two terms of the denoising bound for one draw of z a datum: the encoder sees x̃, the likelihood
  /// is that of x.
  ///
  /// Im, Ahn, Memisevic & Bengio 2017 (arXiv:1511.06406).
  ///
  /// Equation: denoising-bound
  ///
  /// - Parameters:
  ///   - x: The data as they should be, shape `[batch, pixels]`.
  ///   - corrupted: x̃, what the encoder sees of them, of the same shape.
  ///   - noise: ε, standard normal, shape `[batch, d]`.
  public func denoisingBound(
    of x: Tensor<Scalar>, seenAs corrupted: Tensor<Scalar>, noise: Tensor<Scalar>
  ) -> Bound<Scalar> {
    let (mean, logVariance) = encode(corrupted)
    let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise)
    return Bound(
      logLikelihood(of: x, given: z), gaussianKL(mean: mean, logVariance: logVariance))
  }

  /// Trains on images whose pixels are drawn as 0 or 1 anew in each pass, and flipped with a
  /// probability before the encoder sees them: maximises the denoising bound by Adam.
  ///
  /// Without flips it is the training of chapter 6.
  ///
  /// - Parameter report: Called after each pass with its number, from 1, and the mean loss.
  public mutating func trainDenoising(
    on images: ImageSet, epochs: Int, batchSize: Int = 100, rate: Double = 1e-3,
    flipProbability: Double, random: inout Random, report: (Int, Double) -> Void = { _, _ in }
  ) {
    let (pixels, latents) = (images.pixelsPerImage, latents)
    let step = TrainingStep(
      self, Adam(rate: rate), inputs: { [[$0, pixels], [$0, pixels], [$0, latents]] }
    ) { model, inputs in
      let bound = model.denoisingBound(of: inputs[0], seenAs: inputs[1], noise: inputs[2])
      return (bound.rate - bound.reconstruction).mean()
    }
    let threshold = Scalar(flipProbability)
    passes(
      count: images.count, batchSize: batchSize, epochs: epochs, random: &random,
      step: { batch, random in
        let loss = step(rows: batch.count) { inputs in
          Binarization.stochastic.write(images, batch, to: inputs[0], using: &random)
          random.fillUniform(inputs[1])
          for i in inputs[1].indices {
            let pixel = inputs[0][i]
            inputs[1][i] = inputs[1][i] < threshold ? 1 - pixel : pixel
          }
          random.fillNormal(inputs[2])
        }
        return Double(loss)
      }, report: report, afterStep: { _ in })
    self = step.model
  }
}

/// The two parts of what the denoising bound leaves, for encoders on one dimension, in nats.
///
/// One encoder for each of C equally likely corruptions of a datum, shapes `[C, 1]`; p is the posterior
/// of the datum itself. `mixture` is KL(q̃ ‖ p) for q̃ their average, `information` the mean of
/// KL(q ‖ q̃): what z tells of the corruption.
///
/// Equation: denoising-gap
public func denoisingGapParts(
  _ encoders: DiagonalGaussian<Double>, posterior p: DiagonalGaussian<Double>
) -> (mixture: Double, information: Double) {
  let count = encoders.mean.shape[0]
  let parts = (0..<count).map { row in
    DiagonalGaussian(
      mean: Tensor([encoders.mean[row, 0]]), logVariance: Tensor([encoders.logVariance[row, 0]]))
  }
  let average = GaussianMixture(
    parts.map { (1 / Double(count), $0.mean.scalars[0], $0.standardDeviation.scalars[0]) })
  let information = parts.reduce(0) { $0 + quadratureKL($1, average.logDensity).scalar }
  return (forwardKL(average, p).scalar, information / Double(count))
}
