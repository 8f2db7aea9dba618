import Datasets
import Foundation

/// Builds and examines in a pristine copy of the package.
package struct PackageBench: Workbench {
  private let workspace: Workspace
  private var builder: Builder
  private let limits: Limits
  private let compilerLimit: Double
  private var examiner: Examiner?

  /// - Parameters:
  ///   - workspace: Where students' files are put.
  ///   - scratch: The folder of its build.
  ///   - limits: What an answer may use.
  ///   - compilerLimit: How many seconds the compiler may think about a student's file.
  ///   - swift: The command that is SwiftPM.
  package init(
    _ workspace: Workspace, scratch: String, limits: Limits = Limits(), compilerLimit: Double = 300,
    swift: [String]? = nil
  ) {
    self.workspace = workspace
    self.limits = limits
    self.compilerLimit = compilerLimit
    builder = Builder(root: workspace.folder, scratch: scratch)
    if let swift { builder.swift = swift }
  }

  package var fingerprint: String {
    "\(workspace.digest) \(limits.seconds) s \(limits.memory) bytes"
  }

  package mutating func build(_ sheet: ExerciseSheet, source: [UInt8]) throws -> String? {
    try prepare(sheet)
    // Whatever is examined comes from this file: no program of another student is left to be taken.
    let program = "\(builder.scratch)/\(builder.configuration)/\(sheet.product)"
    try? FileManager.default.removeItem(atPath: program)
    try workspace.put(source, asExercisesOf: sheet.chapter)
    examiner = nil
    var builder = builder
    builder.timeLimit = compilerLimit
    switch builder.build(sheet) {
    case .failed(let message): return message
    case .built(let program):
      examiner = Examiner(program: program, limits: limits)
      return nil
    }
  }

  /// Builds a chapter as it is in the package, however long that takes, unless this was done before: what a
  /// student has to answer for begins after that.
  private func prepare(_ sheet: ExerciseSheet) throws {
    let stamp = "\(builder.scratch)/pristine-\(sheet.product)"
    let digest = Array(workspace.digest.utf8)
    guard FileManager.default.contents(atPath: stamp).map(Array.init) != digest else { return }
    try workspace.put(nil, asExercisesOf: sheet.chapter)
    if case .failed(let message) = builder.build(sheet) {
      throw InputError.damagedData("the package itself does not build: \(message)")
    }
    try writeWhole(digest, to: stamp)
  }

  package mutating func examine(_ exercise: Exercise, seed: UInt64) throws -> Verdict {
    guard let examiner else { fatalError("examine: nothing was built for \(exercise.number)") }
    let verdict = Verdict(examiner.report(on: exercise, seeds: [seed]))
    return verdict.isExamined ? verdict : Verdict(examiner.report(on: exercise, seeds: [seed]))
  }
}

/// Lets one process at a time work in a folder; the system lets go of it when the process ends.
package final class FolderLock {
  private let descriptor: Int32

  /// Takes the lock of a folder, which is made if need be. Throws if another process has it.
  package init(_ folder: String) throws(InputError) {
    try makeFolder(folder)
    descriptor = open(folder + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw .cannotCreate("another grading is at work in \(quoted(folder)): wait for it to end")
    }
  }

  deinit { close(descriptor) }
}
