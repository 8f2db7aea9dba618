import Answering
import Foundation
import Tensors

/// Examines exercises, each in processes of its own.
///
/// The student's function runs in a process that can only answer; what is right is decided here. That
/// process has its own session, no environment to speak of, empty standard input, and limits of time
/// and memory; a crash, an endless loop or a flood of output costs the one exercise. Every question is asked
/// twice in one process and once in another, so that an answer that depends on the clock, the environment
/// or what was asked before is refused.
///
/// It is no sandbox. The student's code runs as the user who grades: it can read and delete that user's files,
/// use the network, signal the user's other processes, this one included, leave processes behind in
/// sessions of their own, and, where the system lets one process read another's memory, look into this
/// one. To grade code of people whom you do not trust, do it in a container or as another user.
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

  /// How the paths of all temporary folders of this process begin.
  package static let temporary = FileManager.default.temporaryDirectory
    .appendingPathComponent("homework-\(getpid())-").path

  /// Removes what an examination that is broken off has left behind.
  package static func removeTemporaries() {
    let (folder, name) = ((temporary as NSString).deletingLastPathComponent, temporary as NSString)
    let files = FileManager.default
    for entry in (try? files.contentsOfDirectory(atPath: folder)) ?? []
    where entry.hasPrefix(name.lastPathComponent) {
      try? files.removeItem(atPath: folder + "/" + entry)
    }
  }

  /// Examines one exercise with the inputs of each seed, and stops at the first that is not right.
  public func report(on exercise: Exercise, seeds: [UInt64] = [1]) -> Report {
    var report = Report(exercise, .notExamined("there is no seed"))
    for seed in seeds {
      report = self.report(on: exercise, seed: seed)
      if report.outcome != .right { break }
    }
    return report
  }

  private func report(on exercise: Exercise, seed: UInt64) -> Report {
    // From a copy, so that a process that deletes its own program hurts nobody.
    let folder = Self.temporary + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let copy = folder + "/" + (program as NSString).lastPathComponent
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try ChildProcess.launching.withLock {
        try FileManager.default.copyItem(atPath: program, toPath: copy)
      }
    } catch {
      return Report(exercise, .notExamined("\(program) cannot be copied: build it first"))
    }
    let witnesses: Witnesses
    do {
      witnesses = try Witnesses(program: copy, number: exercise.number, limits: limits)
    } catch {
      return Report(exercise, error.outcome)
    }
    var examination = Examination(seed: seed) { try witnesses.ask($0) }
    var outcome = Outcome.right
    do {
      try exercise.examine(&examination)
    } catch let finding as Finding {
      outcome = .wrong(finding)
    } catch let stopped as Stopped {
      outcome = stopped.outcome
    } catch {
      outcome = .notExamined("\(error)")
    }
    if outcome == .right, let failure = witnesses.failure { outcome = failure }
    witnesses.end()
    return Report(exercise, outcome, held: examination.held, printed: witnesses.printed)
  }
}

/// What the answer to one exercise may use.
public struct Limits: Equatable, Sendable {
  /// Seconds for all questions about one exercise.
  ///
  /// They count while an answer is waited for. A process that has not had half of them from the
  /// processor, since the machine is busy or since it sleeps, may take three times as long.
  public var seconds: Double
  /// Bytes of memory.
  public var memory: Int

  /// Two seconds and a gigabyte, or others.
  public init(seconds: Double = 2, memory: Int = 1 << 30) {
    self.seconds = seconds
    self.memory = memory
  }
}

/// Two processes that are asked the same.
private final class Witnesses {
  private let first: AnswerProcess
  private let second: AnswerProcess
  /// Why there was no answer, once there was none.
  private(set) var failure: Outcome?

  init(program: String, number: String, limits: Limits) throws(Stopped) {
    func start(_ run: String) throws(Stopped) -> AnswerProcess {
      try AnswerProcess(
        program: program, number: number, limits: limits, run: run + UUID().uuidString)
    }
    // Both before the first question, so that no answer can be in the way of the second.
    first = try start("1")
    second = try start("2")
  }

  /// What the first has printed or, if that is nothing, the second.
  var printed: String { [first, second].map(\.printed).first { !$0.isEmpty } ?? "" }

  func end() {
    first.end()
    second.end()
  }

  /// The answer that both give.
  func ask(_ inputs: [Tensor<Double>]) throws -> [Tensor<Double>] {
    if let failure { throw Stopped(outcome: failure) }
    do {
      let answer = try first.ask(inputs)
      try compare(answer, try first.ask(inputs, again: true))
      try compare(answer, try second.ask(inputs))
      return answer
    } catch let stopped as Stopped {
      failure = stopped.outcome
      throw stopped
    } catch let finding as Finding {
      failure = .wrong(finding)
      throw finding
    }
  }

  private func compare(_ a: [Tensor<Double>], _ b: [Tensor<Double>]) throws {
    let diagnosis = "does it depend on the clock, the environment, or on earlier calls?"
    guard a.map(\.shape) == b.map(\.shape) else {
      throw Finding(
        "the answer", message: "two runs with the same inputs have different shapes",
        diagnosis: diagnosis)
    }
    for (a, b) in zip(a, b) {
      let pairs = zip(a.scalars, b.scalars)
      guard let (x, y) = pairs.first(where: { $0 != $1 && !($0.isNaN && $1.isNaN) }) else {
        continue
      }
      throw Finding(
        "the answer",
        message:
          "two runs with the same inputs differ: \(x) and \(y)",
        diagnosis: diagnosis)
    }
  }
}
