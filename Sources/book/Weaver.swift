import Foundation
import Notebook

/// Puts a page together: prose, code, what the code printed, and under each equation its function,
/// its test and what the test measured.
struct Weaver {
  let book: Book
  let results: Results

  /// The woven page of a chapter.
  func page(_ chapter: Chapter) -> String {
    var shown: [String: String] = [:]
    let records = results.runs[chapter.name]?.records ?? []
    var parts = [
      "<!-- Woven from main.swift by `swift run book \(chapter.name)`: edit that file, not this. -->"
    ]
    for block in chapter.blocks {
      switch block.kind {
      case .prose: parts.append(prose(block, in: chapter, &shown))
      case .code where block.lines.map(\.trimmed).filter { !$0.isEmpty } == ["page.finish()"]:
        continue  // the program's last word, and nothing to read
      case .code:
        parts.append(fenced(block.lines.joined(separator: "\n"), "swift"))
        parts += output(records.filter { block.contains($0.line) }, of: chapter)
      }
    }
    parts += ["---", navigation(chapter.folder)]
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// The page of an appendix.
  func page(_ appendix: Appendix) -> String {
    let parts = [
      "<!-- Woven from Sources/book by `swift run book`: edit its text there, not this. -->",
      "# \(appendix.title)", appendix.body, "---", navigation(appendix.folder),
    ]
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// The page of the chapter or the appendix that has this path or this folder, if one does.
  func page(at path: String) -> String? {
    if let chapter = book.chapters.first(where: { $0.page == path || $0.folder == path }) {
      return page(chapter)
    }
    return book.appendices.first { $0.page == path || $0.folder == path }.map(page)
  }

  /// Links to the page before, the contents and the page after.
  private func navigation(_ folder: String) -> String {
    let pages = book.contents
    let index = pages.firstIndex { $0.folder == folder } ?? 0
    func link(_ index: Int, _ text: (String) -> String) -> [String] {
      guard pages.indices.contains(index) else { return [] }
      let target = relativePath(to: pages[index].folder + "/README.md", from: folder)
      return ["[\(text(pages[index].title))](\(target))"]
    }
    let all = link(index - 1) { "← \($0)" } + ["[Contents](../README.md)"]
    return (all + link(index + 1) { "\($0) →" }).joined(separator: " · ")
  }
}

// The front page.
extension Weaver {
  static let frontPath = "README.md"

  /// The package's README with its examples woven anew.
  ///
  /// An example begins with the line `<!-- example: NAME -->`, NAME an equation's, and ends with
  /// `<!-- end of example -->`; what stands between becomes the equation and its evidence.
  func frontPage(_ text: String) -> String {
    text.replacing(/(?s)<!-- example: ([a-z0-9-]+) -->\n.*?<!-- end of example -->/) { match in
      guard let (_, equation) = book.equations[String(match.1)] else { return String(match.0) }
      var shown: [String: String] = [:]
      let display = "$$\n\(equation.formula) \\tag{\(equation.number)}\n$$"
      return [
        "<!-- example: \(equation.name) -->", display, evidence(for: equation, in: "", &shown),
        "<!-- end of example -->",
      ].joined(separator: "\n\n")
    }
  }
}

// Prose and equations.
extension Weaver {
  private func prose(_ block: Block, in chapter: Chapter, _ shown: inout [String: String]) -> String
  {
    let markdown = Markdown(block.lines)
    var result: [String] = []
    var next = 0
    for display in markdown.displays {
      guard let tag = display.tag, let equation = book.equations[tag.name]?.equation else {
        continue
      }
      result += linked(next..<display.range.lowerBound, of: markdown, in: chapter)
      result += ["<a id=\"\(equation.name)\"></a>", ""]
      result += display.lines.map {
        $0.replacingOccurrences(of: "\\tag{\(equation.name)}", with: "\\tag{\(equation.number)}")
      }
      next = display.range.upperBound + 1
      if let end = markdown.endOfSentence(from: next) {
        result += linked(next..<end, of: markdown, in: chapter)
        next = end
      }
      result += ["", evidence(for: equation, in: chapter.folder, &shown)]
    }
    result += linked(next..<block.lines.count, of: markdown, in: chapter)
    return result.joined(separator: "\n")
  }

  /// Lines of prose in which the names of equations, emphasised or in brackets, became links.
  private func linked(_ range: Range<Int>, of markdown: Markdown, in chapter: Chapter) -> [String] {
    let text = Set(markdown.text)
    return range.map { line in
      guard text.contains(line) else { return markdown.lines[line] }
      return markdown.lines[line].replacing(/([*(])([a-z0-9]+(?:-[a-z0-9]+)*)([*)])/) { match in
        guard let (owner, equation) = book.equations[String(match.2)],
          (match.1 == "*") == (match.3 == "*")
        else { return String(match.0) }
        let page = owner.name == chapter.name ? "" : "../\(owner.name)/README.md"
        let name = "[\(equation.number) \(equation.name)](\(page)#\(equation.name))"
        return match.1 == "*" ? name : "(\(name))"
      }
    }
  }

  /// What stands under an equation. A function or a test that names several equations is shown
  /// under the first of a page only; `shown` says under which.
  private func evidence(
    for equation: Equation, in folder: String, _ shown: inout [String: String]
  ) -> String {
    let functions = Book.places(book.functions, of: equation.name)
    let tests = Book.places(book.tests, of: equation.name)
    let measured = results.measurements.summary(of: equation.name)
    func links(_ noun: String, _ places: [Place]) -> String {
      let links = places.map { link(to: $0, from: folder) }.joined(separator: ", ")
      return places.isEmpty ? "no \(noun)" : "\(noun)\(places.count == 1 ? "" : "s") \(links)"
    }
    var parts = [
      "**(\(equation.number)) `\(equation.name)`** · \(links("function", functions))"
        + " · \(links("test", tests)) · measured: "
        + (measured.isEmpty ? "nothing" : measured.joined(separator: " · "))
    ]
    for place in functions + tests {
      let isTest = tests.contains { $0.path == place.path && $0.range == place.range }
      if let number = shown[place.path + place.fragment] {
        parts.append("`\(place.name)` stands under (\(number)).")
        continue
      }
      shown[place.path + place.fragment] = equation.number
      let code = fenced(place.text, "swift")
      let title = escapedHTML(
        (place.title ?? place.name).replacingOccurrences(of: equation.name + ": ", with: ""))
      let isLong = place.text.split(separator: "\n").count > 30
      let summary = isTest ? "The test: \(title)" : "The function <code>\(place.name)</code>"
      parts.append(
        isTest || isLong
          ? "<details><summary>\(summary)</summary>\n\n\(code)\n\n</details>" : code)
    }
    return parts.joined(separator: "\n\n")
  }

  /// A link to the lines of a declaration.
  func link(to place: Place, from folder: String) -> String {
    "[`\(place.name)`](\(relativePath(to: place.path, from: folder))\(place.fragment))"
  }
}

// What the code printed.
extension Weaver {
  private func output(_ records: [Record], of chapter: Chapter) -> [String] {
    var parts: [String] = []
    var said: [String] = []
    func finishText() {
      let text = said.joined(separator: "\n").trimmingCharacters(in: .newlines)
      if !text.isEmpty { parts.append(fenced(text, "text")) }
      said = []
    }
    for record in records {
      switch record.kind {
      case .title, .section: continue
      case .say: said.append(record.text)
      case .table:
        finishText()
        parts.append(table(record.header ?? [], record.rows ?? []))
        if let caption = record.caption { parts.append("*\(escaped(caption))*") }
      case .figure:
        finishText()
        let path = relativePath(
          to: "Figures/\(chapter.name)/\(record.name ?? "")", from: chapter.folder)
        parts.append("![\(escaped(record.text))](\(path))")
        if let caption = record.caption { parts.append("*\(escaped(caption))*") }
      }
    }
    finishText()
    return parts
  }

  /// A Markdown table: columns of numbers are aligned right.
  private func table(_ header: [String], _ rows: [[String]]) -> String {
    let rules = header.indices.map { column in
      isNumeric(rows.map { $0[column] }) ? "---:" : "---"
    }
    return ([header.map(escaped), rules] + rows.map { $0.map(escaped) })
      .map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }
}

/// A fenced block; the fence is longer than any in the text.
func fenced(_ text: String, _ language: String) -> String {
  let longest = text.matches(of: /`{3,}/).map(\.0.count).max() ?? 2
  let fence = String(repeating: "`", count: longest + 1)
  return fence + language + "\n" + text + "\n" + fence
}

/// Plain text as Markdown that reads the same.
func escaped(_ text: String) -> String {
  oneLine(text).map { "\\`*_[]<>|~$".contains($0) ? "\\\($0)" : "\($0)" }.joined()
}

/// Plain text as HTML that reads the same.
func escapedHTML(_ text: String) -> String {
  text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
    .replacingOccurrences(of: ">", with: "&gt;")
}

/// The way from a folder to a file, both from the package's folder.
func relativePath(to path: String, from folder: String) -> String {
  let (to, from) = (path.split(separator: "/"), folder.split(separator: "/"))
  let common = zip(to, from).prefix { $0 == $1 }.count
  let steps =
    Array(repeating: "..", count: from.count - common) + to.dropFirst(common).map(String.init)
  return steps.joined(separator: "/")
}
