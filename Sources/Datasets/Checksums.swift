/// The two checksums with which gzip, zlib and PNG data tell whether they are still whole.
public enum Checksum {
  /// The CRC-32 of `bytes` (gzip, PNG): of all of them, or of those in `range`.
  ///
  /// It is the remainder of the bytes, read as a polynomial over the integers modulo 2, after
  /// division by x³² + x²⁶ + x²³ + … + 1; bit 31 − i of the number stands for xⁱ.
  public static func crc32(_ bytes: [UInt8], in range: Range<Int>? = nil) -> UInt32 {
    let range = range ?? bytes.indices, tables = remainders
    var crc = ~UInt32(0), index = range.lowerBound
    while index + 4 <= range.upperBound {  // Four bytes at once: a remainder of a sum is a sum.
      for byte in 0..<4 { crc ^= UInt32(bytes[index + byte]) << UInt32(8 * byte) }
      crc =
        tables[0x300 | Int(crc & 0xFF)] ^ tables[0x200 | Int(crc >> 8 & 0xFF)]
        ^ tables[0x100 | Int(crc >> 16 & 0xFF)] ^ tables[Int(crc >> 24)]
      index += 4
    }
    for index in index..<range.upperBound {
      crc = crc >> 8 ^ tables[Int(crc & 0xFF ^ UInt32(bytes[index]))]
    }
    return ~crc
  }

  /// The Adler-32 checksum of `bytes` (zlib): the sum of the bytes plus 1, and the sum of those
  /// running sums, each modulo 65,521, the largest prime below 2¹⁶.
  public static func adler32(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt32 = 1, sumOfSums: UInt32 = 0
    for start in stride(from: 0, to: bytes.count, by: 5552) {  // The most that cannot overflow.
      for index in start..<min(start + 5552, bytes.count) {
        sum += UInt32(bytes[index])
        sumOfSums += sum
      }
      sum %= 65521
      sumOfSums %= 65521
    }
    return sumOfSums << 16 | sum
  }

  /// Entry `256 * zeros + byte`: the remainder of `byte` followed by that many zero bytes.
  private static let remainders: [UInt32] = {
    var table = (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte)) { rest, _ in rest >> 1 ^ (rest & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    for index in 256..<1024 {
      let rest = table[index - 256]
      table.append(rest >> 8 ^ table[Int(rest & 0xFF)])
    }
    return table
  }()
}
