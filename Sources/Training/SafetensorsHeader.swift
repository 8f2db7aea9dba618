import Datasets

/// The header of a safetensors file: where each array lies, and words about it.
///
/// It is an object of JSON with two levels and no freedom: each name stands for an object with a
/// `dtype`, a `shape` and `data_offsets`, but for `__metadata__`, whose values are words. Nothing
/// recurses and nothing is guessed, so a hostile header costs time proportional to its length.
struct SafetensorsHeader {
  /// Type, shape and place of one array.
  struct Place {
    var kind = Safetensors.Kind.f32
    var shape: [Int] = []
    var (begin, end) = (0, 0)
    /// The bytes that kind and shape ask for; nil if that is more than an `Int` holds.
    var count: Int? {
      shape.reduce(kind.size) { (count: Int?, extent) in
        guard let (product, overflow) = count?.multipliedReportingOverflow(by: extent), !overflow
        else { return nil }
        return product
      }
    }
  }

  private(set) var metadata: [String: String] = [:]
  private(set) var places: [String: Place] = [:]

  /// Reads a header's bytes; throws 65 if they are anything but that.
  init(_ bytes: ArraySlice<UInt8>) throws(InputError) {
    var text = JSONText(bytes)
    var sawMetadata = false
    try text.object { text, name throws(InputError) in
      if name == "__metadata__" {
        guard !sawMetadata else { throw text.fault("__metadata__ comes twice") }
        sawMetadata = true
        try text.object { text, key throws(InputError) in
          guard metadata[key] == nil else { throw text.fault("\(quoted(key)) comes twice") }
          metadata[key] = try text.string()
        }
      } else {
        guard places[name] == nil else { throw text.fault("\(quoted(name)) comes twice") }
        places[name] = try Self.place(&text, name)
      }
    }
    try text.expectEnd()
  }

  private static func place(
    _ text: inout JSONText, _ name: String
  ) throws(InputError) -> Place {
    var (place, seen) = (Place(), Set<String>())
    try text.object { text, key throws(InputError) in
      guard seen.insert(key).inserted else { throw text.fault("\(quoted(key)) comes twice") }
      switch key {
      case "dtype":
        let type = try text.string()
        guard let kind = Safetensors.Kind(rawValue: type) else {
          throw .damagedData(
            "the array \(quoted(name)) is of type \(quoted(type)); F32, F64, I64 and U64 are read")
        }
        place.kind = kind
      case "shape": place.shape = try text.naturals()
      case "data_offsets":
        let ends = try text.naturals()
        guard ends.count == 2 else { throw text.fault("data_offsets are not two numbers") }
        (place.begin, place.end) = (ends[0], ends[1])
      default: throw text.fault("\(quoted(key)) is no property of an array")
      }
    }
    guard seen.count == 3 else {
      throw text.fault("the array \(quoted(name)) lacks a dtype, a shape or data_offsets")
    }
    return place
  }
}

/// A text as a JSON string, with quotation marks around it.
func json(_ text: String) -> String {
  let escaped = text.unicodeScalars.map { scalar in
    switch scalar {
    case "\"": "\\\""
    case "\\": "\\\\"
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    case "\u{0}"..<" ": "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
    default: String(scalar)
    }
  }
  return "\"" + escaped.joined() + "\""
}

/// The little of JSON that a header is written in, read from its first byte to its last.
struct JSONText {
  private let bytes: ArraySlice<UInt8>
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { (self.bytes, rest) = (bytes, bytes) }

  /// An error at this place.
  func fault(_ what: String) -> InputError {
    .damagedData("its header is not what it should be at byte \(bytes.count - rest.count): \(what)")
  }

  private mutating func skipSpace() {
    rest = rest.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
  }

  /// Whether this character comes next; it is passed if so.
  private mutating func passes(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(InputError) {
    guard passes(character) else { throw fault("\(character) is missing") }
  }

  /// Sees that nothing but space is left.
  mutating func expectEnd() throws(InputError) {
    skipSpace()
    guard rest.isEmpty else { throw fault("something follows its end") }
  }

  /// Reads an object; `value` reads what a name stands for.
  mutating func object(
    _ value: (inout JSONText, String) throws(InputError) -> Void
  ) throws(InputError) {
    try expect("{")
    if passes("}") { return }
    repeat {
      let name = try string()
      try expect(":")
      try value(&self, name)
    } while passes(",")
    try expect("}")
  }

  /// Reads an array of whole numbers from 0 up.
  mutating func naturals() throws(InputError) -> [Int] {
    var numbers: [Int] = []
    try expect("[")
    if passes("]") { return numbers }
    repeat {
      skipSpace()
      let digits = rest.prefix { 0x30 <= $0 && $0 <= 0x39 }
      guard let number = Int(String(decoding: digits.prefix(20), as: UTF8.self)),
        digits.count <= 19, digits.count == 1 || digits.first != 0x30
      else { throw fault("a whole number is missing, or too large") }
      numbers.append(number)
      rest = rest.dropFirst(digits.count)
    } while passes(",")
    try expect("]")
    return numbers
  }

  /// Reads a string.
  mutating func string() throws(InputError) -> String {
    try expect("\"")
    var characters: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case 0x22:
        let text = String(decoding: characters, as: UTF8.self)
        guard text.utf8.elementsEqual(characters) else { throw fault("a string is not UTF-8") }
        return text
      case 0x5C: characters += String(Character(try escape())).utf8
      case 0x20...: characters.append(byte)
      default: throw fault("a control character in a string")
      }
    }
    throw fault("a string has no end")
  }

  /// Reads what follows a backslash.
  private mutating func escape() throws(InputError) -> Unicode.Scalar {
    switch rest.popFirst() {
    case 0x22: return "\""
    case 0x5C: return "\\"
    case 0x2F: return "/"
    case 0x62: return "\u{8}"
    case 0x66: return "\u{C}"
    case 0x6E: return "\n"
    case 0x72: return "\r"
    case 0x74: return "\t"
    case 0x75:
      var value = try fourDigits()
      if 0xD800..<0xDC00 ~= value, rest.popFirst() == 0x5C, rest.popFirst() == 0x75 {
        let low = try fourDigits()
        guard 0xDC00..<0xE000 ~= low else { throw fault("half a character") }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else { throw fault("half a character") }
      return scalar
    default: throw fault("an unknown escape")
    }
  }

  private mutating func fourDigits() throws(InputError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = rest.popFirst().flatMap({ Character(Unicode.Scalar($0)).hexDigitValue })
      else { throw fault("an unknown escape") }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
