/// What became of one exercise.
public enum Outcome: Equatable, Sendable {
  /// All that is asked for is right.
  case right
  /// The function still throws `NotAttempted`.
  case notAttempted
  /// Something is wrong, and this is the first.
  case wrong(Finding)
  /// The function threw an error of its own, which says this.
  case threw(String)
  /// The process was ended by a signal; in words: "a trap: Index out of range".
  case crashed(String)
  /// No answer came within this many seconds.
  case timedOut(seconds: Double)
  /// More memory was asked for than there may be; in bytes.
  case outOfMemory(limit: Int)
  /// The process ended, by `exit` or so, before it had answered.
  case endedEarly(status: Int32)
  /// What came back is no answer.
  case unreadable(String)
  /// The chapter's file does not compile; the compiler's first error.
  case notCompiled(String)
  /// It could not be examined, through no fault of the answer: the program cannot be started.
  case notExamined(String)

  /// One word or two for a table: "right", "not attempted", "timed out".
  public var state: String {
    switch self {
    case .right: "right"
    case .notAttempted: "not attempted"
    case .wrong, .threw: "wrong"
    case .crashed: "crashed"
    case .timedOut: "timed out"
    case .outOfMemory: "out of memory"
    case .endedEarly: "ended early"
    case .unreadable: "no answer"
    case .notCompiled: "does not compile"
    case .notExamined: "not examined"
    }
  }

  /// What there is to say beside the state, in one line; nil if nothing.
  public var detail: String? {
    switch self {
    case .right, .notAttempted: nil
    case .wrong(let finding): finding.description
    case .threw(let text): "it threw an error: " + text
    case .crashed(let text), .unreadable(let text), .notCompiled(let text), .notExamined(let text):
      text
    case .timedOut(let seconds): "no answer within \(seconds) seconds"
    case .outOfMemory(let limit): "it asked for more than \(limit >> 20) MiB"
    case .endedEarly(let status): "exit status \(status), before there was an answer"
    }
  }

  /// Whether there is something to mend: neither right nor not attempted.
  public var isFailure: Bool { self != .right && self != .notAttempted }
}

extension Outcome: CustomStringConvertible {
  /// The state and the detail: "wrong: the divergence at [0]: expected …".
  public var description: String { state + (detail.map { ": " + $0 } ?? "") }
}

/// What an examiner has to say about one exercise.
public struct Report: Equatable, Sendable {
  /// The exercise's number, such as `3.2`.
  public let number: String
  /// What it is called.
  public let title: String
  /// What became of it.
  public let outcome: Outcome
  /// What a right answer is worth.
  public let maximum: Int
  /// What has held, one line each, until something did not.
  public let held: [String]
  /// What the student's code printed, cut to a few kilobytes.
  public let printed: String

  /// What the answer is worth: all, or nothing.
  public var points: Int { outcome == .right ? maximum : 0 }

  /// A report on an exercise.
  public init(_ exercise: Exercise, _ outcome: Outcome, held: [String] = [], printed: String = "") {
    number = exercise.number
    title = exercise.title
    maximum = exercise.points
    self.outcome = outcome
    self.held = held
    self.printed = printed
  }
}
