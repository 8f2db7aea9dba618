/// Probabilities of the symbols 0, 1, …, n − 1 as whole numbers over 2^k, none of them zero.
///
/// Symbol i owns the fᵢ numbers from cᵢ up to cᵢ₊₁ of all numbers below 2^k, which are called slots.
/// Sender and receiver must have the same table; whole numbers leave nothing to round.
public struct FrequencyTable: Equatable, Sendable {
  /// c₀ = 0, c₁, …, cₙ = 2^k: n + 1 numbers, strictly rising.
  public let cumulative: [UInt32]
  /// k, from 0 to 24.
  public let precision: Int

  /// The largest k.
  public static let mostPrecision = 24

  /// A table of these frequencies, which are positive and add up to a power of two.
  public init(frequencies: [UInt32]) {
    var cumulative: [UInt32] = [0]
    for frequency in frequencies {
      let (sum, overflow) = cumulative.last!.addingReportingOverflow(frequency)
      guard frequency > 0, !overflow else { fatalError("FrequencyTable: \(frequencies)") }
      cumulative.append(sum)
    }
    self.init(cumulative)
  }

  private init(_ cumulative: [UInt32]) {
    let total = cumulative.last!
    precision = total.trailingZeroBitCount
    guard total == 1 << precision, precision <= Self.mostPrecision else {
      fatalError("FrequencyTable: a total of \(total), not a power of two up to 2²⁴")
    }
    self.cumulative = cumulative
  }

  /// The table for a distribution that is given by F₀ = 0, F₁, …, Fₙ = 1, where Fᵢ is the probability
  /// of the symbols below i: cᵢ = i + ⌊(2^k − n) Fᵢ⌋.
  ///
  /// No symbol costs more than −log₂(1 − n / 2^k) bits above −log₂ of its probability. Should
  /// rounding make some Fᵢ smaller than the one before, it counts as equal.
  ///
  /// Equation: table-cost
  public init(distribution: [Double], precision: Int) {
    let count = distribution.count - 1
    guard count > 0, (0...Self.mostPrecision).contains(precision), count <= 1 << precision else {
      fatalError("FrequencyTable: \(count) symbols over 2 to the power of \(precision)")
    }
    let free = Double(1 << precision - count)
    var (cumulative, floor) = ([UInt32](), 0.0)
    cumulative.reserveCapacity(count + 1)
    for (index, below) in distribution.enumerated() {
      guard below >= 0, below <= 1 else { fatalError("FrequencyTable: probability \(below)") }
      floor = max(floor, (free * (index == count ? 1 : below)).rounded(.down))
      cumulative.append(UInt32(index) + UInt32(floor))
    }
    guard cumulative[0] == 0 else { fatalError("FrequencyTable: begins at \(distribution[0])") }
    self.init(cumulative)
  }

  /// The table of two symbols of which 1 has this probability.
  public static func bernoulli(_ probability: Double, precision: Int = 16) -> FrequencyTable {
    FrequencyTable(distribution: [0, 1 - probability, 1], precision: precision)
  }

  /// The table of 2^k symbols that are all alike: each costs k bits.
  public static func uniform(bits k: Int) -> FrequencyTable {
    FrequencyTable((0...1 << k).map { UInt32($0) })
  }

  /// n, the number of symbols.
  public var count: Int { cumulative.count - 1 }

  /// fᵢ.
  public func frequency(_ symbol: Int) -> UInt32 { cumulative[symbol + 1] - cumulative[symbol] }

  /// fᵢ / 2^k.
  public func probability(_ symbol: Int) -> Double {
    Double(frequency(symbol)) * powerOfTwo(-precision)
  }

  /// The symbol that owns a slot, found by halving.
  public func symbol(at slot: UInt32) -> Int {
    var (low, high) = (0, count)  // c[low] ≤ slot < c[high]
    while high - low > 1 {
      let middle = (low + high) / 2
      if cumulative[middle] <= slot { low = middle } else { high = middle }
    }
    return low
  }
}
