import Datasets
import Foundation
import Testing

@testable import Grading

@Suite("The release for students")
struct ReleaseTests {
  /// A package in small.
  private static let package = [
    "Package.swift": "import PackageDescription\nlet isRelease = false\nlet more = 1\n",
    "README.md": "read me\n", "LICENSE": "free\n", ".gitignore": ".build/\n",
    "Sources/Toy/Toy.swift": "let toy = 1\n", "Sources/Toy/Toy.swift.orig": "old\n",
    "Chapters/ch01-toy/Exercises.swift": stub("one") + stub("two"),
    "Chapters/ch02-next/Exercises.swift": stub("three"),
    "Tests/ToyTests/ToyTests.swift": "import Testing\n",
    "Tests/GradingTests/GradingTests.swift": "import Testing\n",
    "Tests/GradingTests/Solutions/ch01-toy.swift": """
    // By the chain rule, and because the mean of all of it vanishes.
    func one(x: Double) throws -> Double {
      let half = 0.5 * x * x
      return half - log(1 + x)
    }
    func two(x: Double) throws -> Double { return 1 / (1 + exp(-(x - 0.25) / (2 * x * x + 1))) }

    """,
    "Tests/GradingTests/Solutions/ch02-next.swift":
      "func three(x: Double) throws -> Double { x }\n",
    ".git/HEAD": "ref\n", ".build/debug.yaml": "\n", ".ci/run": "exit\n", "secret": "word\n",
  ]

  private static func stub(_ name: String) -> String {
    "\n/// \(name)\nfunc \(name)(x: Double) throws -> Double {\n  throw NotAttempted()\n}\n"
  }

  private func release(_ scratch: Scratch, to folder: String = "out") throws -> Int {
    var release = Release(root: scratch.path + "/package")
    release.sheets = toySheets
    return try release.write(to: scratch.path + "/" + folder)
  }

  private func fixture(_ changes: [String: String?] = [:]) throws -> Scratch {
    let files = Self.package.merging(changes.compactMapValues { $0 }) { $1 }
      .filter { changes[$0.key] != .some(nil) }
    return try Scratch(
      Dictionary(uniqueKeysWithValues: files.map { ("package/" + $0.key, $0.value) }))
  }

  @Test("everything but tests with solutions, history, builds and leftovers")
  func contents() throws {
    let scratch = try fixture()
    let count = try release(scratch)
    let expected = [
      ".gitignore", "Chapters/ch01-toy/Exercises.swift", "Chapters/ch02-next/Exercises.swift",
      "LICENSE", "Package.swift", "README.md", "Sources/Toy/Toy.swift",
      "Tests/ToyTests/ToyTests.swift",
    ]
    var found: [String] = []
    for name in try scratch.names("out") { found += try files(at: name, of: scratch.path + "/out") }
    #expect(found.sorted() == expected)
    #expect(count == expected.count)
    #expect(
      try scratch.text("out/Package.swift")
        == "import PackageDescription\nlet isRelease = true\nlet more = 1\n")
    #expect(try scratch.names() == ["out", "package"])
  }

  @Test("an empty folder is taken; one with something in it, a file and the package are not")
  func folders() throws {
    let scratch = try fixture()
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/empty", withIntermediateDirectories: true)
    #expect(try release(scratch, to: "empty") > 0)
    try scratch.write("", to: "file")
    try scratch.write("", to: "full/.hidden")
    for (folder, status) in [
      ("full", ExitStatus.cannotCreate), ("file", .cannotCreate), ("empty", .cannotCreate),
      ("package", .usage), ("package/new", .usage), ("file/new", .cannotCreate),
    ] {
      let error = #expect(throws: InputError.self) { try release(scratch, to: folder) }
      #expect(error?.status == status, "\(folder): \(error?.message ?? "")")
    }
    #expect(try scratch.names("full") == [".hidden"])
    #expect(try scratch.names() == ["empty", "file", "full", "package"])
  }

  @Test(
    "a solution anywhere, an exercise that is solved or gone, a manifest without its line: nothing is written",
    arguments: [
      ("Sources/Toy/Notes.swift", "/// By the chain rule, and because the mean\n/// of", nil),
      (
        "Sources/Toy/Notes.swift",
        "//By the chain rule,   and because the mean of all of it vanishes.", "Notes.swift:1"
      ),
      (
        "Chapters/ch01-toy/README.md",
        "text\n```\nfunc one(x: Double) throws -> Double {\n    let half = 0.5*x*x\n```",
        "README.md:3"
      ),
      (
        "Sources/Toy/Toy.swift",
        "/*\nlet half = 0.5 * x * x\nreturn half - log(1 + x)\n}\n"
          + "func two(x: Double) throws -> Double { return 1 / (1 + exp(-(x - 0.25) / (2 * x * x + 1))) }",
        "Toy.swift:2"
      ),
      ("Sources/Toy/Toy.swift", "let half = 0.5 * x * x\nreturn half - log(1 + x)", nil),
      (
        "Tests/ToyTests/ToyTests.swift",
        "func two(x: Double) throws -> Double { return 1 / (1 + exp(-(x - 0.25) / (2 * x * x + 1))) }",
        "ToyTests.swift:1"
      ),
      (
        "Chapters/ch02-next/Exercises.swift",
        "\nfunc three(x: Double) throws -> Double {\n  x + 1\n}\n", "three is not as it is shipped"
      ),
      ("Chapters/ch02-next/Exercises.swift", "", "three is not as it is shipped"),
      ("Chapters/ch02-next/Exercises.swift", nil, "there is no Chapters/ch02-next/Exercises.swift"),
      ("Tests/GradingTests/Solutions/ch02-next.swift", nil, "nobody can tell"),
      ("Sources/Toy/Solutions/x.swift", "let x = 1", "must not be in a release"),
      ("Package.swift", "let isRelease = true", "no line"),
      ("Package.swift", "\nlet isRelease = true\n", "a release already"),
      ("Package.swift", nil, "cannot read"),
    ] as [(String, String?, String?)])
  func refusals(path: String, text: String?, says: String?) throws {
    let scratch = try fixture([path: text])
    guard let says else {
      #expect(try release(scratch) > 0, "so little tells nothing")
      return
    }
    let error = #expect(throws: InputError.self) { try release(scratch) }
    #expect(error?.message.contains(says) == true, "\(error?.message ?? "no error")")
    #expect(try scratch.names() == ["package"])
  }

  @Test("a symbolic link in the package is not followed")
  func link() throws {
    let scratch = try fixture()
    try scratch.link("package/Sources/away", to: "/")
    let error = #expect(throws: InputError.self) { try release(scratch) }
    #expect(error?.status == .damagedData)
  }

  @Test("this package can be released; its manifest leaves out what the release does")
  func thisPackage() throws {
    let scratch = try Scratch()
    let folder = scratch.path + "/students"
    let count = try Release(root: packageFolder).write(to: folder)
    #expect(count > 200)
    let names = try scratch.names("students")
    #expect(names.contains("Package.swift"))
    #expect(!names.contains(".git") && !names.contains(".ci") && !names.contains(".build"))
    #expect(!(try scratch.names("students/Tests").contains("GradingTests")))
    let manifest = try scratch.text("students/Package.swift")
    #expect(manifest.contains("\nlet isRelease = true\n"))
    let withheld = Release.withheld.map { "\"\($0.dropFirst("Tests/".count))\"" }
    #expect(manifest.contains("isRelease ? [\(withheld.joined(separator: ", "))] : []"))
    for sheet in ExerciseSheet.all {
      let text = try scratch.text("students/Chapters/\(sheet.chapter)/Exercises.swift")
      #expect(text.contains("throw NotAttempted()"))
    }
  }
}
