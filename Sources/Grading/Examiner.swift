import Answering
import Tensors

/// Examines exercises, each in processes of its own.
public struct Examiner: Sendable {
  /// The program that answers, such as `.build/debug/homework-ch03`.
  public let program: String
  /// What an answer may use.
  public var limits: Limits

  /// An examiner of the answers that a program gives.
  public init(program: String, limits: Limits = Limits()) {
    self.program = program
    self.limits = limits
  }

  /// Examines one exercise with the inputs of each seed, and stops at the first that is not right.
  public func report(on exercise: Exercise, seeds: [UInt64] = [1]) -> Report {
    fatalError("not written yet")
  }
}

/// What the answer to one exercise may use.
public struct Limits: Equatable, Sendable {
  /// Seconds for all questions about one exercise.
  public var seconds: Double
  /// Bytes of memory.
  public var memory: Int

  /// Two seconds and a gigabyte, or others.
  public init(seconds: Double = 2, memory: Int = 1 << 30) {
    self.seconds = seconds
    self.memory = memory
  }
}
