// Examines the exercises of the book: `swift run homework --help`.

import Datasets
import Dispatch
import Foundation
import Grading
import Notebook

signal(SIGPIPE, SIG_DFL)  // `swift run homework | head` ends quietly
let program = (Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0]))
  .resolvingSymlinksInPath()
let command = Command(
  // The program lies in .build/x86_64-unknown-linux-gnu/debug; the nested build goes there too.
  builder: Builder(
    root: packageRoot(of: #filePath),
    scratch: program.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path,
    configuration: program.deletingLastPathComponent().lastPathComponent))

// Ctrl-C leaves no temporary files behind; the processes of exercises end with this one.
signal(SIGINT, SIG_IGN)
let interruption = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
interruption.setEventHandler {
  Examiner.removeTemporaries()
  command.console.note("")
  exit(CommandLine.arguments.contains("--watch") ? 0 : 128 + SIGINT)
}
interruption.resume()

do {
  exit(try command.run(Array(CommandLine.arguments.dropFirst())))
} catch let error as InputError {
  command.console.note("homework: \(oneLine(error.message))")
  exit(error.status.rawValue)
} catch {
  command.console.note("homework: \(oneLine("\(error)"))")
  exit(70)  // sysexits: an internal error
}
