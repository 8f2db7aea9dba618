import Foundation
import Grading
import Testing

@testable import book

@Suite("The guide for instructors")
struct InstructorsTests {
  @Test("every exercise is in the table, and the plan has a week for each chapter")
  func table() throws {
    let fixture = try Fixture()
    _ = try fixture.book()
    let page = try fixture.text("Chapters/appendix-instructors/README.md")
    let exercises = ExerciseSheet.all.flatMap(\.exercises)
    for exercise in exercises {
      #expect(
        page.contains(
          "| \(exercise.number) | \(escaped(exercise.title)) | \(exercise.difficulty.rawValue)"
            + " | \(exercise.points) |"))
    }
    #expect(page.contains("| | | \(exercises.count) exercise"))
    #expect(page.contains("| 1 | [1 · Halves](../ch01-toy/README.md) |"))
    #expect(page.contains("| 2 | [2 · Next](../ch02-next/README.md) |"))
  }

  @Test("the commands of the guide name files and options that are there")
  func commands() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    let guide = try read(root + "/Sources/book/Instructors.swift")
    let paths = guide.matches(of: /(?:Sources|Tests)\/[A-Za-z\/]+[A-Za-z]/).map { String($0.0) }
    #expect(paths.count >= 4)
    // A release for students is without the tests of the homework.
    let isRelease = !FileManager.default.fileExists(atPath: root + "/Tests/GradingTests")
    for path in Set(paths) where !isRelease || !path.hasPrefix("Tests/") {
      #expect(FileManager.default.fileExists(atPath: root + "/" + path), "\(path)")
    }
    let sources = try files(in: "Sources/homework", of: root).filter { $0.hasSuffix(".swift") }
      .map { try read(root + "/" + $0) }.joined()
    let options = Set(guide.matches(of: /[ `]--([a-z]+)/).map { String($0.1) })
      .subtracting(["help", "filter"])
    #expect(options.isSuperset(of: ["chapter", "secret", "out", "csv", "seeds", "visibility"]))
    for option in options { #expect(sources.contains("\"\(option)\""), "--\(option)") }
  }
}
