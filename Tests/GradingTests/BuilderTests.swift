import Foundation
import Testing

@testable import Grading

@Suite("Building a chapter's exercises")
struct BuilderTests {
  @Test(
    "the first error of a build is one line: the file from the package's folder, where, and what")
  func firstErrors() {
    let log = """
      Building for debugging...
      [9/17] Compiling Tensors Adam.swift
      remark: Incremental compilation has been disabled
      /home/ada/book/Chapters/ch03-kl-divergence/Exercises.swift:18:7: warning: never used
      error: emit-module command failed with exit code 1 (use -v to see invocation)
      /home/ada/book/Chapters/ch03-kl-divergence/Exercises.swift:21:10: error: cannot find 'lgo' in scope
      19 |   let x = 1
      21 |   return lgo(x)
         |          `- error: cannot find 'lgo' in scope
      /home/ada/book/Chapters/ch03-kl-divergence/Exercises.swift:30:3: error: missing return
      """
    #expect(
      firstError(in: log, root: "/home/ada/book")
        == "Chapters/ch03-kl-divergence/Exercises.swift:21:10: cannot find 'lgo' in scope")
    #expect(
      firstError(in: "Building\nerror: link command failed: exit 1\n", root: "/r")
        == "error: link command failed: exit 1")
    #expect(firstError(in: "", root: "/r") == "swift build fails")
  }

  @Test("a build runs SwiftPM once, and again only after something is saved")
  func upToDate() throws {
    let book = try Fixture()
    let program = book.scratch + "/debug/homework-ch99"
    #expect(book.build() == .built(program: program))
    #expect(book.build() == .built(program: program))
    #expect(
      book.calls == [
        "build --product homework-ch99 --package-path \(book.root) --scratch-path \(book.scratch)"
          + " --configuration debug"
      ])
    try book.save("Chapters/ch99-harm/Exercises.swift")
    #expect(book.build() == .built(program: program))
    #expect(book.calls.count == 2)
    try book.save("Chapters/ch98-other/Exercises.swift")
    #expect(book.build() == .built(program: program))
    #expect(book.calls.count == 2, "another chapter's exercises are not this one's")
    try book.save("Sources/Tensors/Tensor.swift")
    _ = book.build()
    #expect(book.calls.count == 3)
    try FileManager.default.removeItem(atPath: program)
    #expect(book.build() == .built(program: program))
    #expect(book.calls.count == 4)
  }

  @Test(
    "a chapter that does not compile is built anew every time, and its exercises are worth nothing")
  func doesNotCompile() throws {
    let book = try Fixture(
      failing: "/root/Chapters/ch99-harm/Exercises.swift:3:4: error: expected expression")
    let message = "/root/Chapters/ch99-harm/Exercises.swift:3:4: expected expression"
    #expect(book.build() == .failed(message))
    #expect(book.build() == .failed(message))
    #expect(book.calls.count == 2)
    let reports = book.builder.reports(on: [book.sheet])
    #expect(reports.map(\.outcome) == [.notCompiled(message), .notCompiled(message)])
    #expect(reports.map(\.points) == [0, 0])
    #expect("\(reports[0].outcome)" == "does not compile: " + message)
  }
}

/// A package of a few empty files, and a command in SwiftPM's place that writes down what it is told.
private final class Fixture {
  let root: String
  let builder: Builder
  let sheet: ExerciseSheet

  var scratch: String { root + "/.build" }

  /// With `failing`, the command prints this and fails; else it makes the program.
  init(failing: String? = nil) throws {
    root =
      FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("builder-\(UUID().uuidString)").path
    let exercises = ["99.1", "99.2"].map {
      Exercise($0, "double", points: 2, .warmUp, function: "double", hints: []) { _ in }
    }
    sheet = ExerciseSheet(chapter: "ch99-harm", exercises)
    var builder = Builder(root: root, scratch: root + "/.build")
    let program = root + "/.build/debug/homework-ch99"
    builder.swift = [
      "/bin/sh", "-c",
      "echo \"$@\" >> '\(root)/calls'; "
        + (failing.map { "echo '\($0)'; exit 1" }
          ?? "mkdir -p '\(root)/.build/debug'; cp /bin/sh '\(program)'"),
      "sh",
    ]
    self.builder = builder
    for path in [
      "Package.swift", "Sources/Tensors/Tensor.swift", "Chapters/ch99-harm/Exercises.swift",
    ] { try save(path, at: Date(timeIntervalSinceNow: -60)) }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func build() -> Builder.Result { builder.build(sheet) }

  /// What the command was told, a line each time.
  var calls: [String] {
    let text = try? String(contentsOfFile: root + "/calls", encoding: .utf8)
    return (text ?? "").split(separator: "\n").map(String.init)
  }

  /// Writes a file, and its folder if it is not there; that folder is then as old as the file.
  func save(_ path: String, at date: Date = Date()) throws {
    let files = FileManager.default
    let url = URL(fileURLWithPath: root + "/" + path)
    let folder = url.deletingLastPathComponent().path
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(path.utf8).write(to: url)
    try files.setAttributes([.modificationDate: date], ofItemAtPath: url.path)
    var parent = url.deletingLastPathComponent()
    while parent.path != root {
      try files.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: parent.path)
      parent.deleteLastPathComponent()
    }
  }
}
