import Datasets
import KLDivergence
import Reparameterization
import Tensors
import Training
import VariationalAutoencoder

/// Bounds on training and on test images as a small model trains.
public struct GapRun: Sendable {
  /// After how many epochs.
  public var epochs: [Double] = []
  /// The reconstruction terms.
  public var (training, test): ([Evaluation], [Evaluation]) = ([], [])
}

/// Trains 784-64-(8, 8)-64-784 on binary images, and evaluates the bound every `interval` epochs.
///
/// Pixels above one half are 1.
public func gapRun(
  training: ImageSet, test: ImageSet, beta: Double, epochs: Int, interval: Int, seed: UInt64
) -> GapRun {
  var random = Random(seed: seed, stream: 21)
  var model = VariationalAutoencoder<Float>(
    Architecture(hidden: [64], latents: 8), random: &random)
  var run = GapRun()
  let plan = TrainingPlan(
    epochs: epochs, batchSize: 50, rate: 2e-3, binarization: .threshold, beta: { _ in beta })
  var noise = Random(seed: seed, stream: 22)
  model.train(on: training, plan, random: &random) { epoch, model, _ in
    guard epoch.isMultiple(of: interval) else { return }
    run.epochs.append(Double(epoch))
    run.training.append(model.evaluate(training, .threshold, random: &noise))
    run.test.append(model.evaluate(test, .threshold, random: &noise))
  }
  return run
}

/// Trains 784-64-(8, 8)-64-784 with a Gaussian likelihood on grey images.
///
/// - Parameter fixedVariance: The pixel variance; learned if there is none.
public func greyModel(
  on images: ImageSet, fixedVariance: Double?, epochs: Int, seed: UInt64
) -> VariationalAutoencoder<Float> {
  var random = Random(seed: seed, stream: 31)
  let latents = 8
  let model = VariationalAutoencoder<Float>(
    Architecture(hidden: [64], latents: latents, likelihood: .gaussian), random: &random)
  let pixels = images.pixelsPerImage
  let step = TrainingStep(
    model, Adam(rate: 2e-3), inputs: { rows in [[rows, pixels], [rows, latents]] }
  ) { model, inputs in
    let (mean, logVariance) = model.encode(inputs[0])
    let z = reparameterize(mean: mean, logVariance: logVariance, noise: inputs[1])
    var pixel = model.pixelLogVariance
    if let fixedVariance { pixel = 0 * pixel + Float(Double.log(fixedVariance)) }
    let likelihood = gaussianLogLikelihood(
      of: inputs[0], mean: model.decode(z), logVariance: pixel)
    return (gaussianKL(mean: mean, logVariance: logVariance) - likelihood).mean()
  }
  for _ in 0..<epochs {
    for batch in Batches(count: images.count, size: 50, random: &random) {
      step(rows: batch.count) { inputs in
        images.write(batch, to: inputs[0])
        random.fillNormal(inputs[1])
      }
    }
  }
  return step.model
}

/// The variance of reconstructions over that of the data, both summed over pixels.
///
/// `x` and `reconstructed` have shape `[count, pixels]`.
public func keptVariance(_ x: Tensor<Float>, _ reconstructed: Tensor<Float>) -> Double {
  func spread(_ x: Tensor<Float>) -> Double {
    let x = Tensor<Double>(x)
    return square(x - x.mean(axis: 0)).sum().scalar
  }
  return spread(reconstructed) / spread(x)
}
