import Foundation
import Tensors
import Testing

@testable import Grading

/// Answers that do harm: a clear failure, the next exercise graded, and never a point.
@Suite("Answers that do harm")
struct HostileAnswersTests {
  /// What an answer does, and words that the report must contain; after a bar, others that it may
  /// contain instead.
  static let kinds: KeyValuePairs<String, String> = [
    "precondition": "crashed: a trap: four numbers, please",
    "out of bounds": "crashed: a trap: Index out of range",
    "endless loop": "timed out",
    "endless recursion": "crashed: a stack overflow (endless recursion?)",
    "huge allocation": "out of memory",
    "growing memory": "out of memory",
    "exit 0": "ended early: exit status 0",
    "exit 7": "ended early: exit status 7",
    "abort": "crashed: it aborted",
    "flood": "timed out",
    "not a number": "wrong: the double at [0]: expected",
    "infinity": "wrong: the double at [0]: expected",
    "wrong shape": "the shape is [1, 3], not [3]",
    "fewer": "the shape is [2], not [3]",
    "two tensors": "wrong: the answer: has 2 parts, not 1",
    "no tensor": "wrong: the answer: has 0 parts, not 1",
    "clock": "two runs with the same inputs differ",
    "process": "two runs with the same inputs differ",
    "environment": "two runs with the same inputs differ",
    "the grader's environment": "wrong: the double at [0]: expected",
    "counter": "two runs with the same inputs differ",
    "forged verdict": "no answer: it has no header",
    "forged frames": "wrong: |no answer: it came before the question",
    "half a frame": "ended early: exit status 0",
    "closed files": "ended early: exit status 74",
    "closed channel": "no answer: the channel to the grader was closed",
    "child that lives on": "wrong: the double",
    "threads": "wrong: the double",
    "busy threads": "timed out",
    "standard input": "wrong: the double",
    "sleep": "timed out",
    "signal to the group": "crashed: it was killed",
    "own files deleted": "wrong: the double",
    "file written": "crashed: it wrote to a file",
    "own error": "wrong: it threw an error: the dog ate it [2J",
    "stopped": "crashed: it stopped itself",
    "deaf to SIGTERM": "timed out",
  ]

  /// The answers that are timed out, soon; others have more time than even a busy machine needs.
  static let endless: Set = ["endless loop", "flood", "busy threads", "sleep", "deaf to SIGTERM"]

  @Test(
    "is a clear failure, worth nothing, and the next exercise is graded",
    arguments: kinds.map(\.key))
  func harm(kind: String) async throws {
    let words = try #require(Self.kinds.first { $0.key == kind }?.value)
    let reports = await reports(on: [kind, "honest"])
    let (report, next) = (reports[0], reports[1])
    let outcome = "\(report.outcome)"
    #expect(words.split(separator: "|").contains { outcome.contains($0) }, "\(outcome)")
    #expect(report.points == 0)
    #expect(report.outcome.isFailure)
    #expect(report.held.isEmpty)
    #expect(report.printed.count < 5000)
    #expect(!report.printed.contains("\u{1B}"))
    #expect(next.outcome == .right)
    if kind == "child that lives on" { try await expectGone(report.printed) }
  }

  @Test("output is no answer, and does not spoil one")
  func output() async {
    let reports = await reports(on: ["honest", "chatty", "flood, then right", "not attempted"])
    #expect(reports.map(\.outcome) == [.right, .right, .right, .notAttempted])
    #expect(reports.map(\.points) == [2, 2, 2, 0])
    #expect(reports[0].held == ["the double"])
    #expect(reports[0].printed.isEmpty)
    #expect(reports[1].printed.hasPrefix("x is ["))
    #expect(reports[2].printed.hasPrefix("line 0\nline 1\n"))
    #expect(reports[2].printed.hasSuffix("…"))
  }

  @Test("a program that is not there is not examined")
  func missing() async {
    let report = Examiner(program: "/nowhere/homework-ch99").report(on: exercise("honest"))
    #expect("\(report.outcome)".contains("not examined: /nowhere/homework-ch99 cannot be copied"))
    #expect(report.points == 0)
  }

  /// The reports on answers of the program that does harm, examined one after the other.
  private func reports(on kinds: [String]) async -> [Report] {
    let program = programs.appendingPathComponent("HostileAnswers").path
    return await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        let reports = kinds.map { kind in
          let seconds = Self.endless.contains(kind) ? 0.3 : 5
          return Examiner(program: program, limits: Limits(seconds: seconds, memory: 1 << 28))
            .report(on: exercise(kind))
        }
        continuation.resume(returning: reports)
      }
    }
  }

  /// Expects that the process whose number was printed ends soon.
  private func expectGone(_ printed: String) async throws {
    let number = try #require(
      printed.split(separator: " ").last.flatMap { pid_t($0.trimmingCharacters(in: .newlines)) })
    for _ in 0..<100 {
      let state = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)
      if kill(number, 0) != 0 || state?.contains(") Z ") == true { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("\(number) is still there")
  }
}

/// Twice the input.
private func exercise(_ name: String) -> Exercise {
  Exercise(name, "double", points: 2, .warmUp, function: "double", hints: []) { exam in
    let x: Tensor<Double> = exam.random.normal([3])
    try exam.expect("the double", try exam.ask(x), equals: 2 * x)
  }
}

/// The folder where the programs were built: the one that the tests run from.
let programs: URL = {
  #if os(macOS)
    for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
      return bundle.bundleURL.deletingLastPathComponent()
    }
  #endif
  return URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
}()
