/// A Swift source file, and which of its characters are code.
///
/// Finding a declaration needs no more than brackets, as long as those in comments and strings do
/// not count.
struct SwiftSource {
  /// The path from the package's folder.
  let path: String
  let lines: [String]
  /// The same lines with comments and the contents of strings blanked, byte for byte.
  let code: [String]

  init(path: String, text: String) {
    self.path = path
    lines = text.components(separatedBy: "\n")
    var scanner = Blanker(bytes: Array(text.utf8))
    code = String(decoding: scanner.blanked(), as: UTF8.self).components(separatedBy: "\n")
  }

  /// The lines of the declaration that begins on a line: to its closing brace or, if it has no
  /// body, to the next blank line.
  func declaration(at first: Int) -> ClosedRange<Int> {
    var (depth, hasBody) = (0, false)
    for line in first..<lines.count {
      for byte in code[line].utf8 {
        if byte == UInt8(ascii: "{"), depth == 0 { hasBody = true }
        if "([{".utf8.contains(byte) { depth += 1 }
        if ")]}".utf8.contains(byte) { depth -= 1 }
      }
      if depth < 0 { return first...max(first, line - 1) }
      let isLast = line + 1 == lines.count || code[line + 1].allSatisfy(\.isWhitespace)
      if depth == 0, hasBody || isLast { return first...line }
    }
    return first...lines.count - 1
  }

  /// The first line of the doc comment above a declaration, or the declaration's own.
  func documentation(above line: Int) -> Int {
    var first = line
    while first > 0, lines[first - 1].trimmed.hasPrefix("///") { first -= 1 }
    return first
  }

  /// The name that a declaration introduces.
  func name(of declaration: ClosedRange<Int>) -> String {
    let keyword =
      /\b(?:func|var|let|struct|enum|class|typealias)\s+(`[^`]+`|[^\s(<:={]+)|\b(init)\b/
    for line in declaration {
      guard let match = code[line].firstMatch(of: keyword) else { continue }
      return String(match.1 ?? match.2 ?? "").replacing("`", with: "")
    }
    return path
  }

  /// The lines as they stand, but for the indentation that all have in common.
  func text(_ range: ClosedRange<Int>) -> String { withoutCommonIndent(lines[range]) }

  /// The string literal that follows a position in the code, if it comes next.
  func literal(after end: String.Index, on line: Int) -> String? {
    let rest = code[line][end...]
    let (row, start) =
      rest.allSatisfy(\.isWhitespace) && line + 1 < code.count
      ? (line + 1, 0) : (line, code[line].utf8.distance(from: code[line].startIndex, to: end))
    let bytes = Array(lines[row].utf8.dropFirst(start).drop { $0 == UInt8(ascii: " ") })
    guard bytes.first == UInt8(ascii: "\""), let close = bytes.dropFirst().firstIndex(of: bytes[0])
    else { return nil }
    return String(decoding: bytes[1..<close], as: UTF8.self)
  }
}

extension StringProtocol {
  /// The text without white space at its ends.
  var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}

/// Joined lines without the indentation that all of them have.
func withoutCommonIndent(_ lines: some Collection<String>) -> String {
  let indent = lines.filter { !$0.trimmed.isEmpty }.map { $0.prefix { $0 == " " }.count }.min()
  return lines.map { String($0.dropFirst(indent ?? 0)) }.joined(separator: "\n")
}

/// Walks through Swift source and blanks what is not code.
private struct Blanker {
  let bytes: [UInt8]
  private var position = 0
  private var result: [UInt8]

  init(bytes: [UInt8]) {
    self.bytes = bytes
    result = bytes
  }

  mutating func blanked() -> [UInt8] {
    while position < bytes.count {
      let start = position
      if !"/\"#".utf8.contains(bytes[position]) {  // what follows is slow
        position += 1
      } else if sees("//") {
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        blank(start..<position)
      } else if sees("/*") {
        skipComment()
        blank(start..<position)
      } else if let (hashes, quotes) = stringOpens() {
        skipString(hashes, quotes)
        blank(start + hashes + quotes..<max(start + hashes + quotes, position - hashes - quotes))
      } else {
        position += 1
      }
    }
    return result
  }

  private func sees(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

  private mutating func blank(_ range: Range<Int>) {
    for i in range where bytes[i] != UInt8(ascii: "\n") { result[i] = UInt8(ascii: " ") }
  }

  private mutating func skipComment() {
    var depth = 0
    repeat {
      if sees("/*") {
        (depth, position) = (depth + 1, position + 2)
      } else if sees("*/") {
        (depth, position) = (depth - 1, position + 2)
      } else {
        position += 1
      }
    } while depth > 0 && position < bytes.count
  }

  /// How many # and quotation marks open a string here, if one opens.
  private func stringOpens() -> (hashes: Int, quotes: Int)? {
    let hashes = bytes[position...].prefix { $0 == UInt8(ascii: "#") }.count
    let quotes = bytes[(position + hashes)...].prefix(3).prefix { $0 == UInt8(ascii: "\"") }.count
    return quotes == 0 ? nil : (hashes, quotes == 3 ? 3 : 1)
  }

  private mutating func skipString(_ hashes: Int, _ quotes: Int) {
    position += hashes + quotes
    let marks = String(repeating: "#", count: hashes)
    let closing = String(repeating: "\"", count: quotes) + marks
    while position < bytes.count, !sees(closing) {
      if sees("\\" + marks + "(") {
        position += hashes + 2
        skipInterpolation()
      } else {
        position += sees("\\" + marks) ? hashes + 2 : 1
      }
    }
    position = min(position + closing.utf8.count, bytes.count)
  }

  private mutating func skipInterpolation() {
    var depth = 1
    while position < bytes.count, depth > 0 {
      if let (hashes, quotes) = stringOpens() {
        skipString(hashes, quotes)
      } else {
        if bytes[position] == UInt8(ascii: "(") { depth += 1 }
        if bytes[position] == UInt8(ascii: ")") { depth -= 1 }
        position += 1
      }
    }
  }
}
