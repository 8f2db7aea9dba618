import Foundation
import Testing

@testable import Datasets

/// A file with one thing wrong, and what the error must say of it.
struct DamagedFile: CustomTestStringConvertible, Sendable {
  let what: String, bytes: [UInt8], says: String
  var rank = 3, byteLimit = 100_000

  var testDescription: String { what }
}

@Suite struct DamagedInputTests {
  @Test(
    "A damaged file is refused with status 65 and one line that names it and what is wrong",
    arguments: DamagedFile.plain + DamagedFile.gzip + DamagedFile.streams)
  func damagedFile(file: DamagedFile) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/file"
      try write(file.bytes, path)
      let error = #expect(throws: InputError.self) {
        try IDX(contentsOf: path, rank: file.rank, byteLimit: file.byteLimit)
      }
      expect(error, .damagedData, path, file.says)
      #expect(error?.message.hasSuffix("; replace the file with a fresh copy") == true)
    }
  }

  @Test("The cases are at least forty, and each differs from the good file")
  func caseCount() throws {
    let cases = DamagedFile.plain + DamagedFile.gzip + DamagedFile.streams
    #expect(cases.count >= 40)
    #expect(Set(cases.map(\.what)).count == cases.count)
    for good in [Fixture.file, Fixture.gzip] {
      #expect(try IDX(good, rank: 3, byteLimit: 100_000).dimensions == [20, 8, 8])
    }
  }

  @Test("What is missing, a folder or a device is refused with status 66")
  func notAFile() throws {
    try withTemporaryFolder { folder in
      let loop = folder + "/loop"
      try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
      let cases = [
        (folder + "/none", "no such file"), (folder, "not a regular file"),
        ("/dev/zero", "not a regular file"), (loop, ""),
      ]
      for (path, says) in cases {
        let error = #expect(throws: InputError.self) { try IDX(contentsOf: path, rank: 3) }
        expect(error, .missingInput, path, says)
      }
    }
  }

  @Test(
    "A file without permission to read it is refused with status 66",
    .enabled(if: getuid() != 0, "the superuser may read every file"))
  func unreadable() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/file"
      try write(Fixture.file, path)
      try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
      let error = #expect(throws: InputError.self) { try IDX(contentsOf: path, rank: 3) }
      expect(error, .missingInput, path, "cannot be read")
    }
  }

  #if os(Linux)
    @Test("A file whose contents the system refuses to give is refused with status 66")
    func unreadableContents() {
      let path = "/proc/self/mem"
      let error = #expect(throws: InputError.self) { try IDX(contentsOf: path, rank: 3) }
      expect(error, .missingInput, path, "cannot be read")
    }
  #endif

  @Test("A newline in the name of a file does not break the line")
  func newline() throws {
    let error = #expect(throws: InputError.self) { try IDX(contentsOf: "/a\nb\u{85}c", rank: 1) }
    #expect(error?.message.hasPrefix("/a b c: ") == true)
  }

  @Test("The exit statuses are those of sysexits")
  func statuses() {
    let made: [InputError] = [
      .usage(""), .damagedData(""), .missingInput(""), .cannotCreate(""),
    ]
    #expect(made.map(\.status.rawValue) == [64, 65, 66, 73])
  }
}

/// Expects one line that begins with the path, has this in it, and gives this status.
func expect(
  _ error: InputError?, _ status: Datasets.ExitStatus, _ path: String, _ says: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let error else { return }  // The lack of an error has been reported.
  #expect(error.status == status, sourceLocation: sourceLocation)
  #expect(error.message.hasPrefix(path), "\(error)", sourceLocation: sourceLocation)
  #expect(
    says.isEmpty || error.message.contains(says), "\(error)", sourceLocation: sourceLocation)
  #expect(!error.description.contains { $0.isNewline }, sourceLocation: sourceLocation)
}
