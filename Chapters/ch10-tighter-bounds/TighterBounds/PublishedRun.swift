import Datasets
import Tensors
import Training
import VariationalAutoencoder

/// A run of a published experiment: all that changes from pass to pass.
///
/// A run continued from these values gives the bits of a run that was never interrupted.
public struct PublishedRun: Sendable {
  /// What is run.
  public let setting: PublishedSetting
  /// How many passes the whole run makes.
  public let passes: Int
  /// How many passes are done.
  public var pass = 0
  /// The model.
  public var model: VariationalAutoencoder<Float>
  /// The optimiser with its moments.
  public var adam: Adam<Float>
  /// For order, binarisation and noise.
  public var random: Random

  /// A run before its first pass.
  public init(
    _ setting: PublishedSetting, passes: Int, training images: ImageSet, seed: UInt64
  ) {
    self.setting = setting
    self.passes = passes
    random = Random(seed: seed, stream: 1)
    adam = Adam(epsilon: setting.epsilon)
    switch setting.start {
    case .glorot:
      let means = pixelMeans(images, first: images.count - setting.heldOut)
      model = .glorot(setting.architecture, pixelMeans: means, random: &random)
    case .torch: model = VariationalAutoencoder(setting.architecture, random: &random)
    }
  }

  /// One pass over the images; their pixels stay bytes, and only a batch at a time is made a tensor.
  ///
  /// - Returns: The mean loss of the pass's batches, each when it was trained on, in nats.
  public mutating func makePass(over images: ImageSet) -> Double {
    let count = images.count - setting.heldOut
    adam.rate = setting.rate(pass: pass, of: passes)
    var total = 0.0
    for batch in Batches(count: count, size: setting.batchSize, random: &random) {
      let x = setting.binarization(images.tensor(batch, as: Float.self), using: &random)
      total += makeStep(x) * Double(batch.count)
    }
    pass += 1
    return total / Double(count)
  }

  /// One step on a batch `[batch, pixels]`; returns its loss.
  mutating func makeStep(_ x: Tensor<Float>) -> Double {
    let (batch, d) = (x.shape[0], model.latents)
    let (value, gradient): (Tensor<Float>, VariationalAutoencoder<Float>)
    switch setting.objective {
    case .importanceWeighted(let k):
      let noise: Tensor<Float> = random.normal([k, batch, d])
      (value, gradient) = valueAndGradient(at: model) {
        $0.importanceWeightedLoss(of: x, noise: noise)
      }
    case .closedFormRate:
      let noise: Tensor<Float> = random.normal([batch, d])
      (value, gradient) = valueAndGradient(at: model) { $0.loss(of: x, noise: noise) }
    }
    adam.update(&model, gradient: gradient)
    return Double(value.scalar)
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
