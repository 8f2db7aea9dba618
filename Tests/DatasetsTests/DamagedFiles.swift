@testable import Datasets

extension DamagedFile {
  init(_ what: String, _ bytes: [UInt8], _ says: String) {
    self.init(what: what, bytes: bytes, says: says)
  }

  /// Files that are not compressed.
  static let plain: [DamagedFile] = {
    let file = Fixture.file
    let many = [UInt8](repeating: 0, count: 12)
    return [
      .init("empty", [], "the file is empty"),
      .init("one byte", [0], "not an IDX file"),
      .init("a web page", [UInt8]("<!DOCTYPE html>".utf8), "begins with the bytes 3c 21 44 4f"),
      .init("a ZIP archive", [0x50, 0x4B, 3, 4] + many, "50 4b 3 4"),
      .init("first magic byte", changing(file, 0, 1), "not an IDX file"),
      .init("second magic byte", changing(file, 1, 8), "not an IDX file"),
      .init("signed bytes", idx([20, 8, 8], type: 0x09, Fixture.values), "type 0x9"),
      .init("floats", idx([20, 8, 8], type: 0x0D, Fixture.values), "type 0xd"),
      .init("rank 0", [0, 0, 8, 0], "rank 0, not 3"),
      .init("rank 255", [0, 0, 8, 255] + many, "rank 255, not 3"),
      .init("labels given as images", idx([12], many), "rank 1, not 3"),
      .init(what: "images given as labels", bytes: file, says: "rank 3, not 1", rank: 1),
      .init("cut in the header", [UInt8](file.prefix(15)), "ends within its header"),
      .init("no values", [UInt8](file.prefix(16)), "claims 20 × 8 × 8 = 1280 values, but 0"),
      .init("one value short", file.dropLast(), "but 1279 follow"),
      .init("one value more", file + [0], "but 1281 follow"),
      .init("no images", idx([0, 8, 8], []), "impossible size 0 × 8 × 8"),
      .init("no rows", idx([20, 0, 8], []), "impossible size 20 × 0 × 8"),
      .init("no columns", idx([20, 8, 0], Fixture.values), "impossible size"),
      .init("a huge count", idx([0xFFFF_FFFF, 8, 8], many), "impossible size 4294967295"),
      .init(
        what: "sizes whose product is 0 modulo 2⁶⁴", bytes: idx([1 << 31, 1 << 31, 4], []),
        says: "impossible size 2147483648 ×", byteLimit: .max),
      .init(
        what: "sizes whose product is 1 modulo 2³²",
        bytes: idx([0xFFFF_FFFF, 0xFFFF_FFFF, 1], [0]),
        says: "impossible size 4294967295 ×", byteLimit: .max),
      .init(
        what: "larger than allowed", bytes: file, says: "larger than the 1000", byteLimit: 1000),
    ]
  }()

  /// Damage to what gzip adds to its stream.
  static let gzip: [DamagedFile] = {
    let (gzip, header) = (Fixture.gzip, Fixture.header)
    let (crc, length) = (gzip.count - 8, gzip.count - 4)
    return [
      .init("only the magic of gzip", [0x1F, 0x8B], "cut short"),
      .init("gzip method 7", changing(gzip, 2, 7), "unknown compression method"),
      .init("reserved gzip flag", changing(gzip, 3, 0x3E), "unknown gzip flags"),
      .init("cut in the fixed header", [UInt8](gzip.prefix(7)), "cut short at byte 7"),
      .init("extra field beyond the end", changing(gzip, 11, 0xFF), "cut short"),
      .init("name without an end", [UInt8](gzip.prefix(20)), "cut short"),
      .init("comment without an end", [UInt8](gzip.prefix(24)), "cut short"),
      .init("header byte unlike its CRC", changing(gzip, 16, 0x4E), "header unlike its CRC"),
      .init("header CRC", changing(gzip, 26, 0), "header unlike its CRC"),
      .init("no stream", header, "cut short"),
      .init("cut in the codes", [UInt8](gzip.prefix(header.count + 30)), "cut short at byte 58"),
      .init("cut in the data", [UInt8](gzip.prefix(crc - 40)), "cut short"),
      .init("cut before the CRC", [UInt8](gzip.prefix(crc)), "cut short"),
      .init("cut in the CRC", [UInt8](gzip.prefix(crc + 2)), "cut short"),
      .init("cut before the length", [UInt8](gzip.prefix(length)), "cut short"),
      .init("CRC", changing(gzip, crc, gzip[crc] ^ 1), "unlike their CRC-32"),
      .init("length", changing(gzip, length, gzip[length] ^ 1), "unlike their stated length"),
      .init("length, high byte", changing(gzip, length + 3, 1), "unlike their stated length"),
      .init("one byte behind", gzip + [0], "cut short"),
      .init("text behind", gzip + [UInt8]("text".utf8), "something else follows"),
      .init("second member cut short", gzip + gzip.prefix(60), "cut short"),
      .init(
        "second member's data referring to the first's",
        gzip
          + member([
            (1, 1), (1, 2), (reversedBits(1, 7), 7), (0, 5), (0, 7),
          ]), "from before the start"),
      .init("a second copy of the file", gzip + gzip, "but 2576 follow"),
      .init("gzip within gzip", Fixture.plainHeader + storedStream(gzip), "begins with the bytes"),
      .init(
        what: "more data than allowed", bytes: gzip, says: "more than the 1295", byteLimit: 1295),
    ]
  }()

  /// Damage within the DEFLATE stream, each in a gzip member.
  static let streams: [DamagedFile] = {
    let fixed = [(1, 1), (1, 2)]
    let literal = (reversedBits(0x30, 8), 8)
    let copy3 = (reversedBits(1, 7), 7)
    // A length of 0, one of 1, a repeat of the last (16), 11 to 138 zeros (18): two bits each.
    let (zero, one, again) = ((0, 2), (2, 2), (1, 2))
    func zeros(_ count: Int) -> [(Int, Int)] { [(3, 2), (count - 11, 7)] }
    let simple = [0: 2, 1: 2, 16: 2, 18: 2]
    // Only the end of the block (256) and a copy of 3 (257) have codes, of one bit.
    let endAndCopy = zeros(138) + zeros(118) + [one, one]
    return [
      .init("block of type 3", member([(1, 1), (3, 2)]), "unknown type 3"),
      .init("second block of type 3", member([(0, 1), (1, 2), (0, 7), (1, 1), (3, 2)]), "type 3"),
      .init("no last block", member([(0, 1), (1, 2), (0, 7)], trailer: []), "cut short"),
      .init("stored length", member([(1, 3), (0, 5), (5, 16), (5, 16)]), "stored length"),
      .init(
        "stored beyond the end", member([(1, 3), (0, 5), (500, 16), (0xFFFF ^ 500, 16)]), "cut"),
      .init("length symbol 286", member(fixed + [(reversedBits(0xC6, 8), 8)]), "unused length"),
      .init("distance symbol 30", member(fixed + [literal, copy3, (15, 5)]), "unused distance"),
      .init("copy at the start", member(fixed + [copy3, (0, 5)]), "from before the start"),
      .init("copy too far", member(fixed + [literal, copy3, (16, 5)]), "from before the start"),
      .init("287 literal symbols", member([(1, 1), (2, 2), (30, 5), (0, 9)]), "too many symbols"),
      .init("31 distances", member([(1, 1), (2, 2), (0, 5), (30, 5), (0, 4)]), "too many symbols"),
      .init("too many length codes", dynamic([0: 1, 1: 1, 16: 1]), "too many codes of length 1"),
      .init("too few length codes", dynamic([0: 2, 1: 2, 18: 2]), "an incomplete code"),
      .init("no length codes", dynamic([:], [zero]), "stands for nothing"),
      .init("repeat of nothing", dynamic(simple, [again, (0, 2)]), "a repeat of nothing"),
      .init("too many lengths", dynamic(simple, zeros(138) + zeros(138)), "too many lengths"),
      .init("no end of the block", dynamic(simple, zeros(138) + zeros(120)), "without an end"),
      .init(
        "too many literal codes",
        dynamic(simple, [one, one] + zeros(138) + zeros(116) + [one, zero]),
        "too many codes of length 1"),
      .init(
        "too few literal codes",
        dynamic([0: 2, 2: 2, 16: 2, 18: 2], zeros(138) + zeros(117) + [one, one, zero]),
        "an incomplete code"),
      .init(
        "too many distance codes",
        dynamic(simple, distances: 3, zeros(138) + zeros(118) + [one, one, one, one]),
        "too many codes of length 1"),
      .init(
        "copy without distance codes", dynamic(simple, literals: 258, endAndCopy + [zero, (1, 1)]),
        "stands for nothing"),
      .init(
        "distance code that is not there",
        dynamic(simple, literals: 258, endAndCopy + [one, (1, 1), (1, 1)]), "stands for nothing"),
    ]
  }()

  /// `bytes` with one of them replaced by another.
  private static func changing(_ bytes: [UInt8], _ index: Int, _ byte: UInt8) -> [UInt8] {
    precondition(bytes[index] != byte)
    var bytes = bytes
    bytes[index] = byte
    return bytes
  }

  /// A gzip member around a stream that is damaged before its end.
  private static func member(
    _ fields: [(Int, Int)], trailer: [UInt8] = [UInt8](repeating: 0, count: 16)
  ) -> [UInt8] {
    Fixture.plainHeader + packed(fields.map { (value: $0.0, bits: $0.1) }) + trailer
  }

  /// A dynamic block, its code of lengths given as lengths for some of its 19 symbols.
  private static func dynamic(
    _ lengthLengths: [Int: Int], literals: Int = 257, distances: Int = 1,
    _ rest: [(Int, Int)] = []
  ) -> [UInt8] {
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    let counts = [(literals - 257, 5), (distances - 1, 5), (order.count - 4, 4)]
    return member(
      [(1, 1), (2, 2)] + counts + order.map { (lengthLengths[$0, default: 0], 3) } + rest)
  }

  /// The rest of a gzip member that stores `bytes` as they are.
  private static func storedStream(_ bytes: [UInt8]) -> [UInt8] {
    let count = bytes.count, crc = Int(Checksum.crc32(bytes))
    let header = packed([(1, 8), (count, 16), (0xFFFF ^ count, 16)])
    return header + bytes + packed([(crc, 32), (count, 32)])
  }
}
