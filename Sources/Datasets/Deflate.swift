/// `bytes` compressed as a zlib stream (RFC 1950), the form in which PNG files hold pixels.
///
/// LZ77 with a hash of three bytes finds the repetitions; the fixed Huffman code writes them. It is
/// short rather than tight: the result is typically 10 to 25 % larger than zlib's.
public func zlibCompressed(_ bytes: [UInt8]) -> [UInt8] {
  var writer = BitWriter(bytes: [0x78, 0x9C])  // DEFLATE, a window of 32 KiB, default level.
  writer.put(0b011, 3)  // The last block, in the fixed code.
  var history = History(bytes)
  var index = 0
  while index < bytes.count {
    let match = history.longestMatch(at: index)
    let isMatch = match.length >= 3
    if isMatch { writer.put(match) } else { writer.put(symbol: Int(bytes[index])) }
    for _ in 0..<(isMatch ? match.length : 1) {
      history.insert(index)
      index += 1
    }
  }
  writer.put(symbol: 256)
  writer.put(0, -writer.bitCount & 7)  // Fill the last byte.
  let checksum = Checksum.adler32(bytes)
  return writer.bytes + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (24 - 8 * $0)) }
}

/// The data in a zlib stream (RFC 1950); throws (65) as `gunzip` does.
public func zlibDecompressed(
  _ bytes: [UInt8], outputLimit: Int
) throws(InputError) -> [UInt8] {
  var inflater = Inflater(bytes, outputLimit: outputLimit)
  let header = try inflater.takeBytes(2).reduce(0) { $0 << 8 | Int($1) }
  guard header & 0x8F00 == 0x0800, header % 31 == 0, header & 0x20 == 0 else {
    throw inflater.damage("not zlib, or with a preset dictionary")
  }
  try inflater.inflateStream()
  let checksum = try inflater.takeBytes(4).reduce(0) { $0 << 8 | UInt32($1) }
  guard checksum == Checksum.adler32(inflater.output) else {
    throw inflater.damage("data unlike their Adler-32")
  }
  try inflater.expectEnd()
  return inflater.output
}

/// A stretch that stands `distance` bytes earlier too.
private struct Match {
  var length = 0
  var distance = 0
}

/// Where each group of three bytes stood last.
private struct History {
  private static let window = 1 << 15
  private let bytes: [UInt8]
  /// For each hash, the last position that has it; −1 for none.
  private var newest = [Int](repeating: -1, count: window)
  /// For each position in the window, the position before it with the same hash.
  private var older = [Int](repeating: -1, count: window)

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The longest of the 64 newest candidates, the nearest of equal ones.
  func longestMatch(at index: Int) -> Match {
    guard index + 3 <= bytes.count else { return Match() }
    let longest = min(258, bytes.count - index)
    var best = Match(), candidate = newest[hash(index)], tries = 64
    while candidate >= 0, index - candidate <= Self.window, tries > 0, best.length < longest {
      if bytes[candidate + best.length] == bytes[index + best.length] {
        var length = 0
        while length < longest, bytes[candidate + length] == bytes[index + length] { length += 1 }
        if length > best.length { best = Match(length: length, distance: index - candidate) }
      }
      let next = older[candidate % Self.window]
      guard next < candidate else { break }  // That place in the window has been used again.
      candidate = next
      tries -= 1
    }
    return best
  }

  mutating func insert(_ index: Int) {
    guard index + 3 <= bytes.count else { return }
    let hash = hash(index)
    older[index % Self.window] = newest[hash]
    newest[hash] = index
  }

  private func hash(_ index: Int) -> Int {
    let group = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
    return group &* 0x9E37_79B1 >> 17 & (Self.window - 1)
  }
}

/// Bytes under construction, filled lowest bit first.
private struct BitWriter {
  var bytes: [UInt8]
  private(set) var bitCount = 0
  private var bits = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func put(_ value: Int, _ count: Int) {
    bits |= value << bitCount
    bitCount += count
    while bitCount >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: bits))
      bits >>= 8
      bitCount -= 8
    }
  }

  /// Writes a literal (0…255), the end (256) or a length symbol in the fixed code.
  mutating func put(symbol: Int) {
    let (code, length) =
      switch symbol {
      case ..<144: (0x30 + symbol, 8)
      case ..<256: (0x190 + symbol - 144, 9)
      case ..<280: (symbol - 256, 7)
      default: (0xC0 + symbol - 280, 8)
      }
    put(reversedBits(code, length), length)
  }

  mutating func put(_ match: Match) {
    let length = Bucket(of: match.length - 3, mantissaBits: 2)
    if match.length == 258 {
      put(symbol: 285)  // The longest length has a symbol of its own.
    } else {
      put(symbol: 257 + length.symbol)
      put(match.length - 3 - length.base, length.extraBits)
    }
    let distance = Bucket(of: match.distance - 1, mantissaBits: 1)
    put(reversedBits(distance.symbol, 5), 5)
    put(match.distance - 1 - distance.base, distance.extraBits)
  }
}
