import Testing

@testable import Tensors

/// The mean of xⁿ, and how many of its standard errors it lies from what it should be.
///
/// For n = 2 and up the spread of xⁿ comes from the moment 2n: `moment(2n) − moment(n)²`.
private func deviation(
  _ x: [Double], power n: Int, moments: (Int) -> Double
) -> Double {
  func power(_ v: Double) -> Double { (0..<n).reduce(1.0) { product, _ in product * v } }
  let mean = x.reduce(0) { $0 + power($1) } / Double(x.count)
  let variance = moments(2 * n) - moments(n) * moments(n)
  return (mean - moments(n)) / (variance / Double(x.count)).squareRoot()
}

/// Σ (observed − expected)² / expected.
private func chiSquare(_ counts: [Int], expected: Double) -> Double {
  counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
}

@Suite("Random numbers", .serialized)
struct RandomTests {
  @Test("Philox4x32-10 gives the known answers of Random123 (kat_vectors)")
  func knownAnswers() {
    typealias Words = Philox.Counter
    let all = UInt32.max
    #expect(
      Philox.block(Words(0, 0, 0, 0), key: Philox.Key(0, 0))
        == Words(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox.block(Words(all, all, all, all), key: Philox.Key(all, all))
        == Words(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox.block(
        Words(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: Philox.Key(0xa409_3822, 0x299f_31d0))
        == Words(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test("the counter carries from its low word to the next")
  func carry() {
    let start = Philox.Counter(.max, 0, 5, 6)
    #expect(Philox.advanced(start, by: 1) == Philox.Counter(0, 1, 5, 6))
    #expect(Philox.advanced(start, by: 3) == Philox.Counter(2, 1, 5, 6))
  }

  @Test("sixteen blocks at once are the blocks of sixteen counters, across a carry too")
  func sixteenBlocks() {
    let key = Philox.Key(3, 4)
    for low in [0, UInt32.max - 5] {
      let start = Philox.Counter(low, 7, 5, 6)
      let words = Philox.blocks(from: start, key: key)
      for i in 0..<16 {
        let block = Philox.block(Philox.advanced(start, by: i), key: key)
        #expect(block == Philox.Counter(words.0[i], words.1[i], words.2[i], words.3[i]))
      }
    }
  }

  @Test("uniforms are the words of consecutive blocks, divided by 2²⁴ or 2⁵³")
  func firstUniforms() {
    let blocks = (0..<16).map {
      Philox.block(Philox.Counter(UInt32($0), 0, 9, 0), key: Philox.Key(7, 0))
    }
    var (single, double) = (Random(seed: 7, stream: 9), Random(seed: 7, stream: 9))
    let x: Tensor<Float> = single.uniform([64])
    let y: Tensor<Double> = double.uniform([32])
    for i in 0..<16 {
      for word in 0..<4 {
        #expect(x[16 * word + i] == Float(blocks[i][word] >> 8) / 16_777_216)
      }
      for half in 0..<2 {
        let word = UInt64(blocks[i][2 * half + 1]) << 32 | UInt64(blocks[i][2 * half])
        #expect(y[16 * half + i] == Double(word >> 11) / 9_007_199_254_740_992)
      }
    }
  }

  // Below, the seed is fixed. "4.5 standard errors" would fail for about one seed in 150,000.

  @Test("uniforms lie in [0, 1); their moments 1 to 4 are within 4.5 standard errors")
  func uniformMoments() {
    var random = Random(seed: 101)
    let x: Tensor<Double> = random.uniform([200_000])
    let single: Tensor<Float> = random.uniform([200_000])
    #expect(x.min() >= 0 && x.max() < 1 && single.min() >= 0 && single.max() < 1)
    for values in [x.scalars, single.scalars.map(Double.init)] {
      for n in 1...4 {
        #expect(Swift.abs(deviation(values, power: n) { 1 / Double($0 + 1) }) < 4.5)
      }
      // 64 equal bins: 63 degrees of freedom, mean 63, standard deviation 11.2; 120 has p = 2e-5.
      var counts = [Int](repeating: 0, count: 64)
      for value in values { counts[Int(value * 64)] += 1 }
      #expect(chiSquare(counts, expected: Double(values.count) / 64) < 120)
    }
  }

  @Test("normals: moments 1 to 4 within 4.5 standard errors, and tails as heavy as they should be")
  func normalMoments() {
    var random = Random(seed: 102)
    let double: Tensor<Double> = random.normal([200_000])
    let single: Tensor<Float> = random.normal([200_000])
    // The moments of a standard normal: 0 for odd n, (n − 1)(n − 3) … 1 for even n.
    func moment(_ n: Int) -> Double {
      n % 2 == 1 ? 0 : stride(from: n - 1, to: 0, by: -2).reduce(1) { $0 * Double($1) }
    }
    // P(|x| > t) for t = 1, 2, 3, 4, from tables of the normal distribution.
    let tails = [0.317310507863, 0.045500263896, 0.002699796063, 0.000063342484]
    for x in [double.scalars, single.scalars.map(Double.init)] {
      for n in 1...4 { #expect(Swift.abs(deviation(x, power: n, moments: moment)) < 4.5) }
      for (t, p) in zip([1.0, 2, 3, 4], tails) {
        let share = Double(x.count { Swift.abs($0) > t }) / Double(x.count)
        #expect(Swift.abs(share - p) < 4.5 * (p * (1 - p) / Double(x.count)).squareRoot())
      }
      // Neighbours, and the two outputs of one Box–Muller pair, are uncorrelated.
      for lag in [1, 8, 16, 32] {
        let products = zip(x, x.dropFirst(lag)).map { $0 * $1 }
        let mean = products.reduce(0, +) / Double(products.count)
        #expect(Swift.abs(mean) < 4.5 / Double(products.count).squareRoot())
      }
    }
  }

  @Test("a draw does not depend on threads, nor on how it is split at multiples of 64")
  func splitting() {
    var whole = Random(seed: 103, stream: 2)
    let all: Tensor<Float> = withThreads(1) { whole.normal([64_000]) }
    var again = Random(seed: 103, stream: 2)
    #expect(sameBits(all, withThreads(3) { again.normal([64_000]) }))
    var parts = Random(seed: 103, stream: 2)
    let pieces: [Tensor<Float>] = [64, 640, 32_000, 31_296].map { parts.normal([$0]) }
    #expect(sameBits(all, concatenated(pieces, axis: 0)))
    // A shorter draw is the beginning of a longer one; a matrix is the same numbers in rows.
    for count in [0, 1, 2, 15, 16, 17, 63, 64, 65, 100] {
      var short = Random(seed: 103, stream: 2)
      #expect(sameBits(short.normal([count]), all.sliced(axis: 0, 0..<count)))
    }
    var matrix = Random(seed: 103, stream: 2)
    #expect(sameBits(matrix.normal([640, 100]), all.reshaped([640, 100])))
  }

  @Test("a copy repeats the original; other seeds and other streams give other numbers")
  func streams() {
    var first = Random(seed: 1)
    let _: Tensor<Double> = first.uniform([10])
    var copy = first
    let (a, b): (Tensor<Double>, Tensor<Double>) = (first.uniform([100]), copy.uniform([100]))
    #expect(a == b)
    let seeds: [(UInt64, UInt64)] = [(1, 0), (1, 1), (1, 1 << 32), (2, 0), (1 << 32 | 1, 0)]
    let draws: [[Double]] = seeds.map { seed, stream in
      var random = Random(seed: seed, stream: stream)
      let x: Tensor<Double> = random.uniform([1000])
      return x.scalars
    }
    #expect(Set(draws.joined()).count == 5000, "no number of 53 bits repeats")
  }

  @Test("integer(below:) is in range, and equally likely")
  func integers() {
    var random = Random(seed: 104)
    for bound in [1, 2, 3, 6, 1 << 40, .max] {
      for _ in 0..<50 { #expect((0..<bound).contains(random.integer(below: bound))) }
    }
    var counts = [Int](repeating: 0, count: 6)
    for _ in 0..<30_000 { counts[random.integer(below: 6)] += 1 }
    #expect(chiSquare(counts, expected: 5000) < 30)  // 5 degrees of freedom: p = 1.5e-5
  }

  @Test("a permutation has every number once; all orders of four are equally likely")
  func permutations() {
    var random = Random(seed: 105)
    for count in [0, 1, 2, 3, 100] {
      #expect(random.permutation(count).sorted() == Array(0..<count))
    }
    var counts: [[Int]: Int] = [:]
    for _ in 0..<12_000 { counts[random.permutation(4), default: 0] += 1 }
    #expect(counts.count == 24)
    #expect(chiSquare(Array(counts.values), expected: 500) < 60)  // 23 degrees: p = 4e-5
  }

  @Test("a generator made from another's seed, stream and position goes on as that one does")
  func position() {
    var random = Random(seed: 0x0123_4567_89AB_CDEF, stream: 0xFEDC_BA98_7654_3210)
    #expect((random.seed, random.stream) == (0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210))
    #expect(random.position == 0)
    for _ in 0..<4 {
      let _: Tensor<Float> = random.normal([1_000])
      _ = random.integer(below: 10)
      var copy = Random(seed: random.seed, stream: random.stream, position: random.position)
      var original = random
      #expect(copy.uniform([70], as: Double.self) == original.uniform([70], as: Double.self))
      #expect(copy.permutation(20) == original.permutation(20))
      #expect(copy.position == original.position)
    }
    // Beyond the lower word.
    var far = Random(seed: 1, position: 0xFFFF_FFFF)
    _ = far.integer(below: 10)
    #expect(far.position == 0x1_0000_0000)
  }
}
