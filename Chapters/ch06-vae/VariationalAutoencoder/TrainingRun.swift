import Datasets
import Tensors
import Training

/// What to do for one training run.
public struct TrainingPlan: Sendable {
  /// How often to go through the data.
  public var epochs: Int
  /// The number of data a step.
  public var batchSize: Int
  /// Adam's learning rate.
  public var rate: Double
  /// Whether pixels are drawn anew as 0 or 1 with their grey value as probability, on each pass.
  public var binarization: Binarization
  /// The weight of the rate in a given epoch, from 0; 1 throughout is the ELBO.
  public var beta: @Sendable (Int) -> Double

  /// A plan; the defaults are Adam 10⁻³ on batches of 100, freshly binarised, β = 1.
  public init(
    epochs: Int, batchSize: Int = 100, rate: Double = 1e-3,
    binarization: Binarization = .stochastic,
    beta: @escaping @Sendable (Int) -> Double = { _ in 1 }
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.rate = rate
    self.binarization = binarization
    self.beta = beta
  }
}

extension VariationalAutoencoder {
  /// Trains on images, maximising the ELBO by Adam with one draw of z a datum a step.
  ///
  /// - Parameters:
  ///   - images: The training data.
  ///   - plan: How to train.
  ///   - random: For order, binarisation and noise.
  ///   - report: Called after each epoch with its number, from 1, the model, and the mean loss.
  public mutating func train(
    on images: ImageSet, _ plan: TrainingPlan, random: inout Random,
    report: (Int, VariationalAutoencoder, Double) -> Void = { _, _, _ in }
  ) {
    // Nothing is read or written, so nothing can fail.
    try! train(on: images, plan, random: &random, checkpoint: Checkpoint(), report: report)
  }

  /// Trains as above, and keeps the run in a checkpoint, or goes on with the one that is in it.
  ///
  /// Throws if the checkpoint is another model's or cannot be written, and when a signal ended the
  /// training, which is saved then.
  public mutating func train(
    on images: ImageSet, _ plan: TrainingPlan, random: inout Random, checkpoint: Checkpoint,
    report: (Int, VariationalAutoencoder, Double) -> Void = { _, _, _ in }
  ) throws {
    var adam = Adam<Scalar>(rate: plan.rate)
    try checkpoint.restore(&self, &adam)
    let (pixels, latents) = (images.pixelsPerImage, latents)
    let step = TrainingStep(
      self, adam, inputs: { rows in [[rows, pixels], [rows, latents], []] }
    ) { model, inputs in
      model.loss(of: inputs[0], noise: inputs[1], beta: inputs[2])
    }
    var beta = Scalar(plan.beta(checkpoint.epoch))
    try checkpoint.passes(
      count: images.count, batchSize: plan.batchSize, epochs: plan.epochs, random: &random,
      step: { batch, random in
        let loss = step(rows: batch.count) { inputs in
          plan.binarization.write(images, batch, to: inputs[0], using: &random)
          random.fillNormal(inputs[1])
          inputs[2][0] = beta
        }
        return Double(loss)
      },
      report: { epoch, loss in
        beta = Scalar(plan.beta(epoch))
        self = step.model
        report(epoch, self, loss)
      },
      state: { (step.model, step.adam) })
  }
}
