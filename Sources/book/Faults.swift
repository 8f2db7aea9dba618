import Foundation

/// Something wrong in a file.
struct Fault: Hashable, Sendable, Comparable, CustomStringConvertible {
  let file: String
  /// Counted from 1.
  let line: Int
  let message: String

  var description: String { "\(file):\(line): \(message)" }

  static func < (a: Fault, b: Fault) -> Bool {
    (a.file, a.line, a.message) < (b.file, b.line, b.message)
  }
}

/// Compares the book with a fresh run, and looks for what no run would show.
struct Checker {
  let book: Book
  let results: Results
  /// The chapters that were run.
  let chapters: [Chapter]

  private var isWhole: Bool { chapters.count == book.chapters.count }
  private var ledger: Ledger { Ledger(book: book, results: results) }
  private var weaver: Weaver { Weaver(book: book, results: results) }

  /// Everything found, by file and line.
  var faults: [Fault] {
    let all =
      chapters.flatMap { staleFaults($0) + figureFaults($0) + evidenceFaults($0) + proseFaults($0) }
      + ledgerFaults + appendixFaults + orphanFaults + nameFaults + linkFaults
      + notationFaults(book, in: chapters)
    return Set(all).sorted()
  }

  // MARK: What a fresh run gives

  private func staleFaults(_ chapter: Chapter) -> [Fault] {
    stale(chapter.page, fresh: weaver.page(chapter), command: "swift run book \(chapter.name)")
  }

  private var ledgerFaults: [Fault] {
    guard isWhole else { return [] }
    let front = (try? read(book.root + "/" + Weaver.frontPath)).map {
      stale(Weaver.frontPath, fresh: weaver.frontPage($0), command: "swift run book")
    }
    return stale(Ledger.path, fresh: ledger.text, command: "swift run book") + (front ?? [])
  }

  private var appendixFaults: [Fault] {
    guard isWhole else { return [] }
    return book.appendices.flatMap { appendix in
      let text = weaver.page(appendix)
      let (formulas, complaints) = Markdown(text.components(separatedBy: "\n")).formulas
      return stale(appendix.page, fresh: text, command: "swift run book")
        + (complaints + formulas.flatMap(\.complaints)).map {
          Fault(file: appendix.page, line: $0.line + 1, message: $0.message)
        }
    }
  }

  private func stale(_ path: String, fresh: String, command: String) -> [Fault] {
    guard let old = try? read(book.root + "/" + path) else {
      return [Fault(file: path, line: 1, message: "not there: \(command)")]
    }
    let (a, b) = (old.components(separatedBy: "\n"), fresh.components(separatedBy: "\n"))
    guard let line = firstDifference(a, b) else { return [] }
    func shown(_ lines: [String]) -> String {
      line < lines.count ? "'\(lines[line].prefix(80))'" : "the end of the page"
    }
    return [
      Fault(
        file: path, line: line + 1,
        message: "\(shown(a)), but a fresh run gives \(shown(b)): \(command)")
    ]
  }

  private func figureFaults(_ chapter: Chapter) -> [Fault] {
    let folder = "Figures/\(chapter.name)"
    let fresh = results.runs[chapter.name]?.figures ?? [:]
    return fresh.compactMap { name, bytes -> Fault? in
      let path = "\(folder)/\(name)"
      guard let old = FileManager.default.contents(atPath: book.root + "/" + path) else {
        return Fault(file: path, line: 1, message: "not there: swift run book \(chapter.name)")
      }
      let newline = UInt8(ascii: "\n")
      return firstDifference(
        old.split(separator: newline, omittingEmptySubsequences: false),
        bytes.split(separator: newline, omittingEmptySubsequences: false)
      ).map {
        Fault(
          file: path, line: $0 + 1,
          message: "not the figure that a fresh run draws: swift run book \(chapter.name)")
      }
    }
  }

  /// Figures that no page shows.
  private var orphanFaults: [Fault] {
    let shown = chapters.flatMap { chapter in
      (results.runs[chapter.name]?.figures ?? [:]).keys.map { "Figures/\(chapter.name)/\($0)" }
    }
    return files(in: "Figures", of: book.root).filter { path in
      (isWhole || chapters.contains { path.hasPrefix("Figures/\($0.name)/") })
        && !shown.contains(path)
    }.map { Fault(file: $0, line: 1, message: "no page shows this figure") }
  }

  // MARK: Equations, functions, tests

  private func evidenceFaults(_ chapter: Chapter) -> [Fault] {
    chapter.equations.flatMap { equation in
      func fault(_ message: String) -> Fault {
        Fault(
          file: chapter.source, line: equation.line, message: "equation \(equation.name) \(message)"
        )
      }
      let functions = Book.places(book.functions, of: equation.name)
      let tests = Book.places(book.tests, of: equation.name)
      let measured = results.measurements.lines[equation.name] ?? []
      let owner = book.equations[equation.name]
      return [
        functions.isEmpty ? fault("has no function with '/// Equation: \(equation.name)'") : nil,
        tests.isEmpty ? fault("has no test that calls Check with its name") : nil,
        !tests.isEmpty && measured.isEmpty ? fault("has a test, but no run measured it") : nil,
        owner?.chapter.name != chapter.name || owner?.equation.line != equation.line
          ? fault("is also the name of another") : nil,
      ].compactMap { $0 }
    }
  }

  /// The name for checks that belong to no equation: those of the checker itself.
  static let noEquation = "test"

  private var nameFaults: [Fault] {
    let known = Set(book.equations.keys).union([Self.noEquation])
    let written = (book.functions + book.tests).filter { !known.contains($0.equation) }.map {
      Fault(
        file: $0.place.path, line: $0.line + 1,
        message: "no page has an equation named \($0.equation)")
    }
    let run = results.measurements.lines.keys.filter { name in
      !known.contains(name) && !book.tests.contains { $0.equation == name }
    }
    return written
      + run.map {
        Fault(file: "Tests", line: 1, message: "a check of \($0), but no page has this equation")
      }
  }

  // MARK: Prose

  private func proseFaults(_ chapter: Chapter) -> [Fault] {
    chapter.blocks.filter { $0.kind == .prose }.flatMap { block in
      let (formulas, complaints) = Markdown(block.lines).formulas
      return (complaints + formulas.flatMap(\.complaints)).map {
        Fault(file: chapter.source, line: block.firstLine + $0.line, message: $0.message)
      }
    }
  }

  private var linkFaults: [Fault] {
    var pages = chapters.map { ($0.page, weaver.page($0), Chapter?.some($0)) }
    if isWhole {
      pages.append((Ledger.path, ledger.text, nil))
      pages += book.appendices.map { ($0.page, weaver.page($0), nil) }
      if let front = try? read(book.root + "/README.md") { pages.append(("README.md", front, nil)) }
    }
    return pages.flatMap { path, text, chapter in
      links(in: text).compactMap { line, target -> Fault? in
        guard let reason = deadness(of: target, on: path) else { return nil }
        let source = chapter.flatMap { try? read(book.root + "/" + $0.source) } ?? ""
        let written = source.components(separatedBy: "\n").firstIndex { $0.contains(target) }
        return Fault(
          file: written == nil ? path : chapter?.source ?? path, line: (written ?? line) + 1,
          message: "the link to \(target) is dead: \(reason)")
      }
    }
  }

  /// Why a link on a page leads nowhere, if it does.
  private func deadness(of target: String, on page: String) -> String? {
    if target.contains(/^[a-z]+:/) { return nil }
    let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let folder = page.components(separatedBy: "/").dropLast().joined(separator: "/")
    let written = parts[0].isEmpty ? page : (folder.isEmpty ? "" : folder + "/") + parts[0]
    var steps: [Substring] = []
    for step in written.split(separator: "/") where step != "." {
      if step != ".." { steps.append(step) } else if steps.popLast() == nil { return "outside" }
    }
    let path = steps.joined(separator: "/")
    let isDrawn = results.runs.contains { chapter, run in
      run.figures.keys.contains { "Figures/\(chapter)/\($0)" == path }
    }
    if isDrawn { return nil }
    let text: String
    if let page = weaver.page(at: path) {
      text = page
    } else if path == Ledger.path {
      text = ledger.text
    } else {
      guard FileManager.default.fileExists(atPath: book.root + "/" + path) else {
        return "there is no \(path)"
      }
      guard parts.count == 2, let content = try? read(book.root + "/" + path) else { return nil }
      text = content
    }
    guard parts.count == 2 else { return nil }
    if let match = parts[1].wholeMatch(of: /L(\d+)(?:-L(\d+))?/) {
      let last = Int(match.2 ?? match.1) ?? 0
      return last <= text.split(separator: "\n", omittingEmptySubsequences: false).count
        ? nil : "\(path) has no line \(last)"
    }
    return anchors(in: text).contains(String(parts[1])) ? nil : "\(path) has no #\(parts[1])"
  }
}

/// The first index at which two lists differ, if they do.
private func firstDifference<Element: Equatable>(_ a: [Element], _ b: [Element]) -> Int? {
  a.count == b.count && a == b
    ? nil : zip(a, b).enumerated().first { $0.1.0 != $0.1.1 }?.0 ?? min(a.count, b.count)
}

/// The targets of links and pictures in Markdown, each with its line from 0.
func links(in text: String) -> [(line: Int, target: String)] {
  let markdown = Markdown(text.components(separatedBy: "\n"))
  return markdown.text.flatMap { line in
    let bare = markdown.lines[line].replacing(/\$[^$]*\$/, with: "")
    return bare.matches(of: /\]\(([^()\s]+)\)|(?:src|href)="([^"]+)"/)
      .map { (line, String($0.1 ?? $0.2 ?? "")) }
  }
}

/// The anchors of a page of Markdown: those written, and those that GitHub gives to headings.
func anchors(in text: String) -> Set<String> {
  let markdown = Markdown(text.components(separatedBy: "\n"))
  let written = text.matches(of: /id="([^"]+)"/).map { String($0.1) }
  let headings = markdown.text.map { markdown.lines[$0] }.filter { $0.contains(/^#{1,6}\s/) }
  return Set(
    written
      + headings.map { heading in
        let title = heading.drop { $0 == "#" }.trimmed.lowercased()
        return title.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
          .replacingOccurrences(of: " ", with: "-")
      })
}
