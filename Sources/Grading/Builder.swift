/// Builds the programs that answer, one a chapter.
public struct Builder: Sendable {
  /// The package's folder.
  public let root: String
  /// The folder with the build: `.build`.
  public let scratch: String
  /// `debug` or `release`.
  public let configuration: String

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
    /// The compiler's first error, as in `Exercises.swift:21:3: cannot find 'foo' in scope`.
    case failed(String)
  }

  /// Builds a chapter's program, unless it is newer than all of its sources.
  public func build(_ sheet: ExerciseSheet) -> Result {
    fatalError("not written yet")
  }

  /// Builds chapters one by one, examines their exercises `jobs` at a time, and gives a report on each,
  /// in order.
  ///
  /// - Parameters:
  ///   - exercises: Which ones of the sheets; all when nil.
  ///   - progress: Is told what is going on: "building chapter 3", "examining 3.2".
  public func reports(
    on sheets: [ExerciseSheet], exercises: Set<String>? = nil, seeds: [UInt64] = [1],
    limits: Limits = Limits(), jobs: Int = 2, progress: @Sendable (String) -> Void = { _ in }
  ) -> [Report] {
    fatalError("not written yet")
  }
}

extension ExerciseSheet {
  /// The program that answers: `homework-ch03`.
  public var product: String { "homework-" + chapter.prefix(4) }

  /// The file that students write, from the package's folder.
  public var path: String { "Chapters/\(chapter)/Exercises.swift" }
}
