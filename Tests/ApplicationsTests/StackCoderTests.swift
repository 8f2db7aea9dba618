import Applications
import Datasets
import Tensors
import Testing

/// A random table of `count` symbols over 2^precision.
private func randomTable(_ count: Int, _ precision: Int, _ random: inout Random) -> FrequencyTable {
  let weights = exp(3 * random.normal([count], as: Double.self)).scalars
  let total = weights.reduce(0, +)
  var below = [0.0]
  for weight in weights { below.append(Swift.min(below.last! + weight / total, 1)) }
  return FrequencyTable(distribution: below, precision: precision)
}

@Suite("A coder that is a stack")
struct StackCoderTests {
  private let table = FrequencyTable(frequencies: [3, 1, 8, 4])

  @Test("rans-push: the new state is the s-th number with a slot of the symbol")
  func push() {
    // The same number by counting, for a state far below any word.
    func counted(_ s: Int, _ symbol: Int) -> Double {
      var left = s
      for number in 0... where table.symbol(at: UInt32(number % 16)) == symbol {
        if left == 0 { return Double(number) }
        left -= 1
      }
      return .nan
    }
    let cases = (0..<60).flatMap { s in (0..<4).map { (s: s, symbol: $0) } }
    func claim(_ formula: (_ s: Int, _ f: Int, _ c: Int) -> Int) -> [Double] {
      cases.map { s, symbol in
        Double(formula(s, Int(table.frequency(symbol)), Int(table.cumulative[symbol])))
      }
    }
    let check = Check.identity(
      "rans-push", cases.map { counted($0.s, $0.symbol) },
      equals: claim { s, f, c in s / f * 16 + c + s % f },
      planted: [
        "no beginning of the slots": claim { s, f, _ in s / f * 16 + s % f },
        "the rest by 2^k": claim { s, f, c in s / f * 16 + c + s % 16 },
        "no rest": claim { s, f, c in s / f * 16 + c },
      ])
    #expect(check.passes, "\(check)")
    // The coder's states are larger, and follow the same formula.
    for symbol in 0..<4 {
      var coder = StackCoder()
      coder.push(symbol, table)
      let (f, c) = (UInt64(table.frequency(symbol)), UInt64(table.cumulative[symbol]))
      #expect(coder.words.isEmpty)
      let s = StackCoder.leastState
      #expect(coder.state == s / f * 16 + c + s % f)
    }
  }

  @Test("rans-pop: it undoes a push, and a push undoes it")
  func pop() throws {
    func popped(_ number: Int, _ formula: (_ s: Int, _ f: Int, _ c: Int) -> Int) -> Double {
      let symbol = table.symbol(at: UInt32(number % 16))
      return Double(formula(number, Int(table.frequency(symbol)), Int(table.cumulative[symbol])))
    }
    let cases = (0..<60).flatMap { s in (0..<4).map { (s: s, symbol: $0) } }
    func claim(_ formula: (_ s: Int, _ f: Int, _ c: Int) -> Int) -> [Double] {
      cases.map { s, symbol in
        let (f, c) = (Int(table.frequency(symbol)), Int(table.cumulative[symbol]))
        return popped(s / f * 16 + c + s % f, formula)
      }
    }
    let check = Check.identity(
      "rans-pop", cases.map { Double($0.s) },
      equals: claim { s, f, c in f * (s / 16) + s % 16 - c },
      planted: [
        "slots from 0": claim { s, f, _ in f * (s / 16) + s % 16 },
        "by the frequency": claim { s, f, c in 16 * (s / f) + s % 16 - c },
        "no rest": claim { s, f, _ in f * (s / 16) },
      ])
    #expect(check.passes, "\(check)")

    var random = Random(seed: 11, stream: 42)
    var coder = StackCoder(words: (0..<50).map { _ in UInt32(random.integer(below: 1 << 32)) })
    let start = coder
    var taken: [(Int, FrequencyTable)] = []
    for _ in 0..<150 {
      let table = randomTable(1 + random.integer(below: 40), 8 + random.integer(below: 17), &random)
      taken.append((try coder.pop(table), table))
    }
    #expect(coder.words.count < start.words.count)
    for (symbol, table) in taken.reversed() { coder.push(symbol, table) }
    #expect(coder == start)
  }

  @Test(
    "Random symbols of random tables come back, the last one first", arguments: [0, 1, 2, 1_000])
  func roundTrip(count: Int) throws {
    var random = Random(seed: 11, stream: 43)
    var coder = StackCoder()
    var pushed: [(Int, FrequencyTable)] = []
    for _ in 0..<count {
      let table = randomTable(1 + random.integer(below: 40), 6 + random.integer(below: 19), &random)
      let symbol = random.integer(below: table.count)
      pushed.append((symbol, table))
      coder.push(symbol, table)
      #expect(coder.state >= StackCoder.leastState && coder.state < 1 << 63)
    }
    var received = try StackCoder(message: coder.message)
    #expect(received == coder)
    for (symbol, table) in pushed.reversed() { #expect(try received.pop(table) == symbol) }
    #expect(received == StackCoder())
    #expect(received.bits == 0)
  }

  @Test("Extreme tables: one symbol costs nothing, a frequency of 1 costs k bits")
  func extremes() throws {
    let certain = FrequencyTable(frequencies: [1 << 16])
    var coder = StackCoder()
    for _ in 0..<1_000 { coder.push(0, certain) }
    #expect(coder == StackCoder())
    #expect(try coder.pop(certain) == 0)

    let nearly = FrequencyTable(frequencies: [1, 1 << 24 - 1])
    for _ in 0..<100 { coder.push(0, nearly) }
    #expect(Swift.abs(coder.bits - 2_400) < 1)
    for _ in 0..<10_000 { coder.push(1, nearly) }
    #expect(Swift.abs(coder.bits - 2_400) < 1)
    for _ in 0..<10_000 { #expect(try coder.pop(nearly) == 1) }
    for _ in 0..<100 { #expect(try coder.pop(nearly) == 0) }
    #expect(coder == StackCoder())

    let alike = FrequencyTable.uniform(bits: 10)
    for symbol in 0..<1_024 { coder.push(symbol, alike) }
    #expect(Swift.abs(coder.bits - 10_240) < 1_024 * mostLengthError(precision: 10))
  }

  @Test("rans-length: every push adds −log₂ p̂ within 2^(k − 31) / log 2 bits")
  func length() {
    var random = Random(seed: 11, stream: 44)
    let tables = (0..<20).map { _ in randomTable(12, 16, &random) }
    var coder = StackCoder()
    var (measured, ideal, wrong) = ([Double](), [Double](), [Double]())
    for step in 0..<2_000 {
      let table = tables[step % 20]
      let symbol = random.integer(below: 12)
      let before = coder.bits
      coder.push(symbol, table)
      measured.append(coder.bits - before)
      ideal.append(idealLength([symbol], [table]))
      wrong.append(idealLength([(symbol + 1) % 12], [table]))
    }
    let most = mostLengthError(precision: 16)
    #expect(zip(measured, ideal).allSatisfy { Swift.abs($0 - $1) <= most })
    let check = Check.identity(
      "rans-length", measured, equals: ideal, tolerance: most,
      planted: [
        "nats": ideal.map { $0 * Double.log(2) }, "no k": ideal.map { $0 - 16 },
        "another symbol's": wrong, "rounded up to bits": ideal.map { $0.rounded(.up) },
      ])
    #expect(check.passes, "\(check)")
    let total = ideal.reduce(0, +)
    #expect(Swift.abs(coder.bits - total) < 1e-5 * total)
    #expect(Double(8 * coder.message.count) <= coder.bits + 128)
  }

  @Test("table-cost: no symbol costs more than −log₂(1 − n / 2^k) bits above its ideal")
  func tableCost() {
    var random = Random(seed: 11, stream: 45)
    var violations = [Double](repeating: 0, count: 4)
    for _ in 0..<200 {
      let (n, k) = (2 + random.integer(below: 200), 8 + random.integer(below: 3))
      let weights = exp(4 * random.normal([n], as: Double.self)).scalars
      let total = weights.reduce(0, +)
      var below = [0.0]
      for weight in weights { below.append(Swift.min(below.last! + weight / total, 1)) }
      let table = FrequencyTable(distribution: below, precision: k)
      #expect(table.cumulative.last == 1 << k)
      let slots = Double(1 << k)
      for i in 0..<n {
        let p = below[i + 1] - below[i]
        guard p > 0 else { continue }
        #expect(table.frequency(i) >= 1)
        let most = p * (1 - Double(n) / slots)
        violations[0] = Swift.max(violations[0], most - table.probability(i))
        let half = p * (1 - Double(n) / slots / 2)
        violations[1] = Swift.max(violations[1], half - table.probability(i))
        violations[2] = Swift.max(violations[2], p - table.probability(i))
        let cut = (slots * below[i + 1]).rounded(.down) - (slots * below[i]).rounded(.down)
        violations[3] = Swift.max(violations[3], most - cut / slots)
      }
    }
    let check = Check.identity(
      "table-cost", [0], equals: [violations[0]],
      planted: [
        "half of n": [violations[1]], "nothing lost": [violations[2]],
        "no share for every symbol": [violations[3]],
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("A distribution that rounding made fall counts as level")
  func level() {
    let table = FrequencyTable(distribution: [0, 0.5, 0.5 - 1e-16, 1, 1 - 1e-16, 1], precision: 8)
    #expect(table.count == 5)
    #expect((0..<5).allSatisfy { table.frequency($0) >= 1 })
  }

  @Test("A message that is short, damaged or impossible is refused with a line that says so")
  func damaged() throws {
    var coder = StackCoder(words: [1, 2, 3])
    for _ in 0..<100 { coder.push(2, table) }
    let message = coder.message
    for count in 0..<message.count {
      #expect(throws: InputError.self) { try StackCoder(message: Array(message.prefix(count))) }
    }
    for bit in 0..<8 * message.count {
      var changed = message
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: InputError.self) { try StackCoder(message: changed) }
    }
    // A state out of range, with a checksum that agrees.
    let low = [UInt8](repeating: 0, count: 8)
    let sum = Checksum.crc32(low)
    let impossible = low + (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
    #expect(throws: InputError.self) { try StackCoder(message: impossible) }
    #expect(throws: InputError.self) { try StackCoder(message: []) }
  }

  @Test("A stack that ends is refused, and keeps what it has")
  func ends() throws {
    var coder = StackCoder()
    coder.push(1, table)
    #expect(try coder.pop(table) == 1)
    let empty = coder
    #expect(throws: InputError.self) { try coder.pop(table) }
    #expect(coder == empty)
    var random = Random(seed: 11, stream: 46)
    for seed in 0..<200 {  // Any bits: symbols come out, or an error, and nothing traps.
      var any = StackCoder(
        words: (0..<seed % 8).map { _ in UInt32(random.integer(below: 1 << 32)) })
      var steps = 0
      while steps < 500, let symbol = try? any.pop(table) {
        #expect((0..<4).contains(symbol))
        steps += 1
      }
      #expect(steps < 500)
    }
  }
}
