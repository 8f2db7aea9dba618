import Foundation
import Tensors

@testable import Grading

/// The folder of the package.
let packageFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().path

/// A folder of a test's own, which goes away with it.
final class Scratch {
  let path = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    .appendingPathComponent("grading-\(UUID().uuidString)").path

  init(_ files: [String: String] = [:]) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files { try write(text, to: name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String) throws {
    try write(Data(text.utf8), to: name)
  }

  func write(_ data: Data, to name: String) throws {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: path + "/" + name, withDestinationPath: target)
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: path + "/" + name, encoding: .utf8)
  }

  /// The names in a folder, hidden ones too.
  func names(_ folder: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path + "/" + folder).sorted()
  }
}

/// Two chapters with three exercises.
let toySheets = [
  ExerciseSheet(
    chapter: "ch01-toy",
    [toyExercise("1.1", "one", points: 2), toyExercise("1.2", "two", points: 1)]),
  ExerciseSheet(chapter: "ch02-next", [toyExercise("2.1", "three", points: 3)]),
]

private func toyExercise(_ number: String, _ function: String, points: Int) -> Exercise {
  Exercise(number, "Toy, \(function)", points: points, .warmUp, function: function, hints: []) {
    _ in
  }
}

/// A workbench that reads in the file itself what becomes of it: "compiles not", or a line
/// `one: right`, `one: hidden`, `one: gone`, `one: wrong` for each function.
struct ToyBench: Workbench {
  let fingerprint: String
  /// What was asked of the bench.
  private(set) var log: [String] = []
  /// Stands for an interruption: the bench gives up after so many calls.
  var patience = Int.max
  private var source = ""

  init(fingerprint: String = "toy") { self.fingerprint = fingerprint }

  struct Interrupted: Error {}

  mutating func build(_ sheet: ExerciseSheet, source bytes: [UInt8]) throws -> String? {
    try note("build \(sheet.chapter)")
    source = String(decoding: bytes, as: UTF8.self)
    return source.contains("compiles not") ? "Exercises.swift:1:1: error: no" : nil
  }

  mutating func examine(_ exercise: Exercise, seed: UInt64) throws -> Verdict {
    let isVisible = seed == Cases.visibleSeed
    try note("\(exercise.number) \(isVisible ? "visible" : "hidden")")
    if source.contains("\(exercise.function): right") { return Verdict(isRight: true, "right") }
    if source.contains("\(exercise.function): hidden") {
      return Verdict(isRight: isVisible, isVisible ? "right" : "not so here")
    }
    if source.contains("\(exercise.function): gone") {
      return Verdict(isRight: false, isExamined: false, "could not be examined: gone")
    }
    return Verdict(isRight: false, "wrong: a sign")
  }

  private mutating func note(_ what: String) throws {
    if log.count >= patience { throw Interrupted() }
    log.append(what)
  }
}
