import Tensors

/// A codebook that follows the means of its encodings, instead of a gradient.
///
/// van den Oord et al. 2017 (arXiv:1711.00937), appendix A.1.
public struct MovingCodebook<Scalar: TensorScalar>: Sendable {
  /// e: shape `[K, d]`.
  public private(set) var codebook: Tensor<Scalar>
  /// N_k, the moving average of how many encodings of a batch code k is given: shape `[K]`.
  public private(set) var counts: Tensor<Scalar>
  /// γ, how much of the averages stays at each step.
  public let decay: Scalar

  /// A codebook as it is, as if each code had been given `count` encodings a batch so far.
  public init(_ codebook: Tensor<Scalar>, count: Scalar = 1, decay: Scalar = 0.99) {
    self.codebook = stopGradient(codebook)
    self.decay = decay
    counts = Tensor([codebook.shape[0]], repeating: count)
  }

  /// One step: N ← γ N + (1 − γ) n, then e ← e + (1 − γ) / N · (Σ z − n e).
  ///
  /// The same as e = S / N with the averages S and N of the sums and the counts. A code without
  /// encodings stays where it is.
  ///
  /// Equation: ema-step
  public mutating func update(_ frozen: FrozenCopies<Scalar>) {
    let assigned = AssignedSums(frozen, codes: codebook.shape[0])
    counts = decay * counts + (1 - decay) * assigned.counts
    let step = (1 - decay) / (counts + Scalar(1e-30)).expanded(axis: 1)
    codebook = codebook + step * (assigned.sums - assigned.counts.expanded(axis: 1) * codebook)
  }

  /// Moves each code with N_k below `threshold` onto an encoding of the batch, drawn at random, and
  /// starts its average anew at twice the threshold; gives the number of codes that were moved.
  ///
  /// Dhariwal et al. 2020 (arXiv:2005.00341) restart the codes of Jukebox in this way.
  public mutating func revive(
    below threshold: Scalar, from encodings: Tensor<Scalar>, random: inout Random
  ) -> Int {
    let dead = counts.scalars.indices.filter { counts[$0] < threshold }
    for code in dead {
      let chosen = random.integer(below: encodings.shape[0])
      for column in 0..<codebook.shape[1] { codebook[code, column] = encodings[chosen, column] }
      counts[code] = 2 * threshold
    }
    return dead.count
  }
}

/// How often each code is used.
public struct CodeUsage: Sendable {
  /// The number of encodings that were given each code: K numbers.
  public let counts: [Int]

  /// Counts n assignments to `codes` codes.
  public init(_ assignments: [Int], codes: Int) {
    var counts = [Int](repeating: 0, count: codes)
    for code in assignments { counts[code] += 1 }
    self.counts = counts
  }

  /// f_k, which sum to 1: shape `[K]`.
  public var frequencies: Tensor<Double> {
    let total = Double(counts.reduce(0, +))
    return Tensor(counts.map { Double($0) / total })
  }

  /// The number of codes with at least one encoding.
  public var used: Int { counts.count { $0 > 0 } }
}
