import Answering
import Grading
import Tensors
import Testing

/// Expects that an exercise's check takes the right answer, for the seed that students see and four
/// others, and refuses at least three wrong ones with a diagnosis that says what is wrong.
///
/// - Parameters:
///   - number: Of the exercise.
///   - right: The solution, wrapped as in the chapter's `Answers.swift`.
///   - wrong: What is wrong, words that the finding must contain, and the wrong answer.
func expectExamined(
  _ number: String, right: @escaping Answer, wrong: [(name: String, says: String, answer: Answer)],
  at location: SourceLocation = #_sourceLocation
) {
  guard let exercise = Exercise.named(number) else {
    Issue.record("there is no exercise \(number)", sourceLocation: location)
    return
  }
  for seed in 1...5 as ClosedRange<UInt64> {
    let finding = exercise.finding(seed: seed, answer: right)
    #expect(finding == nil, "the solution, seed \(seed): \(finding!)", sourceLocation: location)
  }
  #expect(wrong.count >= 3, "\(number) has too few wrong answers", sourceLocation: location)
  for (name, words, answer) in wrong {
    guard let finding = exercise.finding(seed: 1, answer: answer) else {
      Issue.record("\(number) takes a wrong answer: \(name)", sourceLocation: location)
      continue
    }
    #expect(
      finding.description.contains(words), "\(name) should say '\(words)': \(finding)",
      sourceLocation: location)
  }
}
