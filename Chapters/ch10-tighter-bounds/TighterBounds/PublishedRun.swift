import Datasets
import Tensors
import Training
import VariationalAutoencoder

/// A run of a published experiment.
public struct PublishedRun: Sendable {
  /// What is run.
  public let setting: PublishedSetting
  /// How many passes the whole run makes.
  public let passes: Int
  /// The model: untrained, then trained.
  public private(set) var model: VariationalAutoencoder<Float>
  /// For order, binarisation and noise.
  private var random: Random

  /// A run before its first pass.
  public init(
    _ setting: PublishedSetting, passes: Int, training images: ImageSet, seed: UInt64
  ) {
    self.setting = setting
    self.passes = passes
    random = Random(seed: seed, stream: 1)
    switch setting.start {
    case .glorot:
      let means = pixelMeans(images, first: images.count - setting.heldOut)
      model = .glorot(setting.architecture, pixelMeans: means, random: &random)
    case .torch: model = VariationalAutoencoder(setting.architecture, random: &random)
    }
  }

  /// Makes all passes over the images; their pixels stay bytes, and a batch at a time is made numbers.
  ///
  /// Throws if the checkpoint is of another run or cannot be written, and, after saving, when a signal
  /// came.
  ///
  /// - Parameters:
  ///   - images: The training images; the setting says how many at the end are left out.
  ///   - checkpoint: Where the run is kept, or goes on from.
  ///   - report: Called after each pass with its number, from 1, the mean loss of its batches, each
  ///     when it was trained on, in nats, and the learning rate.
  public mutating func train(
    on images: ImageSet, checkpoint: Checkpoint, report: (Int, Double, Double) -> Void
  ) throws {
    var adam = Adam<Float>(epsilon: setting.epsilon)
    try checkpoint.restore(&model, &adam)
    let step = makeStep(adam)
    step.rate = setting.rate(pass: checkpoint.epoch, of: passes)
    try checkpoint.passes(
      count: images.count - setting.heldOut, batchSize: setting.batchSize, epochs: passes,
      random: &random,
      step: { [setting] batch, random in
        let loss = step(rows: batch.count) { inputs in
          setting.binarization.write(images, batch, to: inputs[0], using: &random)
          random.fillNormal(inputs[1])
        }
        return Double(loss)
      },
      report: { [setting, passes] pass, loss in
        report(pass, loss, step.rate)
        step.rate = setting.rate(pass: min(pass, passes - 1), of: passes)
      },
      state: { (step.model, step.adam) })
    model = step.model
  }

  /// The step of this run: its inputs are pixels `[batch, pixels]` and noise.
  private func makeStep(_ adam: Adam<Float>) -> TrainingStep<VariationalAutoencoder<Float>> {
    let (pixels, d) = (setting.architecture.pixels, model.latents)
    switch setting.objective {
    case .importanceWeighted(let k):
      return TrainingStep(model, adam, inputs: { [[$0, pixels], [k, $0, d]] }) { model, inputs in
        model.importanceWeightedLoss(of: inputs[0], noise: inputs[1])
      }
    case .closedFormRate:
      return TrainingStep(model, adam, inputs: { [[$0, pixels], [$0, d]] }) { model, inputs in
        model.loss(of: inputs[0], noise: inputs[1])
      }
    }
  }
}

extension VariationalAutoencoder where Scalar == Float {
  /// The estimate of log p(x) of each image from `draws` draws of z, in nats: shape `[images.count]`.
  ///
  /// One image at a time, at most a thousand draws at a time: memory does not grow with either.
  ///
  /// - Parameters:
  ///   - images: Test images.
  ///   - binarization: How grey pixels become zeros and ones, each image once.
  ///   - draws: k; the estimate's mean rises with it, from the ELBO towards log p(x).
  ///   - random: For binarisation and noise.
  ///   - report: Called after each image with how many are done.
  public func logLikelihoods(
    of images: ImageSet, binarization: Binarization, draws: Int, random: inout Random,
    report: (Int) -> Void = { _ in }
  ) -> [Double] {
    (0..<images.count).map { index in
      let x = binarization(images.tensor([index], as: Float.self), using: &random)
      let parts = stride(from: 0, to: draws, by: 1_000).map { begin in
        logWeights(x, samples: Swift.min(1_000, draws - begin), random: &random)
      }
      report(index + 1)
      return importanceLogLikelihood(concatenated(parts, axis: 1), k: draws).scalar
    }
  }
}
