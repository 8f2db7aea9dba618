import Tensors
import Training

/// A prior over the codes of an image that predicts each from those before it.
///
/// One small network serves all positions. For position i it reads the embeddings of the codes before
/// i, zeros in the other places, and a 1 at place i; it gives K logits.
public struct CodePrior<Scalar: TensorScalar>: ParameterContainer, Sendable {
  /// A few numbers for each code: shape `[K, width]`.
  public var embedding: Tensor<Scalar>
  /// From n · width + n numbers to K logits.
  public var network: MultilayerPerceptron<Scalar>
  /// The number of codes of an image, n.
  public let positions: Int
  /// For each position, ones at the places of earlier codes: shape `[n, n · width]`.
  private let mask: Tensor<Scalar>

  /// A prior with random weights.
  public init(
    positions: Int, codes: Int, width: Int = 16, hidden: Int = 200,
    activation: Activation = .relu, random: inout Random
  ) {
    self.positions = positions
    embedding = random.normal([codes, width]) / Scalar(width).squareRoot()
    network = MultilayerPerceptron(
      widths: [positions * width + positions, hidden, codes], activation: activation,
      initialization: .torch, random: &random)
    mask = Tensor(
      [positions, positions * width],
      (0..<positions).flatMap { i in
        (0..<positions * width).map { $0 / width < i ? Scalar(1) : 0 }
      })
  }

  /// The number of codes K.
  public var codes: Int { embedding.shape[0] }

  /// The logits of p(k_i | k_1, …, k_{i−1}), for batch · n codes: shape `[batch · n, K]`.
  public func logits(_ assignments: [Int]) -> Tensor<Scalar> {
    let (n, width) = (positions, embedding.shape[1])
    let batch = assignments.count / n
    let read = embedding.rows(at: assignments).reshaped([batch, 1, n * width]) * mask
    let places = Tensor<Scalar>.oneHot(assignments.indices.map { $0 % n }, classes: n)
    return network(concatenated([read.reshaped([batch * n, n * width]), places], axis: 1))
  }

  /// log p(k) of each image's codes, in nats: batch · n indices to shape `[batch]`.
  ///
  /// Equation: code-prior
  public func logProbability(_ assignments: [Int]) -> Tensor<Scalar> {
    let logits = logits(assignments)
    let chosen = (logits * Tensor.oneHot(assignments, classes: codes)).sum(axis: 1)
    return (chosen - logits.logSumExp(axis: 1))
      .reshaped([assignments.count / positions, positions]).sum(axis: 1)
  }

  /// Draws the codes of `count` images, one position after another: count · n indices.
  public func sample(_ count: Int, random: inout Random) -> [Int] {
    var assignments = [Int](repeating: 0, count: count * positions)
    for place in 0..<positions {
      let logits = logits(assignments).reshaped([count, positions, codes])
        .sliced(axis: 1, place..<place + 1).reshaped([count, codes])
      let drawn = gumbelMax(logits, noise: gumbelNoise([count, codes], random: &random))
      for (image, code) in drawn.enumerated() { assignments[image * positions + place] = code }
    }
    return assignments
  }

  /// Visits the tensors, in the order of `parameterNames`.
  public mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void) {
    body(&embedding)
    network.forEachParameter(body)
  }

  /// The tensors' names, in order.
  public var parameterNames: [String] {
    ["embedding"] + network.parameterNames.map { "network." + $0 }
  }
}

/// A table of probabilities, one row a position, from the codes of images; each count starts at ½, so
/// that no code is impossible: shape `[n, K]`.
public func positionTable(_ assignments: [Int], positions: Int, codes: Int) -> Tensor<Double> {
  var counts = Tensor<Double>([positions, codes], repeating: 0.5)
  for (index, code) in assignments.enumerated() { counts[index % positions, code] += 1 }
  return counts / counts.sum(axis: 1).expanded(axis: 1)
}
