import Datasets
import Foundation

/// One thing that a page printed, and the line of the source that did it.
package struct Record: Codable, Equatable, Sendable {
  package var line: Int
  package var file: String
  package var kind: Kind
  package var text: String
  package var header: [String]?
  package var rows: [[String]]?
  package var caption: String?
  package var name: String?
  package var path: String?

  package enum Kind: String, Codable, Sendable { case title, section, say, table, figure }
}

/// The file to which a page appends what it prints, so that a weaver can put each output under
/// the line that printed it: one JSON object a line.
final class Transcript: Sendable {
  private let file: Int32

  /// Opens the file, or makes it.
  init(appendingTo path: String) throws(InputError) {
    file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o666)
    guard file >= 0 else {
      let reason = String(cString: strerror(errno))
      throw .cannotCreate(
        "cannot write \(quoted(path)): \(reason); set NOTEBOOK_TRANSCRIPT to another file")
    }
  }

  deinit { close(file) }

  /// Appends one record.
  func append(_ record: Record) throws(InputError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let line = try? encoder.encode(record), writeAll(Array(line) + [10], to: file) == 0
    else { throw .cannotCreate("cannot write the transcript: make room on its disk") }
  }
}
