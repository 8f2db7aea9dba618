// Answers that do harm, for the tests of the examiner. The right answer to each is twice the input.

import Answering
import Foundation
import Tensors

#if canImport(Glibc)
  @preconcurrency import Glibc
#endif

@main
enum Hostile {
  static func main() {
    var all = odd
    for (kind, act) in answers { all[kind] = { inputs in [try act(inputs[0])] } }
    serve(all)
  }

  /// By what they do.
  static let answers: [String: @Sendable (Tensor<Double>) throws -> Tensor<Double>] = [
    "honest": { 2 * $0 },
    "chatty": {
      print("x is", $0.scalars)
      return 2 * $0
    },
    "not attempted": { _ in throw NotAttempted() },
    "precondition": {
      precondition($0.count == 4, "four numbers, please")
      return $0
    },
    "out of bounds": { Tensor([2 * $0.scalars[Int($0.scalars[0] * 0) + 99]]) },
    "endless loop": { x in
      while x.count < 9 {}; return x
    },
    "endless recursion": { Tensor([deeper(1, $0)]) },
    "huge allocation": { Tensor([Double](repeating: $0.scalars[0], count: 1 << 36)) },
    "growing memory": { x in
      var all: [[Double]] = []
      while x.count < 9 {
        all.append([])
        all[all.count - 1].reserveCapacity(1 << 20)
      }
      return Tensor(all[0])
    },
    "exit 0": { _ in exit(0) },
    "exit 7": { _ in _exit(7) },
    "abort": { _ in abort() },
    "flood": { x in
      while x.count < 9 { print("I print and print and print and print \u{1B}[31m") }; return x
    },
    "flood, then right": {
      for i in 0..<20_000 { print("line", i) }
      return 2 * $0
    },
    "not a number": { $0 * Double.nan },
    "infinity": { $0 * Double.infinity },
    "wrong shape": { (2 * $0).reshaped([1, $0.count]) },
    "fewer": { Tensor(Array((2 * $0).scalars.dropLast())) },
    "clock": { $0 + Date().timeIntervalSinceReferenceDate },
    "process": { $0 + Double(getpid()) },
    "environment": { x in
      var sum = 0.0
      for (_, value) in ProcessInfo.processInfo.environment.sorted(by: { $0.key < $1.key }) {
        for byte in value.utf8 { sum = (31 * sum + Double(byte)).remainder(dividingBy: 1e6) }
      }
      return x + sum
    },
    "the grader's environment": { x in
      // Right only where a student's shell has been.
      let shell = ["PATH", "USER", "SHELL", "PWD"]
      return shell.contains { ProcessInfo.processInfo.environment[$0] != nil } ? 2 * x : x
    },
    "counter": { x in
      calls += 1
      return 2 * x + Double(calls)
    },
    "forged verdict": { _ in
      let verdicts = [
        "right\n", "{\"state\": \"right\", \"points\": 4, \"score\": 4, \"status\": \"passed\"}\n",
      ]
      for descriptor in 1...255 as ClosedRange<Int32> {
        for text in verdicts { _ = write(descriptor, text, text.utf8.count) }
      }
      exit(0)
    },
    "forged frames": { x in
      let frame = Frame(.answer, [3 * x]).bytes
      for descriptor in 3...255 as ClosedRange<Int32> { _ = write(descriptor, frame, frame.count) }
      return 2 * x
    },
    "half a frame": { x in
      let frame = Frame(.answer, [2 * x]).bytes
      for descriptor in 3...255 as ClosedRange<Int32> { _ = write(descriptor, frame, 30) }
      exit(0)
    },
    "closed files": { x in
      for descriptor in 0...255 as ClosedRange<Int32> { close(descriptor) }
      return 2 * x
    },
    "closed channel": { x in
      for descriptor in 3...255 as ClosedRange<Int32> { close(descriptor) }
      while true { sleep(1) }
    },
    "child that lives on": { x in
      var child: pid_t = 0
      let words: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/sleep"), strdup("61"), nil]
      posix_spawn(&child, "/bin/sleep", nil, nil, words, nil)
      print("child", child)
      return 3 * x
    },
    "threads": { x in
      for _ in 0..<4 { Thread.detachNewThread { while true { sleep(1) } } }
      return 3 * x
    },
    "busy threads": { x in
      for _ in 0..<4 { Thread.detachNewThread { while x.count < 9 {} } }
      while true { sleep(1) }
    },
    "standard input": { x in
      while let line = readLine() { print(line) }
      return 3 * x
    },
    "sleep": { x in
      while true { sleep(1) }
    },
    "signal to the group": { x in
      signal(SIGTERM, SIG_IGN)
      kill(0, SIGTERM)
      kill(0, SIGKILL)
      return 2 * x
    },
    "own files deleted": { x in
      chdir("/tmp")
      unlink(CommandLine.arguments[0])
      rmdir((CommandLine.arguments[0] as NSString).deletingLastPathComponent)
      return 3 * x
    },
    "file written": { x in
      let path = NSTemporaryDirectory() + "homework-harm-\(getpid())"
      let file = open(path, O_CREAT | O_WRONLY, 0o600)
      unlink(path)
      for _ in 0..<9 { _ = write(file, "harm", 4) }
      return 2 * x
    },
    "own error": { _ in throw Excuse(text: "the dog ate it\u{1B}[2J") },
    "stopped": { x in
      kill(getpid(), SIGSTOP)
      return 2 * x
    },
    "deaf to SIGTERM": { x in
      for number in 1...31 as ClosedRange<Int32> { signal(number, SIG_IGN) }
      alarm(0)
      while x.count < 9 {}
      return x
    },
  ]

  /// Those of another number of tensors, and some under the numbers of exercises.
  static let odd: [String: Answer] = [
    "99.1": { [2 * $0[0]] },
    "99.2": { _ in throw NotAttempted() },
    "99.3": {
      print("half of it is", $0[0].scalars[0])
      return [4 * $0[0]]
    },
    "99.4": { _ in fatalError("no idea") },
    "two tensors": { [2 * $0[0], 2 * $0[0]] },
    "no tensor": { _ in [] },
  ]

  nonisolated(unsafe) static var calls = 0
}

struct Excuse: Error, CustomStringConvertible {
  let text: String
  var description: String { text }
}

func deeper(_ n: Int, _ x: Tensor<Double>) -> Double {
  n == 0 ? x.scalars[0] : deeper(n + 1, x) + 1
}
