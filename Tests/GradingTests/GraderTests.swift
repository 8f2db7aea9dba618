import Foundation
import Testing

@testable import Grading

@Suite("Grading")
struct GraderTests {
  private func submission(_ files: [String: String]) throws -> Submission {
    let scratch = try Scratch(
      Dictionary(uniqueKeysWithValues: files.map { ("ada/\($0.key)", $0.value) }))
    return try Submission(at: scratch.path + "/ada", chapters: toySheets.map(\.chapter))
  }

  @Test("points are given where all cases are right; hidden ones follow only a right visible one")
  func points() throws {
    var grader = Grader(sheets: toySheets, cases: Cases(count: 2), bench: ToyBench(), memory: nil)
    let chapters = try grader.grade(
      try submission(["ch01.swift": "one: right\ntwo: hidden", "ch02.swift": "three: wrong"]))
    #expect(chapters.map(\.points) == [2, 0])
    #expect(chapters.map(\.most) == [3, 3])
    #expect(chapters[0].grades[0].hidden?.text == "all 2 are right")
    #expect(chapters[0].grades[1].hidden?.text == "case 1 of 2: not so here")
    #expect(chapters[1].grades[0].hidden == nil)
    #expect(
      grader.bench.log == [
        "build ch01-toy", "1.1 visible", "1.1 hidden", "1.1 hidden", "1.2 visible", "1.2 hidden",
        "build ch02-next", "2.1 visible",
      ])
  }

  @Test("a chapter that does not compile or is not there costs that chapter alone")
  func problems() throws {
    var grader = Grader(sheets: toySheets, cases: Cases(), bench: ToyBench(), memory: nil)
    var chapters = try grader.grade(
      try submission(["ch01.swift": "compiles not", "ch02.swift": "three: right"]))
    #expect(chapters.map(\.points) == [0, 3])
    #expect(chapters[0].problem == "it does not compile: Exercises.swift:1:1: error: no")
    #expect(chapters[0].grades.map(\.visible.isRight) == [false, false])
    chapters = try grader.grade(try submission(["ch02.swift": "three: right"]))
    #expect(chapters.map(\.problem) == ["nothing was handed in", nil])
    #expect(chapters.map(\.number) == [1, 2])
  }

  @Test("the same bytes are not examined again, by nobody; other bytes, words, checks are")
  func memory() throws {
    let scratch = try Scratch()
    let files = ["ch01.swift": "one: right", "ch02.swift": "compiles not"]
    func grade(
      _ files: [String: String], cases: Cases = Cases(), bench: ToyBench = ToyBench(),
      sheets: [ExerciseSheet] = toySheets
    ) throws -> (points: Int, log: [String], chapters: [ChapterGrades]) {
      var grader = Grader(sheets: sheets, cases: cases, bench: bench, memory: scratch.path)
      let chapters = try grader.grade(try submission(files))
      return (chapters.reduce(0) { $0 + $1.points }, grader.bench.log, chapters)
    }
    let first = try grade(files)
    #expect(first.points == 2)
    #expect(first.log.count == 6)
    let second = try grade(files)
    #expect(second.chapters == first.chapters)
    #expect(second.log == [])
    var changed = files
    changed["ch02.swift"] = "three: right"
    #expect(
      try grade(changed).log == ["build ch02-next", "2.1 visible", "2.1 hidden", "2.1 hidden"])
    #expect(try grade(files, cases: Cases(secret: "other")).log == first.log)
    #expect(try grade(files, bench: ToyBench(fingerprint: "newer")).log == first.log)
    // What could not be examined is tried again.
    let gone = ["ch01.swift": "one: gone", "ch02.swift": "compiles not"]
    for _ in 1...2 {
      let found = try grade(gone)
      #expect(found.log == ["build ch01-toy", "1.1 visible", "1.2 visible"])
      #expect(found.chapters[0].problems == ["1.1: could not be examined: gone"])
    }
    // What is kept is not whole: it is found again.
    for name in try scratch.names() { try scratch.write("{\"grades\":[", to: name) }
    #expect(try grade(files).log == first.log)
  }

  @Test("interrupted anywhere and begun again, grading ends with the same bytes and repeats little")
  func interrupted() throws {
    let files = ["ch01.swift": "one: right\ntwo: right", "ch02.swift": "three: right"]
    let submission = try submission(files)
    var whole = Grader(sheets: toySheets, cases: Cases(), bench: ToyBench(), memory: nil)
    let expected = try whole.grade(submission)
    for patience in 0..<whole.bench.log.count {
      let scratch = try Scratch()
      var bench = ToyBench()
      bench.patience = patience
      var first = Grader(sheets: toySheets, cases: Cases(), bench: bench, memory: scratch.path)
      #expect(throws: ToyBench.Interrupted.self) { try first.grade(submission) }
      var second = Grader(
        sheets: toySheets, cases: Cases(), bench: ToyBench(), memory: scratch.path)
      #expect(try second.grade(submission) == expected)
      #expect(second.bench.log.contains("build ch01-toy") == (patience < 7))
      #expect(try scratch.names().allSatisfy { $0.hasSuffix(".json") })
    }
  }

  @Test("hidden cases follow from the word, the exercise and their number")
  func cases() {
    let cases = Cases(secret: "word", count: 3)
    let seeds = cases.hiddenSeeds(of: "3.1")
    #expect(seeds.count == 3)
    #expect(Set(seeds + cases.hiddenSeeds(of: "3.2")).count == 6)
    #expect(Set(seeds + Cases(secret: "words", count: 3).hiddenSeeds(of: "3.1")).count == 6)
    #expect(cases.hiddenSeeds(of: "3.1") == seeds)
    #expect(Cases(count: 0).hiddenSeeds(of: "3.1") == [])
  }

  @Test(
    "SHA-256 gives the digests of FIPS 180-4's examples, and of one to two blocks",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func digest(text: String, expected: String) {
    #expect(hexadecimal(sha256(Array(text.utf8))) == expected)
  }

  @Test("SHA-256 of a million letters a")
  func longDigest() {
    #expect(
      hexadecimal(sha256(Array(repeating: 97, count: 1_000_000)))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }
}
