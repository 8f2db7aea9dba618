import Answering
import Foundation
import Grading
import Tensors
import Testing

@Suite("The exercises as they are shipped")
struct StubTests {
  @Test(
    "each is not attempted and worth nothing, in its real program", arguments: ExerciseSheet.all)
  func shipped(sheet: ExerciseSheet) async {
    let examiner = Examiner(program: programs.appendingPathComponent(sheet.product).path)
    let reports = await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(returning: sheet.exercises.map { examiner.report(on: $0) })
      }
    }
    for report in reports {
      #expect(report.outcome == .notAttempted, "\(report.number)")
      #expect(report.points == 0)
    }
  }

  /// So that no answer can end the grader by a trap in a check.
  @Test("a check refuses answers of any shape", arguments: ExerciseSheet.all)
  func oddAnswers(sheet: ExerciseSheet) {
    let shapes: [Shape] = [[], [0], [1], [1, 1], [2, 3], [3, 0, 2], [1, 1, 1, 1], [9999]]
    for exercise in sheet.exercises {
      for shape in shapes {
        for count in 0...4 {
          for value in [0.5, -Double.infinity, Double.nan] {
            let answer = Tensor(shape, repeating: value)
            let finding = exercise.finding(seed: 1) { _ in Array(repeating: answer, count: count) }
            #expect(finding != nil, "\(exercise.number) takes \(count) of \(shape)")
          }
        }
      }
    }
  }

  @Test("numbers, titles and functions are those of the files, and each sheet has its program")
  func sheets() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    for sheet in ExerciseSheet.all {
      let text = try String(contentsOfFile: "\(root)/\(sheet.path)", encoding: .utf8)
      let chapter = try #require(Int(sheet.chapter.dropFirst(2).prefix(2)))
      for exercise in sheet.exercises {
        #expect(exercise.number.hasPrefix("\(chapter)."))
        #expect((1...4).contains(exercise.points), "\(exercise.number)")
        #expect((2...3).contains(exercise.hints.count), "\(exercise.number)")
        #expect(
          text.contains("/// **\(exercise.number) · \(exercise.title)**"), "\(exercise.number)")
        let worth = exercise.points == 1 ? "1 point" : "\(exercise.points) points"
        #expect(
          text.contains("** (\(worth), \(exercise.difficulty.rawValue)"), "\(exercise.number)")
        #expect(text.contains("func \(exercise.function)("), "\(exercise.number)")
      }
    }
    let numbers = ExerciseSheet.all.flatMap(\.exercises).map(\.number)
    #expect(Set(numbers).count == numbers.count)
  }
}
