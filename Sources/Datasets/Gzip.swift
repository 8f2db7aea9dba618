/// The data in a gzip file (RFC 1952): of all its members, one after the other.
///
/// Throws (65) if `bytes` are not gzip data, are damaged (each member carries a CRC-32 and the
/// length of its data), are followed by anything else, or give more than `outputLimit` bytes.
public func gunzip(_ bytes: [UInt8], outputLimit: Int) throws(InputError) -> [UInt8] {
  var inflater = Inflater(bytes, outputLimit: outputLimit)
  repeat { try inflater.gunzipMember() } while !inflater.isAtEnd
  return inflater.output
}

/// Whether `bytes` begin as gzip files do.
func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

extension Inflater {
  fileprivate mutating func gunzipMember() throws(InputError) {
    let start = position
    guard try takeBytes(2) == [0x1F, 0x8B] else {
      throw damage(start == 0 ? "not gzip" : "something else follows the gzip data")
    }
    guard try takeBytes(1) == [8] else { throw damage("an unknown compression method") }
    let flags = try takeBytes(1).first!
    guard flags & 0b1110_0000 == 0 else { throw damage("unknown gzip flags") }
    _ = try takeBytes(6)  // Time, compression level, operating system.
    if flags & 0b00100 != 0 { _ = try takeBytes(Int(takeNumber(2))) }  // An extra field.
    if flags & 0b01000 != 0 { while try takeBytes(1) != [0] {} }  // The name of the file.
    if flags & 0b10000 != 0 { while try takeBytes(1) != [0] {} }  // A comment.
    if flags & 0b00010 != 0 {
      let checksum = inputChecksum(start..<position) & 0xFFFF
      guard try takeNumber(2) == checksum else { throw damage("a gzip header unlike its CRC") }
    }

    let first = output.count
    try inflateStream()
    guard try takeNumber(4) == Checksum.crc32(output, in: first..<output.count) else {
      throw damage("data unlike their CRC-32")
    }
    guard try takeNumber(4) == UInt32(truncatingIfNeeded: output.count - first) else {
      throw damage("data unlike their stated length")
    }
  }

  /// A number of `byteCount` bytes, lowest first.
  private mutating func takeNumber(_ byteCount: Int) throws(InputError) -> UInt32 {
    try takeBytes(byteCount).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}
