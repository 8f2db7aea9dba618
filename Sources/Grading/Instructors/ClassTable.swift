/// The points of a class as comma-separated values (RFC 4180), for a spreadsheet.
package struct ClassTable {
  private let exercises: [Exercise]
  private var rows: [[String]] = []

  /// A table without students.
  package init(_ sheets: [ExerciseSheet]) { exercises = sheets.flatMap(\.exercises) }

  /// Adds a student: the points of each exercise, their sum, and what went wrong with whole chapters.
  package mutating func add(_ student: String, _ chapters: [ChapterGrades]) {
    let points = chapters.flatMap(\.graded).map { $0.grade.isRight ? $0.exercise.points : 0 }
    rows.append(
      [student] + points.map(String.init) + [String(points.reduce(0, +))]
        + [chapters.flatMap(\.problems).joined(separator: "; ")])
  }

  /// The file. The first line names the columns, the second says what there is to get.
  package var text: String {
    let most = exercises.map(\.points)
    let head = ["student"] + exercises.map(\.number) + ["total", "problems"]
    let limits = ["(most)"] + most.map(String.init) + [String(most.reduce(0, +)), ""]
    return ([head, limits] + rows).map { $0.map(cell).joined(separator: ",") + "\r\n" }.joined()
  }
}

/// A cell: in quotes if need be; what a spreadsheet would take for a formula begins with an apostrophe.
func cell(_ text: String) -> String {
  let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
  let safe = isFormula ? "'" + text : text
  guard safe.contains(where: { ",\"\n\r".contains($0) || $0.isNewline }) else { return safe }
  return "\"" + safe.replacing("\"", with: "\"\"") + "\""
}
