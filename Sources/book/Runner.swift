import Dispatch
import Foundation
import Notebook

/// Why a chapter or the tests could not be run to their end.
struct RunFailure: Error {
  let faults: [Fault]
}

/// Builds the package, and runs chapters and tests as programs.
struct Runner: Sendable {
  /// The package's folder.
  let root: String
  /// The folder with the build, `.build`; the programs are in `debug` there.
  let build: String
  /// The command that is SwiftPM.
  var swift = ["/usr/bin/env", "swift"]
  /// How many programs run at the same time.
  var jobs = 2
  /// Is told what is going on.
  var note: @Sendable (String) -> Void = { _ in }

  private var package: [String] { ["--package-path", root, "--scratch-path", build] }

  /// Runs chapters, and the tests in `targets`.
  ///
  /// The working tree is not touched: figures go to a folder of their own, which is removed.
  func run(_ chapters: [Chapter], testTargets targets: [String]) throws -> Results {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("book-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }

    note("building")
    let log = folder + "/build.txt"
    guard try launch(swift + ["build", "--build-tests"] + package, output: log) == 0 else {
      throw RunFailure(faults: buildFaults(try read(log)))
    }
    let testsRun = targets.isEmpty ? 0 : 1
    let outcomes = concurrently(testsRun + chapters.count, jobs: jobs) { index in
      Result {
        var results = Results()
        if index < testsRun {
          results.measurements = try measure(targets, in: folder)
        } else {
          let chapter = chapters[index - testsRun]
          results.runs[chapter.name] = try run(chapter, in: folder)
        }
        return results
      }
    }
    var (results, faults) = (Results(), [Fault]())
    for outcome in outcomes {
      do {
        let part = try outcome.get()
        results.runs.merge(part.runs) { first, _ in first }
        if !part.measurements.lines.isEmpty { results.measurements = part.measurements }
      } catch let failure as RunFailure {
        faults += failure.faults
      }
    }
    guard faults.isEmpty else { throw RunFailure(faults: faults) }
    return results
  }

  /// Runs a chapter's program.
  private func run(_ chapter: Chapter, in folder: String) throws -> ChapterRun {
    let (transcript, log) = ("\(folder)/\(chapter.name).json", "\(folder)/\(chapter.name).txt")
    let start = ContinuousClock.now
    let status = try launch(
      ["\(build)/debug/\(chapter.name)", "--figures", folder],
      environment: ["NOTEBOOK_TRANSCRIPT": transcript], output: log)
    guard status == 0 else {
      let last = try read(log).components(separatedBy: "\n").last { !$0.trimmed.isEmpty } ?? ""
      throw RunFailure(faults: [
        Fault(file: chapter.source, line: 1, message: "the program ended with \(status): \(last)")
      ])
    }
    var run = ChapterRun()
    let lines = FileManager.default.contents(atPath: transcript) ?? Data()
    run.records = try lines.split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(Record.self, from: $0)
    }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(chapter.name)"))
      ?? []
    {
      run.figures[name] = FileManager.default.contents(atPath: "\(folder)/\(chapter.name)/\(name)")
    }
    note("ran \(chapter.name) in \(duration(ContinuousClock.now - start))")
    return run
  }

  /// Runs tests for what their checks measure.
  private func measure(_ targets: [String], in folder: String) throws -> Measurements {
    let (records, log) = (folder + "/records.json", folder + "/tests.txt")
    let start = ContinuousClock.now
    let filter = "^(" + targets.joined(separator: "|") + ")\\."
    let status = try launch(
      swift + ["test", "--skip-build"] + package + ["--filter", filter],
      environment: ["CHECK_RECORDS": records], output: log)
    guard status == 0 else { throw RunFailure(faults: testFaults(try read(log), status)) }
    note("ran the tests in \(duration(ContinuousClock.now - start))")
    return try Measurements(records: FileManager.default.contents(atPath: records) ?? Data())
  }

  /// The compiler's errors.
  private func buildFaults(_ log: String) -> [Fault] {
    let errors = log.matches(of: /(?m)^(\/[^:\n]+):(\d+):\d+: (error: .*)$/).map { match in
      let path = String(match.1)
      return Fault(
        file: path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path,
        line: Int(match.2) ?? 1, message: String(match.3))
    }
    let last = log.components(separatedBy: "\n").last { !$0.trimmed.isEmpty } ?? ""
    return errors.isEmpty
      ? [Fault(file: "Package.swift", line: 1, message: "swift build fails: \(last)")] : errors
  }

  /// The tests that failed.
  private func testFaults(_ log: String, _ status: Int32) -> [Fault] {
    let sources = files(in: "Tests", of: root)
    let issues = log.matches(of: /recorded an issue.* at ([^\s:]+):(\d+):\d+: (.*)/).map { match in
      Fault(
        file: sources.first { $0.hasSuffix("/" + match.1) } ?? String(match.1),
        line: Int(match.2) ?? 1, message: "a test fails: \(match.3)")
    }
    return issues.isEmpty
      ? [Fault(file: "Tests", line: 1, message: "swift test ended with status \(status)")] : issues
  }

  /// Runs a program to its end, with all that it prints in a file, and gives its exit status.
  func launch(
    _ command: [String], environment: [String: String] = [:], output path: String
  ) throws -> Int32 {
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    let output = FileHandle(forWritingAtPath: path)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    process.currentDirectoryURL = URL(fileURLWithPath: root)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    do {
      try process.run()
    } catch {
      throw RunFailure(faults: [
        Fault(file: "Package.swift", line: 1, message: "cannot run \(command[0]): build it first")
      ])
    }
    process.waitUntilExit()
    return process.terminationStatus
  }
}

/// The values of a function at 0, 1, …, with at most `jobs` calls at the same time.
func concurrently<Value: Sendable>(
  _ count: Int, jobs: Int, _ value: @Sendable (Int) -> Value
) -> [Value] {
  let state = State<Value>(count)
  DispatchQueue.concurrentPerform(iterations: min(jobs, count)) { _ in
    while let index = state.take() { state.put(value(index), at: index) }
  }
  return state.values.map { $0! }
}

/// The next index to compute, and the values so far; the lock guards both.
private final class State<Value: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var next = 0
  private(set) var values: [Value?]

  init(_ count: Int) { values = Array(repeating: nil, count: count) }

  func take() -> Int? {
    lock.withLock {
      defer { next += 1 }
      return next < values.count ? next : nil
    }
  }

  func put(_ value: Value, at index: Int) { lock.withLock { values[index] = value } }
}
