/// The telling parts of a solution, to find them in files that must not hold them.
///
/// White space and comment marks do not count, nor do lines that the file has which students get. What is
/// left tells something if nobody would write it by chance: a comment or a whole function in a line, the line
/// after a function's head, and any three lines of some length.
struct SolutionText {
  /// Parts of one, two and three lines, with line breaks between.
  private var parts: [Set<[UInt8]>] = [[], [], []]

  /// - Parameters:
  ///   - solution: The text of a file with solutions.
  ///   - shipped: The text of the file that students get in its place.
  init(_ solution: [UInt8], shipped: [UInt8]) {
    let known = Set(Self.lines(of: shipped).map(\.text))
    let lines = Self.lines(of: solution)
    for start in lines.indices {
      let window = lines[start...].prefix(3)
      let isTelling = window.map { !known.contains($0.text) }
      let line = lines[start]
      let isWhole = line.isComment || line.text.starts(with: Array("func".utf8))
      if isTelling[0], isWhole, line.text.count >= 36 { parts[0].insert(line.text) }
      guard window.count > 1 else { continue }
      let next = lines[start + 1].text
      if !isTelling[0], line.text.last == UInt8(ascii: "{"), isTelling[1], next.count >= 12 {
        parts[1].insert(line.text + [10] + next)
      }
      guard window.count > 2, isTelling.count(where: { $0 }) > 1 else { continue }
      let all = Array(window.map(\.text).joined(separator: [10]))
      if all.count >= 48 { parts[2].insert(all) }
    }
  }

  /// The first line (from 1) of a text that holds a part of the solution, if one does.
  func firstLeak(in text: [UInt8]) -> Int? {
    let lines = Self.lines(of: text)
    for start in lines.indices {
      for count in 1...3 where start + count <= lines.count {
        let window = lines[start..<start + count].map(\.text).joined(separator: [10])
        if parts[count - 1].contains(Array(window)) { return lines[start].number }
      }
    }
    return nil
  }

  /// A line without white space and leading slashes.
  private struct Line {
    /// From 1.
    let number: Int
    let text: [UInt8]
    let isComment: Bool
  }

  /// The lines of a text, without those that are empty or a brace.
  private static func lines(of text: [UInt8]) -> [Line] {
    text.split(separator: 10, omittingEmptySubsequences: false).enumerated().compactMap {
      let dense = $1.filter { $0 > 32 }
      let text = Array(dense.drop { $0 == UInt8(ascii: "/") })
      guard text.count > 1 else { return nil }
      return Line(number: $0 + 1, text: text, isComment: text.count < dense.count)
    }
  }
}

/// The first function of an exercise whose body is not the one that is shipped, in a file of exercises.
///
/// Every function has to end in `throw NotAttempted()` and say nothing else.
func firstAttempt(in source: String, functions: [String]) -> String? {
  functions.first { name in
    guard
      let start = source.firstRange(of: "\nfunc \(name)(")
        ?? source.firstRange(of: "\nfunc \(name)<"),
      let end = source[start.upperBound...].firstRange(of: "\n}")
    else { return true }
    return !source[..<end.lowerBound].hasSuffix(" {\n  throw NotAttempted()")
  }
}
