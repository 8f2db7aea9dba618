import Datasets
import Foundation
import Plots

/// Standard output for results, standard error for everything else.
///
/// Each call writes its text at once: nothing is lost in a crash, and a progress bar and results
/// do not run into each other. Calls may come from any thread; the lock guards `barIsDrawn`.
package final class Console: @unchecked Sendable {
  package let outputIsTerminal: Bool
  package let errorIsTerminal: Bool
  private let output: Int32
  private let error: Int32
  private let lock = NSLock()
  private var barIsDrawn = false

  /// A console on two file descriptors.
  package init(output: Int32 = STDOUT_FILENO, error: Int32 = STDERR_FILENO) {
    self.output = output
    self.error = error
    outputIsTerminal = isatty(output) == 1
    errorIsTerminal = isatty(error) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// How many characters go into a line of standard output, if it is a terminal.
  package var outputColumns: Int { columns(of: output) }

  /// How many characters go into a line of standard error, if it is a terminal.
  package var errorColumns: Int { columns(of: error) }

  private func columns(of descriptor: Int32) -> Int {
    var size = winsize()
    let found = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return found ? Int(size.ws_col) : 80
  }

  /// The finest pictures that the terminal says it can show; NO_COLOR asks for none in colour.
  let pictureStyle = style(forTerminal: ProcessInfo.processInfo.environment)

  /// Prints a result.
  ///
  /// If nobody reads any more, as under `| head`, the program ends here, quietly.
  package func print(_ text: String) {
    lock.withLock {
      eraseBar()
      fflush(nil)  // what the page printed by itself comes first
      let failure = writeAll(text + "\n", to: output)
      guard failure != 0 else { return }
      if failure == EPIPE { _exit(128 + SIGPIPE) }
      let reason = String(cString: strerror(failure))
      _ = writeAll("cannot write to standard output: \(reason); send it elsewhere\n", to: error)
      exit(ExitStatus.cannotCreate.rawValue)
    }
  }

  /// Prints a line that is not a result.
  package func note(_ text: String) {
    lock.withLock {
      eraseBar()
      _ = writeAll(text + "\n", to: error)
    }
  }

  /// Draws a progress bar, over the last one if that is still there.
  package func draw(bar: String) {
    lock.withLock {
      eraseBar()
      _ = writeAll(bar, to: error)
      barIsDrawn = true
    }
  }

  private func eraseBar() {
    if barIsDrawn { _ = writeAll("\r\u{1B}[2K", to: error) }
    barIsDrawn = false
  }
}

/// What a terminal that sets these variables can show.
func style(forTerminal environment: [String: String]) -> TerminalStyle {
  let color = environment["COLORTERM"] ?? ""
  if environment["NO_COLOR"]?.isEmpty == false || environment["TERM"] == "dumb" { return .shades }
  if color == "truecolor" || color == "24bit" { return .trueColor }
  return environment["TERM"]?.contains("256color") == true ? .grey256 : .shades
}

/// Writes all of a text to a file descriptor.
///
/// Returns 0, or the number of the error.
func writeAll(_ text: String, to descriptor: Int32) -> Int32 {
  writeAll(Array(text.utf8), to: descriptor)
}
