import Foundation
import Testing

@testable import Grading

@Suite("results.json and the table of a class")
struct GradescopeTests {
  private func chapters(_ first: String = "one: right\ntwo: hidden") throws -> [ChapterGrades] {
    let scratch = try Scratch(["ada/ch01.swift": first, "ada/ch02.swift": "compiles not"])
    var grader = Grader(sheets: toySheets, cases: Cases(), bench: ToyBench(), memory: nil)
    return try grader.grade(
      try Submission(at: scratch.path + "/ada", chapters: toySheets.map(\.chapter)))
  }

  @Test("the format is the one that Gradescope documents", arguments: [0, 2])
  func schema(hiddenCases: Int) throws {
    let results = GradescopeResults(
      try chapters("one: right \u{1B}[31m \"\\\n"), note: "ignored: 'x'", hiddenCases: hiddenCases)
    #expect(faults(inResults: results.json) == [])
    #expect(try JSONDecoder().decode(GradescopeResults.self, from: Data(results.json)) == results)
  }

  @Test("without hidden cases a test carries its exercise's points")
  func visible() throws {
    let tests = GradescopeResults(try chapters(), note: nil, hiddenCases: 0).tests
    #expect(tests.map(\.name) == ["1.1 Toy, one", "1.2 Toy, two", "2.1 Toy, three"])
    #expect(tests.map(\.maxScore) == [2, 1, 3])
    #expect(tests.map(\.score) == [2, 0, 0])
    #expect(tests.allSatisfy { $0.visibility == .visible })
  }

  @Test("with hidden cases the visible test informs and the hidden one carries the points")
  func hidden() throws {
    let results = GradescopeResults(
      try chapters(), note: nil, hiddenCases: 2, visibility: .afterDueDate)
    let tests = results.tests
    #expect(results.score == 2)
    #expect(tests.count == 6)
    #expect(tests.map(\.maxScore) == [0, 2, 0, 1, 0, 3])
    #expect(tests.map(\.score) == [0, 2, 0, 0, 0, 0])
    #expect(tests.map(\.status) == ["passed", "passed", "passed", "failed", "failed", "failed"])
    #expect(tests[2].name == "1.2 Toy, two (1 point): the case that you see")
    #expect(tests[3].visibility == .afterDueDate)
    #expect(tests[4].output.contains("Exercises.swift:1:1: error: no"))
    #expect(results.output.contains("Chapter 2: it does not compile"))
  }

  @Test("the schema check refuses what the documentation does not have")
  func schemaRefuses() {
    for (json, fault) in [
      ("[]", "not an object"), ("{}", "neither a score nor tests"),
      (#"{"score":"2"}"#, "score is no number"),
      (#"{"score":1,"visibility":"later"}"#, "visibility is not one of"),
      (#"{"tests":[{"score":1,"points":1}]}"#, "points is not in the format"),
      (#"{"tests":[{"score":1,"status":"wrong"}]}"#, "status is not one of"),
      (#"{"tests":[{"name":"a"}]}"#, "neither a score nor a status"),
    ] {
      #expect(faults(inResults: Array(json.utf8)).contains { $0.contains(fault) }, "\(json)")
    }
  }

  @Test("a row a student, whatever the names; formulas are disarmed")
  func table() throws {
    var table = ClassTable(toySheets)
    table.add("ada", try chapters())
    table.add("=cmd, \"x\"", try chapters("one: right\ntwo: right"))
    #expect(
      table.text == """
        student,1.1,1.2,2.1,total,problems\r
        (most),2,1,3,6,\r
        ada,2,0,0,2,Chapter 2: it does not compile: Exercises.swift:1:1: error: no\r
        "'=cmd, ""x\""",2,1,0,3,Chapter 2: it does not compile: Exercises.swift:1:1: error: no\r

        """)
  }
}

/// What in a results.json is not as <https://gradescope-autograders.readthedocs.io/en/latest/specs/> says.
func faults(inResults bytes: [UInt8]) -> [String] {
  guard let value = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
    return ["not an object"]
  }
  let visibilities = ["hidden", "after_due_date", "after_published", "visible"]
  let formats = ["text", "simple_format", "html", "md", "ansi"]
  func check(
    _ object: [String: Any], numbers: [String], texts: [String], choices: [String: [String]],
    other: [String]
  ) -> [String] {
    object.keys.sorted().compactMap { key in
      if numbers.contains(key) { return object[key] is Double ? nil : "\(key) is no number" }
      if texts.contains(key) { return object[key] is String ? nil : "\(key) is no text" }
      if let words = choices[key] {
        return words.contains(object[key] as? String ?? "") ? nil : "\(key) is not one of \(words)"
      }
      return other.contains(key) ? nil : "\(key) is not in the format"
    }
  }
  var faults = check(
    value, numbers: ["score", "execution_time"], texts: ["output"],
    choices: [
      "visibility": visibilities, "stdout_visibility": visibilities, "output_format": formats,
      "test_output_format": formats, "test_name_format": formats,
    ], other: ["tests", "extra_data", "leaderboard"])
  if value["score"] == nil, value["tests"] == nil { faults.append("neither a score nor tests") }
  for test in value["tests"] as? [[String: Any]] ?? [] {
    faults += check(
      test, numbers: ["score", "max_score"], texts: ["name", "number", "output"],
      choices: [
        "visibility": visibilities, "status": ["passed", "failed"], "output_format": formats,
        "name_format": formats,
      ], other: ["tags", "extra_data"])
    if value["score"] == nil, test["score"] == nil, test["status"] == nil {
      faults.append("neither a score nor a status")
    }
    if let score = test["score"] as? Double, let most = test["max_score"] as? Double,
      !(0...most).contains(score)
    {
      faults.append("a score of \(score) of \(most)")
    }
  }
  if value["tests"] != nil, value["tests"] as? [[String: Any]] == nil {
    faults.append("tests are no list of objects")
  }
  return faults
}
