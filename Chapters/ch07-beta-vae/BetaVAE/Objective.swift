import Datasets
import KLDivergence
import Reparameterization
import Tensors
import Training
import VariationalAutoencoder

/// What a model is trained to minimise; every one is minus the ELBO with some part of it weighted.
public enum Objective: Sendable {
  /// D + β R.
  case beta(Double)
  /// D + γ |R − C| with a capacity C that rises.
  case capacity(gamma: Double, schedule: CapacitySchedule)
  /// D + R + (β − 1) TC, the total correlation estimated from the batch.
  case totalCorrelation(beta: Double, weights: MinibatchWeights = .stratified)

  /// The number that the objective has in step `step`, from 0: β, or the capacity.
  public func setting(_ step: Int) -> Double {
    switch self {
    case .beta(let beta), .totalCorrelation(let beta, _): beta
    case .capacity(_, let schedule): schedule(step)
    }
  }
}

extension VariationalAutoencoder {
  /// The loss of a batch under an objective, a mean over its data in nats; shape `[]`.
  ///
  /// Equation: tc-objective
  ///
  /// - Parameters:
  ///   - x: Pixels, shape `[batch, pixels]`.
  ///   - noise: ε, standard normal, shape `[batch, d]`.
  ///   - objective: What to minimise.
  ///   - setting: Its β or its capacity, shape `[]`.
  ///   - count: N, the number of data that the batch is drawn from.
  public func loss(
    of x: Tensor<Scalar>, noise: Tensor<Scalar>, objective: Objective, setting: Tensor<Scalar>,
    count: Int
  ) -> Tensor<Scalar> {
    let (mean, logVariance) = encode(x)
    let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise)
    let distortion = -logLikelihood(of: x, given: z).mean()
    let rate = gaussianKL(mean: mean, logVariance: logVariance).mean()
    switch objective {
    case .beta: return distortion + setting * rate
    case .capacity(let gamma, _):
      return capacityLoss(
        distortion: distortion, rate: rate, capacity: setting, gamma: Scalar(gamma))
    case .totalCorrelation(_, let weights):
      let dependence = minibatchTotalCorrelation(
        z, mean: mean, logVariance: logVariance,
        logWeights: weights.logWeights(batch: x.shape[0], of: count))
      return distortion + rate + (setting - 1) * dependence
    }
  }

  /// A step of training under an objective, recorded once and replayed from then on.
  ///
  /// - Parameters:
  ///   - images: The data that batches are drawn from.
  ///   - objective: What to minimise.
  ///   - adam: The optimiser as it is before the first step.
  public func trainingStep(
    on images: ImageSet, minimizing objective: Objective, with adam: Adam<Scalar>
  ) -> TrainingStep<VariationalAutoencoder> {
    let (pixels, latents, count) = (images.pixelsPerImage, latents, images.count)
    return TrainingStep(
      self, adam, inputs: { rows in [[rows, pixels], [rows, latents], []] }
    ) { model, inputs in
      model.loss(
        of: inputs[0], noise: inputs[1], objective: objective, setting: inputs[2], count: count)
    }
  }

  /// Trains on images for a number of epochs, with one draw of z a datum a step.
  ///
  /// - Parameters:
  ///   - images: The training data.
  ///   - objective: What to minimise.
  ///   - epochs: How often to go through the images.
  ///   - batchSize: The number of images a step.
  ///   - binarization: How pixels become 0 or 1.
  ///   - adam: The optimiser, which keeps its moments between calls.
  ///   - random: For order, binarisation and noise.
  ///   - report: Called after each epoch with its number, from 1, the model, and the mean loss.
  public mutating func train(
    on images: ImageSet, minimizing objective: Objective, epochs: Int, batchSize: Int,
    binarization: Binarization = .threshold, with adam: inout Adam<Scalar>,
    random: inout Random,
    report: (Int, VariationalAutoencoder, Double) -> Void = { _, _, _ in }
  ) {
    let step = trainingStep(on: images, minimizing: objective, with: adam)
    var number = adam.step
    for epoch in 0..<epochs {
      var total = 0.0
      for batch in Batches(count: images.count, size: batchSize, random: &random) {
        let loss = step(rows: batch.count) { inputs in
          binarization.write(images, batch, to: inputs[0], using: &random)
          random.fillNormal(inputs[1])
          inputs[2][0] = Scalar(objective.setting(number))
        }
        number += 1
        total += Double(loss) * Double(batch.count)
      }
      report(epoch + 1, step.model, total / Double(max(images.count, 1)))
    }
    (self, adam) = (step.model, step.adam)
  }

  /// A model with an encoder and a decoder of different shapes.
  ///
  /// With 1200-1200 and ReLU in the encoder, 1200-1200-1200 and tanh in the decoder, ten latents and
  /// 64 × 64 pixels it is the fully connected one of Higgins et al. 2017, table 1.
  public init(
    pixels: Int, encoder: [Int], decoder: [Int], latents: Int, random: inout Random
  ) {
    self.init(
      Architecture(pixels: pixels, hidden: encoder, latents: latents, activation: .relu),
      random: &random)
    self.decoder = MultilayerPerceptron(
      widths: [latents] + decoder + [pixels], activation: .tanh, initialization: .torch,
      random: &random)
  }
}
