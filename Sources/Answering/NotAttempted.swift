import Tensors

/// What an exercise throws as it is shipped: replace the whole body of the function with your own.
public struct NotAttempted: Error, Sendable {
  /// An exercise that nobody has begun.
  public init() {}
}

/// One exercise as the grader sees it: tensors in, tensors out.
///
/// A chapter's `Answers.swift` wraps each function that a student writes in one of these. It holds no
/// expected value, so that code which runs in a student's process can answer but not judge.
public typealias Answer = @Sendable ([Tensor<Double>]) throws -> [Tensor<Double>]
