// Weaves the pages of the book: `swift run book --help`.

import Datasets
import Foundation
import Notebook

let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
let command = Command(
  root: packageRoot(of: #filePath),
  runner: Runner(
    root: packageRoot(of: #filePath),
    build: (Bundle.main.executableURL ?? program).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path,
    note: { FileHandle.standardError.write(Data(($0 + "\n").utf8)) }))
do {
  exit(try command.run(Array(CommandLine.arguments.dropFirst())))
} catch let error as InputError {
  FileHandle.standardError.write(Data("book: \(oneLine(error.message))\n".utf8))
  exit(error.status.rawValue)
} catch {
  FileHandle.standardError.write(Data("book: \(oneLine("\(error)"))\n".utf8))
  exit(70)  // sysexits: an internal error
}
