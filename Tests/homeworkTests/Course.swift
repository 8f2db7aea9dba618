import Foundation
import Grading
import Notebook
import Tensors

@testable import homework

/// A package of two chapters, one of which does not compile, in a folder that goes with the test; with a
/// command in SwiftPM's place that "builds" the program that does harm.
final class Course {
  let root: String
  let sheets: [ExerciseSheet]
  private let builder: Builder
  private(set) var printed = ""

  init() throws {
    let files = FileManager.default
    root =
      files.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("course-\(UUID().uuidString)").path
    sheets = [
      ExerciseSheet(chapter: "ch98-broken", [Self.exercise("98.1", "Never built", points: 1)]),
      ExerciseSheet(
        chapter: "ch99-harm",
        [
          Self.exercise("99.1", "Right", points: 2), Self.exercise("99.2", "Not begun", points: 3),
          Self.exercise("99.3", "A factor", points: 4), Self.exercise("99.4", "A trap", points: 1),
        ]),
    ]
    var builder = Builder(root: root, scratch: root + "/.build")
    let harm = programs.appendingPathComponent("HostileAnswers").path
    builder.swift = [
      "/bin/sh", "-c",
      """
      case "$3" in
      homework-ch99) mkdir -p '\(root)/.build/debug'; cp '\(harm)' "\(root)/.build/debug/$3";;
      *) echo '\(root)/Chapters/ch98-broken/Exercises.swift:3:4: error: expected expression'; exit 1;;
      esac
      """, "sh",
    ]
    self.builder = builder
    try save("Package.swift", "")
    try save("Chapters/ch98-broken/main.swift", "/*:\n # 98 · Broken\n\n Text.\n */\n")
    try save("Chapters/ch99-harm/main.swift", "/*:\n # 99 · Harm\n */\n")
    try save("Chapters/ch99-harm/Exercises.swift", Self.file)
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  /// Runs the command, with what it prints in `printed`; gives its exit status.
  func run(_ arguments: String...) throws -> Int32 { try run(arguments) }

  func run(_ arguments: [String]) throws -> Int32 {
    let path = root + "/printed"
    let file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0o600)
    let notes = open("/dev/null", O_WRONLY)
    defer {
      printed = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      close(file)
      close(notes)
    }
    let command = Command(
      builder: builder, sheets: sheets, console: Console(output: file, error: notes))
    return try command.run(arguments)
  }

  private func save(_ path: String, _ text: String) throws {
    let url = URL(fileURLWithPath: root + "/" + path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private static func exercise(_ number: String, _ title: String, points: Int) -> Exercise {
    Exercise(
      number, title, points: points, .warmUp, function: "double",
      hints: ["Think of two.", "Multiply by it."]
    ) { exam in
      let x: Tensor<Double> = exam.random.normal([3])
      let answer = try exam.ask(x)
      try exam.expect("the shape", answer.shape == [3], otherwise: "it is another")
      try exam.expect("the double of 3 numbers", answer, equals: 2 * x)
    }
  }

  static let file = """
    import Tensors

    /// **99.3 · A factor** (4 points, warm-up)
    ///
    /// *Derive* 2x, and **then** implement it; `x * y` stays.
    ///
    /// - Parameter x: Numbers, `[n]`.
    /// - Returns: Twice them, `[n]`.
    func double(
      x: Tensor<Double>
    ) throws -> Tensor<Double> {
      throw NotAttempted()
    }
    """
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
