import Tensors
import VariationalAutoencoder

/// The rate KL(q(k | x) ‖ p(k)) of n codes under the uniform prior over K: n log K, in nats.
///
/// The same for every image: q has all its mass on one sequence of codes.
///
/// Equation: uniform-rate
public func uniformRate(positions: Int, codes: Int) -> Double {
  Double(positions) * Double.log(Double(codes))
}

extension QuantizedAutoencoder {
  /// The ELBO of each image under the uniform prior: log p(x | e) − n log K, shape `[batch]`.
  ///
  /// Equation: vq-elbo
  public func uniformBound(of x: Tensor<Scalar>) -> Tensor<Scalar> {
    let reconstruction = bernoulliLogLikelihood(of: x, logits: decode(assignments(x)))
    let sizes = (architecture.positions, architecture.codes)
    return reconstruction - Scalar(uniformRate(positions: sizes.0, codes: sizes.1))
  }

  /// log p(x, k) for every sequence k of codes under the uniform prior, by enumeration: shape
  /// `[batch, Kⁿ]`, for at most 65,536 sequences.
  ///
  /// Sequence s has the digits of s in base K as its codes, the first position's first.
  public func logJoint(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    let (n, k) = (architecture.positions, architecture.codes)
    let count = (0..<n).reduce(1) { product, _ in Swift.min(product * k, 1 << 20) }
    guard count <= 65_536 else { fatalError("logJoint: too many sequences of \(n) of \(k) codes") }
    var sequences: [Int] = []
    for sequence in 0..<count {
      var (rest, digits) = (sequence, [Int](repeating: 0, count: n))
      for place in (0..<n).reversed() {
        digits[place] = rest % k
        rest /= k
      }
      sequences += digits
    }
    // The Bernoulli log-likelihood is linear in x: one product gives it for all pairs.
    let logits = decode(sequences)
    return matmul(x, logits, transposingSecond: true) - softplus(logits).sum(axis: 1)
      - Scalar(uniformRate(positions: n, codes: k))
  }

  /// log p(x) under the uniform prior, exactly: shape `[batch]`, where `logJoint` can be had.
  ///
  /// Equation: vq-evidence
  public func logEvidence(_ x: Tensor<Scalar>) -> Tensor<Scalar> { logJoint(x).logSumExp(axis: 1) }

  /// log p(k | x) of the codes that the encoder gives: shape `[batch]`; minus the gap of the bound.
  ///
  /// Equation: vq-gap
  public func logPosterior(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    let joint = logJoint(x)
    let (n, k) = (architecture.positions, architecture.codes)
    let codes = assignments(x)
    let sequences = (0..<x.shape[0]).map { row in
      codes[row * n..<(row + 1) * n].reduce(0) { $0 * k + $1 }
    }
    let chosen = sequences.enumerated().map { joint[$0, $1] }
    return Tensor(chosen) - joint.logSumExp(axis: 1)
  }
}
