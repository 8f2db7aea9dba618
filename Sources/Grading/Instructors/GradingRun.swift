import Datasets
import Foundation

/// Grades submissions one after the other, in the order of their names, and writes down what came of it.
package struct GradingRun<Bench: Workbench> {
  /// Grades.
  package var grader: Grader<Bench>
  /// Who sees hidden cases.
  package var visibility: GradescopeResults.Visibility
  /// Is told how far it is.
  package var note: (String) -> Void
  /// Takes a line of results.
  package var print: (String) -> Void

  /// A run.
  package init(
    _ grader: Grader<Bench>, visibility: GradescopeResults.Visibility = .afterPublished,
    note: @escaping (String) -> Void, print: @escaping (String) -> Void
  ) {
    self.grader = grader
    self.visibility = visibility
    self.note = note
    self.print = print
  }

  /// Grades all submissions.
  ///
  /// Each result is written as soon as it is known, whole. What is wrong with one of several submissions
  /// is in its result, and costs the others nothing.
  ///
  /// - Parameters:
  ///   - paths: The submissions: folders or files.
  ///   - out: The file `results.json` of a single submission; of several, a folder of files `NAME.json`.
  ///   - csv: The file of the table of the class, if it is wanted.
  package mutating func run(_ paths: [String], out: String, csv: String?) throws {
    let submissions = try Self.named(paths)
    let isFolder = submissions.count > 1 || kind(of: out) == .folder
    guard !isFolder || kind(of: out) == .folder || !out.hasSuffix(".json") else {
      throw InputError.usage("--out of several submissions is a folder, not \(quoted(out))")
    }
    try expectWritable(isFolder ? out + "/results.json" : out)
    if let csv { try expectWritable(csv) }
    let chapters = grader.sheets.map(\.chapter)
    var table = ClassTable(grader.sheets)
    for (index, (name, path)) in submissions.enumerated() {
      note("grading \(index + 1) of \(submissions.count): \(name)")
      let submission = try Self.submission(at: path, isOneOfMany: submissions.count > 1, chapters)
      let grades = try grader.grade(submission)
      let results = GradescopeResults(
        grades, note: submission.note, hiddenCases: grader.cases.count, visibility: visibility)
      try writeWhole(results.json, to: isFolder ? "\(out)/\(name).json" : out)
      table.add(name, grades)
      print("\(name): \(results.score) of \(grades.reduce(0) { $0 + $1.most }) points")
      for line in results.output.split(separator: "\n") { print("  \(line)") }
    }
    if let csv { try writeWhole(Array(table.text.utf8), to: csv) }
  }

  /// A submission; one of many that cannot be read is refused, a single one is an error.
  private static func submission(
    at path: String, isOneOfMany: Bool, _ chapters: [String]
  ) throws(InputError) -> Submission {
    do {
      return try Submission(at: path, chapters: chapters)
    } catch {
      guard isOneOfMany else { throw error }
      return Submission(
        named: Submission.name(of: path), refusedBecause: error.message, chapters: chapters)
    }
  }

  /// The submissions by name, which has to be their own.
  private static func named(_ paths: [String]) throws(InputError) -> [(name: String, path: String)]
  {
    for path in paths where kind(of: path) == .nothing {
      throw .missingInput("no submission \(quoted(path)): give a folder or a file")
    }
    let all = paths.map { (name: Submission.name(of: $0), path: $0) }.sorted { $0.name < $1.name }
    for (a, b) in zip(all, all.dropFirst()) where a.name == b.name {
      throw .usage(
        "two submissions are named \(quoted(a.name)): \(quoted(a.path)) and \(quoted(b.path))")
    }
    return all
  }
}
