import Tensors

/// Answers the grader's questions until there are none left, and ends the process.
///
/// - Parameter answers: What the student's functions give, by the number of the exercise.
public func serve(_ answers: [String: Answer]) -> Never {
  fatalError("not written yet")
}
