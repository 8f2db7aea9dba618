import Foundation

/// What an exercise asks for: the doc comment of the function that is to be written, and its declaration.
struct Statement: Equatable {
  /// Where the function stands, from 1.
  let line: Int
  /// The comment without its slashes and its heading, and the declaration.
  let text: [String]

  /// The statement of a function, or nil if the file does not have it.
  init?(of function: String, in path: String) {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    self.init(of: function, inText: text)
  }

  /// The statement of a function in the text of a file.
  init?(of function: String, inText text: String) {
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map(String.init)
    let start = lines.firstIndex { line in
      line.hasPrefix("func \(function)(") || line.hasPrefix("func \(function)<")
    }
    guard let start else { return nil }
    let first = lines[..<start].lastIndex { !$0.hasPrefix("///") }.map { $0 + 1 } ?? 0
    var comment = lines[first..<start].map {
      Self.plain(String($0.dropFirst(3).trimmingPrefix(" ")))
    }
    // The heading is shown by whoever shows the statement.
    if comment.first?.first?.isNumber == true {
      comment = Array(comment.dropFirst().drop { $0.isEmpty })
    }
    let end = lines[start...].firstIndex { $0.hasSuffix("{") } ?? start
    let declaration = lines[start...end].map { line in
      String(
        line.hasSuffix("{") ? line.dropLast().reversed().drop { $0 == " " }.reversed() : Array(line)
      )
    }
    line = start + 1
    self.text = comment + [""] + declaration.map { "    " + $0 }
  }

  /// A line of Markdown without its signs for emphasis.
  private static func plain(_ line: String) -> String {
    line.replacing(/\*\*([^*]+)\*\*/) { String($0.1) }
      .replacing(/\*(\p{L}[\p{L} ]*)\*/) { String($0.1) }
  }
}
