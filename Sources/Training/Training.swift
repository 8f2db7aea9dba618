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
  for epoch in 0..<epochs {
    var total = 0.0
    for batch in Batches(count: count, size: batchSize, random: &random) {
      let (value, gradient) = valueAndGradient(at: model) { loss($0, batch, &random) }
      optimizer.update(&model, gradient: gradient)
      total += Double(value.scalar) * Double(batch.count)
    }
    report(epoch + 1, model, total / Double(Swift.max(count, 1)))
  }
}
