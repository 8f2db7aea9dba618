import Answering
import Datasets
import Foundation
import KLDivergence
import Tensors
import Testing

@testable import Grading

/// A bench whose compiler is a script: it fails on files that say so, sleeps on others, and else copies
/// the chapter's program that was built with the tests.
@Suite("Building and examining in a copy of the package")
struct PackageBenchTests {
  private let sheet = ExerciseSheet.all.first { $0.chapter == "ch03-kl-divergence" }!

  private func bench(_ scratch: Scratch, compilerLimit: Double = 60) throws -> PackageBench {
    let exercises = "Chapters/\(sheet.chapter)/Exercises.swift"
    try scratch.write("let package = 1\n", to: "package/Package.swift")
    try scratch.write("shipped", to: "package/" + exercises)
    try scratch.write("", to: "package/Sources/A/a.swift")
    let program = programs.appendingPathComponent(sheet.product).path
    try scratch.write(
      """
      #!/bin/sh
      # build --product NAME --package-path ROOT --scratch-path SCRATCH --configuration debug
      echo "$(cat "$5/\(exercises)")" >>"$7-log"
      if grep -q sleeps "$5/\(exercises)"; then exec sleep 60; fi
      if grep -q wrong "$5/\(exercises)"; then
        echo "$5/\(exercises):2:1: error: cannot find 'x' in scope"
        exit 1
      fi
      mkdir -p "$7/debug"
      cp "\(program)" "$7/debug/$3"
      """, to: "swift")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: scratch.path + "/swift")
    let workspace = try Workspace(of: scratch.path + "/package", in: scratch.path + "/copy")
    return PackageBench(
      workspace, scratch: scratch.path + "/build", compilerLimit: compilerLimit,
      swift: [scratch.path + "/swift"])
  }

  @Test("the package is built first, once; then what was handed in; a program is never another's")
  func builds() throws {
    let scratch = try Scratch()
    var bench = try bench(scratch)
    #expect(try bench.build(sheet, source: Array("mine".utf8)) == nil)
    #expect(
      try bench.build(sheet, source: Array("wrong".utf8))
        == "Chapters/\(sheet.chapter)/Exercises.swift:2:1: cannot find 'x' in scope")
    #expect(
      !FileManager.default.fileExists(atPath: scratch.path + "/build/debug/" + sheet.product))
    #expect(try bench.build(sheet, source: Array("mine".utf8)) == nil)
    #expect(try scratch.text("build-log") == "shipped\nmine\nwrong\nmine\n")
    // The program is that of the shipped file.
    let verdict = try bench.examine(sheet.exercises[0], seed: 1)
    #expect(verdict == Verdict(isRight: false, "not attempted"))
  }

  @Test("a compiler that does not come to an end is ended")
  func endless() throws {
    let scratch = try Scratch()
    var bench = try bench(scratch, compilerLimit: 0.2)
    #expect(
      try bench.build(sheet, source: Array("sleeps".utf8))
        == "the compiler was still at work after 0 seconds")
  }

  @Test("a package that does not build is the grader's fault and no student's")
  func broken() throws {
    let scratch = try Scratch()
    var bench = try bench(scratch)
    try scratch.write("wrong", to: "package/Chapters/\(sheet.chapter)/Exercises.swift")
    let workspace = try Workspace(of: scratch.path + "/package", in: scratch.path + "/copy")
    bench = PackageBench(
      workspace, scratch: scratch.path + "/build", swift: [scratch.path + "/swift"])
    let error = #expect(throws: InputError.self) {
      try bench.build(sheet, source: Array("mine".utf8))
    }
    #expect(error?.message.hasPrefix("the package itself does not build") == true)
  }

  @Test("a report becomes a verdict")
  func verdicts() {
    let exercise = sheet.exercises[0]
    func text(_ outcome: Outcome) -> String {
      let verdict = Verdict(Report(exercise, outcome, held: ["this", "that"]))
      #expect(verdict.isRight == (outcome == .right))
      return verdict.text
    }
    #expect(text(.right) == "right: this; that")
    #expect(text(.wrong(Finding("the value", message: "is odd"))) == "wrong: the value: is odd")
    #expect(text(.crashed("a trap")) == "crashed: a trap")
    #expect(text(.timedOut(seconds: 2)) == "timed out: no answer within 2.0 seconds")
    #expect(text(.outOfMemory(limit: 1 << 30)) == "out of memory: more than 1024 MiB")
    #expect(text(.notExamined("gone")) == "could not be examined: gone")
    #expect(!Verdict(Report(exercise, .notExamined("gone"))).isExamined)
    #expect(Verdict(isRight: false, String(repeating: "x", count: 9999)).text.count == 2001)
  }
}
