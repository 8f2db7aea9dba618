/// A Huffman code of DEFLATE, as a table that is read with the next bits of the stream: one look-up
/// gives the symbol and the length of its code.
struct HuffmanCode {
  /// For each value of the next `maximumLength` bits, `symbol << 4 | length`; 0 where no code is.
  private(set) var table: [UInt16]
  /// The length of the longest code, at most 15; 0 in a code without symbols.
  let maximumLength: Int

  /// The canonical code in which symbol `i` has `lengths[i]` bits, 0 meaning that it is not used.
  ///
  /// Throws (65) if the lengths claim more codes than there are, or fewer; only a code with a
  /// single symbol of one bit, or with none at all, may be incomplete.
  init(lengths: [UInt8]) throws(InputError) {
    var counts = [Int](repeating: 0, count: 16)
    for length in lengths where length > 0 { counts[Int(length)] += 1 }
    maximumLength = counts.lastIndex { $0 > 0 } ?? 0

    // Codes are given out shortest first and in the order of their symbols.
    var next = [Int](repeating: 0, count: 16), free = 1, code = 0
    for length in 1..<16 {
      free = 2 * free - counts[length]
      guard free >= 0 else { throw .damagedData("too many codes of length \(length)") }
      code = (code + counts[length - 1]) << 1
      next[length] = code
    }
    guard free == 0 || maximumLength <= 1 else { throw .damagedData("an incomplete code") }

    table = [UInt16](repeating: 0, count: 1 << maximumLength)
    for (symbol, length) in lengths.enumerated() where length > 0 {
      let first = reversedBits(next[Int(length)], Int(length))
      next[Int(length)] += 1
      // Whatever bits follow the code, the table must answer with this symbol.
      for index in stride(from: first, to: table.count, by: 1 << Int(length)) {
        table[index] = UInt16(symbol) << 4 | UInt16(length)
      }
    }
  }

  /// The code of lengths and literals that DEFLATE calls fixed.
  static let fixedLiterals = try! HuffmanCode(
    lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
  /// The fixed code of distances.
  static let fixedDistances = try! HuffmanCode(lengths: [UInt8](repeating: 5, count: 32))
}

/// The lowest `count` bits of `value` in the opposite order: DEFLATE stores numbers lowest bit
/// first, but codes highest bit first.
func reversedBits(_ value: Int, _ count: Int) -> Int {
  (0..<count).reduce(0) { $0 << 1 | (value >> $1 & 1) }
}

/// The way in which DEFLATE writes a length or a distance: like a floating-point number.
///
/// A symbol holds an exponent and `mantissaBits` leading bits (2 for lengths, 1 for distances), and
/// the bits below them follow as they are. 0 stands for the length 3 and for the distance 1.
struct Bucket {
  /// The number of the bucket.
  let symbol: Int
  /// How many bits follow the symbol.
  let extraBits: Int
  /// The smallest value in the bucket, to which the bits that follow are added.
  let base: Int

  /// The bucket with this number.
  init(symbol: Int, mantissaBits: Int) {
    self.symbol = symbol
    extraBits = max((symbol >> mantissaBits) - 1, 0)
    base = (symbol - (extraBits << mantissaBits)) << extraBits
  }

  /// The bucket that holds `value`, at least 0.
  init(of value: Int, mantissaBits: Int) {
    let binaryDigits = Int.bitWidth - value.leadingZeroBitCount
    extraBits = max(binaryDigits - 1 - mantissaBits, 0)
    symbol = (extraBits << mantissaBits) + (value >> extraBits)
    base = (value >> extraBits) << extraBits
  }
}
