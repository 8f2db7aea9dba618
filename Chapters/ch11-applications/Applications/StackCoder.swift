import Datasets
import Tensors

/// A message under construction, as a stack of symbols: the last one pushed is the first one popped.
///
/// The range variant of asymmetric numeral systems (Duda 2013, arXiv:1311.2540): the whole message is one
/// natural number. Its lower part lies in a list of 32-bit words, so that what is left, the state, fits
/// 64 bits. Everything is whole numbers. `pop` undoes `push` in every bit, and `push` undoes `pop`.
public struct StackCoder: Equatable, Sendable {
  /// The upper part of the number: from 2³¹ to 2⁶³ − 1.
  public private(set) var state: UInt64
  /// The lower part; the last word is the next one to come back.
  public private(set) var words: [UInt32]

  /// The least state, 2³¹.
  public static let leastState: UInt64 = 1 << 31

  /// An empty stack.
  public init() { self.init(words: []) }

  /// A stack of bits that are there already: what is pushed comes on top of them.
  public init(words: [UInt32]) { (state, self.words) = (Self.leastState, words) }

  /// What the stack holds, in bits: 32 for each word, and log₂ (state / 2³¹).
  public var bits: Double {
    32 * Double(words.count) + inBits(Double.log(Double(state) * powerOfTwo(-31)))
  }

  /// Puts a symbol on the stack, in −log₂ p bits.
  ///
  /// From s to 2^k ⌊s / f⌋ + c + s mod f, the s-th number (counted from 0) whose lowest k bits are a
  /// slot of the symbol. If that would leave the range, a word of s moves to the list first.
  ///
  /// Equation: rans-push
  public mutating func push(_ symbol: Int, _ table: FrequencyTable) {
    let k = UInt64(table.precision)
    let (f, c) = (UInt64(table.frequency(symbol)), UInt64(table.cumulative[symbol]))
    if state >> (63 - k) >= f {
      words.append(UInt32(truncatingIfNeeded: state))
      state >>= 32
    }
    state = (state / f) << k + c + state % f
  }

  /// Takes the symbol that was pushed last from the stack.
  ///
  /// The lowest k bits of the state are its slot; the state becomes f ⌊s / 2^k⌋ + slot − c, and a word
  /// comes back from the list if that is below the range. If there is none, throws (65) and
  /// changes nothing.
  ///
  /// Equation: rans-pop
  public mutating func pop(_ table: FrequencyTable) throws(InputError) -> Int {
    let k = UInt64(table.precision)
    let slot = state & (1 << k - 1)
    let symbol = table.symbol(at: UInt32(slot))
    let (f, c) = (UInt64(table.frequency(symbol)), UInt64(table.cumulative[symbol]))
    var next = f * (state >> k) + slot - c
    if next < Self.leastState {
      guard let word = words.popLast() else {
        throw .damagedData("the message ends too early: nothing is left to take bits from")
      }
      next = next << 32 | UInt64(word)
    }
    state = next
    return symbol
  }

  /// Puts symbols on the stack, each with its table, the last one first, so that `pop` gives them in
  /// order.
  public mutating func push(_ symbols: [Int], _ tables: [FrequencyTable]) {
    guard symbols.count == tables.count else {
      fatalError("StackCoder: \(symbols.count) symbols, \(tables.count) tables")
    }
    for index in symbols.indices.reversed() { push(symbols[index], tables[index]) }
  }

  /// Takes one symbol for each table from the stack.
  public mutating func pop(_ tables: [FrequencyTable]) throws(InputError) -> [Int] {
    var symbols: [Int] = []
    symbols.reserveCapacity(tables.count)
    for table in tables { symbols.append(try pop(table)) }
    return symbols
  }
}

// What is sent.
extension StackCoder {
  /// The words and the state, bytes in order from the lowest, then their CRC-32: 12 bytes more than the
  /// words.
  public var message: [UInt8] {
    var bytes: [UInt8] = []
    for word in words { bytes += Self.bytes(UInt64(word), 4) }
    bytes += Self.bytes(state, 8)
    return bytes + Self.bytes(UInt64(Checksum.crc32(bytes)), 4)
  }

  /// The stack that was sent as this message; throws (65) if it is not whole.
  public init(message: [UInt8]) throws(InputError) {
    let count = message.count
    guard count >= 12, count.isMultiple(of: 4) else {
      throw .damagedData("\(count) bytes are no message: it has 12, and 4 for each further word")
    }
    func number(_ range: Range<Int>) -> UInt64 {
      range.reversed().reduce(0) { $0 << 8 | UInt64(message[$1]) }
    }
    let (claimed, found) = (
      UInt32(number(count - 4..<count)), Checksum.crc32(message, in: 0..<count - 4)
    )
    guard claimed == found else {
      throw .damagedData("the message was changed on its way: its CRC-32 is not what it says")
    }
    state = number(count - 12..<count - 4)
    words = stride(from: 0, to: count - 12, by: 4).map { UInt32(number($0..<$0 + 4)) }
    guard (Self.leastState..<1 << 63).contains(state) else {
      throw .damagedData("the message has a state that no coder leaves")
    }
  }

  private static func bytes(_ number: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
  }
}

/// −log₂ p̂ of each symbol under its table, added up: the ideal length in bits.
public func idealLength(_ symbols: [Int], _ tables: [FrequencyTable]) -> Double {
  zip(symbols, tables).reduce(0) { $0 - inBits(Double.log($1.1.probability($1.0))) }
}

/// The most by which a push can miss −log₂ p̂ with tables of precision k, in bits: 2^(k − 31) / log 2.
///
/// Equation: rans-length
public func mostLengthError(precision: Int) -> Double { inBits(powerOfTwo(precision - 31)) }
