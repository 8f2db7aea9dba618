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
  public static func block(_ counter: Counter, key: Key) -> Counter {
    let words = blocks(from: counter, key: key)
    return Counter(words.0[0], words.1[0], words.2[0], words.3[0])
  }

  /// Sixteen words in a register.
  typealias Words = SIMD16<UInt32>

  /// The blocks of sixteen consecutive counters at once: first words, second words, and so on.
  @_transparent static func blocks(
    from counter: Counter, key: Key
  ) -> (Words, Words, Words, Words) {
    let lane = Words(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    var c0 = lane &+ counter[0]
    let carry = Words(repeating: 0).replacing(with: 1, where: c0 .< lane)
    var c1 = carry &+ counter[1]
    var (c2, c3) = (Words(repeating: counter[2]), Words(repeating: counter[3]))
    var k = key
    for _ in 0..<10 {
      let (high0, low0) = product(c0, 0xD251_1F53)
      let (high1, low1) = product(c2, 0xCD9E_8D57)
      (c0, c1, c2, c3) = (high1 ^ c1 ^ k[0], low1, high0 ^ c3 ^ k[1], low0)
      k = k &+ Key(0x9E37_79B9, 0xBB67_AE85)
    }
    return (c0, c1, c2, c3)
  }

  /// The upper and lower halves of x · m; words of even and of odd places in turn, as 64-bit lanes.
  @_transparent private static func product(_ x: Words, _ m: UInt64) -> (Words, Words) {
    let pairs = unsafeBitCast(x, to: SIMD8<UInt64>.self)
    let (low, high) = (0xFFFF_FFFF as UInt64, 0xFFFF_FFFF_0000_0000 as UInt64)
    let (even, odd) = ((pairs & low) &* m, (pairs &>> 32) &* m)
    return (
      unsafeBitCast((even &>> 32) | (odd & high), to: Words.self),
      unsafeBitCast((even & low) | (odd &<< 32), to: Words.self)
    )
  }

  /// The counter `blocks` after this one; its lower two words count, the upper two are the stream.
  @_transparent static func advanced(_ counter: Counter, by blocks: Int) -> Counter {
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
  ///
  /// It begins at its start, or at a `position` that another one of this seed and stream had.
  public init(seed: UInt64, stream: UInt64 = 0, position: UInt64 = 0) {
    key = Philox.Key(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    counter = Philox.Counter(
      UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32),
      UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32))
  }

  /// The seed.
  public var seed: UInt64 { UInt64(key[1]) << 32 | UInt64(key[0]) }
  /// The number of the stream.
  public var stream: UInt64 { UInt64(counter[3]) << 32 | UInt64(counter[2]) }
  /// How far in its stream it is, in blocks of four words.
  public var position: UInt64 { UInt64(counter[1]) << 32 | UInt64(counter[0]) }

  private mutating func fill<Scalar: TensorScalar>(
    _ shape: Shape,
    _ kernel: @escaping (Philox.Key, Philox.Counter, UnsafeMutablePointer<Scalar>, Int) -> Void
  ) -> Tensor<Scalar> {
    guard Recorder.current == nil else {
      fatalError("a recorded step draws random numbers, which would be frozen: make them an input")
    }
    let result = Tensor<Scalar>(uninitialized: shape)
    fill(result.unsafeScalars, kernel)
    return result
  }

  private mutating func fill<Scalar: TensorScalar>(
    _ memory: UnsafeMutableBufferPointer<Scalar>,
    _ kernel: @escaping (Philox.Key, Philox.Counter, UnsafeMutablePointer<Scalar>, Int) -> Void
  ) {
    guard let out = memory.baseAddress else { return }
    let (key, start, count) = (key, counter, memory.count)
    let group = Scalar.isSingle ? 64 : 32  // what sixteen blocks give
    let groups = (count + group - 1) / group
    Parallel.split(groups, grain: 128) { range in
      let (from, to) = (range.lowerBound * group, min(range.upperBound * group, count))
      kernel(key, Philox.advanced(start, by: range.lowerBound * 16), out + from, to - from)
    }
    counter = Philox.advanced(counter, by: groups * 16)
  }

  /// Overwrites memory with independent uniform numbers in [0, 1): those that `uniform` would give.
  public mutating func fillUniform<Scalar: TensorScalar>(
    _ memory: UnsafeMutableBufferPointer<Scalar>
  ) { fill(memory, Scalar._uniform) }

  /// Overwrites memory with independent standard normal numbers: those that `normal` would give.
  public mutating func fillNormal<Scalar: TensorScalar>(
    _ memory: UnsafeMutableBufferPointer<Scalar>
  ) { fill(memory, Scalar._normal) }

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

extension Float {
  /// 64 uniform numbers in [0, 1), 24 random bits each, from sixteen blocks.
  public static func _uniforms(
    _ key: Philox.Key, _ counter: Philox.Counter, _ out: UnsafeMutablePointer<Float>
  ) {
    let words = Philox.blocks(from: counter, key: key)
    uniform(words.0).store(out)
    uniform(words.1).store(out + 16)
    uniform(words.2).store(out + 32)
    uniform(words.3).store(out + 48)
  }

  /// The upper 24 bits of each word, divided by 2²⁴.
  ///
  /// Twelve bits at a time are put below the exponent of 2²³, which is then taken off again: exact, and
  /// faster than the compiler's conversion.
  @_transparent private static func uniform(_ words: Philox.Words) -> Vector {
    let high = unsafeBitCast((words &>> 20) | 0x4B00_0000, to: Vector.self) - 0x1p23
    let low = unsafeBitCast((words &>> 8 & 0xFFF) | 0x4B00_0000, to: Vector.self) - 0x1p23
    return .fma(high, .k(0x1p-12), low * .k(0x1p-24))
  }
}

extension Double {
  /// 32 uniform numbers in [0, 1), 53 random bits each, from sixteen blocks.
  public static func _uniforms(
    _ key: Philox.Key, _ counter: Philox.Counter, _ out: UnsafeMutablePointer<Double>
  ) {
    let words = Philox.blocks(from: counter, key: key)
    for i in 0..<16 {
      out[i] = Double((UInt64(words.1[i]) << 32 | UInt64(words.0[i])) >> 11) * 0x1p-53
      out[16 + i] = Double((UInt64(words.3[i]) << 32 | UInt64(words.2[i])) >> 11) * 0x1p-53
    }
  }
}

extension TensorScalar {
  /// Uniform numbers in [0, 1).
  public static func _uniform(
    _ key: Philox.Key, _ counter: Philox.Counter, _ out: UnsafeMutablePointer<Self>, _ count: Int
  ) {
    groups(key, counter, out, count) { _ in }
  }

  /// Standard normal numbers, by Box and Muller's transform.
  ///
  /// From uniforms u and v, the radius √(−2 log(1 − u)) and the angle 2πv are a point of the plane
  /// whose two coordinates are independent standard normals.
  public static func _normal(
    _ key: Philox.Key, _ counter: Philox.Counter, _ out: UnsafeMutablePointer<Self>, _ count: Int
  ) {
    let lanes = Vector.scalarCount
    groups(key, counter, out, count) { group in
      for half in 0..<2 {
        let pair = group + half * 2 * lanes
        let radius = (.k(-2) * Vector.log(.k(1) - .load(pair))).squareRoot()
        let (sine, cosine) = Vector.sinCos(turns: .load(pair + lanes))
        (radius * cosine).store(pair)
        (radius * sine).store(pair + lanes)
      }
    }
  }

  /// Fills groups with uniforms, and passes each group through `transform`.
  @_transparent private static func groups(
    _ key: Philox.Key, _ counter: Philox.Counter, _ out: UnsafeMutablePointer<Self>, _ count: Int,
    _ transform: (UnsafeMutablePointer<Self>) -> Void
  ) {
    let size = 4 * Vector.scalarCount
    withUnsafeTemporaryAllocation(of: Self.self, capacity: size) { buffer in
      let group = buffer.baseAddress!
      for start in stride(from: 0, to: count, by: size) {
        _uniforms(key, Philox.advanced(counter, by: start / size * 16), group)
        transform(group)
        (out + start).update(from: group, count: Swift.min(size, count - start))
      }
    }
  }
}
