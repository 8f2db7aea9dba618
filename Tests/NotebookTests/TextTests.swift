import Foundation
import Testing

@testable import Notebook

@Suite struct TextTests {
  @Test(arguments: [
    (2.0 / 3, 3, "0.667"), (-3.21, 2, "-3.21"), (0.0, 2, "0.00"), (-0.0, 0, "0"),
    (-0.004, 2, "0.00"), (-0.006, 2, "-0.01"), (1234567.5, 1, "1234567.5"), (0.125, 2, "0.12"),
    (.nan, 2, "nan"), (-.nan, 2, "nan"), (.infinity, 2, "inf"), (-.infinity, 2, "-inf"),
  ])
  func `Fixed decimals are rounded, zero has no sign, nan and inf are words`(
    x: Double, decimals: Int, text: String
  ) {
    #expect(fixed(x, decimals) == text)
  }

  @Test(arguments: [
    (1.234e-8, 2, "1.23e-08"), (-1.25e100, 1, "-1.2e+100"), (0.0, 2, "0.00e+00"),
    (-0.0, 1, "0.0e+00"), (9.99, 1, "1.0e+01"), (.nan, 1, "nan"), (-.infinity, 1, "-inf"),
    (-1e-300, 0, "-1e-300"),
  ])
  func `Scientific numbers have a power of ten of two digits or more`(
    x: Double, decimals: Int, text: String
  ) {
    #expect(scientific(x, decimals) == text)
  }

  @Test(arguments: [
    (0.5, 1, "+0.5"), (-0.5, 1, "-0.5"), (0.0, 1, "0.0"), (0.04, 1, "0.0"), (-0.04, 1, "0.0"),
    (.infinity, 1, "+inf"), (.nan, 1, "nan"),
  ])
  func `Signed numbers have a plus too, and zero has nothing`(
    x: Double, decimals: Int, text: String
  ) {
    #expect(signed(x, decimals) == text)
  }

  @Test(arguments: [
    (0.0, "0.00 s"), (0.4249, "0.42 s"), (9.994, "9.99 s"), (9.996, "10.0 s"), (59.94, "59.9 s"),
    (59.96, "1 min 00 s"), (125.4, "2 min 05 s"), (3599.4, "59 min 59 s"), (3599.6, "1 h 00 min"),
    (3725, "1 h 02 min"), (-1, "0.00 s"), (.infinity, "inf"), (.nan, "nan"),
  ])
  func `Durations move to the next unit when they round up to it`(seconds: Double, text: String) {
    #expect(duration(seconds) == text)
  }

  @Test func `A Duration is spelled as its seconds are`() {
    #expect(duration(.milliseconds(1500)) == "1.50 s")
  }

  @Test(arguments: [
    ("abc", 3), ("μ̂ ± σ²", 6), ("−3.2", 4), ("数字", 4), ("🙂", 2), ("", 0), ("e\u{301}", 1),
  ])
  func `Widths count columns of a terminal and not bytes`(text: String, width: Int) {
    #expect(displayWidth(text) == width)
  }

  @Test func `Numbers stand right and words left, whatever their bytes`() {
    let table = TextTable(
      header: ["k", "λ = log σ²", "gap", "数字"],
      rows: [["1", "μ", "−0.12", "a"], ["1000", "log σ", "", "数字数字"], ["–", "x̂", "3 ± 0.5", ""]])
    #expect(
      table.lines() == [
        "   k  λ = log σ²      gap  数字",
        "────  ──────────  ───────  ────────",
        "   1  μ             −0.12  a",
        "1000  log σ                数字数字",
        "   –  x̂           3 ± 0.5",
      ])
  }

  @Test func `One word makes a column of words`() {
    let table = TextTable(header: ["n"], rows: [["1"], ["two"], ["300"]])
    #expect(table.lines() == ["n", "───", "1", "two", "300"])
  }

  @Test func `A table without rows is its header and a rule`() {
    #expect(TextTable(header: ["a", "bc"], rows: []).lines() == ["a  bc", "─  ──"])
  }

  @Test(arguments: [
    (["1", "-2.5", "+3e-7", "97 %", "1.5×"], true), (["nan", "-inf", ""], true),
    (["", "-"], false),
    (["1", "one"], false), (["1 ± 2 ± 3"], false), (["%"], false), ([], false),
  ])
  func `A column is numeric if it holds numbers and nothing else`(cells: [String], numeric: Bool) {
    #expect(isNumeric(cells) == numeric)
  }

  @Test func `A cell of two lines does not break the table`() {
    #expect(TextTable(header: ["a\nb"], rows: [["c\r\nd"]]).lines() == ["a b", "───", "c d"])
  }

  @Test func `A progress line says count, rate, time left and note`() {
    #expect(
      plainLine("training", 3, of: 20, after: 2, "ELBO -120.3")
        == "training: 3/20  1.5/s  11.3 s left  ELBO -120.3")
    #expect(plainLine("t", 1, of: 2, after: 4, "") == "t: 1/2  4.00 s each  4.00 s left")
    #expect(plainLine("t", 2, of: 2, after: 0.1, "") == "t: 2/2  20/s")
    #expect(plainLine("t", 0, of: 2, after: 1, "") == "t: 0/2")
  }

  @Test func `Pictures are as fine as the terminal says it can show`() {
    #expect(style(forTerminal: ["TERM": "xterm-256color", "COLORTERM": "truecolor"]) == .trueColor)
    #expect(style(forTerminal: ["TERM": "xterm-256color"]) == .grey256)
    #expect(style(forTerminal: ["TERM": "xterm"]) == .shades)
    #expect(style(forTerminal: ["NO_COLOR": "1", "COLORTERM": "truecolor"]) == .shades)
    #expect(style(forTerminal: [:]) == .shades)
  }

  @Test func `A bar fills with the work and never passes the edge of the terminal`() {
    #expect(
      barLine("t", 5, of: 20, after: 0, "", columns: 80) == "t █████░░░░░░░░░░░░░░░ 5/20")
    #expect(
      barLine("t", 30, of: 20, after: 0, "", columns: 80) == "t ████████████████████ 30/20")
    #expect(barLine("t", 5, of: 20, after: 0, "note", columns: 7) == "t █████")
  }
}
