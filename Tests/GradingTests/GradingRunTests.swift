import Datasets
import Foundation
import Testing

@testable import Grading

@Suite("A class graded")
struct GradingRunTests {
  private func classroom() throws -> Scratch {
    let scratch = try Scratch([
      "class/carol/ch01.swift": "one: right\ntwo: right", "class/carol/ch02.swift": "compiles not",
      "class/ada/ch01-toy/Exercises.swift": "one: right\ntwo: hidden",
      "class/ada/Chapters/ch02-next/Exercises.swift": "three: right",
      "class/ada/Sources/Grading/Examination.swift": "func examine() {}",
      "class/bob.zip": "PK", "class/dan/notes.txt": "none",
    ])
    try scratch.link("class/eve", to: scratch.path + "/class/ada")
    return scratch
  }

  /// Grades what is in `class`; the lines printed, the notes, and what the bench was asked.
  private func grade(
    _ scratch: Scratch, _ names: [String] = ["carol", "ada", "bob.zip", "dan", "eve"],
    out: String = "results", csv: String? = "class.csv", patience: Int = .max
  ) throws -> (lines: [String], notes: [String], log: [String]) {
    var (lines, notes) = ([String](), [String]())
    var bench = ToyBench()
    bench.patience = patience
    var run = GradingRun(
      Grader(sheets: toySheets, cases: Cases(), bench: bench, memory: scratch.path + "/memory"),
      note: { notes.append($0) }, print: { lines.append($0) })
    try run.run(
      names.map { scratch.path + "/class/" + $0 }, out: scratch.path + "/" + out,
      csv: csv.map { scratch.path + "/" + $0 })
    return (lines, notes, run.grader.bench.log)
  }

  private func results(_ scratch: Scratch) throws -> [String: String] {
    var texts = ["class.csv": try scratch.text("class.csv")]
    for name in try scratch.names("results") { texts[name] = try scratch.text("results/" + name) }
    return texts
  }

  @Test("a file for each, a row for each, in the order of names, and one bad apple hurts no other")
  func all() throws {
    let scratch = try classroom()
    let (lines, notes, _) = try grade(scratch)
    #expect(notes.count == 5)
    #expect(notes[0] == "grading 1 of 5: ada")
    #expect(lines.contains("ada: 5 of 6 points"))
    #expect(lines.contains { $0.contains("ignored") && $0.contains("Examination.swift") })
    #expect(
      try scratch.names("results") == [
        "ada.json", "bob.zip.json", "carol.json", "dan.json", "eve.json",
      ])
    let rows = try scratch.text("class.csv").components(separatedBy: "\r\n")
    #expect(rows.count == 8)
    #expect(rows[2] == "ada,2,0,3,5,")
    #expect(rows[3].hasPrefix("bob.zip,0,0,0,0,"))
    #expect(rows[4].hasPrefix("carol,2,1,0,3,Chapter 2: it does not compile"))
    #expect(rows[5].hasPrefix("dan,0,0,0,0,Chapter 1: nothing was handed in"))
    #expect(rows[6].contains("symbolic link"))
    for (name, text) in try results(scratch) where name.hasSuffix(".json") {
      #expect(faults(inResults: Array(text.utf8)) == [])
    }
  }

  @Test("again, in another order, with one more: the same bytes, and nothing known is examined")
  func again() throws {
    let scratch = try classroom()
    _ = try grade(scratch)
    let first = try results(scratch)
    let (_, _, log) = try grade(scratch, ["eve", "dan", "bob.zip", "ada", "carol"])
    #expect(log == [])
    #expect(try results(scratch) == first)
    try scratch.write("one: right", to: "class/zoe/ch01.swift")
    let more = try grade(scratch, ["zoe", "ada", "bob.zip", "carol", "dan", "eve"])
    #expect(more.log.first == "build ch01-toy")
    #expect(more.log.count == 5)
  }

  @Test("a class of a hundred: a row each, in order; what many hand in alike is examined once")
  func hundred() throws {
    let texts = ["one: right\ntwo: right", "one: wrong", "compiles not"]
    let names = (1...100).map { "student-\($0)" }
    let files = names.enumerated().map { ("class/\($1)/ch01.swift", texts[$0 % 3]) }
    let scratch = try Scratch(Dictionary(uniqueKeysWithValues: files))
    let (lines, notes, log) = try grade(scratch, names.shuffled())
    #expect(lines.count(where: { $0.hasPrefix("student-") }) == 100)
    #expect(notes.last == "grading 100 of 100: \(names.sorted()[99])")
    #expect(log.count(where: { $0.hasPrefix("build") }) == 3)
    let rows = try scratch.text("class.csv").components(separatedBy: "\r\n").dropFirst(2)
    #expect(rows.prefix(100).map { String($0.prefix { $0 != "," }) } == names.sorted())
    #expect(rows.count(where: { $0.contains(",2,1,0,3,") }) == 34)
  }

  @Test("stopped anywhere and begun again: the same bytes, and never a part of a file")
  func stopped() throws {
    let whole = try classroom()
    let count = try grade(whole).log.count
    let expected = try results(whole)
    for patience in 0..<count {
      let scratch = try classroom()
      #expect(throws: ToyBench.Interrupted.self) { try grade(scratch, patience: patience) }
      for name in (try? scratch.names("results")) ?? [] {
        #expect(try scratch.text("results/" + name) == expected[name])
      }
      _ = try grade(scratch)
      #expect(try results(scratch) == expected)
    }
  }

  @Test("one submission has one file; into a folder if that is there")
  func one() throws {
    let scratch = try classroom()
    _ = try grade(scratch, ["ada/"], out: "results.json", csv: nil)
    let text = try scratch.text("results.json")
    #expect(faults(inResults: Array(text.utf8)) == [])
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/folder", withIntermediateDirectories: true)
    _ = try grade(scratch, ["ada"], out: "folder", csv: nil)
    #expect(try scratch.text("folder/ada.json") == text)
  }

  @Test("what cannot be done is said before anything is graded")
  func refusals() throws {
    let scratch = try classroom()
    try scratch.write("one: right", to: "class/again/ada/ch01.swift")
    try scratch.write("", to: "file")
    for (names, out, csv, status) in [
      (["ada", "nobody"], "results", nil, ExitStatus.missingInput),
      (["ada", "again/ada"], "results", nil, .usage),
      (["ada", "carol"], "results.json", nil, .usage),
      (["ada"], "file/results.json", nil, .cannotCreate),
      (["ada", "carol"], "results", "class", .cannotCreate),
      (["eve"], "results.json", nil, .damagedData),
      (["bob.zip"], "results.json", nil, .damagedData),
    ] as [([String], String, String?, Datasets.ExitStatus)] {
      let error = #expect(throws: InputError.self) {
        try grade(scratch, names, out: out, csv: csv)
      }
      #expect(error?.status == status, "\(names) \(out): \(error?.message ?? "")")
      #expect((try? scratch.names("memory")) == nil)
    }
  }

  @Test("a copy of the package is brought up to date without touching what is right")
  func workspace() throws {
    let scratch = try Scratch([
      "package/Package.swift": "let package = 1\n", "package/Sources/A/a.swift": "1",
      "package/Chapters/ch01-toy/Exercises.swift": "stub",
      "package/Chapters/ch01-toy/README.md": "",
      "package/Tests/ATests/a.swift": "", "package/.git/HEAD": "",
    ])
    let (root, folder) = (scratch.path + "/package", scratch.path + "/copy")
    let first = try Workspace(of: root, in: folder)
    #expect(try scratch.names("copy") == ["Chapters", "Package.swift", "Sources"])
    #expect(try scratch.text("copy/Package.swift").hasPrefix("let package = 1\n"))
    #expect(try scratch.text("copy/Package.swift").contains("$0.type == .test"))
    func time(_ name: String) -> Date? { modification(of: folder + "/" + name) }
    let before = time("Sources/A/a.swift")
    try first.put(Array("answer".utf8), asExercisesOf: "ch01-toy")
    #expect(try scratch.text("copy/Chapters/ch01-toy/Exercises.swift") == "answer")
    #expect(try scratch.text("package/Chapters/ch01-toy/Exercises.swift") == "stub")
    try scratch.write("left over", to: "copy/Sources/A/b.swift")

    let second = try Workspace(of: root, in: folder)
    #expect(second.digest == first.digest)
    #expect(time("Sources/A/a.swift") == before)
    #expect(try scratch.text("copy/Chapters/ch01-toy/Exercises.swift") == "stub")
    #expect(try scratch.names("copy/Sources/A") == ["a.swift"])

    try scratch.write("2", to: "package/Sources/A/a.swift")
    let third = try Workspace(of: root, in: folder)
    #expect(third.digest != first.digest)
    #expect(try scratch.text("copy/Sources/A/a.swift") == "2")
  }

  @Test("only one grading at a time works in a folder")
  func lock() throws {
    let scratch = try Scratch()
    let first = try FolderLock(scratch.path + "/work")
    let error = #expect(throws: InputError.self) { try FolderLock(scratch.path + "/work") }
    #expect(error?.message.contains("wait") == true)
    withExtendedLifetime(first) {}
  }
}
