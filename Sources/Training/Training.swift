import Tensors

/// One epoch's mini-batches: every index of `0..<count` once, in random order.
///
/// The last batch is smaller when `size` does not divide `count`.
public struct Batches: Sequence, Sendable {
  private let order: [Int]
  private let size: Int

  /// A new random order.
  public init(count: Int, size: Int, random: inout Random) {
    guard size > 0 else { fatalError("Batches: a batch size of \(size)") }
    order = random.permutation(count)
    self.size = size
  }

  /// The batches, each an array of indices.
  public func makeIterator() -> AnyIterator<[Int]> {
    var begin = 0
    return AnyIterator {
      guard begin < order.count else { return nil }
      defer { begin += size }
      return Array(order[begin..<Swift.min(begin + size, order.count)])
    }
  }
}

/// How far a training run is: with the model and the optimiser, all that decides how it goes on.
public struct TrainingPosition: Sendable {
  /// The number of whole passes over the data.
  public internal(set) var epoch = 0
  /// The number of batches of the pass under way.
  public internal(set) var batch = 0
  /// The sum of the losses of the data in those batches.
  var total = 0.0
  /// The generator now.
  var random: Random
  /// The generator as it was when the pass began: the order of its data follows from it.
  var order: Random

  /// A run that has not begun.
  init(_ random: Random) { (self.random, order) = (random, random) }
}

/// Goes through data batch by batch, in a new random order each epoch.
///
/// - Parameters:
///   - count: The number of data.
///   - batchSize: The number of data a step.
///   - epochs: How often to go through the data, passes before `start` included.
///   - random: For the order of the data, and for the steps to draw from.
///   - start: Where an earlier run was left, to go on as it would have; from the beginning if nil.
///   - step: Trains on a batch, given its indices, and gives the mean loss of its data.
///   - report: Called after each epoch with its number, from 1, and the mean loss of its data.
///   - afterStep: Called after each step, and after each epoch's report, when `batch` is 0; an error
///     ends the run.
public func passes(
  count: Int, batchSize: Int, epochs: Int, random: inout Random,
  from start: TrainingPosition? = nil, step: ([Int], inout Random) -> Double,
  report: (Int, Double) -> Void, afterStep: (TrainingPosition) throws -> Void
) rethrows {
  if let start { random = start.random }
  var position = start ?? TrainingPosition(random)
  while position.epoch < epochs {
    var order = position.order
    let batches = Batches(count: count, size: batchSize, random: &order)
    if position.batch == 0 { random = order }
    for batch in batches.dropFirst(position.batch) {
      position.total += step(batch, &random) * Double(batch.count)
      position.batch += 1
      position.random = random
      try afterStep(position)
    }
    let epoch = position.epoch + 1
    report(epoch, position.total / Double(Swift.max(count, 1)))
    position = TrainingPosition(random)
    position.epoch = epoch
    try afterStep(position)
  }
}

/// Trains a model for a number of epochs.
///
/// - Parameters:
///   - model: Updated in place.
///   - optimizer: Updated in place.
///   - count: The number of data.
///   - batchSize: The number of data a step.
///   - epochs: How often to go through the data.
///   - random: For the order of the data, and for the loss to draw noise from.
///   - loss: The loss of a batch, a mean over its data, given their indices; shape `[]`.
///   - report: Called after each epoch with its number, from 1, the model, and the mean of the loss
///     over the epoch's data, each taken when its batch was trained on.
public func train<Model: ParameterContainer, Rule: Optimizer>(
  _ model: inout Model, with optimizer: inout Rule, count: Int, batchSize: Int, epochs: Int,
  random: inout Random,
  loss: (Model, [Int], inout Random) -> Tensor<Model.Scalar>,
  report: (Int, Model, Double) -> Void = { _, _, _ in }
) where Model.Scalar == Rule.Scalar {
  passes(
    count: count, batchSize: batchSize, epochs: epochs, random: &random,
    step: { batch, random in
      let (value, gradient) = valueAndGradient(at: model) { loss($0, batch, &random) }
      optimizer.update(&model, gradient: gradient)
      return Double(value.scalar)
    },
    report: { report($0, model, $1) }, afterStep: { _ in })
}
