import Datasets
import Foundation
import Tensors
import Testing

@testable import Training

@Suite struct SafetensorsTests {
  /// Every kind of array: a scalar, an empty one, names beyond ASCII.
  static let example: Safetensors = {
    var file = Safetensors()
    file.set(
      "b.weight", Tensor<Float>([2, 3], [1, -2, 0.5, .infinity, -0.0, .leastNonzeroMagnitude]))
    file.set("a", Tensor<Float>(7))
    file.set("µ \"λ\"\n", Tensor<Double>([1, 2], [.pi, -.greatestFiniteMagnitude]))
    file.set("none", Tensor<Float>([0, 4], []))
    file.set("counts", [0, 1, .max])
    file.metadata = ["by": "a test", "words": "tab\t quote\" slash\\ \u{1} 🙂"]
    return file
  }()

  @Test("What is written is read back: bits, shapes, kinds, words")
  func roundTrip() throws {
    let file = try Safetensors(Self.example.serialized())
    #expect(file == Self.example)
    let weight: Tensor<Float> = try file.tensor("b.weight", shape: [2, 3])
    #expect(
      weight.scalars.map(\.bitPattern)
        == [
          Float(1), -2, 0.5, .infinity, -0.0, .leastNonzeroMagnitude,
        ].map(\.bitPattern))
    #expect(try file.tensor("a", shape: []).scalar == Float(7))
    #expect(try file.tensor("none", as: Float.self).shape == [0, 4])
    #expect(try file.integers("counts", count: 3) == [0, 1, .max])
    #expect(file.names == ["a", "b.weight", "counts", "none", "µ \"λ\"\n"])
  }

  @Test("Bytes are those of the reference implementation for its own examples")
  func reference() throws {
    // Tests of huggingface/safetensors, `safetensors/src/tensor.rs`: an empty file, one with words
    // only, and [0, 1, 2, 3, 4, 5] of shape [1, 1, 2, 3], where the header is filled up.
    var file = Safetensors()
    #expect(file.serialized() == [8, 0, 0, 0, 0, 0, 0, 0] + Array("{}      ".utf8))
    file.metadata = ["framework": "pt"]
    #expect(
      file.serialized() == [40, 0, 0, 0, 0, 0, 0, 0]
        + Array("{\"__metadata__\":{\"framework\":\"pt\"}}     ".utf8))
    file.metadata = [:]
    file.set("attn0", Tensor<Float>([1, 1, 2, 3], [0, 1, 2, 3, 4, 5]))
    let header =
      "{\"attn0\":{\"dtype\":\"F32\",\"shape\":[1,1,2,3],\"data_offsets\":[0,24]}}       "
    let numbers: [UInt8] = [0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64, 0, 0, 160, 64]
    #expect(
      file.serialized() == [72, 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8) + [0, 0, 0, 0] + numbers)
  }

  @Test("Every array lies at a multiple of its numbers' size")
  func alignment() throws {
    let bytes = Self.example.serialized()
    let length = Int(bytes[0]) | Int(bytes[1]) << 8
    #expect(length % 8 == 0)
    let header = try SafetensorsHeader(bytes[8..<8 + length])
    #expect(header.places.count == 5)
    for place in header.places.values { #expect(place.begin % place.kind.size == 0) }
  }

  @Test("Arrays are converted between Float and Double, and nothing else")
  func conversion() throws {
    let file = Self.example
    #expect(try file.tensor("a", as: Double.self).scalar == 7)
    #expect(try file.tensor("µ \"λ\"\n", as: Float.self).scalars[0] == Float(Double.pi))
    func refused(_ says: String, _ body: () throws -> Void) {
      let error = #expect(throws: InputError.self) { try body() }
      #expect(error?.status == .damagedData)
      #expect(error?.message.contains(says) == true, "\(says): \(error?.message ?? "")")
    }
    refused("has no array 'c'") { _ = try file.tensor("c", as: Float.self) }
    refused("has the shape [2, 3], but [3, 2] is needed") {
      _ = try file.tensor("b.weight", shape: [3, 2], as: Float.self)
    }
    refused("is U64 of shape [3], not F32 or F64") {
      _ = try file.tensor("counts", as: Float.self)
    }
    refused("is not 2 whole numbers") { _ = try file.integers("counts", count: 2) }
    refused("is not whole numbers") { _ = try file.integers("a") }
  }

  @Test("A file is written whole, read back, and missed when it is not there")
  func files() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/deep/model.safetensors"
      try Self.example.write(to: path)
      #expect(try Safetensors(contentsOf: path) == Self.example)
      let beside = try FileManager.default.contentsOfDirectory(atPath: folder + "/deep")
      #expect(beside == ["model.safetensors"])
      for missing in [folder + "/none", folder, "/dev/zero"] {
        let error = #expect(throws: InputError.self) { try Safetensors(contentsOf: missing) }
        #expect(error?.status == .missingInput)
        #expect(error?.message.hasPrefix(missing + ": ") == true)
      }
      let error = #expect(throws: InputError.self) { try Self.example.write(to: folder) }
      #expect(error?.status == .cannotCreate)
    }
  }

  // MARK: Damage

  /// A file with this header, and so many bytes behind it.
  private static func file(_ header: String, _ count: Int = 0, length: Int? = nil) -> [UInt8] {
    let length = length ?? header.utf8.count
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
      + [UInt8](repeating: 0, count: count)
  }

  private static func array(_ dtype: String, _ shape: String, _ offsets: String) -> String {
    "{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
  }

  private static let good = array("F32", "[2]", "[0,8]")

  static let damaged: [(what: String, bytes: [UInt8], says: String)] = [
    ("empty", [], "it has 0 bytes"),
    ("seven bytes", [2, 0, 0, 0, 0, 0, 0], "it has 7 bytes"),
    ("a longer header than the file", file("{}", length: 3), "claims a header of 3"),
    ("the longest header", file("{}", length: -1), "a header of 18446744073709551615"),
    ("beyond the limit", file("{}", length: 100_000_001), "a header of 100000001"),
    ("a pickle", [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 99), "not a whole"),
    ("no header", file(""), "at byte 0: { is missing"),
    ("a list", file("[]"), "{ is missing"),
    ("no end", file("{"), "\" is missing"),
    ("a comma at the end", file("{\"a\":\(good),}", 8), "\" is missing"),
    ("text behind", file("{}x"), "something follows"),
    ("a zero behind", file("{}\0"), "something follows"),
    ("a name without an end", file("{\"a"), "a string has no end"),
    ("no colon", file("{\"a\"\(good)}", 8), ": is missing"),
    ("a number for an array", file("{\"a\":1}"), "{ is missing"),
    ("a control character", file("{\"a\n\":\(good)}", 8), "a control character"),
    ("half a surrogate", file("{\"\\ud800x\":\(good)}", 8), "half a character"),
    ("a low surrogate", file("{\"\\udc00\":\(good)}", 8), "half a character"),
    ("two high surrogates", file("{\"\\ud800\\ud800\":\(good)}", 8), "half a character"),
    ("an unknown escape", file("{\"\\x\":\(good)}", 8), "an unknown escape"),
    ("three digits", file("{\"\\u12\":\(good)}", 8), "an unknown escape"),
    ("Latin 1", [5, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x22, 0xE9, 0x22, 0x7D], "is not UTF-8"),
    ("a name twice", file("{\"a\":\(good),\"a\":\(good)}", 8), "'a' comes twice"),
    (
      "the same name, escaped", file("{\"a\":\(good),\"\\u0061\":\(good)}", 8), "'a' comes twice"
    ),
    (
      "words twice", file("{\"__metadata__\":{},\"__metadata__\":{}}"), "__metadata__ comes twice"
    ),
    ("a word twice", file("{\"__metadata__\":{\"k\":\"\",\"k\":\"\"}}"), "'k' comes twice"),
    ("a word that is a number", file("{\"__metadata__\":{\"k\":1}}"), "\" is missing"),
    ("words in words", file("{\"__metadata__\":{\"k\":{}}}"), "\" is missing"),
    ("no dtype", file("{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}", 8), "lacks a dtype"),
    ("no shape", file("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", 8), "lacks"),
    ("no place", file("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8), "lacks"),
    ("nothing", file("{\"a\":{}}"), "lacks a dtype"),
    (
      "a property twice", file("{\"a\":{\"shape\":[2],\"shape\":[2],\"data_offsets\":[0,8]}}", 8),
      "'shape' comes twice"
    ),
    ("a property too much", file("{\"a\":{\"strides\":[1]}}", 8), "'strides' is no property"),
    ("half precision", file("{\"a\":\(array("F16", "[4]", "[0,8]"))}", 8), "of type 'F16'"),
    ("an unknown type", file("{\"a\":\(array("f32", "[2]", "[0,8]"))}", 8), "of type 'f32'"),
    ("a negative extent", file("{\"a\":\(array("F32", "[-2]", "[0,8]"))}", 8), "a whole number"),
    ("a fraction", file("{\"a\":\(array("F32", "[2.0]", "[0,8]"))}", 8), "] is missing"),
    ("a power of ten", file("{\"a\":\(array("F32", "[2e0]", "[0,8]"))}", 8), "] is missing"),
    ("a leading zero", file("{\"a\":\(array("F32", "[02]", "[0,8]"))}", 8), "a whole number"),
    (
      "twenty digits", file("{\"a\":\(array("F32", "[18446744073709551617]", "[0,8]"))}", 8),
      "large"
    ),
    (
      "just too large", file("{\"a\":\(array("F32", "[9223372036854775808]", "[0,8]"))}", 8),
      "too large"
    ),
    ("a comma in a shape", file("{\"a\":\(array("F32", "[2,]", "[0,8]"))}", 8), "a whole number"),
    ("one offset", file("{\"a\":\(array("F32", "[2]", "[8]"))}", 8), "not two numbers"),
    ("three offsets", file("{\"a\":\(array("F32", "[2]", "[0,8,8]"))}", 8), "not two numbers"),
    ("a hole at the start", file("{\"a\":\(array("F32", "[2]", "[8,16]"))}", 16), "0 come before"),
    (
      "a hole between", file("{\"a\":\(good),\"b\":\(array("F32", "[1]", "[12,16]"))}", 16),
      "'b' lies at 12 to 16 of 16 bytes, and 8 come"
    ),
    (
      "an overlap", file("{\"a\":\(good),\"b\":\(array("F32", "[2]", "[4,12]"))}", 12),
      "'b' lies at 4 to 12 of 12 bytes, and 8 come"
    ),
    ("two arrays on one place", file("{\"a\":\(good),\"b\":\(good)}", 8), "and 8 come before it"),
    (
      "an end before the start", file("{\"a\":\(array("F32", "[2]", "[8,0]"))}", 8),
      "lies at 8 to 0"
    ),
    ("beyond the end", file("{\"a\":\(good)}", 7), "lies at 0 to 8 of 7 bytes"),
    (
      "a byte too much", file("{\"a\":\(good)}", 9),
      "9 bytes follow its header, of which it names 8"
    ),
    ("bytes without a name", file("{}", 1), "1 bytes follow its header, of which it names 0"),
    (
      "fewer bytes than the shape", file("{\"a\":\(array("F32", "[3]", "[0,8]"))}", 8),
      "has 8 bytes"
    ),
    (
      "another type's bytes", file("{\"a\":\(array("F64", "[2]", "[0,8]"))}", 8), "F64 of shape [2]"
    ),
    (
      "a product of 2⁶⁴",
      file("{\"a\":\(array("F32", "[4294967296,4294967296]", "[0,0]"))}"), "but has 0 bytes"
    ),
    (
      "a product beyond Int", file("{\"a\":\(array("F64", "[4611686018427387904]", "[0,0]"))}"),
      "but has 0 bytes"
    ),
  ]

  @Test("A damaged file is refused with status 65 and one line that says what is wrong")
  func damagedFiles() throws {
    #expect(try Safetensors(Self.file("{\"a\":\(Self.good)}", 8)).names == ["a"])
    #expect(try Safetensors(Self.file(" { \"a\" :\n\(Self.good) }\t ", 8)).names == ["a"])
    for (what, bytes, says) in Self.damaged {
      let error = #expect(throws: InputError.self, "\(what)") { try Safetensors(bytes) }
      #expect(error?.status == .damagedData)
      #expect(error?.message.contains(says) == true, "\(what): \(error?.message ?? "")")
      #expect(error?.message.contains("\n") == false)
    }
    #expect(Set(Self.damaged.map(\.what)).count == Self.damaged.count)
  }

  @Test("A damaged file's error begins with its path and ends with what to do")
  func damagedFileOnDisk() throws {
    try withTemporaryFolder { folder in
      try writeWhole([1, 2, 3], to: folder + "/file")
      let error = #expect(throws: InputError.self) { try Safetensors(contentsOf: folder + "/file") }
      #expect(
        error?.message
          == "\(folder)/file: not a safetensors file: it has 3 bytes, less than 8; replace the file"
          + " with a fresh copy")
    }
  }

  @Test("Every proper prefix of a file is refused, and every byte behind it")
  func everyPrefix() {
    let whole = Self.example.serialized()
    for count in whole.indices {
      let error = #expect(throws: InputError.self) { try Safetensors(Array(whole.prefix(count))) }
      #expect(error?.status == .damagedData)
    }
    #expect(throws: InputError.self) { try Safetensors(whole + [0]) }
  }

  @Test("Every flipped bit of a header is refused or gives a file of the same size")
  func everyHeaderBit() throws {
    let whole = Self.example.serialized()
    let start = 8 + Int(whole[0]) + Int(whole[1]) << 8
    for bit in 0..<8 * start {
      var damaged = whole
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      do throws(InputError) {
        // A letter of a name, say: nothing that a header could tell.
        let file = try Safetensors(damaged)
        #expect(file != Self.example)
        #expect(file.entries.values.reduce(0) { $0 + $1.bytes.count } == whole.count - start)
      } catch {
        #expect(error.status == .damagedData)
      }
    }
  }

  @Test("20,000 mutations are refused, or read into no more than they hold, and written as read")
  func mutations() throws {
    let whole = Self.example.serialized()
    var random = Random(seed: 0xDA7A), thrown = 0
    for _ in 0..<20_000 {
      let damaged = mutated(whole, &random)
      do throws(InputError) {
        let file = try Safetensors(damaged)
        #expect(file.entries.values.reduce(0) { $0 + $1.bytes.count } <= damaged.count)
        #expect(try! Safetensors(file.serialized()) == file)
      } catch {
        thrown += 1
        #expect(error.status == .damagedData)
      }
    }
    #expect(thrown > 10_000 && thrown < 20_000)
  }

  @Test("A header that opens a million times costs a million steps and no stack")
  func deep() {
    for text in ["{\"a\":", "[", "{\"__metadata__\":{\"a\":{", "\"\\u0041"] {
      let header = String(repeating: text, count: 1_000_000)
      #expect(throws: InputError.self) { try Safetensors(Self.file(header)) }
    }
  }
}
