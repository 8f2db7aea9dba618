/// The contents of an IDX file of bytes, the format of MNIST: an array of any rank.
///
/// A file holds two zero bytes, the type of its values (0x08 for bytes, the only one read here),
/// its rank, one big-endian 32-bit size for each dimension, and the values, the last dimension
/// fastest.
public struct IDX: Sendable {
  /// The sizes of the dimensions, outermost first; all at least 1.
  public let dimensions: [Int]
  /// The values, as many as the product of `dimensions`.
  public let values: [UInt8]

  /// The most bytes that a file may hold unless the caller says otherwise: 256 MiB.
  public static let byteLimit = 1 << 28

  /// Parses IDX data that must have this rank; gzip data, known by their first bytes, are
  /// decompressed first, to at most `byteLimit` bytes.
  ///
  /// Throws (65) if the data are anything else, or have a length unlike their dimensions.
  public init(
    _ bytes: [UInt8], rank: Int, byteLimit: Int = IDX.byteLimit
  ) throws(InputError) {
    guard !bytes.isEmpty else { throw .damagedData("the file is empty") }
    let bytes = isGzip(bytes) ? try gunzip(bytes, outputLimit: byteLimit) : bytes
    guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0 else {
      let start = bytes.prefix(4).map { String($0, radix: 16) }.joined(separator: " ")
      throw .damagedData("not an IDX file: it begins with the bytes \(start) (hexadecimal)")
    }
    guard bytes[2] == 0x08 else {
      let type = String(bytes[2], radix: 16)
      throw .damagedData("its values are of IDX type 0x\(type), not bytes (0x8)")
    }
    guard bytes[3] == rank else {
      throw .damagedData("it has rank \(bytes[3]), not \(rank) (images have 3, labels 1)")
    }
    let start = 4 + 4 * rank
    guard bytes.count >= start else { throw .damagedData("it ends within its header") }
    dimensions = (0..<rank).map { axis in
      bytes[4 + 4 * axis..<8 + 4 * axis].reduce(0) { $0 << 8 | Int($1) }
    }
    let shape = dimensions.map(String.init).joined(separator: " × ")
    var claimed = 1
    for size in dimensions {
      let (product, overflow) = claimed.multipliedReportingOverflow(by: size)
      guard size > 0, !overflow, product <= byteLimit else {
        throw .damagedData("its header claims the impossible size \(shape)")
      }
      claimed = product
    }
    guard bytes.count - start == claimed else {
      throw .damagedData(
        "its header claims \(shape) = \(claimed) values, but \(bytes.count - start) follow")
    }
    values = [UInt8](bytes[start...])
  }

  /// Reads and parses the file at `path`; the message of any error begins with the path.
  ///
  /// Throws 66 if it is not there, not a regular file, or unreadable; 65 if it is larger than
  /// `byteLimit`, and otherwise as `init(_:rank:byteLimit:)` does.
  public init(
    contentsOf path: String, rank: Int, byteLimit: Int = IDX.byteLimit
  ) throws(InputError) {
    do {
      self = try IDX(readFile(path, byteLimit: byteLimit), rank: rank, byteLimit: byteLimit)
    } catch {
      throw error.naming(path)
    }
  }
}
