import Datasets
import Foundation
import Grading
import Testing

@testable import homework

@Suite("swift run homework")
struct CommandTests {
  @Test("the board has a line an exercise, what is wrong in words, the points, and no colours")
  func board() throws {
    let course = try Course()
    #expect(try course.run() == 1)
    #expect(
      course.printed == """
                exercise     difficulty  points  state
        ──────  ───────────  ──────────  ──────  ─────────────────────────────────────────────

        98 · Broken
        does not compile: Chapters/ch98-broken/Exercises.swift:3:4: expected expression
        ✗ 98.1  Never built  warm-up     0 of 1  does not compile

        99 · Harm
        ✓ 99.1  Right        warm-up     2 of 2  right
        · 99.2  Not begun    warm-up     0 of 3  not attempted
        ✗ 99.3  A factor     warm-up     0 of 4  wrong: the double of 3 numbers, a factor of 2
        ✗ 99.4  A trap       warm-up     0 of 1  crashed: a trap: no idea

        2 of 11 points: 1 right, 3 wrong, 1 not attempted
        swift run homework 98.1 shows what is wrong; --help shows what else there is

        """)
  }

  @Test("an exercise has what it asks for, what held, what failed first, and what that looks like")
  func detail() throws {
    let course = try Course()
    #expect(try course.run("99.3") == 1)
    var lines = course.printed.split(separator: "\n", omittingEmptySubsequences: false)
    let numbers = lines.indices.filter {
      lines[$0].hasPrefix("  expected") || lines[$0].hasPrefix("  found")
        || lines[$0].hasPrefix("  it printed")
    }
    let values = numbers.compactMap { Double(lines[$0].split(separator: " ").last!) }
    try #require(values.count == 3)
    #expect(values[1] == 2 * values[0])
    #expect(values[2] == values[0] / 2)
    for index in numbers.reversed() { lines.remove(at: index) }
    #expect(
      lines.joined(separator: "\n") == """
        99.3 · A factor
        ═══════════════
        4 points, warm-up · Chapters/ch99-harm/Exercises.swift:9

        Derive 2x, and then implement it; `x * y` stays.

        - Parameter x: Numbers, `[n]`.
        - Returns: Twice them, `[n]`.

            func double(
              x: Tensor<Double>
            ) throws -> Tensor<Double>

        ✗ wrong
          held        the shape
          failed      the double of 3 numbers, first at [0]
          ratio       2.0
          looks like  a factor of 2

        inputs of seed 1; --seed N gives others; --hint gives a hint

        """)
  }

  @Test("the exit status is 1 if something that was asked for is wrong, and else 0")
  func exitStatus() throws {
    let course = try Course()
    #expect(try course.run("99") == 1)
    #expect(try course.run("99.1") == 0)
    #expect(course.printed.contains("\n✓ right, 2 points\n  held        the shape\n"))
    #expect(try course.run("99.2") == 0)
    #expect(course.printed.contains("\n· not attempted\n"))
    #expect(try course.run("99.4") == 1)
    #expect(course.printed.contains("\n✗ crashed\n  failed      a trap: no idea\n"))
    #expect(try course.run("98.1") == 1)
    #expect(course.printed.contains("98/Exercises.swift") == false)
    #expect(course.printed.contains("\n✗ does not compile\n"))
  }

  @Test("hints come one by one, and none is shown that was not asked for")
  func hints() throws {
    let course = try Course()
    #expect(try course.run("99.2", "--hint") == 0)
    #expect(
      course.printed == """
        99.2 · Not begun

        1. Think of two.

        1 more: swift run homework 99.2 --hint 2

        """)
    #expect(try course.run("--hint", "2", "99.2") == 0)
    #expect(course.printed.hasSuffix("1. Think of two.\n2. Multiply by it.\n\nthere are no more\n"))
    #expect(try course.run("99.2", "--hint=2") == 0)
    #expect(course.printed.contains("Multiply"))
    #expect(try course.run("99.2") == 0)
    #expect(!course.printed.contains("Think"))
  }

  @Test("JSON says the same for programs")
  func json() throws {
    let course = try Course()
    #expect(try course.run("--json", "--seed", "3") == 1)
    let object = try JSONSerialization.jsonObject(with: Data(course.printed.utf8))
    let top = try #require(object as? [String: Any])
    #expect(top["seed"] as? Int == 3)
    #expect(top["points"] as? Int == 2)
    #expect(top["maximum"] as? Int == 11)
    let entries = try #require(top["exercises"] as? [[String: Any]])
    #expect(
      entries.map { $0["state"] as? String } == [
        "does not compile", "right", "not attempted", "wrong", "crashed",
      ])
    #expect(entries[3]["chapter"] as? String == "ch99-harm")
    #expect(entries[3]["ratio"] as? Double == 2)
    #expect(entries[3]["place"] as? String == "[0]")
    #expect(entries[3]["diagnosis"] as? String == "a factor of 2")
    #expect(entries[3]["held"] as? [String] == ["the shape"])
    #expect((entries[3]["printed"] as? String)?.hasPrefix("half of it is") == true)
  }

  @Test(
    "a command line that cannot be understood is one clear line",
    arguments: [
      (["97"], "no chapter '97' with exercises: there are 98, 99"),
      (["99.9"], "no exercise '99.9': there are 99.1, 99.2, 99.3, 99.4"),
      (["99.1", "99.2"], "unexpected argument '99.2': give one chapter or one exercise"),
      (["99", "--hint"], "--hint is for one exercise: name it, as in 'homework 3.1 --hint'"),
      (["--hint"], "--hint is for one exercise: name it, as in 'homework 3.1 --hint'"),
      (["99.1", "--hint", "3"], "99.1 has no more than 2 hints"),
      (["99.1", "--hint", "0"], "--hint takes the number of hints from 1 up, not '0'"),
      (["--jsn"], "unknown option '--jsn': did you mean --json?"),
      (["--seed", "x"], "--seed takes a whole number from 0 up, not 'x'"),
      (["--json", "--watch"], "--hint, --watch and --json are three different things: give one"),
    ])
  func usage(arguments: [String], message: String) throws {
    let course = try Course()
    let error = #expect(throws: InputError.self) { try course.run(arguments) }
    #expect(error?.status == .usage)
    #expect(error?.message == message)
    #expect(course.printed.isEmpty)
  }

  @Test("a chapter is known by its number, by ch99 and by its folder")
  func names() throws {
    let course = try Course()
    for word in ["99", "ch99", "ch99-harm"] {
      let request = try Request([word], wantsHint: false, of: course.sheets)
      #expect(request.sheets.map(\.chapter) == ["ch99-harm"])
      #expect(request.exercise == nil)
    }
  }

  @Test("the help says what the limits are, and what they do not protect")
  func help() throws {
    let course = try Course()
    #expect(try course.run("--help") == 0)
    #expect(course.printed.hasPrefix("homework: examines the exercises of the book\n"))
    for words in ["exit status is 0", "your code runs as you", "in a container"] {
      #expect(course.printed.contains(words))
    }
  }
}

@Suite("How reports are shown")
struct ViewTests {
  @Test("colours are for terminals, and say nothing that signs do not say")
  func colours() throws {
    let course = try Course()
    let request = try Request(["99"], wantsHint: false, of: course.sheets)
    let exercises = course.sheets[1].exercises
    let reports = zip(
      exercises, [Outcome.right, .notAttempted, .crashed("a trap: no idea"), .right]
    ).map {
      Report($0, $1)
    }
    func text(isOn: Bool, columns: Int?) -> String {
      View(root: course.root, request: request, columns: columns, paint: Paint(isOn: isOn))
        .text(of: reports)
    }
    let (plain, coloured) = (text(isOn: false, columns: nil), text(isOn: true, columns: nil))
    #expect(!plain.contains("\u{1B}"))
    #expect(coloured.contains("\n\u{1B}[32m✓\u{1B}[0m 99.1  Right "))
    #expect(coloured.contains("\u{1B}[31mcrashed: a trap: no idea\u{1B}[0m\n"))
    #expect(coloured.replacing(/\x{1B}\[\d+m/, with: "") == plain)
  }

  @Test("on a narrow terminal the states have room, and no line is wider than it")
  func narrow() throws {
    let course = try Course()
    let long = Exercise(
      "7.1", "A title with more words than fit", points: 2, .standard, function: "f", hints: []
    ) { _ in }
    let sheet = ExerciseSheet(chapter: "ch07-none", [long, course.sheets[1].exercises[0]])
    let request = try Request([], wantsHint: false, of: [sheet])
    let reports = [
      Report(long, .crashed("a trap: no idea at all")), Report(sheet.exercises[1], .right),
    ]
    func rows(_ columns: Int) -> [Substring] {
      View(root: course.root, request: request, columns: columns, paint: Paint(isOn: false))
        .text(of: reports).split(separator: "\n")
    }
    #expect(rows(100)[3].contains("  standard    0 of 2  crashed: a trap: no idea at all"))
    #expect(
      rows(60)[0...4] == [
        "        exercise            points  state",
        "──────  ──────────────────  ──────  ───────────────────────…", "ch07-none",
        "✗ 7.1   A title with more…  0 of 2  crashed: a trap: no ide…",
        "✓ 99.1  Right               2 of 2  right",
      ])
    #expect(rows(40)[3] == "✗ 7.1   A title wit…  0 of 2  crashed: …")
  }

  @Test("a statement is the doc comment and the declaration, without marks")
  func statement() throws {
    let statement = try #require(Statement(of: "double", inText: Course.file))
    #expect(statement.line == 9)
    #expect(statement.text.first == "Derive 2x, and then implement it; `x * y` stays.")
    #expect(statement.text.last == "    ) throws -> Tensor<Double>")
    #expect(Statement(of: "doubl", inText: Course.file) == nil)
    let bare = try #require(Statement(of: "f", inText: "func f(x: Int) -> Int { 2 * x }"))
    #expect(bare.line == 1)
  }
}
