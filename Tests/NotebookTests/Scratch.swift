import Foundation

@testable import Notebook

/// A folder for one test, which goes when the test ends.
final class Scratch {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory
      .resolvingSymlinksInPath().appendingPathComponent("notebook-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The text of a file in the folder.
  func text(_ name: String) throws -> String {
    try String(contentsOfFile: path + "/" + name, encoding: .utf8)
  }

  /// The names in the folder, hidden ones too.
  func names(_ folder: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path + "/" + folder).sorted()
  }

  /// A file open for writing.
  func open(_ name: String) -> Int32 {
    Foundation.open(path + "/" + name, O_WRONLY | O_CREAT | O_APPEND, 0o666)
  }
}

/// A terminal that nobody looks at but the test.
struct PseudoTerminal {
  private(set) var leader: Int32 = -1
  private(set) var follower: Int32 = -1

  init() { openpty(&leader, &follower, nil, nil, nil) }

  /// What has been written to it, and the end of it.
  func close() -> String {
    Foundation.close(follower)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(leader, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    Foundation.close(leader)
    return String(decoding: bytes, as: UTF8.self)
  }
}
