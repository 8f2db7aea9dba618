import Foundation
import Notebook

/// What a run of a chapter left behind.
struct ChapterRun: Sendable {
  /// What it printed, in order.
  var records: [Record] = []
  /// The bytes of each figure that it drew, by file name.
  var figures: [String: Data] = [:]
}

/// What a run of chapters and tests left behind: all that a page holds beside its source.
struct Results: Sendable {
  /// By the chapter's name.
  var runs: [String: ChapterRun] = [:]
  var measurements = Measurements()
}

/// What the checks of the equations measured, from the records of the tests.
struct Measurements: Sendable {
  private struct Record: Decodable {
    let equation: String
    let measured: String
  }

  /// The measurements of each equation, as the tests wrote them, sorted.
  ///
  /// Tests run in any order, so theirs must not matter.
  private(set) var lines: [String: [String]] = [:]

  init() {}

  /// Reads the records: one JSON object a line.
  init(records: Data) throws {
    for line in records.split(separator: UInt8(ascii: "\n")) {
      let record = try JSONDecoder().decode(Record.self, from: line)
      lines[record.equation, default: []].append(record.measured)
    }
    lines = lines.mapValues { $0.sorted() }
  }

  /// The measurements of an equation in a few words each: checks of one kind together, by the
  /// worst of them and how many there are.
  func summary(of equation: String) -> [String] {
    let all = lines[equation] ?? []
    return Measure.Kind.allCases.compactMap { kind in
      let measures = all.map(Measure.init).filter { $0.kind == kind }
      guard let worst = measures.max(by: { ($0.severity, $0.text) < ($1.severity, $1.text) })
      else { return nil }
      return measures.count == 1 ? worst.text : "\(measures.count) checks, the worst: \(worst.text)"
    }
  }

  /// How many coordinates of gradients were compared, and planted errors caught, for equations.
  func totals(of equations: some Sequence<String>) -> (coordinates: Int, planted: Int) {
    let all = equations.flatMap { lines[$0] ?? [] }
    func sum(_ pattern: Regex<(Substring, Substring)>) -> Int {
      all.compactMap { $0.firstMatch(of: pattern).flatMap { Int($0.1) } }.reduce(0, +)
    }
    return (sum(/(\d+) coordinates?/), sum(/caught (\d+) planted/))
  }
}

/// One measurement, with what is needed to say which of several is worst.
private struct Measure {
  enum Kind: CaseIterable { case gradient, identity, mean, other }
  let text: String
  let kind: Kind
  /// The error, or for a mean how many standard errors it lies off.
  let severity: Double

  init(_ text: String) {
    self.text = text
    func number(_ part: Substring) -> Double { Double(part) ?? .infinity }
    if let match = text.firstMatch(of: /worst relative error ([^,;]+)/) {
      (kind, severity) = (.gradient, number(match.1))
    } else if let match = text.firstMatch(of: /worst difference ([^,;]+)/) {
      (kind, severity) = (.identity, number(match.1))
    } else if let match = text.firstMatch(of: /mean (\S+) ± (\S+) against ([^,;]+)/) {
      kind = .mean
      severity = abs(number(match.1) - number(match.3)) / number(match.2)
    } else {
      (kind, severity) = (.other, 0)
    }
  }
}
