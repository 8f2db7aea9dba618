import Tensors

/// One message between the grader and the process that answers.
///
/// Sixteen bytes of header (a mark, what it is, and the length of the rest), then the body; every number
/// is little-endian. Both sides check all lengths: the other side may have written anything.
package struct Frame: Equatable, Sendable {
  /// What a frame says.
  package enum Kind: UInt32, Sendable {
    /// The grader asks: the body holds the inputs.
    case question = 1
    /// The function gave numbers: the body holds them.
    case answer
    /// The function threw `NotAttempted`: no body.
    case notAttempted
    /// The function threw another error: the body is its text in UTF-8.
    case threw
  }

  /// What it says.
  package let kind: Kind
  /// What goes with it.
  package let body: [UInt8]

  /// The number of bytes before the body.
  package static let headerLength = 16
  /// The longest body that is read: two million numbers.
  package static let longestBody = 1 << 24
  private static let mark: UInt32 = 0x0145_4156  // "VAE", 1

  /// A frame.
  package init(_ kind: Kind, _ body: [UInt8] = []) {
    self.kind = kind
    self.body = body
  }

  /// A frame that carries tensors.
  package init(_ kind: Kind, _ tensors: [Tensor<Double>]) {
    var body: [UInt8] = []
    append(UInt32(tensors.count), to: &body)
    for tensor in tensors {
      append(UInt32(tensor.shape.rank), to: &body)
      for extent in tensor.shape.axes { append(UInt64(extent), to: &body) }
      for scalar in tensor.scalars { append(scalar.bitPattern, to: &body) }
    }
    self.init(kind, body)
  }

  /// All bytes, the header's first.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    append(Self.mark, to: &bytes)
    append(kind.rawValue, to: &bytes)
    append(UInt64(body.count), to: &bytes)
    return bytes + body
  }

  /// The frame at the beginning of what has been read so far; nil if more bytes are needed.
  ///
  /// Throws as soon as the bytes cannot be the beginning of a frame.
  package static func first(of bytes: [UInt8]) throws(DamagedFrame) -> Frame? {
    guard bytes.count >= headerLength else { return nil }
    var reader = Reader(bytes)
    guard try reader.next(UInt32.self) == mark else { throw DamagedFrame("it has no header") }
    guard let kind = Kind(rawValue: try reader.next()) else {
      throw DamagedFrame("it is of no known kind")
    }
    let length = try reader.next(UInt64.self)
    guard length <= UInt64(longestBody) else {
      throw DamagedFrame("its body of \(length) bytes is too long")
    }
    let end = headerLength + Int(length)
    return bytes.count < end ? nil : Frame(kind, Array(bytes[headerLength..<end]))
  }

  /// The tensors that the body holds; there is nothing behind them.
  package func tensors() throws(DamagedFrame) -> [Tensor<Double>] {
    var reader = Reader(body)
    let count = try reader.next(UInt32.self)
    guard count <= 1024 else { throw DamagedFrame("it has \(count) tensors") }
    var tensors: [Tensor<Double>] = []
    for _ in 0..<count {
      let rank = try reader.next(UInt32.self)
      guard rank <= 4 else { throw DamagedFrame("a tensor has \(rank) axes") }
      var extents: [Int] = []
      var size = 1
      for _ in 0..<rank {
        let extent = try reader.next(UInt64.self)
        guard extent <= UInt64(Self.longestBody) else {
          throw DamagedFrame("an axis has the extent \(extent)")
        }
        extents.append(Int(extent))
        size *= Int(extent)  // cannot overflow before the guard: both are at most 2²⁴
        guard size <= reader.left / 8 else { throw DamagedFrame("a tensor is not all there") }
      }
      guard size <= reader.left / 8 else { throw DamagedFrame("a tensor is not all there") }
      var scalars: [Double] = []
      scalars.reserveCapacity(size)
      for _ in 0..<size { scalars.append(Double(bitPattern: try reader.next())) }
      tensors.append(Tensor(Shape(extents), scalars))
    }
    guard reader.left == 0 else { throw DamagedFrame("\(reader.left) bytes are too many") }
    return tensors
  }
}

/// Why bytes are no frame.
package struct DamagedFrame: Error, Equatable {
  /// What is wrong, as it follows "the answer cannot be read: ".
  package let reason: String

  init(_ reason: String) { self.reason = reason }
}

private func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
  for shift in stride(from: 0, to: value.bitWidth, by: 8) {
    bytes.append(UInt8(truncatingIfNeeded: value >> shift))
  }
}

/// Reads numbers from bytes, one after the other.
private struct Reader {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// How many bytes are left.
  var left: Int { bytes.count - place }

  mutating func next<Value: FixedWidthInteger & UnsignedInteger>(
    _: Value.Type = Value.self
  ) throws(DamagedFrame) -> Value {
    let count = Value.bitWidth / 8
    guard left >= count else { throw DamagedFrame("it ends too soon") }
    var value: Value = 0
    for i in 0..<count { value |= Value(bytes[place + i]) << (8 * i) }
    place += count
    return value
  }
}
