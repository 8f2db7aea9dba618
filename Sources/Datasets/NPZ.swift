/// Several NumPy arrays in one file (`.npz`): a ZIP archive of `.npy` files, stored or deflated.
///
/// The archive's own table of contents, at its end, says what there is and where. A member is
/// decompressed only when it is asked for, never to more than its stated size, and checked against
/// its CRC-32.
public struct NPZ: Sendable {
  /// The names of the arrays, in the order of the archive, without `.npy`.
  public var names: [String] { members.map(\.name) }
  private let bytes: [UInt8]
  private let members: [Member]
  private var path: String?

  /// Parses the table of contents of an archive.
  ///
  /// Throws (65) if `bytes` are not a ZIP archive or it is damaged, encrypted, in several parts, or
  /// of the larger format ZIP64.
  public init(_ bytes: [UInt8]) throws(InputError) {
    guard !bytes.isEmpty else { throw .damagedData("the file is empty") }
    guard bytes.starts(with: [0x50, 0x4B]) else {
      let start = bytes.prefix(4).map { String($0, radix: 16) }.joined(separator: " ")
      throw .damagedData("not a ZIP archive: it begins with the bytes \(start) (hexadecimal)")
    }
    (self.bytes, members) = (bytes, try Self.contents(bytes))
  }

  /// Reads the file at `path` and parses its table of contents; the message of any error, then or
  /// later, begins with the path.
  ///
  /// Throws 66 if it is not there, not a regular file, or unreadable; 65 if it is larger than
  /// `byteLimit`, and otherwise as `init(_:)` does.
  public init(contentsOf path: String, byteLimit: Int = IDX.byteLimit) throws(InputError) {
    do {
      self = try NPZ(readFile(path, byteLimit: byteLimit))
    } catch {
      throw error.naming(path)
    }
    self.path = path
  }

  /// The array of this name, decompressed to at most `byteLimit` bytes.
  ///
  /// Throws (65) if there is none, or it is damaged or no array that `NPY` reads.
  public func array(
    _ name: String, byteLimit: Int = IDX.byteLimit
  ) throws(InputError) -> NPY {
    do {
      return try readArray(name, byteLimit)
    } catch {
      throw path.map { error.naming($0) } ?? error
    }
  }

  private func readArray(_ name: String, _ byteLimit: Int) throws(InputError) -> NPY {
    guard let member = members.first(where: { $0.name == name }) else {
      throw .damagedData("it has no array \(name), only \(names.joined(separator: ", "))")
    }
    guard member.size <= byteLimit else {
      throw .damagedData("\(name): larger than the \(byteLimit) bytes allowed")
    }
    do {
      return try NPY(contents(of: member))
    } catch {
      throw InputError(error.status, "\(name): \(error.message)")
    }
  }

  // MARK: The archive

  /// What the table of contents says of a member.
  private struct Member {
    let name: String
    let fileName: ArraySlice<UInt8>
    let (method, checksum): (Int, Int)
    let (compressedSize, size): (Int, Int)
    /// Where its local header begins.
    let start: Int
  }

  /// The little-endian number of `count` bytes at `offset`, which must lie within the bytes.
  private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
    bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// Reads the table of contents, which the record at the very end of the archive finds.
  private static func contents(_ bytes: [UInt8]) throws(InputError) -> [Member] {
    // The record has 22 bytes and a comment of up to 65,535, whose length is its last field.
    let lowest = max(0, bytes.count - 22 - 65535)
    let places = stride(from: bytes.count - 22, through: lowest, by: -1)
    let found = places.first { place in
      bytes[place..<place + 4] == [0x50, 0x4B, 5, 6]
        && number(bytes, place + 20, 2) == bytes.count - 22 - place
    }
    guard let end = found else {
      throw .damagedData("a ZIP archive without its end: the file is cut short")
    }
    let count = number(bytes, end + 10, 2)
    let (size, start) = (number(bytes, end + 12, 4), number(bytes, end + 16, 4))
    guard start < 0xFFFF_FFFF, count < 0xFFFF else {
      throw .damagedData("a ZIP64 archive, which is not read")
    }
    guard number(bytes, end + 4, 4) == 0, number(bytes, end + 8, 2) == count else {
      throw .damagedData("a ZIP archive in several parts, which is not read")
    }
    guard start + size == end else { throw tableDamage }
    var (members, place): ([Member], Int) = ([], start)
    for _ in 0..<count {
      guard end - place >= 46, bytes[place..<place + 4] == [0x50, 0x4B, 1, 2] else {
        throw tableDamage
      }
      let lengths = [28, 30, 32].map { number(bytes, place + $0, 2) }
      let next = place + 46 + lengths.reduce(0, +)
      guard next <= end else { throw tableDamage }
      members.append(try member(bytes, place, nameLength: lengths[0]))
      place = next
    }
    guard place == end, Set(members.map(\.name)).count == count else { throw tableDamage }
    return members
  }

  private static func member(
    _ bytes: [UInt8], _ place: Int, nameLength: Int
  ) throws(InputError) -> Member {
    let fileName = bytes[place + 46..<place + 46 + nameLength]
    let text = String(decoding: fileName, as: UTF8.self)
    let name = text.hasSuffix(".npy") ? String(text.dropLast(4)) : text
    guard number(bytes, place + 8, 2) & 1 == 0 else { throw .damagedData("\(name) is encrypted") }
    let sizes = (number(bytes, place + 20, 4), number(bytes, place + 24, 4))
    let start = number(bytes, place + 42, 4)
    guard sizes.0 < 0xFFFF_FFFF, sizes.1 < 0xFFFF_FFFF, start < 0xFFFF_FFFF else {
      throw .damagedData("\(name) is in the format ZIP64, which is not read")
    }
    return Member(
      name: name, fileName: fileName, method: number(bytes, place + 10, 2),
      checksum: number(bytes, place + 16, 4), compressedSize: sizes.0, size: sizes.1, start: start)
  }

  private static var tableDamage: InputError {
    .damagedData("a ZIP archive with a damaged table of contents")
  }

  /// The bytes of a member, decompressed and checked.
  private func contents(of member: Member) throws(InputError) -> [UInt8] {
    let header = member.start
    guard bytes.count - header >= 30, bytes[header..<header + 4] == [0x50, 0x4B, 3, 4] else {
      throw .damagedData("no local header where the table of contents says")
    }
    let nameLength = Self.number(bytes, header + 26, 2)
    let begin = header + 30 + nameLength + Self.number(bytes, header + 28, 2)
    guard begin <= bytes.count, member.compressedSize <= bytes.count - begin else {
      throw .damagedData("cut short")
    }
    guard Self.number(bytes, header + 8, 2) == member.method,
      bytes[header + 30..<header + 30 + nameLength] == member.fileName
    else { throw .damagedData("a local header unlike the table of contents") }
    let compressed = bytes[begin..<begin + member.compressedSize]
    let data: [UInt8]
    switch member.method {
    case 0: data = [UInt8](compressed)
    case 8: data = try inflate([UInt8](compressed), outputLimit: member.size)
    default: throw .damagedData("compressed by ZIP method \(member.method); 0 and 8 are read")
    }
    guard data.count == member.size else { throw .damagedData("data unlike their stated size") }
    guard Int(Checksum.crc32(data)) == member.checksum else {
      throw .damagedData("data unlike their CRC-32")
    }
    return data
  }
}
