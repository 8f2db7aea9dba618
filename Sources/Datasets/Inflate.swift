/// The data that `bytes`, one raw DEFLATE stream (RFC 1951), stands for.
///
/// Memory grows with what is decoded, never by what the stream claims. Throws (65) if the stream is
/// malformed, cut short or followed by anything, or gives more than `outputLimit` bytes.
public func inflate(_ bytes: [UInt8], outputLimit: Int) throws(InputError) -> [UInt8] {
  var inflater = Inflater(bytes, outputLimit: outputLimit)
  try inflater.inflateStream()
  try inflater.expectEnd()
  return inflater.output
}

/// A decoder of DEFLATE streams that stops behind each: gzip and zlib read their own fields there.
struct Inflater {
  /// Everything decoded so far.
  private(set) var output: [UInt8] = []
  /// The next byte of `input` that is not in `bits` yet.
  private(set) var position = 0
  private let input: [UInt8]
  private let outputLimit: Int
  /// Bits read but not used, the next one lowest; all above the `bitCount` lowest are 0.
  private var bits: UInt64 = 0
  private var bitCount = 0

  init(_ input: [UInt8], outputLimit: Int) {
    (self.input, self.outputLimit) = (input, outputLimit)
  }

  /// Decodes one stream of blocks, then gives back the whole bytes it has read too far.
  mutating func inflateStream() throws(InputError) {
    let start = output.count  // A stream cannot refer to what was decoded before it.
    var isLast = false
    while !isLast {
      isLast = try take(1) == 1
      switch try take(2) {
      case 0: try copyStored()
      case 1: try decode(.fixedLiterals, .fixedDistances, start)
      case 2:
        let codes = try readCodes()
        try decode(codes.literals, codes.distances, start)
      default: throw damage("a block of unknown type 3")
      }
    }
    alignToByte()
  }

  // MARK: Blocks

  private mutating func copyStored() throws(InputError) {
    alignToByte()
    let count = try take(16)
    guard try take(16) == ~count & 0xFFFF else { throw damage("a stored length unlike its check") }
    alignToByte()
    guard count <= input.count - position else { throw cutShort() }
    guard count <= outputLimit - output.count else { throw tooLong() }
    output += input[position..<position + count]
    position += count
  }

  private mutating func decode(
    _ literals: HuffmanCode, _ distances: HuffmanCode, _ start: Int
  ) throws(InputError) {
    while true {
      let symbol = try decodeSymbol(literals)
      if symbol < 256 {
        guard output.count < outputLimit else { throw tooLong() }
        output.append(UInt8(symbol))
        continue
      }
      if symbol == 256 { return }
      guard symbol <= 285 else { throw damage("an unused length symbol") }
      let bucket = Bucket(symbol: symbol - 257, mantissaBits: 2)
      let length = symbol == 285 ? 258 : try 3 + bucket.base + take(bucket.extraBits)
      let step = Bucket(symbol: try decodeSymbol(distances), mantissaBits: 1)
      guard step.symbol < 30 else { throw damage("an unused distance symbol") }
      let distance = try 1 + step.base + take(step.extraBits)
      guard distance <= output.count - start else { throw damage("a copy from before the start") }
      guard length <= outputLimit - output.count else { throw tooLong() }
      let source = output.count - distance
      for index in source..<source + length { output.append(output[index]) }  // May overlap.
    }
  }

  /// Reads the two codes of a dynamic block; their lengths are themselves written in a code.
  private mutating func readCodes() throws(InputError) -> (
    literals: HuffmanCode, distances: HuffmanCode
  ) {
    let literalCount = try 257 + take(5), distanceCount = try 1 + take(5), given = try 4 + take(4)
    guard literalCount <= 286, distanceCount <= 30 else { throw damage("too many symbols") }
    var lengthLengths = [UInt8](repeating: 0, count: 19)
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    for symbol in order.prefix(given) { lengthLengths[symbol] = UInt8(try take(3)) }
    let lengthCode = try code(lengthLengths)

    var lengths: [UInt8] = []
    while lengths.count < literalCount + distanceCount {
      let symbol = try decodeSymbol(lengthCode)
      var run: (length: UInt8, count: Int) = (UInt8(symbol), 1)
      switch symbol {
      case 16:
        guard let last = lengths.last else { throw damage("a repeat of nothing") }
        run = (last, try 3 + take(2))
      case 17: run = (0, try 3 + take(3))
      case 18: run = (0, try 11 + take(7))
      default: break
      }
      lengths += repeatElement(run.length, count: run.count)
    }
    guard lengths.count == literalCount + distanceCount else { throw damage("too many lengths") }
    guard lengths[256] > 0 else { throw damage("a block without an end") }
    return (
      try code([UInt8](lengths.prefix(literalCount))),
      try code([UInt8](lengths.suffix(distanceCount)))
    )
  }

  private func code(_ lengths: [UInt8]) throws(InputError) -> HuffmanCode {
    do { return try HuffmanCode(lengths: lengths) } catch { throw damage(error.message) }
  }

  // MARK: Bits and bytes

  private mutating func decodeSymbol(_ code: HuffmanCode) throws(InputError) -> Int {
    if bitCount < 15 { refill() }
    let entry = code.table[Int(truncatingIfNeeded: bits) & (code.table.count - 1)]
    let length = Int(entry & 15)
    guard length > 0 else {
      throw bitCount < code.maximumLength ? cutShort() : damage("a code that stands for nothing")
    }
    _ = try take(length)
    return Int(entry >> 4)
  }

  /// The next `count` bits, at most 32, as a number whose lowest bit came first.
  private mutating func take(_ count: Int) throws(InputError) -> Int {
    if bitCount < count {
      refill()
      guard bitCount >= count else { throw cutShort() }
    }
    let value = Int(truncatingIfNeeded: bits & (1 << UInt64(count) - 1))
    bits >>= UInt64(count)
    bitCount -= count
    return value
  }

  private mutating func refill() {
    while bitCount <= 56, position < input.count {
      bits |= UInt64(input[position]) << UInt64(bitCount)
      bitCount += 8
      position += 1
    }
  }

  /// Drops the rest of the byte that is being read and gives back the whole bytes behind it.
  private mutating func alignToByte() {
    position -= bitCount / 8
    (bits, bitCount) = (0, 0)
  }

  /// The next `count` whole bytes; only between streams.
  mutating func takeBytes(_ count: Int) throws(InputError) -> ArraySlice<UInt8> {
    guard count <= input.count - position else { throw cutShort() }
    defer { position += count }
    return input[position..<position + count]
  }

  /// Whether all input is used up.
  var isAtEnd: Bool { position == input.count }

  /// Throws if anything is left.
  func expectEnd() throws(InputError) {
    guard isAtEnd else { throw damage("\(input.count - position) bytes after the end of the data") }
  }

  /// The CRC-32 of the input bytes in `range`.
  func inputChecksum(_ range: Range<Int>) -> UInt32 { Checksum.crc32(input, in: range) }

  // MARK: Errors

  func damage(_ what: String) -> InputError {
    .damagedData("bad compressed data at byte \(position - bitCount / 8): \(what)")
  }

  private func cutShort() -> InputError {
    .damagedData("the compressed data are cut short at byte \(input.count)")
  }

  private func tooLong() -> InputError {
    .damagedData("the compressed data give more than the \(outputLimit) bytes allowed")
  }
}
