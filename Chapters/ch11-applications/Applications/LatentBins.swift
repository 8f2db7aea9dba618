import KLDivergence
import Tensors

/// Φ(x), the probability that a standard normal number is at most x.
///
/// ½ + φ(x) (x + x³/3 + x⁵/(3·5) + …), φ the density; 0 and 1 beyond ±9, where what is missing is
/// below 10⁻¹⁸ (Marsaglia 2004, doi:10.18637/jss.v011.i04).
///
/// Equation: normal-series
public func normalProbability(below x: Double) -> Double {
  guard Swift.abs(x) < 9 else { return x < 0 ? 0 : 1 }
  var (term, sum, odd) = (x, x, 1.0)
  while Swift.abs(term) > 1e-17 * Swift.abs(sum) {
    odd += 2
    term *= x * x / odd
    sum += term
  }
  let density = Double.exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
  return Swift.min(Swift.max(0.5 + density * sum, 0), 1)
}

/// The x with Φ(x) = u, for u from 0 to 1, by halving an interval.
public func normalQuantile(_ u: Double) -> Double {
  guard u > 0 else { return -.infinity }
  guard u < 1 else { return .infinity }
  var (low, high) = (-9.0, 9.0)
  for _ in 0..<58 {
    let middle = (low + high) / 2
    if normalProbability(below: middle) < u { low = middle } else { high = middle }
  }
  return (low + high) / 2
}

/// A latent cut into K = 2^b bins that are equally likely under the prior N(0, 1).
///
/// Equation: equal-mass-bins
public struct LatentBins: Sendable {
  /// b.
  public let bits: Int
  /// Φ⁻¹(i / K) for i = 0 … K: where the bins end; the first and the last are infinite.
  public let edges: [Double]
  /// Φ⁻¹((i + ½) / K) for i = 0 … K − 1: the middle of each bin, by prior mass.
  public let centres: [Double]

  /// 2^b bins, b from 0 to 16.
  public init(bits: Int) {
    guard (0...16).contains(bits) else { fatalError("LatentBins: 2 to the power of \(bits)") }
    self.bits = bits
    let count = 1 << bits
    edges = (0...count).map { normalQuantile(Double($0) / Double(count)) }
    centres = (0..<count).map { normalQuantile((Double($0) + 0.5) / Double(count)) }
  }

  /// K.
  public var count: Int { centres.count }

  /// The bin in which a number lies.
  public func index(of z: Double) -> Int {
    var (low, high) = (0, count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if edges[middle] <= z { low = middle } else { high = middle }
    }
    return low
  }

  /// Q(i): the probability of bin i under N(μ, σ²).
  ///
  /// Equation: equal-mass-bins
  public func probability(of bin: Int, mean: Double, standardDeviation: Double) -> Double {
    let (a, b) = (
      (edges[bin] - mean) / standardDeviation, (edges[bin + 1] - mean) / standardDeviation
    )
    // Above the mean, both are near 1: their distances from 1 lose nothing.
    return a > 0
      ? normalProbability(below: -a) - normalProbability(below: -b)
      : normalProbability(below: b) - normalProbability(below: a)
  }

  /// The table of Q under N(μ, σ²).
  public func table(
    mean: Double, standardDeviation: Double, precision: Int = FrequencyTable.mostPrecision
  ) -> FrequencyTable {
    FrequencyTable(
      distribution: edges.map { normalProbability(below: ($0 - mean) / standardDeviation) },
      precision: precision)
  }

  /// KL(Q‖P) in nats, of the bins: log K + Σ Q log Q.
  ///
  /// Equation: binned-rate
  public func rate(mean: Double, standardDeviation: Double) -> Double {
    let q = Tensor(
      (0..<count).map { probability(of: $0, mean: mean, standardDeviation: standardDeviation) })
    return Double.log(Double(count)) - entropy(q).scalar
  }
}
