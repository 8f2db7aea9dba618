import Foundation
import Testing

@testable import book

/// A fault that a check must find: what is done to a package that was right, and the line that
/// the check then prints.
struct Planted: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let expected: String
  let damage: @Sendable (Fixture) throws -> Void

  init(_ name: String, _ expected: String, _ damage: @escaping @Sendable (Fixture) throws -> Void) {
    (testDescription, self.expected, self.damage) = (name, expected, damage)
  }
}

@Suite("Checking")
struct CheckTests {
  @Test("a fresh book passes, and a check writes nothing")
  func fresh() throws {
    let fixture = try Fixture()
    _ = try fixture.book()
    let before = try fixture.everything()
    let (status, lines) = try fixture.book("--check")
    #expect(status == 0)
    #expect(lines == [])
    #expect(try fixture.everything() == before)
  }

  @Test("a fault is found, by file and line", arguments: faults)
  func caught(fault: Planted) throws {
    let fixture = try Fixture()
    _ = try fixture.book()
    try fault.damage(fixture)
    let before = try fixture.everything()
    let (status, lines) = try fixture.book("--check")
    #expect(status == 1)
    #expect(lines.contains { $0.hasPrefix(fault.expected) }, "\(lines)")
    #expect(try fixture.everything() == before)
  }

  @Test("what is found does not depend on the number of jobs")
  func jobs() throws {
    let fixture = try Fixture()
    let lines = try fixture.book("--check").lines
    #expect(lines.count == 7)  // six pages and a figure that are not there
    for jobs in ["1", "3"] { #expect(try fixture.book("--check", "--jobs", jobs).lines == lines) }
  }

  static let woven = "Chapters/ch01-toy/README.md"
  static let faults: [Planted] = [
    Planted("an edited output", "\(woven):49: 'y = 0.6000', but a fresh run gives 'y = 0.5000'") {
      try $0.edit(woven, "y = 0.5000", "y = 0.6000")
    },
    Planted("a new output", "\(woven):49: 'y = 0.5000', but a fresh run gives 'y = 0.7'") {
      try $0.edit(".build/transcript.json", "y = 0.5000", "y = 0.7")
    },
    Planted("a missing page", "\(woven):1: not there") { try $0.remove(woven) },
    Planted("an edited ledger", "Chapters/README.md:") {
      try $0.edit("Chapters/README.md", "`half`", "`hafl`")
    },
    Planted("an edited appendix", "Chapters/appendix-names/README.md:") {
      try $0.edit("Chapters/appendix-names/README.md", "`matmul`", "`mutmal`")
    },
    Planted("a missing appendix", "Chapters/appendix-notation/README.md:1: not there") {
      try $0.remove("Chapters/appendix-notation/README.md")
    },
    Planted("a bad formula in an appendix", "Chapters/appendix-notation/README.md:") {
      $0.symbols = [.letter("x", "a $number", in: "ch01", by: "A half of")]
    },
    Planted("a stale example on the front page", "README.md:2: 'old', but a fresh run gives ''") {
      try $0.write("<!-- example: half -->\nold\n<!-- end of example -->\n", to: "README.md")
    },
    Planted("an edited figure", "\(Fixture.figure):2: not the figure") {
      try $0.edit(Fixture.figure, "</svg>", "</svg >")
    },
    Planted("a missing figure", "\(Fixture.figure):1: not there") { try $0.remove(Fixture.figure) },
    Planted("an orphan figure", "Figures/ch01-toy/old.svg:1: no page shows") {
      try $0.write("<svg/>", to: "Figures/ch01-toy/old.svg")
    },
    Planted("figures of no chapter", "Figures/ch00-gone/old.svg:1: no page shows") {
      try $0.write("<svg/>", to: "Figures/ch00-gone/old.svg")
    },
    Planted("a deleted test", "\(Fixture.page):7: equation half has no test") {
      try $0.remove(Fixture.test)
    },
    Planted("a test that no longer runs", "\(Fixture.page):7: equation half has a test, but") {
      try $0.edit(".build/records.json", "\"half\"", "\"test\"")
    },
    Planted("a renamed function", "\(woven):15: ") {
      try $0.edit(Fixture.function, "func half()", "func halved()")
    },
    Planted("a changed function", "\(woven):23: '  return 0.5 * self', but") {
      try $0.edit(Fixture.function, "0.5 * self", "0.25 * self")
    },
    Planted("a function without its equation", "\(Fixture.page):7: equation half has no function") {
      try $0.edit(Fixture.function, "/// Equation: half", "/// Half.")
    },
    Planted("a function of an unknown equation", "\(Fixture.function):7: no page has an equation") {
      try $0.edit(Fixture.function, "/// Equation: half", "/// Equation: third")
    },
    Planted("a test of an unknown equation", "\(Fixture.test):5: no page has an equation") {
      try $0.edit(Fixture.test, "\"half\"", "\"third\"")
    },
    Planted("a check of an unknown equation in a helper", "Tests:1: a check of third") {
      try $0.edit(".build/records.json", "\"test\"", "\"third\"")
    },
    Planted("an equation without function and test", "\(Fixture.page):11: equation third has no") {
      try $0.edit(Fixture.page, " as in", " $$\n z \\tag{third}\n $$\n as in")
    },
    Planted("two equations of one name", "\(Fixture.page):11: equation half is also") {
      try $0.edit(Fixture.page, " as in", " $$\n z \\tag{half}\n $$\n as in")
    },
    Planted("a dead link", "\(Fixture.page):10: the link to ../ch03/README.md is dead") {
      try $0.edit(Fixture.page, "../ch02-next/README.md", "../ch03/README.md")
    },
    Planted("a dead anchor", "\(Fixture.page):10: the link to ../ch02-next/README.md#3 is dead") {
      try $0.edit(Fixture.page, "../ch02-next/README.md", "../ch02-next/README.md#3")
    },
    Planted("a dead link on the front page", "README.md:1: the link to Sources/x is dead") {
      try $0.write("[x](Sources/x)", to: "README.md")
    },
    Planted("an unbalanced formula", "\(Fixture.page):7: } is missing") {
      try $0.edit(Fixture.page, "\\frac12 x", "\\frac{1}{2 x")
    },
    Planted("an unbalanced dollar sign", "\(Fixture.page):4: a dollar sign without") {
      try $0.edit(Fixture.page, "of $x$ is", "of $x is")
    },
    Planted("a symbol before its chapter", "\(Fixture.page):7: \\frac before ch02-next introduces")
    {
      try $0.edit("Chapters/ch02-next/main.swift", "Nothing,", "Fractions are $\\frac12$,")
      $0.symbols = [Symbol("\\frac", "a fraction", in: "ch02", by: "Fractions are")]
    },
    Planted("a symbol before its introduction", "\(Fixture.page):7: \\frac before the words") {
      $0.symbols = [Symbol("\\frac", "a fraction", in: "ch01", by: "Fractions are")]
    },
    Planted("a letter before its introduction", "\(Fixture.page):4: x before the words") {
      $0.symbols = [.letter("x", "a number", in: "ch01", by: "as in")]
    },
    Planted("a letter that is not used", "Sources/book/Letters.swift:1: ch02-next does not use y") {
      $0.symbols = [.letter("y", "a number", in: "ch02", by: "Nothing")]
    },
    Planted("a symbol that is not used", "Sources/book/Notation.swift:1: ch02-next does not use") {
      $0.symbols = [Symbol("\\sum", "a sum", in: "ch02", by: "sum")]
    },
  ]
}

@Suite("Mathematics in Markdown")
struct MathematicsTests {
  private func complaints(_ text: String) -> [String] {
    let (formulas, complaints) = Markdown(text.components(separatedBy: "\n")).formulas
    return (complaints + formulas.flatMap(\.complaints)).map { "\($0.line): \($0.message)" }
  }

  @Test(
    "what every reader renders passes",
    arguments: [
      "Let ${\\mu_j}^2$ and $\\left( \\frac12 \\right)$, and `$x` or ``a ` $`` in code.",
      "$$\n\\begin{aligned}\na &= b_{ij} \\cr\n&= x_1^\\ast \\tag{one}\n\\end{aligned}\n$$",
      "It costs \\$5.\n\n```text\n$ x } {\n```\n\nA formula $a\nb$ over two lines.",
    ])
  func good(text: String) { #expect(complaints(text) == []) }

  @Test(
    "what some reader stumbles over does not",
    arguments: [
      ("$a_{1$", "0: } is missing"), ("$a}$", "0: } too many"), ("x\n$a", "1: a dollar sign"),
      ("$$\nx", "0: a display without"), ("a $$x$$ b", "0: $$ that is not alone"),
      ("$\\left( x$", "0: \\right is missing"), ("$x \\right)$", "0: \\right too many"),
      ("$\\left( { \\right) }$", "0: \\right where } should come first"),
      ("$$\n\\begin{a}\nx\n\\end{b}\n$$", "3: \\end{b} where \\end{a}"),
      ("$\\,$", "0: a backslash before ','"), ("$a \\\\ b$", "0: a backslash before '\\'"),
      ("${a}_1$", "0: '_' after '}'"), ("$(a)_1$", "0: '_' after ')'"), ("$a^{*}$", "0: '*' after"),
      ("$$\n= 1\n$$", "1: a line of a formula begins with '='"),
      ("$$\na\n- 1\n$$", "2: a line of a formula begins with '-'"),
      ("$$\n+ 1\n$$", "1: a line"), ("$$\n# 1\n$$", "1: a line"), ("$$\n> 1\n$$", "1: a line"),
      ("$a\n- b$", "1: a line of a formula begins with '-'"),
      ("$a < b$", "0: '<' in a formula"), ("$a > b$", "0: '>' in a formula"),
      ("$a | b$", "0: '|' in a formula"), ("$[a](b)$", "0: ']' before '('"),
    ])
  func bad(text: String, complaint: String) {
    let found = complaints(text)
    #expect(found.contains { $0.hasPrefix(complaint) }, "\(found)")
  }
}

@Suite("Swift source")
struct SwiftSourceTests {
  private let source = SwiftSource(
    path: "x.swift",
    text: ##"""
      /// Doc.
      @Test("a } b", arguments: [{ 1 }, { 2 }])
      func `a name`(_ x: Int = { 3 }()) -> String
      where T: U {
        /* { /* nested { */ */
        let a = "\(x.map { "}" }) {", b = #"\#("}") ""#, c = """
          {{{ "quoted"
          """
        return a  // }
      }
      let next = [
        1
      ]

      var last: Int { 3 }
      """##)

  @Test("a declaration ends with its own brace; comments and strings do not count")
  func declarations() {
    #expect(source.declaration(at: 1) == 1...9)
    #expect(source.documentation(above: 1) == 0)
    #expect(source.name(of: 1...9) == "a name")
    #expect(source.declaration(at: 10) == 10...12)
    #expect(source.declaration(at: 14) == 14...14)
    #expect(source.name(of: 14...14) == "last")
  }

  @Test("blanking keeps every line's length, and the code")
  func blanking() {
    #expect(zip(source.lines, source.code).allSatisfy { $0.utf8.count == $1.utf8.count })
    #expect(source.code[8] == "  return a      ")
    #expect(source.code[1].hasPrefix("@Test(\"     \", arguments"))
  }

  @Test("a check in a helper outside every test is found there")
  func helper() {
    let text = "func helper() {\n  Check.mean(\n    \"m\", of: x)\n}\n\n// Check.mean(\"n\")\n"
    let mentions = testMentions(in: SwiftSource(path: "t.swift", text: text))
    #expect(mentions.map(\.equation) == ["m"])
    #expect(mentions.first?.place.name == "helper")
    #expect(mentions.first?.place.range == 0...3)
  }
}
