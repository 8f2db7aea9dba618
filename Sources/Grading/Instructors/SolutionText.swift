/// The telling lines of a solution, to find them in files that must not hold it.
///
/// White space and comment marks do not count. A line tells something if the file that students get does
/// not have it and if it is long enough not to be there by chance; short ones tell something together
/// with the next.
struct SolutionText {
  private var single: Set<[UInt8]> = []
  private var pairs: Set<[UInt8]> = []

  /// A single line of this many characters tells; two lines, of as many together.
  static let length = (line: 48, pair: 30)

  /// - Parameters:
  ///   - solution: The text of a file with solutions.
  ///   - shipped: The text of the file that students get in its place.
  init(_ solution: [UInt8], shipped: [UInt8]) {
    let known = Set(Self.lines(of: shipped).map(\.text))
    let lines = Self.lines(of: solution)
    for (index, line) in lines.enumerated() where !known.contains(line.text) {
      if line.text.count >= Self.length.line { single.insert(line.text) }
      guard index + 1 < lines.count, !known.contains(lines[index + 1].text) else { continue }
      let pair = line.text + [10] + lines[index + 1].text
      if pair.count > Self.length.pair { pairs.insert(pair) }
    }
  }

  /// The first line (from 1) of a text that holds a part of the solution, if one does.
  func firstLeak(in text: [UInt8]) -> Int? {
    let lines = Self.lines(of: text)
    for (index, line) in lines.enumerated() {
      if single.contains(line.text) { return line.number }
      guard index + 1 < lines.count else { continue }
      if pairs.contains(line.text + [10] + lines[index + 1].text) { return line.number }
    }
    return nil
  }

  /// The lines without white space and leading slashes, and without those that are then empty or a
  /// brace; each with its number from 1.
  private static func lines(of text: [UInt8]) -> [(number: Int, text: [UInt8])] {
    text.split(separator: 10, omittingEmptySubsequences: false).enumerated().compactMap {
      let dense = $1.filter { $0 > 32 }.drop { $0 == UInt8(ascii: "/") }
      return dense.count > 1 ? ($0 + 1, Array(dense)) : nil
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
