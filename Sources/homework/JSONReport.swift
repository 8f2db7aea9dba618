import Foundation
import Grading

/// Reports for programs, as JSON.
struct JSONReport: Encodable {
  struct Entry: Encodable {
    let number, title, chapter, difficulty, state: String
    let points, maximum: Int
    let detail: String?
    let subject, place, diagnosis: String?
    let expected, found, ratio: Double?
    let held: [String]
    let printed: String
  }

  let seed: UInt64
  let points, maximum: Int
  let exercises: [Entry]

  init(_ reports: [Report], of sheets: [ExerciseSheet], seed: UInt64) {
    self.seed = seed
    points = reports.reduce(0) { $0 + $1.points }
    maximum = reports.reduce(0) { $0 + $1.maximum }
    exercises = reports.compactMap { report in
      let sheet = sheets.first { $0.exercises.contains { $0.number == report.number } }
      let exercise = sheet?.exercises.first { $0.number == report.number }
      guard let sheet, let exercise else { return nil }
      var finding: Finding?
      if case .wrong(let found) = report.outcome { finding = found }
      return Entry(
        number: report.number, title: report.title, chapter: sheet.chapter,
        difficulty: exercise.difficulty.rawValue, state: report.outcome.state,
        points: report.points, maximum: report.maximum, detail: report.outcome.detail,
        subject: finding?.subject, place: finding?.place, diagnosis: finding?.diagnosis,
        expected: finding?.expected, found: finding?.found, ratio: finding?.ratio,
        held: report.held, printed: report.printed)
    }
  }

  /// Keys in alphabetical order, a line each; numbers that JSON does not have are strings.
  var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}
