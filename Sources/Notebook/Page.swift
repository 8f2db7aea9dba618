import Datasets
import Foundation
import Plots
import Tensors
import Training

/// A chapter as a program: what its command line says, and everything that it prints or draws.
///
///     let page = Page("ch04-elbo", "The evidence lower bound", options: [.seed, .figures])
///     page.section("4.1 Three derivations")
///     page.say("log p(x) = \(fixed(v, 4)) nats")
///     page.finish()
///
/// Results go to standard output, all else to standard error. Nothing in a page can change after
/// it is made, so it may be used from any function and any thread.
public final class Page: Sendable {
  /// The chapter's name, which is also that of its folder and of the program.
  public let name: String
  let settings: Settings
  let console: Console
  private let root: String
  private let folder: FigureFolder
  private let transcript: Transcript?
  private let start = ContinuousClock.now

  /// Reads the command line and prints the title.
  ///
  /// `--help` prints the options and ends the program; a command line that cannot be understood
  /// ends it with one line that says why, and status 64.
  public convenience init(
    _ name: String, _ title: String, options: [PageOption] = [],
    arguments: [String] = Array(CommandLine.arguments.dropFirst()),
    source: String = #filePath, line: Int = #line, file: String = #fileID
  ) {
    signal(SIGPIPE, SIG_DFL)  // `swift run ch04-elbo | head` ends quietly
    let console = Console()
    let options = options + [.threads]
    self.init(
      name,
      settings: valueOrExit(name, console) { try Settings(arguments, options: options) },
      console: console, root: packageRoot(of: source),
      transcript: valueOrExit(name, console) {
        let path = ProcessInfo.processInfo.environment["NOTEBOOK_TRANSCRIPT"] ?? ""
        return try path.isEmpty ? nil : Transcript(appendingTo: path)
      })
    if settings.wantsHelp {
      console.print(Settings.help(name: name, title: title, options: options))
      exit(0)
    }
    if case .integer(let count)? = settings.value("threads") { Parallel.threads = count }
    let draws = options.contains { $0.name == "figures" }
    if draws { attempt { try makeFolder(folder.path) } }  // now, not after an hour of training
    for option in options where option.isOutput {
      if let file = path(option.name) { attempt { try expectWritable(file) } }
    }
    console.print(title + "\n" + String(repeating: "═", count: displayWidth(title)))
    record(.init(line: line, file: file, kind: .title, text: title))
    if draws, folder.isAside {
      let place = relative(folder.path, to: root)
      console.note("not the run that the page shows: figures go to \(place)")
    }
  }

  init(
    _ name: String, settings: Settings, console: Console, root: String, transcript: Transcript?
  ) {
    self.name = name
    self.settings = settings
    self.console = console
    self.root = root
    self.transcript = transcript
    var chosen: String?
    if case .text(let directory)? = settings.given["figures"] { chosen = directory }
    folder = FigureFolder(
      chapter: name, root: root, chosen: chosen, resultsChange: settings.changesResults)
  }

  /// Prints a heading.
  ///
  /// The woven page leaves it out: there the prose has headings.
  public func section(_ title: String, line: Int = #line, file: String = #fileID) {
    console.print("\n" + title + "\n" + String(repeating: "─", count: displayWidth(title)))
    record(.init(line: line, file: file, kind: .section, text: title))
  }

  /// Prints a result: plain text, of one line or several.
  public func say(_ text: String = "", line: Int = #line, file: String = #fileID) {
    console.print(text)
    record(.init(line: line, file: file, kind: .say, text: text))
  }

  /// Prints a table.
  ///
  /// Columns of numbers are aligned right, columns of words left; every row has as many cells as
  /// the header.
  public func table(
    _ header: [String], _ rows: [[String]], caption: String? = nil,
    line: Int = #line, file: String = #fileID
  ) {
    guard rows.allSatisfy({ $0.count == header.count }) else {
      fatalError("\(file):\(line): a row of the table is longer or shorter than its header")
    }
    let text = TextTable(header: header, rows: rows).lines().joined(separator: "\n")
    console.print("\n" + text + "\n" + (caption.map { $0 + "\n" } ?? ""))
    record(
      .init(
        line: line, file: file, kind: .table, text: text, header: header, rows: rows,
        caption: caption))
  }

  /// Draws a figure as SVG, in a file of this name, and prints its path and caption.
  public func figure(
    _ figure: any Figure, _ name: String, caption: String? = nil,
    line: Int = #line, file: String = #fileID
  ) {
    draw(
      Array(figure.svg().utf8), name, "svg", caption ?? figure.title, figure.description, line,
      file)
  }

  /// Writes the bytes of a PNG image to a file of this name, and prints its path and caption.
  ///
  /// The description is for those who cannot see it.
  public func png(
    _ bytes: [UInt8], _ name: String, caption: String, description: String? = nil,
    line: Int = #line, file: String = #fileID
  ) {
    draw(bytes, name, "png", caption, description ?? caption, line, file)
  }

  /// Shows pictures of grey values from 0 to 1, as half blocks, to whoever runs the page on a
  /// terminal: in rows of `columns`, or of fewer if it is narrow.
  ///
  /// Prints nothing elsewhere.
  public func pictures(_ pictures: [[Double]], height: Int, width: Int, columns: Int = 10) {
    guard console.outputIsTerminal else { return }
    let fit = max(1, min(columns, (console.outputColumns + 1) / (width + 1)))
    let rows = stride(from: 0, to: pictures.count, by: fit).map { first in
      let row = Array(pictures[first..<min(first + fit, pictures.count)])
      return halfBlocks(row, height: height, width: width, style: console.pictureStyle)
    }
    console.print(rows.joined(separator: "\n"))
  }

  /// A progress bar on standard error for `total` steps of work.
  public func progress(_ label: String, total: Int) -> ProgressBar {
    ProgressBar(label, total: total, on: console)
  }

  /// Does what may fail for reasons outside the program, such as a file that is not there.
  ///
  /// An error ends the program with one line that says what was wrong, and its status; an
  /// `Interruption` with one line, and as the signal would have.
  public func attempt<Value>(_ body: () throws -> Value) -> Value {
    valueOrExit(name, console, body)
  }

  /// Ends the page: says on standard error how long it took.
  public func finish() {
    console.note("\(name): done in \(duration(ContinuousClock.now - start))")
  }

  private func draw(
    _ bytes: [UInt8], _ name: String, _ type: String, _ caption: String, _ description: String,
    _ line: Int, _ file: String
  ) {
    guard !name.isEmpty, name.utf8.allSatisfy({ isalnum(Int32($0)) != 0 || $0 == 45 }) else {
      fatalError("\(file):\(line): the name \(quoted(name)) has more than letters, digits and -")
    }
    let path = "\(folder.path)/\(name).\(type)"
    attempt { try writeWhole(bytes, to: path) }
    let shown = relative(path, to: root)
    console.print("[\(shown)] \(caption)")
    record(
      .init(
        line: line, file: file, kind: .figure, text: description, caption: caption,
        name: "\(name).\(type)", path: shown))
  }

  private func record(_ record: @autoclosure () -> Record) {
    guard let transcript else { return }
    attempt { try transcript.append(record()) }
  }
}

/// The value of the body.
///
/// An error ends the program: its line on standard error, its status.
func valueOrExit<Value>(_ name: String, _ console: Console, _ body: () throws -> Value) -> Value {
  do {
    return try body()
  } catch let error as InputError {
    console.note("\(name): \(oneLine(error.message))")
    exit(error.status.rawValue)
  } catch let interruption as Interruption {
    console.note("\(name): \(oneLine(interruption.message))")
    interruption.obey()
  } catch {
    console.note("\(name): \(oneLine("\(error)"))")
    exit(70)  // sysexits: an internal error, since what is wrong outside is an InputError
  }
}
