/// What the header of a `.npy` file says: the literal of a Python dictionary with three keys.
///
///     {'descr': '<f8', 'fortran_order': False, 'shape': (46080, 5), }
struct NPYHeader {
  /// The type of the values, such as `<f8`.
  let type: String
  /// Whether the first dimension is the fastest.
  let isFortranOrder: Bool
  /// The sizes of the dimensions, none negative, at most 32 as in NumPy itself.
  let shape: [Int]

  /// Parses a header; throws (65) if it is anything but what NumPy writes.
  init(_ bytes: ArraySlice<UInt8>) throws(InputError) {
    var parser = LiteralParser(rest: bytes)
    var (type, isFortranOrder, shape): (String?, Bool?, [Int]?)
    try parser.expect("{")
    while !parser.take("}") {
      let key = try parser.string()
      try parser.expect(":")
      switch key {
      case "descr" where type == nil: type = try parser.string()
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try parser.truth()
      case "shape" where shape == nil: shape = try parser.tuple()
      default: throw parser.damage
      }
      if !parser.take(",") {
        try parser.expect("}")
        break
      }
    }
    guard parser.isAtEnd, let type, let isFortranOrder, let shape else { throw parser.damage }
    (self.type, self.isFortranOrder, self.shape) = (type, isFortranOrder, shape)
  }
}

/// A reader of the few literals that a header holds; spaces between them do not matter.
private struct LiteralParser {
  var rest: ArraySlice<UInt8>

  /// What is wrong, with the place that was reached.
  var damage: InputError {
    .damagedData("its header is not one of NumPy's, from byte \(rest.startIndex) on")
  }

  /// Whether only spaces are left.
  var isAtEnd: Bool { rest.allSatisfy(isSpace) }

  /// Takes this text if it comes next.
  mutating func take(_ text: String) -> Bool {
    rest = rest.drop(while: isSpace)
    guard rest.starts(with: text.utf8) else { return false }
    rest = rest.dropFirst(text.utf8.count)
    return true
  }

  mutating func expect(_ text: String) throws(InputError) {
    guard take(text) else { throw damage }
  }

  /// A string of printable ASCII in single or double quotes, at most 64 characters, no escapes.
  mutating func string() throws(InputError) -> String {
    guard !take("[") else {
      throw .damagedData("its values have several fields; arrays of single numbers are read")
    }
    let quote: UInt8
    if take("'") { quote = 0x27 } else if take("\"") { quote = 0x22 } else { throw damage }
    guard let end = rest.prefix(65).firstIndex(of: quote) else { throw damage }
    let text = rest[rest.startIndex..<end]
    guard text.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x5C }) else { throw damage }
    rest = rest[(end + 1)...]
    return String(decoding: text, as: UTF8.self)
  }

  mutating func truth() throws(InputError) -> Bool {
    if take("True") { return true }
    try expect("False")
    return false
  }

  /// Whole numbers in parentheses: `()`, `(3,)`, `(3, 4)`; Python 2 wrote `(3L, 4L)`.
  mutating func tuple() throws(InputError) -> [Int] {
    var numbers: [Int] = []
    try expect("(")
    while !take(")") {
      numbers.append(try number())
      guard numbers.count <= 32 else { throw damage }
      if !take(",") {
        guard numbers.count > 1 else { throw damage }  // In Python, (3) is no tuple.
        try expect(")")
        break
      }
    }
    return numbers
  }

  private mutating func number() throws(InputError) -> Int {
    rest = rest.drop(while: isSpace)
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    guard let number = Int(String(decoding: digits, as: UTF8.self)) else { throw damage }
    rest = rest.dropFirst(digits.count)
    _ = take("L")
    return number
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
