/// An array as NumPy saves it (`.npy`): its shape, and numbers of one type.
///
/// A file holds the bytes 0x93 and `NUMPY`, the version of the format, the length of a header, the
/// header, which says shape, type and order, and the values. Versions 1, 2 and 3 differ in the width
/// of the length and in the encoding of the header. Read here are truth values, whole numbers and
/// floating-point numbers of 4 or 8 bytes, of either byte order, the last dimension fastest.
public struct NPY: Sendable {
  /// The sizes of the dimensions, outermost first; empty for a single number.
  public let shape: [Int]
  /// The number of values: the product of `shape`.
  public let count: Int
  let type: ElementType
  private let bytes: [UInt8]
  private let start: Int

  /// Parses the contents of a `.npy` file.
  ///
  /// Throws (65) if they are anything else, of another type or order, or have a length unlike their
  /// shape.
  public init(_ bytes: [UInt8]) throws(InputError) {
    guard !bytes.isEmpty else { throw .damagedData("the file is empty") }
    guard bytes.starts(with: [0x93] + "NUMPY".utf8) else {
      let start = bytes.prefix(6).map { String($0, radix: 16) }.joined(separator: " ")
      throw .damagedData("not a NumPy array: it begins with the bytes \(start) (hexadecimal)")
    }
    guard bytes.count >= 8 else { throw .damagedData("it ends within its header") }
    let width = bytes[6] == 1 ? 2 : 4
    guard (1...3).contains(bytes[6]), bytes[7] == 0 else {
      throw .damagedData("version \(bytes[6]).\(bytes[7]) of the NumPy format is not known")
    }
    guard bytes.count >= 8 + width else { throw .damagedData("it ends within its header") }
    let length = bytes[8..<8 + width].reversed().reduce(0) { $0 << 8 | Int($1) }
    start = 8 + width + length
    guard start <= bytes.count else { throw .damagedData("it ends within its header") }
    let header = try NPYHeader(bytes[8 + width..<start])
    (shape, type) = (header.shape, try ElementType(header.type))

    let sizes = "(" + shape.map(String.init).joined(separator: ", ") + ")"
    var claimed = 1
    for size in shape {
      let (product, overflow) = claimed.multipliedReportingOverflow(by: size)
      guard !overflow, product <= bytes.count else {
        throw .damagedData("its header claims the shape \(sizes), more than the file holds")
      }
      claimed = product
    }
    guard bytes.count - start == claimed * type.byteCount else {
      throw .damagedData(
        "its header claims the shape \(sizes), \(claimed * type.byteCount) bytes, "
          + "but \(bytes.count - start) follow")
    }
    guard !header.isFortranOrder || shape.count < 2 else {
      throw .damagedData(
        "its values are in Fortran order; save a copy made with numpy.ascontiguousarray")
    }
    (count, self.bytes) = (claimed, bytes)
  }

  /// Reads and parses the file at `path`; the message of any error begins with the path.
  ///
  /// Throws 66 if it is not there, not a regular file, or unreadable; 65 if it is larger than
  /// `byteLimit`, and otherwise as `init(_:)` does.
  public init(contentsOf path: String, byteLimit: Int = IDX.byteLimit) throws(InputError) {
    do {
      self = try NPY(readFile(path, byteLimit: byteLimit))
    } catch {
      throw error.naming(path)
    }
  }

  // MARK: Values

  /// The values, row-major, if they are bytes or truth values (0 and 1); throws (65) otherwise.
  public func byteValues() throws(InputError) -> [UInt8] {
    guard type.byteCount == 1, type.kind != .signed else { throw wrongType("bytes") }
    let values = [UInt8](bytes[start...])
    if type.kind == .truth, let index = values.firstIndex(where: { $0 > 1 }) {
      throw .damagedData("truth value \(index) is \(values[index]), not 0 or 1")
    }
    return values
  }

  /// The values, row-major, if they are whole numbers; throws (65) otherwise, or if one is too large.
  public func integers() throws(InputError) -> [Int] {
    guard type.kind != .floating else { throw wrongType("whole numbers") }
    if type.byteCount == 1, type.kind != .signed { return try byteValues().map(Int.init) }
    var values: [Int] = []
    values.reserveCapacity(count)
    for index in 0..<count {
      let pattern = pattern(index)
      if type.kind == .unsigned, pattern > UInt64(Int.max) {
        throw .damagedData("value \(index) is \(pattern), larger than \(Int.max)")
      }
      let unused = 64 - 8 * type.byteCount, value = Int(truncatingIfNeeded: pattern)
      // Shifting up and down again spreads the sign.
      values.append(type.kind == .signed ? (value << unused) >> unused : value)
    }
    return values
  }

  /// The values, row-major, as floating-point numbers: whole numbers are rounded to the nearest.
  public func doubles() throws(InputError) -> [Double] {
    guard type.kind == .floating else { return try integers().map(Double.init) }
    return (0..<count).map { index in
      let pattern = pattern(index)
      return type.byteCount == 4
        ? Double(Float(bitPattern: UInt32(pattern))) : Double(bitPattern: pattern)
    }
  }

  /// The bits of value `index`, those that it does not have being 0.
  private func pattern(_ index: Int) -> UInt64 {
    let first = start + index * type.byteCount
    var pattern: UInt64 = 0
    for place in 0..<type.byteCount {
      let offset = type.isBigEndian ? place : type.byteCount - 1 - place
      pattern = pattern << 8 | UInt64(bytes[first + offset])
    }
    return pattern
  }

  private func wrongType(_ wanted: String) -> InputError {
    .damagedData("its values are of type \(type.name), not \(wanted)")
  }
}

/// The type of an array's values, as NumPy writes it: byte order, kind and number of bytes, `<f8`.
struct ElementType {
  enum Kind: Character {
    case truth = "b"
    case unsigned = "u"
    case signed = "i"
    case floating = "f"
  }

  let name: String
  let kind: Kind
  let byteCount: Int
  let isBigEndian: Bool

  init(_ name: String) throws(InputError) {
    let parts = Array(name)
    guard parts.count == 3, let kind = Kind(rawValue: parts[1]),
      let byteCount = parts[2].wholeNumberValue, "|<>".contains(parts[0]),
      Self.byteCounts(kind).contains(byteCount), parts[0] != "|" || byteCount == 1
    else {
      let why = parts.contains("O") ? ", Python objects" : ""
      throw .damagedData(
        "its values are of type \(name)\(why); truth values, whole numbers, f4 and f8 are read")
    }
    (self.name, self.kind, self.byteCount) = (name, kind, byteCount)
    isBigEndian = parts[0] == ">"
  }

  private static func byteCounts(_ kind: Kind) -> [Int] {
    switch kind {
    case .truth: [1]
    case .unsigned, .signed: [1, 2, 4, 8]
    case .floating: [4, 8]
    }
  }
}
