import Answering
import Foundation
import Tensors

/// Why an examination ends before anything can be compared.
struct Stopped: Error {
  let outcome: Outcome
}

/// A student's process, and the conversation with it.
///
/// It is started when this is made, and ended when `end()` is called, in whatever state it is.
final class AnswerProcess {
  private let limits: Limits
  private var process: ChildProcess
  private var channel: Connection
  private var output: Connection
  private var waited = 0.0
  private var stopped: Outcome?
  private var isOver = false

  /// How much is kept of what it prints.
  private static let longestOutput = 8192

  /// Starts the program that answers about one exercise. `run` makes its environment different from
  /// that of other runs.
  init(program: String, number: String, limits: Limits, run: String) throws(Stopped) {
    self.limits = limits
    do {
      let (channel, answering) = try Connection.pair()
      let (output, printing) = try Connection.pair()
      (self.channel, self.output) = (channel, output)
      defer {
        close(answering)
        close(printing)
      }
      process = try ChildProcess(
        program, [number, "\(limits.seconds)", "\(limits.memory)"],
        environment: [
          "LC_ALL=C", "HOME=/", "RUN=" + run,
          // Traps at once, and sets in the same order every time.
          "SWIFT_BACKTRACE=enable=no", "SWIFT_DETERMINISTIC_HASHING=1", "MALLOC_ARENA_MAX=2",
        ], input: answering, output: printing)
    } catch {
      throw Stopped(outcome: .notExamined("\(program) cannot be started: \(error)"))
    }
  }

  /// What it has printed, as text without control characters, cut to a few kilobytes.
  var printed: String {
    let text = String(decoding: output.received, as: UTF8.self)
    let own = text.split(separator: "\n", omittingEmptySubsequences: false)
      .prefix { $0 != "Current stack trace:" }.joined(separator: "\n")
    let visible = own.unicodeScalars.filter {
      $0 == "\n" || $0 == "\t" || $0.properties.generalCategory != .control
    }
    let all = String(String.UnicodeScalarView(visible))
    let short = all.prefix(4000)
    let isCut = short.count < all.count || output.received.count >= Self.longestOutput
    return isCut ? short + "…" : String(short)
  }

  /// Asks, waits for the answer, and gives it.
  ///
  /// Throws `Stopped` if there is no answer; the process is then no longer there. What is printed
  /// when a question is asked `again` is forgotten, if there is an answer.
  func ask(_ inputs: [Tensor<Double>], again: Bool = false) throws(Stopped) -> [Tensor<Double>] {
    if let stopped { throw Stopped(outcome: stopped) }
    let printedBefore = output.received.count
    let frame = try converse(Frame(.question, inputs))
    if again { output.received.removeLast(output.received.count - printedBefore) }
    let outcome: Outcome
    switch frame.kind {
    case .answer:
      do {
        return try frame.tensors()
      } catch {
        outcome = .unreadable(error.reason)
      }
    case .notAttempted: outcome = .notAttempted
    case .threw: outcome = .threw(printable(frame.body))
    case .question: outcome = .unreadable("it is a question")
    }
    throw stop(outcome)
  }

  /// Ends the process and what it has started.
  func end() {
    guard !isOver else { return }
    isOver = true
    process.end()
    output.receive(keeping: Self.longestOutput)
    close(channel.descriptor)
    close(output.descriptor)
  }

  deinit { end() }

  /// Sends a question and waits for one frame.
  private func converse(_ question: Frame) throws(Stopped) -> Frame {
    let start = ContinuousClock.now
    let before = waited
    defer { waited = before + (ContinuousClock.now - start).inSeconds }
    var pending = question.bytes[...]
    channel.receive(keeping: 1)
    guard channel.received.isEmpty else { throw stop(.unreadable("it came before the question")) }
    while true {
      channel.send(&pending)
      channel.receive(keeping: Frame.headerLength + Frame.longestBody + 1)
      output.receive(keeping: Self.longestOutput)
      do {
        if let frame = try Frame.first(of: channel.received) {
          output.receive(keeping: Self.longestOutput)  // what was printed before it was sent
          channel.received.removeFirst(Frame.headerLength + frame.body.count)
          return frame
        }
      } catch {
        throw stop(.unreadable(error.reason))
      }
      if let end = process.poll() {
        output.receive(keeping: Self.longestOutput)
        throw stop(outcome(of: end))
      }
      if channel.isClosed { throw stop(afterClosing()) }
      let passed = before + (ContinuousClock.now - start).inSeconds
      if isUp(after: passed) { throw stop(.timedOut(seconds: limits.seconds)) }
      if let memory = process.memory, memory > limits.memory {
        throw stop(.outOfMemory(limit: limits.memory))
      }
      wait(forRoom: !pending.isEmpty)
    }
  }

  /// Whether the time is up: by the clock, if the process has had at least half of that time; on a busy
  /// machine it is given up to three times as long.
  private func isUp(after seconds: Double) -> Bool {
    guard seconds >= limits.seconds else { return false }
    return seconds >= 3 * limits.seconds
      || process.processorTime.map { $0 >= limits.seconds / 2 } ?? true
  }

  /// Waits until something can be read or, if wanted, written; at most 20 milliseconds.
  private func wait(forRoom: Bool) {
    let reading = Int16(POLLIN)
    var files = [
      pollfd(
        fd: channel.descriptor, events: forRoom ? reading | Int16(POLLOUT) : reading, revents: 0),
      pollfd(fd: output.isClosed ? -1 : output.descriptor, events: reading, revents: 0),
    ]
    _ = poll(&files, nfds_t(files.count), 20)
  }

  /// Ends the process; every later question ends in the same way.
  private func stop(_ outcome: Outcome) -> Stopped {
    stopped = outcome
    end()
    return Stopped(outcome: outcome)
  }

  /// What has happened when the channel is closed: nearly always, the process is just ending.
  private func afterClosing() -> Outcome {
    for _ in 0..<500 {
      if let end = process.poll() {
        output.receive(keeping: Self.longestOutput)
        return outcome(of: end)
      }
      usleep(1000)
    }
    return .unreadable("the channel to the grader was closed")
  }

  /// What the end of the process means.
  private func outcome(of end: ChildProcess.End) -> Outcome {
    switch end {
    case .exited(let status): return .endedEarly(status: status)
    case .stopped: return .crashed("it stopped itself by a signal")
    case .signalled(let signal):
      let text = String(decoding: output.received, as: UTF8.self)
      if [SIGABRT, SIGILL, SIGTRAP].contains(signal), text.contains("failed to allocate") {
        return .outOfMemory(limit: limits.memory)
      }
      return signal == SIGXCPU
        ? .timedOut(seconds: limits.seconds) : .crashed(meaning(of: signal, printed: text))
    }
  }
}

/// What the signal that ended a process means, in words.
private func meaning(of signal: Int32, printed: String) -> String {
  switch signal {
  case SIGILL, SIGTRAP:
    let words = ["Fatal error: ", "Precondition failed: ", "Assertion failed: "]
    let reasons = printed.split(separator: "\n").compactMap { line in
      words.lazy.compactMap { line.range(of: $0) }.first.map { line[$0.upperBound...] }
    }
    return "a trap" + (reasons.last.map { ": " + printable(Array($0.utf8)) } ?? "")
  case SIGABRT: return "it aborted"
  case SIGSEGV, SIGBUS: return "a stack overflow (endless recursion?), or a wild pointer"
  case SIGXFSZ: return "it wrote to a file, which it must not"
  case SIGKILL: return "it was killed"
  default: return "ended by signal \(signal)"
  }
}

/// Text that comes from a student's process, in one line without control characters, at most 500 long.
private func printable(_ bytes: [UInt8]) -> String {
  let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars.map {
    $0.properties.generalCategory == .control ? " " : $0
  }
  return String(String(String.UnicodeScalarView(scalars)).prefix(500))
}

extension Duration {
  fileprivate var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
