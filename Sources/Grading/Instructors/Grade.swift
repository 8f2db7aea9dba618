/// What an answer to an exercise was worth in one case, or in several.
package struct Verdict: Codable, Equatable, Sendable {
  /// Whether all was right.
  package let isRight: Bool
  /// What there is to say to the student, without the inputs of hidden cases.
  package let text: String
  /// Whether it could be examined at all.
  package let isExamined: Bool

  /// A verdict; a long text is cut.
  package init(isRight: Bool, isExamined: Bool = true, _ text: String) {
    self.isRight = isRight
    self.isExamined = isExamined
    self.text = text.count > 2000 ? text.prefix(2000) + "…" : text
  }
}

extension Verdict {
  /// What a report comes to.
  init(_ report: Report) {
    let text: String
    switch report.outcome {
    case .right: text = "right: " + report.held.joined(separator: "; ")
    case .notAttempted: text = "not attempted"
    case .wrong(let finding): text = "wrong: \(finding)"
    case .threw(let error): text = "wrong: the function throws \(error)"
    case .crashed(let how): text = "crashed: \(how)"
    case .timedOut(let seconds): text = "timed out: no answer within \(seconds) seconds"
    case .outOfMemory(let limit): text = "out of memory: more than \(limit >> 20) MiB"
    case .endedEarly(let status):
      text = "ended early: the program ended with status \(status) before it had answered"
    case .unreadable(let what): text = "no answer: \(what)"
    case .notCompiled(let error): text = "does not compile: \(error)"
    case .notExamined(let reason):
      self.init(isRight: false, isExamined: false, "could not be examined: \(reason)")
      return
    }
    self.init(isRight: report.outcome == .right, text)
  }
}

/// How an exercise of one student was graded.
package struct Grade: Codable, Equatable, Sendable {
  /// The number of the exercise.
  package let exercise: String
  /// The case that students see.
  package let visible: Verdict
  /// The hidden cases, if there are any and the first one was right.
  package let hidden: Verdict?

  /// A grade.
  package init(exercise: String, visible: Verdict, hidden: Verdict?) {
    self.exercise = exercise
    self.visible = visible
    self.hidden = hidden
  }

  /// Whether every case was right.
  package var isRight: Bool { visible.isRight && hidden?.isRight ?? true }

  /// Why it could not be examined, if it could not: the fault of a machine, or of somebody who means harm.
  package var obstacle: String? {
    [visible, hidden].compactMap { $0 }.first { !$0.isExamined }?.text
  }
}

/// How the exercises of one chapter were graded for one student.
package struct ChapterGrades: Equatable, Sendable {
  /// The chapter's exercises.
  package let sheet: ExerciseSheet
  /// Why none of them could be examined, if so: one line, and perhaps the compiler's message.
  package let problem: String?
  /// In the order of the sheet.
  package let grades: [Grade]

  /// Grades of exercises that were examined.
  init(_ sheet: ExerciseSheet, grades: [Grade]) {
    self.sheet = sheet
    problem = nil
    self.grades = grades
  }

  /// The grades of a chapter of which nothing can be examined.
  init(_ sheet: ExerciseSheet, problem: String) {
    self.sheet = sheet
    self.problem = problem
    grades = sheet.exercises.map {
      Grade(exercise: $0.number, visible: Verdict(isRight: false, problem), hidden: nil)
    }
  }

  /// What went wrong with the chapter, or with single exercises, beside wrong answers.
  package var problems: [String] {
    let chapter = problem.map { ["Chapter \(number): \($0)"] } ?? []
    return chapter
      + grades.compactMap { grade in grade.obstacle.map { "\(grade.exercise): \($0)" } }
  }

  /// Each exercise with its grade.
  package var graded: [(exercise: Exercise, grade: Grade)] {
    Array(zip(sheet.exercises, grades))
  }

  /// The points of the exercises that are right.
  package var points: Int {
    graded.reduce(0) { $0 + ($1.grade.isRight ? $1.exercise.points : 0) }
  }

  /// What a student can get.
  package var most: Int { sheet.exercises.reduce(0) { $0 + $1.points } }

  /// The chapter's number.
  package var number: Int { sheet.chapterNumber }

  package static func == (a: ChapterGrades, b: ChapterGrades) -> Bool {
    a.sheet.chapter == b.sheet.chapter && a.problem == b.problem && a.grades == b.grades
  }
}

extension ExerciseSheet {
  /// The chapter's number: 3 for `ch03-kl-divergence`.
  package var chapterNumber: Int { Int(chapter.dropFirst(2).prefix { $0.isNumber }) ?? 0 }
}
