import Testing

@testable import Datasets

/// NumPy files with one thing wrong, and what the error must say of it.
@Suite struct DamagedNumPyTests {
  /// A `.npy` file that must be refused.
  private static let arrays: [(what: String, bytes: [UInt8], says: String)] = [
    ("empty", [], "the file is empty"),
    ("a web page", [UInt8]("<!DOCTYPE html>".utf8), "begins with the bytes 3c 21 44 4f 43 54"),
    ("an archive", NumPy.archive, "begins with the bytes 50 4b 3 4"),
    ("cut in the magic", [UInt8](NumPy.table.prefix(7)), "ends within its header"),
    ("cut in the length", [UInt8](NumPy.table.prefix(9)), "ends within its header"),
    ("cut in the header", [UInt8](NumPy.table.prefix(40)), "ends within its header"),
    ("version 0", changing(NumPy.table, 6, 0), "version 0.0 of the NumPy format"),
    ("version 4", changing(NumPy.table, 6, 4), "version 4.0 of the NumPy format"),
    ("version 1.1", changing(NumPy.table, 7, 1), "version 1.1 of the NumPy format"),
    ("a longer header than there is", changing(NumPy.table, 9, 0xFF), "ends within its header"),
    ("version 2 with 4 GiB", changing(NumPy.table, 6, 2), "ends within its header"),
    ("one byte short", NumPy.table.dropLast(), "claims the shape (20, 3), 480 bytes, but 479"),
    ("one byte more", NumPy.table + [0], "but 481 follow"),
    ("objects", NumPy.npy("|O", "()", [1]), "of type |O, Python objects; truth values"),
    ("complex numbers", NumPy.npy("<c16", "(1,)", [1]), "of type <c16; truth values"),
    ("half precision", NumPy.npy("<f2", "(1,)", [1, 2]), "of type <f2; truth"),
    ("three bytes", NumPy.npy("<i3", "(1,)", [1, 2, 3]), "of type <i3; truth"),
    ("native order", NumPy.npy("=i4", "(1,)", [1, 2, 3, 4]), "of type =i4; truth"),
    ("no order", NumPy.npy("|i4", "(1,)", [1, 2, 3, 4]), "of type |i4; truth"),
    ("Fortran order", NumPy.npy("|u1", "(2, 3)", Array(0..<6), order: "True"), "ascontiguousarray"),
    ("fields", header("'descr': [('a', '<i4')], 'fortran_order': False, 'shape': ()"), "fields"),
    ("no shape", header("'descr': '|u1', 'fortran_order': False"), "not one of NumPy's"),
    ("no type", header("'fortran_order': False, 'shape': ()"), "not one of NumPy's"),
    ("no order", header("'descr': '|u1', 'shape': ()"), "not one of NumPy's"),
    ("another key", header("'a': '|u1', 'fortran_order': False, 'shape': ()"), "from byte 15 on"),
    (
      "a key twice",
      header("'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': ()"), "NumPy's"
    ),
    ("order 1", header("'descr': '|u1', 'fortran_order': 1, 'shape': ()"), "NumPy's"),
    ("a list", header("'descr': '|u1', 'fortran_order': False, 'shape': [1]"), "NumPy's"),
    ("a number", header("'descr': '|u1', 'fortran_order': False, 'shape': (1)"), "NumPy's"),
    ("below zero", header("'descr': '|u1', 'fortran_order': False, 'shape': (-1,)"), "NumPy's"),
    ("two commas", header("'descr': '|u1', 'fortran_order': False, 'shape': (1,,)"), "NumPy's"),
    ("an escape", header(#"'descr': '|u\x31', 'fortran_order': False, 'shape': ()"#), "NumPy's"),
    ("no end of a string", header("'descr: |u1, fortran_order: False, shape: ()"), "NumPy's"),
    ("no end", NumPy.file("{'descr': '|u1', 'fortran_order': False, 'shape': ()", [1]), "NumPy's"),
    ("text behind", NumPy.file("{'descr': '|u1'} + {}", [1]), "NumPy's"),
    ("not a dictionary", NumPy.file("__import__('os')", [1]), "from byte 10 on"),
    (
      "a number beyond 64 bits",
      NumPy.npy("|u1", "(99999999999999999999,)", [1]), "not one of NumPy's"
    ),
    (
      "33 dimensions",
      NumPy.npy("|u1", "(" + String(repeating: "1, ", count: 33) + ")", [1]), "NumPy's"
    ),
    (
      "a product beyond 64 bits", NumPy.npy("|u1", "(4294967296, 4294967296)", []),
      "claims the shape (4294967296, 4294967296), more than the file holds"
    ),
    ("a huge shape", NumPy.npy("<f8", "(9223372036854775807,)", []), "more than the file holds"),
  ]

  /// A `.npz` file that must be refused, or whose member `imgs` must be.
  private static let archives: [(what: String, bytes: [UInt8], says: String)] = {
    let archive = NumPy.archive, end = archive.count - 22
    let table = end - 46 - 8 - 46 - 11  // Where the table of contents begins.
    let image = NumPy.Member(name: "imgs.npy", data: NumPy.pixels)
    return [
      ("empty", [], "the file is empty"),
      ("an array", NumPy.table, "not a ZIP archive: it begins with the bytes 93 4e 55 4d"),
      ("two bytes", [0x50, 0x4B], "without its end"),
      ("no end", [UInt8](archive.prefix(end)), "without its end: the file is cut short"),
      ("cut in the end", archive.dropLast(), "without its end"),
      ("one byte more", archive + [0], "without its end"),
      ("two disks", changing(archive, end + 4, 1), "in several parts"),
      ("members elsewhere", changing(archive, end + 8, 1), "in several parts"),
      (
        "a count of ZIP64", changing(changing(archive, end + 10, 0xFF), end + 11, 0xFF),
        "a ZIP64 archive"
      ),
      (
        "one member less", changing(changing(archive, end + 8, 1), end + 10, 1),
        "a damaged table of contents"
      ),
      (
        "one member more", changing(changing(archive, end + 8, 3), end + 10, 3),
        "a damaged table of contents"
      ),
      ("the table's size", changing(archive, end + 12, 1), "a damaged table of contents"),
      ("the table's place", changing(archive, end + 16, 1), "a damaged table of contents"),
      ("the table's magic", changing(archive, table, 0), "a damaged table of contents"),
      ("a longer name", changing(archive, table + 28, 0xFF), "a damaged table of contents"),
      ("a comment beyond", changing(archive, table + 33, 0xFF), "a damaged table of contents"),
      ("a name twice", NumPy.zip([image, image]), "a damaged table of contents"),
      ("encrypted", changing(archive, table + 8, 1), "imgs is encrypted"),
      (
        "a size of ZIP64",
        (20..<24).reduce(archive) { changing($0, table + $1, 0xFF) }, "imgs is in the format ZIP64"
      ),
      ("method 12", NumPy.zip([.init(name: "imgs", data: [1], method: 12)]), "ZIP method 12"),
      ("another method", changing(archive, table + 10, 0), "unlike the table of contents"),
      ("another name", changing(archive, 30, 0x6A), "unlike the table of contents"),
      ("the place of a member", changing(archive, table + 42, 1), "no local header"),
      ("a place beyond the end", changing(archive, table + 44, 0xFF), "no local header"),
      ("a larger compressed size", changing(archive, table + 22, 0xFF), "imgs: cut short"),
      ("a smaller compressed size", changing(archive, table + 20, 5), "imgs: the compressed data"),
      (
        "one byte more of compressed data", changing(archive, table + 20, archive[table + 20] + 1),
        "imgs: bad compressed data"
      ),
      ("a smaller size", changing(archive, table + 25, 0), "imgs: the compressed data give more"),
      ("a larger size", changing(archive, table + 25, 0xF), "imgs: data unlike their stated size"),
      ("the CRC", changing(archive, table + 16, archive[table + 16] ^ 1), "unlike their CRC-32"),
      ("damaged data", changing(archive, 100, archive[100] ^ 8), "imgs: "),
      ("a member that is text", NumPy.zip([.init(name: "imgs", data: [65])]), "not a NumPy array"),
    ]
  }()

  @Test("A damaged array is refused with status 65 and one line that says what is wrong")
  func damagedArrays() {
    for (what, bytes, says) in Self.arrays {
      let error = #expect(throws: InputError.self, "\(what)") { try NPY(bytes) }
      expect(error, .damagedData, "", says)
    }
  }

  @Test("A damaged archive is refused with status 65 and one line that says what is wrong")
  func damagedArchives() {
    for (what, bytes, says) in Self.archives {
      let error = #expect(throws: InputError.self, "\(what)") {
        _ = try NPZ(bytes).array("imgs").byteValues()
      }
      expect(error, .damagedData, "", says)
    }
  }

  @Test("The cases are at least seventy, each with a file of its own")
  func caseCount() {
    let files = (Self.arrays + Self.archives).map(\.bytes)
    #expect(files.count >= 70 && Set(files).count >= files.count - 2)
  }

  @Test("Every proper prefix of an array and of an archive is refused")
  func everyPrefix() {
    for count in NumPy.table.indices {
      #expect(throws: InputError.self) { try NPY([UInt8](NumPy.table.prefix(count))) }
    }
    for count in NumPy.savez.indices {
      #expect(throws: InputError.self) { try NPZ([UInt8](NumPy.savez.prefix(count))) }
    }
  }

  @Test("Every flipped bit of an archive is noticed, or does not change what is read")
  func everyBit() throws {
    let whole = try contents(NumPy.savez)
    var unnoticed = 0
    for bit in 0..<8 * NumPy.savez.count {
      var damaged = NumPy.savez
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      do throws(InputError) {
        if try contents(damaged) == whole { unnoticed += 1 }
      } catch {
        #expect(error.status == .damagedData)
      }
    }
    // Versions, dates, sizes and checksums in the local headers: the table of contents has them.
    #expect(unnoticed < 8 * NumPy.savez.count / 3)
  }

  @Test("20,000 mutations of arrays and archives are read or refused")
  func mutations() {
    var random = SplitMix(state: 0xA77A), refused = 0
    for number in 0..<20_000 {
      let damaged = mutated(number % 2 == 0 ? NumPy.table : NumPy.savez, &random)
      do throws(InputError) {
        if number % 2 == 0 { _ = try NPY(damaged).doubles() } else { _ = try contents(damaged) }
      } catch {
        refused += 1
        #expect(error.status == .damagedData && !error.message.contains { $0.isNewline })
      }
    }
    #expect(refused > 10_000)
  }

  @Test("A header of noise, and of a million brackets, is refused")
  func noise() {
    var random = SplitMix(state: 3)
    for _ in 0..<5000 {
      let noise = (0..<Int.random(in: 0...80, using: &random)).map { _ in
        "{}()[]'\",:LTrueFalse0123 \\".utf8.randomElement(using: &random)!
      }
      let text = String(decoding: noise, as: UTF8.self)
      #expect(throws: InputError.self) { try NPY(NumPy.file(text, [])) }
    }
    for bracket in ["{", "(", "["] {
      let text = "{'shape': " + String(repeating: bracket, count: 1_000_000)
      #expect(throws: InputError.self) { try NPY(NumPy.file(text, [], 2)) }
    }
  }

  /// All arrays of an archive, as text that differs when any of them does.
  private func contents(_ bytes: [UInt8]) throws(InputError) -> [String] {
    let archive = try NPZ(bytes)
    var found: [String] = []
    for name in archive.names {
      let array = try archive.array(name)
      found.append("\(name) \(array.shape) \(try array.doubles())")
    }
    return found
  }

  /// An array with these keys in its header and one byte of data.
  private static func header(_ keys: String) -> [UInt8] { NumPy.file("{\(keys), }", [1]) }

  /// `bytes` with one of them replaced by another.
  private static func changing(_ bytes: [UInt8], _ index: Int, _ byte: UInt8) -> [UInt8] {
    precondition(bytes[index] != byte)
    var bytes = bytes
    bytes[index] = byte
    return bytes
  }
}
