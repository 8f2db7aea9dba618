import Datasets
import Tensors

/// Named arrays of numbers and a few words about them, in the file format that PyTorch users load:
/// safetensors.
///
/// A file holds the length of its header (8 bytes, little-endian), the header as JSON, and the
/// arrays' bytes, row-major, little-endian, one array after the other. The header gives each
/// array's type, shape, and first and last place among those bytes:
///
///     {"__metadata__":{"by":"ch06-vae"},
///      "fc1.bias":{"dtype":"F32","shape":[400],"data_offsets":[0,1600]}}
///
/// There are no holes and no overlaps, so a file can be checked before a number of it is used.
/// Format: <https://github.com/huggingface/safetensors>.
public struct Safetensors: Equatable, Sendable {
  /// The type of an array's numbers, in the order in which a file holds them.
  enum Kind: String, CaseIterable, Sendable {
    case u64 = "U64"
    case i64 = "I64"
    case f64 = "F64"
    case f32 = "F32"

    /// The bytes of one number.
    var size: Int { self == .f32 ? 4 : 8 }
  }

  /// One array: its numbers as bytes, as many as kind and shape say.
  struct Entry: Equatable, Sendable {
    var kind: Kind
    var shape: [Int]
    var bytes: [UInt8]
  }

  /// Words about the file, such as the settings of a run.
  public var metadata: [String: String] = [:]
  private(set) var entries: [String: Entry] = [:]

  /// The most bytes that a header may have, by the format: 100 MB.
  static let headerLimit = 100_000_000

  /// A file without arrays.
  public init() {}

  /// The names of all arrays, sorted.
  public var names: [String] { entries.keys.sorted() }

  /// Adds an array of `Float` (F32) or `Double` (F64), or replaces the one of that name.
  public mutating func set<Scalar: TensorScalar>(_ name: String, _ tensor: Tensor<Scalar>) {
    let bytes = tensor.withUnsafeScalars { [UInt8](UnsafeRawBufferPointer($0)) }
    set(name, Entry(kind: Scalar.isSingle ? .f32 : .f64, shape: tensor.shape.axes, bytes: bytes))
  }

  /// Adds an array of whole numbers (U64), shape `[numbers.count]`, or replaces the one of that name.
  public mutating func set(_ name: String, _ numbers: [UInt64]) {
    let bytes = numbers.withUnsafeBytes { [UInt8]($0) }
    set(name, Entry(kind: .u64, shape: [numbers.count], bytes: bytes))
  }

  private mutating func set(_ name: String, _ entry: Entry) {
    guard name != "__metadata__" else { fatalError("Safetensors: no array may be \(name)") }
    entries[name] = entry
  }

  /// The array of a name, of F32 or F64, rounded if `Scalar` is narrower.
  ///
  /// Throws 65 if it is not there, holds whole numbers, or has another shape than asked for.
  public func tensor<Scalar: TensorScalar>(
    _ name: String, shape: Shape? = nil, as type: Scalar.Type = Scalar.self
  ) throws(InputError) -> Tensor<Scalar> {
    let entry = try entry(name)
    guard entry.kind == .f32 || entry.kind == .f64, entry.shape.count <= 4 else {
      throw .damagedData(
        "the array \(quoted(name)) is \(entry.kind.rawValue) of shape \(entry.shape),"
          + " not F32 or F64 of at most 4 axes")
    }
    guard shape == nil || shape!.axes == entry.shape else {
      throw .damagedData(
        "the array \(quoted(name)) has the shape \(entry.shape), but \(shape!) is needed")
    }
    if entry.kind == .f32 {
      return converted(Tensor<Float>(bytes: entry.bytes, Shape(entry.shape)))
    }
    return converted(Tensor<Double>(bytes: entry.bytes, Shape(entry.shape)))
  }

  /// The array of a name, of U64 or of I64 without negative numbers; `count` of them, if given.
  ///
  /// Throws 65 if it is not there or is anything else.
  public func integers(_ name: String, count: Int? = nil) throws(InputError) -> [UInt64] {
    let entry = try entry(name)
    let numbers = stride(from: 0, to: entry.bytes.count - 7, by: 8).map { start in
      entry.bytes[start..<start + 8].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    }
    guard entry.kind == .u64 || entry.kind == .i64 && numbers.allSatisfy({ $0 >> 63 == 0 }),
      count == nil || count == numbers.count
    else {
      let wanted = count.map { "\($0) whole numbers" } ?? "whole numbers from 0 up"
      throw .damagedData("the array \(quoted(name)) is not \(wanted)")
    }
    return numbers
  }

  private func entry(_ name: String) throws(InputError) -> Entry {
    guard let entry = entries[name] else {
      throw .damagedData("it has no array \(quoted(name))")
    }
    return entry
  }

  // MARK: Bytes

  /// The file as bytes: the same bytes for the same contents.
  ///
  /// Arrays come with wide types first and then by name, and the header is filled up with spaces,
  /// so that all numbers lie at multiples of their size: the order of the reference implementation.
  public func serialized() -> [UInt8] {
    let order = Kind.allCases.flatMap { kind in
      entries.filter { $0.value.kind == kind }.sorted {
        $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
      }
    }
    var (fields, end) = ([String](), 0)
    if !metadata.isEmpty {
      let words = metadata.sorted { $0.key < $1.key }.map { "\(json($0.key)):\(json($0.value))" }
      fields.append("\"__metadata__\":{\(words.joined(separator: ","))}")
    }
    for (name, entry) in order {
      let shape = entry.shape.map(String.init).joined(separator: ",")
      let (begin, kind) = (end, entry.kind.rawValue)
      end += entry.bytes.count
      fields.append(
        "\(json(name)):{\"dtype\":\"\(kind)\",\"shape\":[\(shape)],\"data_offsets\":[\(begin),\(end)]}"
      )
    }
    var header = Array("{\(fields.joined(separator: ","))}".utf8)
    header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + end)
    bytes += (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    bytes += header
    for (_, entry) in order { bytes += entry.bytes }
    return bytes
  }

  /// Reads the bytes of a file.
  ///
  /// Throws 65 unless every byte is accounted for: header and shapes agree, the arrays cover what
  /// follows the header without hole or overlap, and no name comes twice.
  public init(_ bytes: [UInt8]) throws(InputError) {
    guard bytes.count >= 8 else {
      throw .damagedData("not a safetensors file: it has \(bytes.count) bytes, less than 8")
    }
    let length = bytes[..<8].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(Self.headerLimit), Int(length) <= bytes.count - 8 else {
      throw .damagedData(
        "not a whole safetensors file: it has \(bytes.count) bytes and claims a header of \(length)"
      )
    }
    let start = 8 + Int(length)
    let header = try SafetensorsHeader(bytes[8..<start])
    metadata = header.metadata
    var end = 0
    for (name, place) in header.places.sorted(by: {
      ($0.value.begin, $0.value.end) < ($1.value.begin, $1.value.end)
    }) {
      guard place.begin == end, place.end >= end, place.end <= bytes.count - start else {
        throw .damagedData(
          "the array \(quoted(name)) lies at \(place.begin) to \(place.end) of"
            + " \(bytes.count - start) bytes, and \(end) come before it")
      }
      end = place.end
      guard place.count == end - place.begin else {
        throw .damagedData(
          "the array \(quoted(name)) is \(place.kind.rawValue) of shape \(place.shape),"
            + " but has \(end - place.begin) bytes")
      }
      entries[name] = Entry(
        kind: place.kind, shape: place.shape,
        bytes: Array(bytes[start + place.begin..<start + place.end]))
    }
    guard end == bytes.count - start else {
      throw .damagedData("\(bytes.count - start) bytes follow its header, of which it names \(end)")
    }
  }

  // MARK: Files

  /// Reads a file of at most 1 GiB.
  ///
  /// Throws 66 if it is not there or unreadable, 65 if it is damaged; the message names the file.
  public init(contentsOf path: String) throws(InputError) {
    do {
      self = try Safetensors(readFile(path, byteLimit: 1 << 30))
    } catch {
      throw error.naming(path)
    }
  }

  /// Writes the file whole or not at all; it is on the disk when this returns.
  ///
  /// Throws 73 if it cannot be written.
  public func write(to path: String) throws(InputError) {
    try writeWhole(serialized(), to: path, synced: true)
  }
}

extension Tensor {
  /// A tensor from its elements' bytes, as many as the shape needs. (Swift runs on little-endian
  /// machines only, so memory and file agree.)
  fileprivate init(bytes: [UInt8], _ shape: Shape) {
    self = .zeros(shape)
    withUnsafeMutableScalars { UnsafeMutableRawBufferPointer($0).copyBytes(from: bytes) }
  }
}

/// The tensor itself if it has the type asked for, else rounded to it.
private func converted<From, To>(_ tensor: Tensor<From>) -> Tensor<To> {
  (tensor as? Tensor<To>) ?? Tensor<To>(tensor)
}
