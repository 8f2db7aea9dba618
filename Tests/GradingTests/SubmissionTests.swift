import Datasets
import Foundation
import Testing

@testable import Grading

@Suite("What counts in a submission")
struct SubmissionTests {
  let chapters = ["ch01-toy", "ch02-next"]

  @Test("files are found in the folders of chapters at any depth, and flat")
  func found() throws {
    let scratch = try Scratch([
      "ada/hand-in/Chapters/ch01-toy/Exercises.swift": "one", "ada/ch02-mine.swift": "two",
      "ada/Sources/Grading/Examination.swift": "cheat", "ada/notes.txt": "",
      "ada/.build/ch01-toy/Exercises.swift": "old", "ada/ch021.swift": "", "ada/.hidden": "",
      "ada/__MACOSX/ch01-toy/Exercises.swift": "", "ada/ch03-other/Exercises.swift": "",
    ])
    let submission = try Submission(at: scratch.path + "/ada", chapters: chapters)
    #expect(submission.name == "ada")
    #expect(
      submission.parts == [
        "ch01-toy": .source(Array("one".utf8)), "ch02-next": .source(Array("two".utf8)),
      ])
    #expect(submission.ignored.first == "Sources/Grading/Examination.swift")
    #expect(submission.ignored.count == 7)
    #expect(submission.note?.hasPrefix("ignored") == true)
    #expect(submission.note?.contains("'Sources/Grading/Examination.swift'") == true)
    #expect(submission.note?.hasSuffix(", and 1 more") == true)
  }

  @Test("if just one chapter is graded, an Exercises.swift needs no folder of a chapter's name")
  func oneChapter() throws {
    let scratch = try Scratch(["ada/Exercises.swift": "1", "ada/ch02-next/Exercises.swift": "2"])
    let one = try Submission(at: scratch.path + "/ada", chapters: ["ch01-toy"])
    #expect(one.parts == ["ch01-toy": .source([49])])
    let both = try Submission(at: scratch.path + "/ada", chapters: chapters)
    #expect(Array(both.parts.keys) == ["ch02-next"])
    let file = scratch.path + "/ada/Exercises.swift"
    #expect(try Submission(at: file, chapters: ["ch02-next"]).parts == ["ch02-next": .source([49])])
    let error = #expect(throws: InputError.self) { try Submission(at: file, chapters: chapters) }
    #expect(error?.status == .usage)
    #expect(error?.message.contains("--chapter") == true)
  }

  @Test("two files for a chapter are refused, and the other chapter is taken")
  func twice() throws {
    let scratch = try Scratch([
      "ada/ch01-toy/Exercises.swift": "1", "ada/ch01.swift": "1", "ada/ch02.swift": "2",
    ])
    let submission = try Submission(at: scratch.path + "/ada", chapters: chapters)
    #expect(submission.parts["ch02-next"] == .source([50]))
    guard case .refused(let reason)? = submission.parts["ch01-toy"] else {
      Issue.record("not refused")
      return
    }
    #expect(reason.hasPrefix("2 files for one chapter"))
  }

  @Test(
    "a link, a pipe, a file too large, bytes that are no text are refused",
    arguments: ["link", "linked folder", "pipe", "folder", "huge", "binary", "zero"])
  func refused(kind: String) throws {
    let scratch = try Scratch(["ada/ch02.swift": "2", "bob/ch01-toy/Exercises.swift": "secret"])
    let file = "ada/ch01-toy/Exercises.swift"
    var isFound = true
    switch kind {
    case "link":
      try scratch.write("", to: "ada/ch01-toy/other")
      try scratch.link(file, to: scratch.path + "/bob/ch01-toy/Exercises.swift")
    case "linked folder": try scratch.link("ada/ch01-toy", to: scratch.path + "/bob/ch01-toy")
    case "pipe":
      try scratch.write("", to: "ada/ch01-toy/other")
      #expect(mkfifo(scratch.path + "/" + file, 0o600) == 0)
    case "folder":
      try scratch.write("", to: file + "/inner.swift")
      isFound = false
    case "huge": try scratch.write(Data(count: 1 << 20 + 1), to: file)
    case "binary": try scratch.write(Data([0xC3, 0x28]), to: file)
    default: try scratch.write(Data([65, 0, 65]), to: file)
    }
    let submission = try Submission(at: scratch.path + "/ada", chapters: chapters)
    #expect(submission.parts["ch02-next"] == .source([50]))
    guard isFound else {
      #expect(submission.parts["ch01-toy"] == nil)
      return
    }
    guard case .refused(let reason)? = submission.parts["ch01-toy"] else {
      Issue.record("\(kind) is not refused")
      return
    }
    #expect(!reason.contains("\n"))
  }

  @Test("a submission that is not there, or is a link or an archive, is one line")
  func notThere() throws {
    let scratch = try Scratch(["ada.zip": "PK"])
    try scratch.link("bob", to: scratch.path)
    for (name, status) in [
      ("nobody", ExitStatus.missingInput), ("ada.zip", .damagedData), ("bob", .damagedData),
    ] {
      let error = #expect(throws: InputError.self) {
        try Submission(at: scratch.path + "/" + name, chapters: chapters)
      }
      #expect(error?.status == status)
    }
  }
}
