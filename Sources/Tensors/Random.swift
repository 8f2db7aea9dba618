/// The Philox4x32-10 counter-based generator: four random words are a pure function of a key and a
/// counter, so that any element of a random tensor can be computed on its own, on any thread.
///
/// Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
public enum Philox {
  /// The two words that select a generator: the seed.
  public typealias Key = SIMD2<UInt32>
  /// The four words that select a block of its output: stream and position.
  public typealias Counter = SIMD4<UInt32>

  /// Ten rounds of multiply, swap and exclusive-or, as published.
  @inline(__always) public static func block(_ counter: Counter, key: Key) -> Counter {
    var (c, k) = (counter, key)
    for round in 0..<10 {
      if round > 0 { k = k &+ Key(0x9E37_79B9, 0xBB67_AE85) }
      let first = UInt64(0xD251_1F53) &* UInt64(c[0])
      let second = UInt64(0xCD9E_8D57) &* UInt64(c[2])
      c = Counter(
        UInt32(truncatingIfNeeded: second >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: first))
    }
    return c
  }

  /// The counter `blocks` after this one; its lower two words count, the upper two are the stream.
  @inline(__always) static func advanced(_ counter: Counter, by blocks: Int) -> Counter {
    let low = (UInt64(counter[1]) << 32 | UInt64(counter[0])) &+ UInt64(blocks)
    return Counter(
      UInt32(truncatingIfNeeded: low), UInt32(truncatingIfNeeded: low >> 32), counter[2], counter[3]
    )
  }
}

/// A source of random tensors: a seed, a stream, and a position in it.
///
/// It is a value. Two with the same seed and stream give the same numbers; a copy repeats what the
/// original gives. Functions that need noise take it as an explicit `inout` argument.
public struct Random: Sendable {
  private let key: Philox.Key
  private var counter: Philox.Counter

  /// Stream number `stream` of `seed`; different streams never overlap.
  public init(seed: UInt64, stream: UInt64 = 0) {
    key = Philox.Key(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    counter = Philox.Counter(
      0, 0, UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32))
  }

  private mutating func fill<Scalar: TensorScalar>(
    _ shape: Shape,
    _ kernel: (Philox.Key, Philox.Counter, UnsafeMutablePointer<Scalar>, Int) -> Void
  ) -> Tensor<Scalar> {
    let result = Tensor<Scalar>(uninitialized: shape)
    let (out, start) = (result.storage.pointer, counter)
    // A group of 16 elements takes four blocks of Float, eight of Double.
    let (group, blocks) = (16, Scalar.isSingle ? 4 : 8)
    let groups = (shape.count + group - 1) / group
    Parallel.split(groups, grain: 256) { range in
      let (from, to) = (range.lowerBound * group, min(range.upperBound * group, shape.count))
      let first = Philox.advanced(start, by: range.lowerBound * blocks)
      kernel(key, first, out + from, to - from)
    }
    counter = Philox.advanced(counter, by: groups * blocks)
    return result
  }

  /// Independent uniform numbers in [0, 1).
  public mutating func uniform<Scalar: TensorScalar>(
    _ shape: Shape, as type: Scalar.Type = Scalar.self
  ) -> Tensor<Scalar> {
    fill(shape, Scalar._uniform)
  }

  /// Independent standard normal numbers, mean 0 and variance 1.
  public mutating func normal<Scalar: TensorScalar>(
    _ shape: Shape, as type: Scalar.Type = Scalar.self
  ) -> Tensor<Scalar> {
    fill(shape, Scalar._normal)
  }

  /// A whole number in `0..<bound`, all equally likely.
  public mutating func integer(below bound: Int) -> Int {
    guard bound > 0 else { fatalError("integer(below: \(bound)): the bound must be positive") }
    let limit = UInt64.max - UInt64.max % UInt64(bound)
    while true {
      let words = Philox.block(counter, key: key)
      counter = Philox.advanced(counter, by: 1)
      let word = UInt64(words[1]) << 32 | UInt64(words[0])
      if word < limit { return Int(word % UInt64(bound)) }
    }
  }

  /// The numbers `0..<count` in random order, all orders equally likely (Fisher–Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, integer(below: last + 1))
    }
    return order
  }
}

extension TensorScalar {
  /// The 16 uniform numbers in [0, 1) of one group, from its blocks of random words.
  @inline(__always) private static func uniforms(
    _ key: Philox.Key, _ counter: Philox.Counter, _ out: UnsafeMutablePointer<Self>
  ) {
    for block in 0..<(isSingle ? 4 : 8) {
      let words = Philox.block(Philox.advanced(counter, by: block), key: key)
      if isSingle {
        for i in 0..<4 { out[4 * block + i] = Self(words[i] >> 8) * 0x1p-24 }
      } else {
        for i in 0..<2 {
          let word = UInt64(words[2 * i + 1]) << 32 | UInt64(words[2 * i])
          out[2 * block + i] = Self(word >> 11) * 0x1p-53
        }
      }
    }
  }

  /// Uniform numbers in [0, 1), in groups of 16.
  public static func _uniform(
    _ key: Philox.Key, _ counter: Philox.Counter, _ out: UnsafeMutablePointer<Self>, _ count: Int
  ) {
    groups(key, counter, out, count) { _ in }
  }

  /// Box and Muller's transform: from uniforms u and v, the radius √(−2 log(1 − u)) and the angle 2πv
  /// are a point of the standard normal plane.
  public static func _normal(
    _ key: Philox.Key, _ counter: Philox.Counter, _ out: UnsafeMutablePointer<Self>, _ count: Int
  ) {
    groups(key, counter, out, count) { group in
      var (u, v) = (Vector.all(0), Vector.all(0))
      for i in 0..<8 { (u[i], v[i]) = (group[i], group[i + 8]) }
      let radius = (.k(-2) * Vector.log(.k(1) - u)).squareRoot()
      let (sine, cosine) = Vector.sinCos(turns: v)
      let (x, y) = (radius * cosine, radius * sine)
      for i in 0..<8 { (group[i], group[i + 8]) = (x[i], y[i]) }
    }
  }

  /// Fills groups of 16 with uniforms, and passes each through `transform`.
  @inline(__always) private static func groups(
    _ key: Philox.Key, _ counter: Philox.Counter, _ out: UnsafeMutablePointer<Self>, _ count: Int,
    _ transform: (UnsafeMutablePointer<Self>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: Self.self, capacity: 16) { buffer in
      let group = buffer.baseAddress!
      for start in stride(from: 0, to: count, by: 16) {
        let blocks = start / 16 * (isSingle ? 4 : 8)
        uniforms(key, Philox.advanced(counter, by: blocks), group)
        transform(group)
        (out + start).update(from: group, count: Swift.min(16, count - start))
      }
    }
  }
}
