// Examines the exercises of the book: `swift run homework --help`.

import Datasets
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
    configuration: program.deletingLastPathComponent().lastPathComponent.lowercased()))

let interruptions = onInterruption(
  of: command.console, status: CommandLine.arguments.contains("--watch") ? 0 : 128 + SIGINT)

do {
  exit(try command.run(Array(CommandLine.arguments.dropFirst())))
} catch let error as InputError {
  command.console.note("homework: \(oneLine(error.message))")
  exit(error.status.rawValue)
} catch {
  command.console.note("homework: \(oneLine("\(error)"))")
  exit(70)  // sysexits: an internal error
}
