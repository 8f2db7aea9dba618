import Datasets
import Foundation

/// What builds a student's file and examines it.
package protocol Workbench {
  /// Something that is different wherever the same file could be judged otherwise.
  var fingerprint: String { get }
  /// Builds a chapter's exercises with a student's file; gives the compiler's first error if that fails.
  mutating func build(_ sheet: ExerciseSheet, source: [UInt8]) throws -> String?
  /// Examines the answer to an exercise of the chapter that was built last, in the case of a seed.
  mutating func examine(_ exercise: Exercise, seed: UInt64) throws -> Verdict
}

/// Grades submissions, and keeps what it found, so that nothing is examined twice.
package struct Grader<Bench: Workbench> {
  /// What is graded.
  package let sheets: [ExerciseSheet]
  /// In which cases.
  package let cases: Cases
  /// How.
  package var bench: Bench
  /// The folder of what was found before, in a file for each version of a chapter; nil to keep nothing.
  package let memory: String?

  /// A grader.
  package init(sheets: [ExerciseSheet], cases: Cases, bench: Bench, memory: String?) {
    self.sheets = sheets
    self.cases = cases
    self.bench = bench
    self.memory = memory
  }

  /// The grades of a submission, chapter by chapter.
  ///
  /// Throws only if the grader itself cannot go on; what is wrong with a submission is in its grades.
  package mutating func grade(_ submission: Submission) throws -> [ChapterGrades] {
    try sheets.map { sheet in
      switch submission.parts[sheet.chapter] {
      case nil: ChapterGrades(sheet, problem: "nothing was handed in")
      case .refused(let reason): ChapterGrades(sheet, problem: "not taken: \(reason)")
      case .source(let bytes): try grade(sheet, bytes)
      }
    }
  }

  /// The grades of one chapter, from memory if the same bytes were graded before.
  private mutating func grade(_ sheet: ExerciseSheet, _ source: [UInt8]) throws -> ChapterGrades {
    let path = memory.map { "\($0)/\(key(sheet, source)).json" }
    if let path, let known = Known(at: path), known.fits(sheet) {
      return known.problem.map { ChapterGrades(sheet, problem: $0) }
        ?? ChapterGrades(sheet, grades: known.grades)
    }
    let result: ChapterGrades
    if let message = try bench.build(sheet, source: source) {
      result = ChapterGrades(sheet, problem: "it does not compile: \(message)")
    } else {
      result = ChapterGrades(sheet, grades: try sheet.exercises.map { try grade($0) })
    }
    // What could not be examined is tried again next time.
    if let path, result.grades.allSatisfy({ $0.obstacle == nil }) {
      try Known(problem: result.problem, grades: result.grades).write(to: path)
    }
    return result
  }

  /// The grade of one exercise. Hidden cases are examined only where the visible one is right.
  private mutating func grade(_ exercise: Exercise) throws -> Grade {
    let visible = try bench.examine(exercise, seed: Cases.visibleSeed)
    var hidden: Verdict?
    let seeds = visible.isRight ? cases.hiddenSeeds(of: exercise.number) : []
    for (index, seed) in seeds.enumerated() where hidden?.isRight ?? true {
      let verdict = try bench.examine(exercise, seed: seed)
      hidden = Verdict(
        isRight: verdict.isRight, isExamined: verdict.isExamined,
        verdict.isRight
          ? "all \(seeds.count) are right" : "case \(index + 1) of \(seeds.count): \(verdict.text)")
    }
    return Grade(exercise: exercise.number, visible: visible, hidden: hidden)
  }

  /// The name under which grades are kept: nobody who does not know the word of the hidden cases can
  /// tell it.
  private func key(_ sheet: ExerciseSheet, _ source: [UInt8]) -> String {
    let all = ["2", bench.fingerprint, cases.secret, "\(cases.count)", sheet.chapter]
    return hexadecimal(sha256(Array(all.joined(separator: "\n").utf8) + [0] + sha256(source)))
  }
}

/// Grades as they are kept.
private struct Known: Codable {
  let problem: String?
  let grades: [Grade]

  init(problem: String?, grades: [Grade]) {
    self.problem = problem
    self.grades = grades
  }

  /// What a file says, or nil if it is not there or not whole.
  init?(at path: String) {
    guard let data = FileManager.default.contents(atPath: path),
      let known = try? JSONDecoder().decode(Known.self, from: data)
    else { return nil }
    self = known
  }

  func fits(_ sheet: ExerciseSheet) -> Bool {
    grades.map(\.exercise) == sheet.exercises.map(\.number)
  }

  func write(to path: String) throws {
    try writeWhole(Array(try JSONEncoder().encode(self)), to: path)
  }
}
