import Foundation

/// A part of a page's source: prose (Markdown) or a cell of code.
struct Block {
  enum Kind { case prose, code }
  let kind: Kind
  /// The line, counted from 1, of the first of `lines`.
  let firstLine: Int
  let lines: [String]

  /// Whether a line of the source is in the block.
  func contains(_ line: Int) -> Bool { line >= firstLine && line < firstLine + lines.count }
}

/// A displayed formula with a name: `$$ … \tag{kl-gradient} $$`.
struct Equation {
  let name: String
  /// The chapter, and its count within it: "3.4".
  let number: String
  /// The formula without its tag, in one line.
  let formula: String
  /// The line of the source with the tag.
  let line: Int
}

/// A chapter as its source says it.
struct Chapter {
  /// The folder's name, which is also the program's: `ch03-kl-divergence`.
  let name: String
  /// The number in its name.
  let number: Int
  let title: String
  let blocks: [Block]
  let equations: [Equation]

  var folder: String { "Chapters/" + name }
  var source: String { folder + "/main.swift" }
  var page: String { folder + "/README.md" }

  init(name: String, source text: String) {
    self.name = name
    blocks = Self.blocks(of: text.components(separatedBy: "\n"))
    let prose = blocks.filter { $0.kind == .prose }
    title =
      prose.lazy.flatMap(\.lines).first { $0.hasPrefix("# ") }.map { String($0.dropFirst(2)) }
      ?? name
    number = Int(name.dropFirst(2).prefix { $0.isNumber }) ?? 0
    var equations: [Equation] = []
    for block in prose {
      for display in Markdown(block.lines).displays {
        guard let tag = display.tag else { continue }
        equations.append(
          Equation(
            name: tag.name, number: "\(number).\(equations.count + 1)",
            formula: display.formula, line: block.firstLine + tag.line))
      }
    }
    self.equations = equations
  }

  /// Splits a source into `/*: … */`, `//:` and code.
  private static func blocks(of source: [String]) -> [Block] {
    var blocks: [Block] = []
    var line = 0
    func add(_ kind: Block.Kind, _ lines: [String], at first: Int) {
      guard let from = lines.firstIndex(where: { !$0.trimmed.isEmpty }),
        let to = lines.lastIndex(where: { !$0.trimmed.isEmpty })
      else { return }
      blocks.append(Block(kind: kind, firstLine: first + from + 1, lines: Array(lines[from...to])))
    }
    func take(while condition: (String) -> Bool) -> [String] {
      let start = line
      while line < source.count, condition(source[line]) { line += 1 }
      return Array(source[start..<line])
    }
    while line < source.count {
      let first = line
      if source[line].hasPrefix("//:") {
        let lines = take { $0.hasPrefix("//:") }.map { $0.dropFirst(3) }
        add(.prose, lines.map { String($0.hasPrefix(" ") ? $0.dropFirst() : $0) }, at: first)
      } else if source[line].hasPrefix("/*:") {
        var lines = take { !$0.contains("*/") }
        if line < source.count {
          lines.append(source[line].components(separatedBy: "*/")[0])
          line += 1
        }
        let opening = String(lines[0].dropFirst(3)).trimmed
        let body = withoutCommonIndent(lines.dropFirst()).components(separatedBy: "\n")
        add(.prose, [opening] + body, at: first)
      } else {
        add(.code, take { !$0.hasPrefix("//:") && !$0.hasPrefix("/*:") }, at: first)
      }
    }
    return blocks
  }
}

/// Markdown text, as far as a weaver has to understand it: which lines are displays, which code.
struct Markdown {
  /// A display: `$$` alone on a line, the formula, `$$` alone on a line.
  struct Display {
    /// Its lines, with both `$$` (at the end perhaps not).
    let range: ClosedRange<Int>
    let lines: [String]
    let isClosed: Bool

    /// The name in `\tag{…}`, and the line of it.
    var tag: (name: String, line: Int)? {
      for (line, text) in zip(range, lines) {
        if let match = text.firstMatch(of: /\\tag\{([^}]*)\}/) { return (String(match.1), line) }
      }
      return nil
    }

    /// The formula in one line, without its tag and its full stop.
    var formula: String {
      let body = lines.dropFirst().prefix(lines.count - (isClosed ? 2 : 1))
      let line = body.map(\.trimmed).joined(separator: " ")
      let bare = line.replacing(/\s*\\tag\{[^}]*\}/, with: "").trimmed
      return bare.hasSuffix(".") || bare.hasSuffix(",") ? String(bare.dropLast()).trimmed : bare
    }
  }

  let lines: [String]
  private(set) var displays: [Display] = []
  /// The lines that are neither in a display nor in a fenced block.
  private(set) var text: [Int] = []

  init(_ lines: [String]) {
    self.lines = lines
    var (line, fence) = (0, false)
    while line < lines.count {
      let trimmed = lines[line].trimmed
      if trimmed.hasPrefix("```") {
        fence.toggle()
      } else if !fence, trimmed == "$$" {
        let end = lines[(line + 1)...].firstIndex { $0.trimmed == "$$" || $0.trimmed.isEmpty }
        let last = end ?? lines.count - 1
        displays.append(
          Display(
            range: line...last, lines: Array(lines[line...last]),
            isClosed: lines[last].trimmed == "$$" && last > line))
        line = last
      } else if !fence {
        text.append(line)
      }
      line += 1
    }
  }

  /// The line after the paragraph that follows a display, if that paragraph only ends the sentence
  /// that the display is part of.
  func endOfSentence(from line: Int) -> Int? {
    guard let first = lines[line...].firstIndex(where: { !$0.trimmed.isEmpty }),
      lines[first].trimmed.first?.isLowercase == true
    else { return nil }
    let end = lines[first...].firstIndex { $0.trimmed.isEmpty } ?? lines.count
    return lines[end - 1].hasSuffix(".") ? end : nil
  }
}
