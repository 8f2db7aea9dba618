import Datasets
import Foundation
import Testing

@testable import book

@Suite("Weaving")
struct WeaveTests {
  let fixture: Fixture

  init() throws { fixture = try Fixture() }

  @Test("a page holds prose, equation, function, test, measurement, code and what it printed")
  func page() throws {
    #expect(try fixture.book().status == 0)
    #expect(try fixture.text("Chapters/ch01-toy/README.md") == Self.expected)
  }

  @Test("a name in brackets is a link to the equation, in other chapters too")
  func reference() throws {
    _ = try fixture.book()
    let page = try fixture.text("Chapters/ch02-next/README.md")
    #expect(page.contains("Nothing, after ([1.1 half](../ch01-toy/README.md#half))."))
    #expect(page.contains("[← 1 · Halves](../ch01-toy/README.md) · [Contents](../README.md) · "))
  }

  @Test("the ledger has one row an equation, and counts")
  func ledger() throws {
    _ = try fixture.book()
    let ledger = try fixture.text("Chapters/README.md")
    #expect(
      ledger.contains(
        "| [1.1](ch01-toy/README.md#half) | `half` | $y = \\frac12 x$ |"
          + " [`half`](ch01-toy/Toy/Half.swift#L5-L11) |"
          + " [`halves`](../Tests/ToyTests/HalfTests.swift#L3-L8) |"
          + " 1 case, worst difference 0; caught 1 planted error |\n"))
    #expect(ledger.contains("| equations, each with a number and a name | 1 |"))
    #expect(ledger.contains("| planted errors that the tests caught | 1 |"))
  }

  @Test("weaving again, with one job or two, changes no byte")
  func again() throws {
    let first = try fixture.book("--jobs", "2")
    #expect(
      first.lines == [
        "wrote Figures/ch01-toy/curve.svg", "wrote Chapters/ch01-toy/README.md",
        "wrote Chapters/ch02-next/README.md", "wrote Chapters/README.md",
        "wrote Chapters/appendix-notation/README.md", "wrote Chapters/appendix-names/README.md",
        "wrote Chapters/appendix-instructors/README.md",
      ])
    let pages = try fixture.everything()
    for jobs in ["1", "2", "3"] {
      #expect(try fixture.book("--jobs", jobs).lines == [])
      #expect(try fixture.everything() == pages)
    }
  }

  @Test("one chapter alone leaves the others and the ledger")
  func oneChapter() throws {
    #expect(
      try fixture.book("ch01").lines == [
        "wrote Figures/ch01-toy/curve.svg", "wrote Chapters/ch01-toy/README.md",
      ])
    #expect(try fixture.book("--check", "ch01-toy").status == 0)
  }

  @Test("the order of the tests does not matter; several checks are told by the worst")
  func measurements() throws {
    let lines = ["2e-16", "inf", "3e-16", "0"].map {
      #"{"equation":"e","measured":"4 coordinates, worst relative error \#($0), slope 2; caught 2 planted errors"}"#
    }
    let one = try Measurements(records: Data(lines.joined(separator: "\n").utf8))
    let other = try Measurements(records: Data(lines.reversed().joined(separator: "\n").utf8))
    #expect(one.summary(of: "e") == other.summary(of: "e"))
    #expect(
      one.summary(of: "e") == [
        "4 checks, the worst: 4 coordinates, worst relative error inf, slope 2;"
          + " caught 2 planted errors"
      ])
    #expect(one.totals(of: ["e"]) == (16, 8))
    #expect(one.totals(of: []) == (0, 0))
  }

  @Test(
    "a bad command line is status 64",
    arguments: [
      ["--chek"], ["ch09"], ["--jobs", "0"], ["--html", "x", "ch01"], ["--epub"],
    ])
  func usage(arguments: [String]) throws {
    let error = #expect(throws: InputError.self) {
      _ = try Command(root: fixture.root, runner: fixture.runner).run(arguments)
    }
    #expect(error?.status == .usage)
  }

  @Test("a program that fails stops everything: its last line is told, nothing is written")
  func failure() throws {
    try fixture.edit(
      ".build/debug/ch02-next", "#!/bin/sh\n", "#!/bin/sh\necho no digits; exit 66\n")
    let before = try fixture.everything()
    let (status, lines) = try fixture.book()
    #expect(status == 1)
    #expect(
      lines == ["Chapters/ch02-next/main.swift:1: the program ended with 66: no digits"])
    #expect(try fixture.everything() == before)
  }

  @Test("a failing test stops everything, by its file and line")
  func failingTest() throws {
    let issue = "✘ Test halves() recorded an issue at HalfTests.swift:7:3: Expectation failed: no"
    try fixture.edit(".build/swift", "; fi", "; echo '\(issue)'; exit 1; fi")
    let (status, lines) = try fixture.book()
    #expect(status == 1)
    #expect(lines == ["Tests/ToyTests/HalfTests.swift:7: a test fails: Expectation failed: no"])
  }

  static let expected = #"""
    <!-- Woven from main.swift by `swift run book ch01-toy`: edit that file, not this. -->

    # 1 · Halves

    A half of $x$ is

    <a id="half"></a>

    $$
    y = \frac12 x \tag{1.1}
    $$

    as in [1.1 half](#half), and as [chapter 2](../ch02-next/README.md) says.

    **(1.1) `half`** · function [`half`](Toy/Half.swift#L5-L11) · test [`halves`](../../Tests/ToyTests/HalfTests.swift#L3-L8) · measured: 1 case, worst difference 0; caught 1 planted error

    ```swift
    /// Half of x: } is no brace here.
    ///
    /// Equation: half
    func half() -> Double {
      precondition(self > 0, "}")
      return 0.5 * self
    }
    ```

    <details><summary>The test: half of x</summary>

    ```swift
    @Test("half: half of x")
    func halves() {
      let check = Check.identity(
        "half", [1.0], equals: [2.0.half()], planted: ["no ½": [2]])
      #expect(check.passes, "\(check)")
    }
    ```

    </details>

    ```swift
    page.section("1.1 Halves")
    let y = half(1)
    page.say("y = \(y)")
    page.say("done")
    page.figure(curve, "curve")
    ```

    ```text
    y = 0.5000
    done
    ```

    ![A curve.](../../Figures/ch01-toy/curve.svg)

    *A \*c\**

    A table follows.

    ```swift
    page.table(["x", "half"], rows)
    ```

    | x | half\| |
    | --- | ---: |
    | one | 0.5 |

    ---

    [Contents](../README.md) · [2 · Next →](../ch02-next/README.md)

    """#
}
