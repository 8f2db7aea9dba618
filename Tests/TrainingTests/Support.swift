import Foundation
import Tensors

/// A folder that exists while `body` runs.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

/// One to four changes: a flipped bit, a random byte, a lost or doubled stretch, a cut.
func mutated(_ whole: [UInt8], _ random: inout Random) -> [UInt8] {
  var bytes = whole
  for _ in 0...random.integer(below: 4) where !bytes.isEmpty {
    let index = random.integer(below: bytes.count)
    let stretch = index..<min(bytes.count, index + 1 + random.integer(below: 9))
    switch random.integer(below: 6) {
    case 0, 1: bytes[index] ^= 1 << UInt8(random.integer(below: 8))
    case 2: bytes[index] = UInt8(random.integer(below: 256))
    case 3: bytes.removeSubrange(stretch)
    case 4: bytes.insert(contentsOf: bytes[stretch], at: index)
    default: bytes.removeSubrange(index...)
    }
  }
  return bytes
}
