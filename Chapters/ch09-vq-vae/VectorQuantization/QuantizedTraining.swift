import Datasets
import Tensors
import Training
import VariationalAutoencoder

/// How the codebook is moved.
public enum CodebookRule: Sendable {
  /// By the gradient of the codebook term, with the other parameters.
  case gradient
  /// By moving averages; codes that are given fewer than `reviveBelow` encodings a batch are moved onto
  /// encodings, never if it is 0.
  case movingAverage(decay: Double, reviveBelow: Double)
}

/// What to do for one training run.
public struct QuantizedPlan: Sendable {
  /// How often to go through the data.
  public var epochs: Int
  /// The number of images a step.
  public var batchSize = 100
  /// Adam's learning rate.
  public var rate = 2e-3
  /// The weight β of the commitment term.
  public var beta = 0.25
  /// How the codebook is moved.
  public var rule = CodebookRule.movingAverage(decay: 0.99, reviveBelow: 1)
  /// Whether the codes start at encodings of the first images, and not where they were drawn.
  public var startsAtEncodings = true
  /// Which version of the two terms is minimised.
  public var penalty = Penalty.right
  /// How grey values become pixels of 0 and 1, on each pass anew.
  public var binarization = Binarization.stochastic

  /// A plan with this chapter's defaults.
  public init(epochs: Int) { self.epochs = epochs }
}

/// What is said after each pass over the data.
public struct QuantizedProgress: Sendable {
  /// The number of the pass, from 1.
  public let epoch: Int
  /// The mean of the loss over the pass.
  public let loss: Double
  /// How many codes have been revived so far.
  public let revived: Int
}

extension QuantizedAutoencoder {
  /// Trains on images, by Adam and, if the plan says so, moving averages for the codebook.
  ///
  /// - Parameters:
  ///   - images: The training data.
  ///   - plan: How to train.
  ///   - random: For order, binarisation and revived codes.
  ///   - report: Called after each pass, with the model.
  public mutating func train(
    on images: ImageSet, _ plan: QuantizedPlan, random: inout Random,
    report: (QuantizedProgress, QuantizedAutoencoder) -> Void = { _, _ in }
  ) {
    if plan.startsAtEncodings {
      let first = Array(0..<Swift.min(images.count, 500))
      let encodings = encode(plan.binarization(images.tensor(first), using: &random))
      let chosen = random.permutation(encodings.shape[0]).prefix(architecture.codes)
      codebook = encodings.rows(at: Array(chosen))
    }
    var moving: MovingCodebook<Scalar>?
    var threshold: Scalar = 0
    if case .movingAverage(let decay, let reviveBelow) = plan.rule {
      moving = MovingCodebook(codebook, decay: Scalar(decay))
      threshold = Scalar(reviveBelow)
    }
    var (adam, revived) = (Adam<Scalar>(rate: plan.rate), 0)
    for epoch in 1...plan.epochs {
      var total = 0.0
      for batch in Batches(count: images.count, size: plan.batchSize, random: &random) {
        let x = plan.binarization(images.tensor(batch, as: Scalar.self), using: &random)
        var copies: FrozenCopies<Scalar>?
        let (value, gradient) = valueAndGradient(at: self) { model in
          let z = model.encode(x)
          let frozen = FrozenCopies(encodings: z, codebook: model.codebook)
          copies = frozen
          return model.loss(
            of: x, encodings: z, beta: Scalar(plan.beta), frozen: frozen,
            learnsCodebook: moving == nil, penalty: plan.penalty)
        }
        adam.update(&self, gradient: gradient)
        total += Double(value.scalar) * Double(batch.count)
        guard let frozen = copies, moving != nil else { continue }
        moving!.update(frozen)
        if threshold > 0 {
          revived += moving!.revive(below: threshold, from: frozen.encodings, random: &random)
        }
        codebook = moving!.codebook
      }
      report(
        QuantizedProgress(epoch: epoch, loss: total / Double(images.count), revived: revived), self)
    }
  }

  /// What the model makes of images `[count, pixels]`, which go through in parts of 500.
  public func evaluate(_ x: Tensor<Scalar>) -> QuantizedEvaluation {
    let count = x.shape[0]
    var (assignments, reconstruction, distance): ([Int], Double, Double) = ([], 0, 0)
    for begin in stride(from: 0, to: count, by: 500) {
      let part = x.sliced(axis: 0, begin..<Swift.min(begin + 500, count))
      let z = encode(part)
      let frozen = FrozenCopies(encodings: z, codebook: codebook)
      assignments += frozen.assignments
      let logLikelihood = bernoulliLogLikelihood(of: part, logits: decode(frozen.codes))
      reconstruction += Tensor<Double>(logLikelihood).sum().scalar
      distance += Tensor<Double>(commitmentTerm(z, frozen: frozen)).sum().scalar
    }
    return QuantizedEvaluation(
      assignments: assignments, reconstruction: reconstruction / Double(count),
      distance: distance / Double(assignments.count),
      usage: CodeUsage(assignments, codes: architecture.codes),
      uniformRate: uniformRate(positions: architecture.positions, codes: architecture.codes))
  }
}

/// Means over data, in nats for each image.
public struct QuantizedEvaluation: Sendable {
  /// The codes, those of one image after another.
  public let assignments: [Int]
  /// The mean of log p(x | e).
  public let reconstruction: Double
  /// The mean of ‖z − e‖² over encodings.
  public let distance: Double
  /// How often each code is used.
  public let usage: CodeUsage
  /// n log K, the rate under the uniform prior.
  public let uniformRate: Double
  /// The bound under the uniform prior: reconstruction minus rate.
  public var elbo: Double { reconstruction - uniformRate }
}
