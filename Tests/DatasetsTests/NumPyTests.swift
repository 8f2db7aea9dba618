import Foundation
import Testing

@testable import Datasets

@Suite struct NumPyTests {
  @Test("An archive that NumPy itself wrote")
  func savez() throws {
    let archive = try NPZ(NumPy.savez)
    #expect(archive.names == ["a", "b"])
    let (a, b) = (try archive.array("a"), try archive.array("b"))
    #expect(a.shape == [2, 3] && b.shape == [2])
    #expect(try a.integers() == [0, 1, 2, 3, 4, 5])
    #expect(try a.doubles() == [0, 1, 2, 3, 4, 5])
    #expect(try b.doubles() == [0.5, -2])
  }

  @Test("Members stored and deflated, with short and long headers, and a comment at the end")
  func archive() throws {
    for archive in [NumPy.archive, NumPy.archive.dropLast(2) + [3, 0, 0x50, 0x4B, 5]] {
      let archive = try NPZ(archive)
      #expect(archive.names == ["imgs", "classes"])
      #expect(try archive.array("imgs").byteValues() == Fixture.values)
      #expect(try archive.array("classes").integers() == NumPy.numbers)
    }
    #expect(try NPZ(NumPy.zip([])).names == [])
  }

  @Test("All types of whole numbers and floating-point numbers, of both byte orders")
  func types() throws {
    for (count, values) in [(1, [-128, 0, 127]), (2, [-32768, -2, 258]), (8, [.min, -1, .max])] {
      let little = values.flatMap { NumPy.little($0, count) }
      let big = values.flatMap { NumPy.little($0, count).reversed() }
      #expect(try NPY(NumPy.npy("<i\(count)", "(3,)", little)).integers() == values)
      #expect(try NPY(NumPy.npy(">i\(count)", "(3,)", big)).integers() == values)
    }
    let unsigned = NumPy.little(0xFFFF_FFFE, 4) + NumPy.little(7, 4)
    #expect(try NPY(NumPy.npy("<u4", "(2,)", unsigned)).integers() == [0xFFFF_FFFE, 7])
    #expect(try NPY(NumPy.npy("<u4", "(2,)", unsigned)).doubles() == [4_294_967_294, 7])
    let single = NumPy.little(Int(Float(-1.5).bitPattern), 4)
    #expect(try NPY(NumPy.npy("<f4", "(1,)", single)).doubles() == [-1.5])
    #expect(try NPY(NumPy.npy(">f4", "(1,)", single.reversed())).doubles() == [-1.5])
    let double = NumPy.little(Int(Double(0.1).bitPattern), 8)
    #expect(try NPY(NumPy.npy("<f8", "(1,)", double)).doubles() == [0.1])
    #expect(try NPY(NumPy.npy("|b1", "(2,)", [0, 1])).byteValues() == [0, 1])
    #expect(try NPY(NumPy.npy("|b1", "(2,)", [0, 1])).integers() == [0, 1])
  }

  @Test("Shapes of rank 0, 1 and 3, empty ones, and all versions of the header")
  func shapes() throws {
    for version: UInt8 in 1...3 {
      for (text, shape) in [("()", []), ("(4,)", [4]), ("(0,)", [0]), ("(2, 1, 3)", [2, 1, 3])] {
        let count = shape.reduce(1, *), values = (0..<count).map { UInt8($0) }
        let array = try NPY(NumPy.npy("|u1", text, values, version: version))
        #expect(array.shape == shape && array.count == count)
        #expect(try array.byteValues() == values)
      }
    }
    #expect(try NPY(NumPy.npy("|u1", "(2L, 3L)", Array(0..<6))).shape == [2, 3])
    let dense = #"{"shape":(2,3),"descr":"|u1","fortran_order":False}"#
    #expect(try NPY(NumPy.file(dense, Array(0..<6))).shape == [2, 3])
    #expect(try NPY(NumPy.npy("|u1", "(3,)", [1, 2, 3], order: "True")).integers() == [1, 2, 3])
  }

  @Test("An error of a file names the file, at once or when a member is asked for")
  func paths() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/set.npz"
      try write(NumPy.archive, path)
      let archive = try NPZ(contentsOf: path)
      #expect(try archive.array("classes").integers() == NumPy.numbers)
      let none = #expect(throws: InputError.self) { try archive.array("latents") }
      expect(none, .damagedData, path, "it has no array latents, only imgs, classes")
      let large = #expect(throws: InputError.self) { try archive.array("imgs", byteLimit: 1000) }
      expect(large, .damagedData, path, "imgs: larger than the 1000 bytes allowed")
      let limit = #expect(throws: InputError.self) { try NPZ(contentsOf: path, byteLimit: 9) }
      expect(limit, .damagedData, path, "larger than the 9 bytes")
      try write(NumPy.table, folder + "/table.npy")
      #expect(try NPY(contentsOf: folder + "/table.npy").integers() == NumPy.numbers)
      let missing = #expect(throws: InputError.self) { try NPZ(contentsOf: folder + "/none") }
      expect(missing, .missingInput, folder + "/none", "no such file")
      let notFile = #expect(throws: InputError.self) { try NPY(contentsOf: folder) }
      expect(notFile, .missingInput, folder, "not a regular file; give the path of one")
    }
  }

  @Test("Values of another type than asked for are refused")
  func wrongTypes() throws {
    let cases: [(file: [UInt8], says: String, read: (NPY) throws(InputError) -> Void)] = [
      (
        NumPy.npy("<f8", "()", NumPy.little(0, 8)), "of type <f8, not whole numbers",
        { array throws(InputError) in _ = try array.integers() }
      ),
      (
        NumPy.npy("<i8", "()", NumPy.little(0, 8)), "of type <i8, not bytes",
        { array throws(InputError) in _ = try array.byteValues() }
      ),
      (
        NumPy.npy("|i1", "()", [0]), "of type |i1, not bytes",
        { array throws(InputError) in _ = try array.byteValues() }
      ),
      (
        NumPy.npy("|b1", "(2,)", [1, 2]), "truth value 1 is 2, not 0 or 1",
        { array throws(InputError) in _ = try array.doubles() }
      ),
      (
        NumPy.npy("<u8", "()", NumPy.little(-1, 8)), "value 0 is 18446744073709551615, larger than",
        { array throws(InputError) in _ = try array.integers() }
      ),
    ]
    for (file, says, read) in cases {
      let array = try NPY(file)
      let error = #expect(throws: InputError.self) { try read(array) }
      expect(error, .damagedData, "", says)
    }
  }
}
