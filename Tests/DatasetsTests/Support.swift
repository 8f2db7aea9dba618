import Foundation

@testable import Datasets

/// The bytes that pairs of hexadecimal digits stand for; spaces and newlines are skipped.
func bytes(_ hexadecimal: String) -> [UInt8] {
  let digits = hexadecimal.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// Packs numbers lowest bit first, as DEFLATE does: pairs of a value and its number of bits.
func packed(_ fields: [(value: Int, bits: Int)]) -> [UInt8] {
  let bits = fields.flatMap { field in (0..<field.bits).map { field.value >> $0 & 1 } }
  return stride(from: 0, to: bits.count, by: 8).map { start in
    UInt8(bits[start..<min(start + 8, bits.count)].reversed().reduce(0) { $0 << 1 | $1 })
  }
}

/// SplitMix64: the same numbers for the same seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

/// A folder that exists while `body` runs.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

func write(_ bytes: [UInt8], _ path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

/// An IDX file as it should be, unless `type` or a size is wrong on purpose.
func idx(_ sizes: [Int], type: UInt8 = 8, _ values: [UInt8]) -> [UInt8] {
  var file: [UInt8] = [0, 0, type, UInt8(sizes.count)]
  for size in sizes { for shift in [24, 16, 8, 0] { file.append(UInt8(size >> shift & 0xFF)) } }
  return file + values
}

/// Streams that Python's zlib made, and what they stand for.
///
///     import zlib, struct
///     def raw(data, level=9, strategy=0):
///       c = zlib.compressobj(level, 8, -15, 9, strategy); return c.compress(data) + c.flush()
///     text = b"a rose is a rose is a rose; " * 3
///     values = bytes(i * i * 7 % 31 * (i % 5) for i in range(1280))
///     idx = bytes([0, 0, 8, 3]) + struct.pack(">3I", 20, 8, 8) + values
///     print(raw(b"stored bytes", 0).hex(), raw(text, 9, 4).hex(), raw(idx).hex())
///     head = (bytes([31, 139, 8, 30, 0, 0, 0, 0, 2, 255, 4, 0]) + b"ab\0\0name\0note\0")
///     head += struct.pack("<H", zlib.crc32(head) & 0xffff)
///     print((head + raw(idx) + struct.pack("<2I", zlib.crc32(idx), len(idx))).hex())
enum Fixture {
  static let stored = bytes("010c00f3ff73746f726564206279746573")
  static let fixed = bytes("4b5428ca2f4e55c82c56484463596388102b0700")
  static let text = [UInt8](String(repeating: "a rose is a rose is a rose; ", count: 3).utf8)
  static let values: [UInt8] = (0..<1280).map { i in UInt8(i * i * 7 % 31 * (i % 5)) }
  static let file = idx([20, 8, 8], values)
  /// A dynamic block; `header` and `trailer` make it the gzip member `gzip`.
  static let dynamic = bytes(
    """
    edce310ac2300040d16f1b358652439a82d2503204294ee25052e8e028d8a1438fd00378ff49f10e6e19defe40e6
    80fd923ffb984f08710d287ff49cf5f181315789bde46f28178195bb88b137cbf97eb2a8d044443708f6d46faaae
    901c42fb40de5f1e6dfb4026c70957e2d85c464d69fa8ead7ead6c7dfba414c5cc26d6e0b2612673cd13ad4e2b52
    dd3a0e6ea7a9b2c5a55aaaa55aaafdb5f601
    """)
  /// With an extra field, a name, a comment and a CRC of its own.
  static let header = bytes("1f8b081e0000000002ff0400616200006e616d65006e6f746500323a")
  static let trailer = bytes("d05721fd10050000")
  static let gzip = header + dynamic + trailer
  /// The shortest header there is.
  static let plainHeader = bytes("1f8b08000000000000ff")
  static let streams = ["stored": stored, "fixed": fixed, "dynamic": dynamic, "gzip": gzip]
}
