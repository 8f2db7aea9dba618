import Foundation

/// Builds the programs that answer, one a chapter, each in a build of its own: a file that does not compile
/// costs its chapter and no other.
public struct Builder: Sendable {
  /// The package's folder.
  public let root: String
  /// The folder with the build: `.build`.
  public let scratch: String
  /// `debug` or `release`.
  public let configuration: String
  /// The command that is SwiftPM.
  public var swift = ["/usr/bin/env", "swift"]
  /// How many seconds a build may take; no end of them when nil.
  public var timeLimit: Double?

  /// A builder of the package in a folder.
  public init(root: String, scratch: String, configuration: String = "debug") {
    self.root = root
    self.scratch = scratch
    self.configuration = configuration
  }

  /// What came of a build.
  public enum Result: Equatable, Sendable {
    /// The path of the program.
    case built(program: String)
    /// The compiler's first error, as in
    /// `Chapters/ch03-kl-divergence/Exercises.swift:21:3: cannot find 'foo' in scope`.
    case failed(String)
  }

  /// Builds a chapter's program, unless it is newer than all of its sources.
  ///
  /// - Parameter willBuild: Is called if there is something to do, which takes seconds or minutes.
  public func build(_ sheet: ExerciseSheet, willBuild: () -> Void = {}) -> Result {
    let program = "\(scratch)/\(configuration)/\(sheet.product)"
    let stamp = "\(scratch)/homework/\(configuration)-\(sheet.product)"
    let start = Date()
    let files = FileManager.default
    if let built = modification(of: stamp), files.isExecutableFile(atPath: program),
      sources(of: sheet).allSatisfy({ modification(of: $0).map { $0 < built } ?? false })
    {
      return .built(program: program)
    }
    willBuild()
    let (status, log) = run(
      swift + [
        "build", "--product", sheet.product, "--package-path", root, "--scratch-path", scratch,
        "--configuration", configuration,
      ])
    guard let status else {
      return .failed("the compiler was still at work after \(Int(timeLimit ?? 0)) seconds")
    }
    guard status == 0 else { return .failed(firstError(in: log, root: root)) }
    guard files.isExecutableFile(atPath: program) else {
      return .failed("swift build has made no \(program)")
    }
    // The time of the beginning: what was saved during the build is built next time.
    try? files.createDirectory(atPath: scratch + "/homework", withIntermediateDirectories: true)
    _ = files.createFile(atPath: stamp, contents: nil)
    try? files.setAttributes([.modificationDate: start], ofItemAtPath: stamp)
    return .built(program: program)
  }

  /// Builds chapters one by one, examines their exercises `jobs` at a time, and reports on each, in
  /// order.
  ///
  /// - Parameters:
  ///   - exercises: Which ones of the sheets; all when nil.
  ///   - progress: Is told what is going on: "building homework-ch03, 3 of 11", "examining 3.2".
  public func reports(
    on sheets: [ExerciseSheet], exercises: Set<String>? = nil, seeds: [UInt64] = [1],
    limits: Limits = Limits(), jobs: Int = 2,
    progress: @escaping @Sendable (String) -> Void = { _ in }
  ) -> [Report] {
    sheets.enumerated().flatMap { index, sheet -> [Report] in
      let asked = sheet.exercises.filter { exercises?.contains($0.number) ?? true }
      guard !asked.isEmpty else { return [] }
      let place = sheets.count > 1 ? ", \(index + 1) of \(sheets.count)" : ""
      switch build(sheet, willBuild: { progress("building \(sheet.product)\(place)") }) {
      case .failed(let message):
        return asked.map { Report($0, .notCompiled(message)) }
      case .built(let program):
        let examiner = Examiner(program: program, limits: limits)
        return concurrently(asked.count, jobs: jobs) { index in
          progress("examining \(asked[index].number)")
          return examiner.report(on: asked[index], seeds: seeds)
        }
      }
    }
  }

  /// What a chapter's program is made from: files, and the folders that they are in.
  private func sources(of sheet: ExerciseSheet) -> [String] {
    let own = "Chapters/\(sheet.chapter)/"
    let folders = ["Sources", "Chapters"].flatMap { folder in
      [folder]
        + (FileManager.default.enumerator(atPath: root + "/" + folder)?.compactMap {
          ($0 as? String).map { folder + "/" + $0 }
        } ?? [])
    }
    return (["Package.swift"] + folders).filter { path in
      let name = (path as NSString).lastPathComponent
      guard !name.hasPrefix(".") else { return false }
      switch name {
      case "Exercises.swift", "Answers.swift": return path.hasPrefix(own)
      case "main.swift": return false
      default: return name.hasSuffix(".swift") || !name.contains(".")
      }
    }.map { root + "/" + $0 }
  }

  /// Runs a program to its end; its status, or nil if that came too late, and all that it printed.
  private func run(_ command: [String]) -> (status: Int32?, output: String) {
    let log = Examiner.temporary + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: log) }
    _ = FileManager.default.createFile(atPath: log, contents: nil)
    guard let process = start(command, output: FileHandle(forWritingAtPath: log)) else {
      return (71, "error: \(command.joined(separator: " ")) cannot be run")
    }
    var isLate = false
    if let timeLimit {
      let start = ContinuousClock.now
      while process.isRunning {
        usleep(20_000)
        guard ContinuousClock.now - start > .seconds(isLate ? timeLimit + 10 : timeLimit) else {
          continue
        }
        // SwiftPM ends the compiler when it is asked to end; it is given ten seconds for that.
        if isLate { kill(process.processIdentifier, SIGKILL) } else { process.terminate() }
        isLate = true
      }
    }
    process.waitUntilExit()
    let text = FileManager.default.contents(atPath: log).map { String(decoding: $0, as: UTF8.self) }
    return (isLate ? nil : process.terminationStatus, text ?? "")
  }

  /// Starts a program, if that is possible within some tries: a script that was just written may still be
  /// open for writing, in a child of this process that is just being made.
  private func start(_ command: [String], output: FileHandle?) -> Process? {
    for _ in 0..<5 {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: command[0])
      process.arguments = Array(command.dropFirst())
      process.currentDirectoryURL = URL(fileURLWithPath: root)
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = output
      process.standardError = output
      if (try? process.run()) != nil { return process }
      usleep(50_000)
    }
    return nil
  }
}

/// The first error in what `swift build` printed, in one line: the file from the package's folder, the line,
/// the column, what is wrong.
func firstError(in log: String, root: String) -> String {
  let lines = log.split(separator: "\n")
  let errors = lines.filter { $0.contains("error: ") }
  guard let line = errors.first(where: { $0.hasPrefix("/") && $0.contains(".swift:") }) else {
    return String(errors.first ?? lines.last ?? "swift build fails").trimmed
  }
  return line.replacing("error: ", with: "", maxReplacements: 1).replacing(root + "/", with: "")
    .trimmed
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}

extension Substring {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}

extension ExerciseSheet {
  /// The program that answers: `homework-ch03`.
  public var product: String { "homework-" + chapter.prefix(4) }

  /// The file that students write, from the package's folder.
  public var path: String { "Chapters/\(chapter)/Exercises.swift" }
}

/// When a file was last changed, or nil if it is not there.
package func modification(of path: String) -> Date? {
  let attributes = try? FileManager.default.attributesOfItem(atPath: path)
  return attributes?[.modificationDate] as? Date
}

/// The values of a function at 0, 1, …, with at most `jobs` calls at the same time.
func concurrently<Value: Sendable>(
  _ count: Int, jobs: Int, _ value: @escaping @Sendable (Int) -> Value
) -> [Value] {
  let results = Results<Value>(count)
  let group = DispatchGroup()
  for _ in 0..<Swift.min(jobs, count) {
    group.enter()
    Thread.detachNewThread {
      while let index = results.take() { results.put(value(index), at: index) }
      group.leave()
    }
  }
  group.wait()
  return results.values.map { $0! }
}

/// The next index, and the values so far; the lock guards both.
private final class Results<Value: Sendable>: @unchecked Sendable {
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
