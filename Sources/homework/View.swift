import Foundation
import Grading
import Notebook

/// How reports are shown to a person.
struct View {
  let root: String
  let request: Request
  /// The width of the terminal; nil if it is none.
  let columns: Int?
  let paint: Paint
  /// Whether an exercise is shown with what it asks for.
  var showsStatement = true

  /// The board, or all about the one exercise.
  func text(of reports: [Report]) -> String {
    let lines =
      request.exercise.map { detail(of: $0, reports[0]) } ?? board(of: reports)
    return lines.joined(separator: "\n")
  }

  // MARK: The board

  /// One line an exercise, by chapter.
  func board(of reports: [Report]) -> [String] {
    let exercises = request.sheets.flatMap(\.exercises)
    let rows = zip(exercises, reports).map { exercise, report in
      [
        "\(report.outcome.mark) \(exercise.number)", exercise.title, exercise.difficulty.rawValue,
        "\(report.points) of \(report.maximum)", summary(report.outcome),
      ]
    }
    let table = fitted(["", "exercise", "difficulty", "points", "state"], rows)
    let states = table[0].count - "state".count  // where the last column begins
    var lines = [table[0], table[1]].map(cut)
    var row = 0
    for sheet in request.sheets {
      lines += ["", paint.bold(title(of: sheet))]
      let part = row..<row + sheet.exercises.count
      if case .notCompiled(let message)? = reports[part].first?.outcome {
        lines.append(paint.by(reports[row].outcome, "does not compile: " + message))
      }
      for index in part {
        let (line, outcome) = (cut(table[2 + index]), reports[index].outcome)
        let middle = line.prefix(states).dropFirst()
        lines.append(
          paint.by(outcome, String(line.prefix(1))) + middle
            + paint.by(outcome, String(line.dropFirst(states))))
      }
      row = part.upperBound
    }
    return lines + ["", paint.bold(total(reports))] + footer(reports)
  }

  /// The lines of a table whose states have room to say something: on a narrow terminal without the
  /// difficulties and, if that is not enough, with shortened titles.
  private func fitted(_ header: [String], _ rows: [[String]]) -> [String] {
    let lines = TextTable(header: header, rows: rows).lines()
    guard let columns, lines[0].count - "state".count + Self.roomForState > columns else {
      return lines
    }
    // The sign and number, the points, and three gaps of two.
    let number = rows.map(\.[0].count).max() ?? 0
    let room = max(12, columns - number - "points".count - 6 - Self.roomForState)
    let titles = rows.map { row in
      displayWidth(row[1]) <= room ? row[1] : row[1].prefix(room - 1) + "…"
    }
    return TextTable(
      header: [header[0], header[1], header[3], header[4]],
      rows: zip(rows, titles).map { [$0[0], $1, $0[3], $0[4]] }
    ).lines()
  }

  private static let roomForState = 24

  /// The state, and what is most telling of the rest.
  private func summary(_ outcome: Outcome) -> String {
    switch outcome {
    case .wrong(let finding):
      "wrong: " + finding.subject + (finding.diagnosis.map { ", \($0)" } ?? "")
    case .notCompiled, .timedOut, .outOfMemory: outcome.state
    default: outcome.description
    }
  }

  private func cut(_ line: String) -> String {
    guard let columns, displayWidth(line) > columns, columns > 20 else { return line }
    return line.prefix(columns - 1) + "…"
  }

  private func total(_ reports: [Report]) -> String {
    let right = reports.count { $0.outcome == .right }
    let open = reports.count { $0.outcome == .notAttempted }
    let points = reports.reduce(0) { $0 + $1.points }
    let most = reports.reduce(0) { $0 + $1.maximum }
    return "\(points) of \(most) points: \(right) right, \(reports.count - right - open) wrong, "
      + "\(open) not attempted"
  }

  private func footer(_ reports: [Report]) -> [String] {
    let next =
      reports.first { $0.outcome.isFailure } ?? reports.first { $0.outcome == .notAttempted }
    guard let next else { return [] }
    let says = next.outcome.isFailure ? "what is wrong" : "what is asked"
    return [
      paint.faint(
        "swift run homework \(next.number) shows \(says); --help shows what else there is")
    ]
  }

  /// The heading of a chapter: "3 · The Kullback–Leibler divergence".
  private func title(of sheet: ExerciseSheet) -> String {
    let page = try? String(
      contentsOfFile: "\(root)/Chapters/\(sheet.chapter)/main.swift", encoding: .utf8)
    let heading = page?.prefix(2000).split(separator: "\n").first { $0.contains("# ") }
    return heading.map { String($0.trimmingPrefix { " #".contains($0) }) } ?? sheet.chapter
  }

  // MARK: One exercise

  /// What an exercise asks for, what was found, and what that means.
  func detail(of exercise: Exercise, _ report: Report) -> [String] {
    let path = request.sheets[0].path
    let heading = "\(exercise.number) · \(exercise.title)"
    let statement = Statement(of: exercise.function, in: root + "/" + path)
    let place = path + (statement.map { ":\($0.line)" } ?? "")
    let worth = exercise.points == 1 ? "1 point" : "\(exercise.points) points"
    var lines = [
      paint.bold(heading), String(repeating: "═", count: displayWidth(heading)),
      "\(worth), \(exercise.difficulty.rawValue) · \(place)", "",
    ]
    if showsStatement {
      lines +=
        statement.map { $0.text + [""] } ?? [
          "There is no function \(exercise.function) in it.", "",
        ]
    }
    lines.append(
      paint.by(report.outcome, "\(report.outcome.mark) \(report.outcome.state)")
        + (report.outcome == .right ? ", \(worth)" : ""))
    lines += entries(report).flatMap { label, text in
      text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
        ($0 == 0 ? label : "").padding(toLength: 12, withPad: " ", startingAt: 0) + $1
      }
    }.map { "  " + $0 }
    let inputs = "inputs of seed \(request.seed); --seed N gives others"
    switch report.outcome {
    case .right: lines += ["", paint.faint(inputs)]
    case .notAttempted:
      lines += ["", paint.faint("--hint gives a hint, --watch examines again after every save")]
    default:
      lines += ["", paint.faint(inputs + "; --hint gives a hint")]
    }
    return lines
  }

  /// What a report says, each with what it is.
  private func entries(_ report: Report) -> [(String, String)] {
    var entries: [(String, String)] = []
    if !report.held.isEmpty { entries.append(("held", report.held.joined(separator: "\n"))) }
    if case .wrong(let finding) = report.outcome {
      let place = finding.place.map { ", first at \($0)" } ?? ""
      entries.append(("failed", finding.subject + place))
      if let message = finding.message { entries.append(("", message)) }
      if let expected = finding.expected { entries.append(("expected", "\(expected)")) }
      if let found = finding.found { entries.append(("found", "\(found)")) }
      if let ratio = finding.ratio { entries.append(("ratio", "\(Float(ratio))")) }
      if let meaning = finding.diagnosis { entries.append(("looks like", meaning)) }
    } else if let detail = report.outcome.detail {
      entries.append(("failed", detail))
    }
    let printed = report.printed.trimmingCharacters(in: .newlines)
    if !printed.isEmpty { entries.append(("it printed", printed)) }
    return entries
  }
}
