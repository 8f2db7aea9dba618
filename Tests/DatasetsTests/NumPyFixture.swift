@testable import Datasets

/// Files as NumPy writes them, built byte by byte.
enum NumPy {
  /// A `.npy` file as it should be, unless something is wrong on purpose.
  static func npy(
    _ type: String, _ shape: String, _ values: [UInt8], order: String = "False", version: UInt8 = 1
  ) -> [UInt8] {
    file("{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }", values, version)
  }

  /// A `.npy` file with this header, filled up with spaces as NumPy does.
  static func file(_ header: String, _ values: [UInt8], _ version: UInt8 = 1) -> [UInt8] {
    let width = version == 1 ? 2 : 4
    let length = (8 + width + header.utf8.count + 1 + 63) / 64 * 64 - 8 - width
    let padding = String(repeating: " ", count: length - header.utf8.count - 1) + "\n"
    let magic: [UInt8] = [0x93] + "NUMPY".utf8 + [version, 0]
    return magic + little(length, width) + [UInt8]((header + padding).utf8) + values
  }

  /// A number in `count` bytes, the lowest first.
  static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// One member of an archive: a name, its data, and how they are held.
  struct Member {
    var name: String
    var data: [UInt8]
    var method = 8
    /// The stated sizes of `savez`, which writes local headers with sizes of ZIP64.
    var hasLargeHeader = false
    var flags = 0
  }

  /// A ZIP archive of these members.
  static func zip(_ members: [Member], comment: String = "") -> [UInt8] {
    var (archive, table): ([UInt8], [UInt8]) = ([], [])
    for member in members {
      let data =
        member.method == 8
        ? [UInt8](zlibCompressed(member.data).dropFirst(2).dropLast(4)) : member.data
      let name = [UInt8](member.name.utf8), start = archive.count
      let shared = little(20, 2) + little(member.flags, 2) + little(member.method, 2) + little(0, 4)
      let crc = little(Int(Checksum.crc32(member.data)), 4)
      let sizes = little(data.count, 4) + little(member.data.count, 4)
      let extra =
        member.hasLargeHeader
        ? little(1, 2) + little(16, 2) + little(member.data.count, 8) + little(data.count, 8) : []
      let stated = member.hasLargeHeader ? [UInt8](repeating: 0xFF, count: 8) : sizes
      archive += [0x50, 0x4B, 3, 4] + shared + crc + stated
      archive += little(name.count, 2) + little(extra.count, 2) + name + extra + data
      table += [0x50, 0x4B, 1, 2] + little(20, 2) + shared + crc + sizes + little(name.count, 2)
      table += little(0, 12) + little(start, 4) + name
    }
    let end = little(0, 4) + little(members.count, 2) + little(members.count, 2)
    return archive + table + [0x50, 0x4B, 5, 6] + end + little(table.count, 4)
      + little(archive.count, 4) + little(comment.utf8.count, 2) + [UInt8](comment.utf8)
  }

  /// A table of 20 × 3 whole numbers, some negative.
  static let numbers = (0..<60).map { $0 * $0 * 7 % 31 - 9 }
  static let table = npy("<i8", "(20, 3)", numbers.flatMap { little($0, 8) })
  static let pixels = npy("|u1", "(20, 8, 8)", Fixture.values)
  /// One member deflated, one stored.
  static let archive = zip([
    Member(name: "imgs.npy", data: pixels, hasLargeHeader: true),
    Member(name: "classes.npy", data: table, method: 0),
  ])
  /// What Python makes of `numpy.savez_compressed(f, a=numpy.arange(6, dtype="<i4").reshape(2, 3),
  /// b=numpy.array([0.5, -2.0]))`.
  static let savez = bytes(
    """
    504b03042d00000008000000210050b44d84ffffffffffffffff05001400612e6e70790100100098000000000000
    0055000000000000009bec17ea1b10c9c850c650ad9e925a9c5ca46ea5a06e9369a2aea3a09e965f54529498179f
    5f94920a12774bcc294e058a17672416a402f91a463a0ac69a3a0ab50a64032e0620600462262066066216206605
    6200504b03042d000000080000002100ac59bc75ffffffffffffffff05001400622e6e7079010010009000000000
    0000004d000000000000009bec17ea1b10c9c850c650ad9e925a9c5ca46ea5a06e9366a1aea3a09e965f54529498
    179f5f94920a12774bcc294e058a17672416a402f91a463a9a3a0ab50a14002e063078600fa1190e0000504b0102
    2d032d00000008000000210050b44d845500000098000000050000000000000000000000800100000000612e6e70
    79504b01022d032d000000080000002100ac59bc754d0000009000000005000000000000000000000080018c0000
    00622e6e7079504b0506000000000200020066000000100100000000
    """)
}
