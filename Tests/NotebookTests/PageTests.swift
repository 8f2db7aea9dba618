import Datasets
import Foundation
import Plots
import Testing

@testable import Notebook

private struct Drawing: Figure {
  var title = "A title"
  var description = "A line that rises"
  var width = 1.0
  var height = 1.0
  func content() -> String { "<path/>" }
}

/// A page in a scratch package, with its standard output and error in files.
private func scratchPage(
  _ scratch: Scratch, _ arguments: [String] = [], transcript: Bool = false,
  output: Int32? = nil, error: Int32? = nil
) throws -> Page {
  let options: [PageOption] = [.seed, .quick, .figures, .data, .dataDirectory]
  return Page(
    "ch04-elbo", settings: try Settings(arguments, options: options),
    console: Console(output: output ?? scratch.open("out"), error: error ?? scratch.open("err")),
    root: scratch.path,
    transcript: transcript ? try Transcript(appendingTo: scratch.path + "/transcript") : nil)
}

@Suite struct PageTests {
  @Test func `Results go to standard output at once, and nothing else does`() throws {
    let scratch = try Scratch()
    let page = try scratchPage(scratch)
    page.section("4.1 σ")
    page.say("one\ntwo")
    page.table(["k", "bound"], [["1", "-3.21"]], caption: "Bounds")
    page.pictures([[1]], height: 1, width: 1, columns: 1)
    page.finish()
    #expect(
      try scratch.text("out") == """

        4.1 σ
        ─────
        one
        two

        k  bound
        ─  ─────
        1  -3.21
        Bounds


        """)
    #expect(try scratch.text("err").hasPrefix("ch04-elbo: done in 0.0"))
  }

  @Test func `A default run writes the committed figures and says so`() throws {
    let scratch = try Scratch()
    let page = try scratchPage(scratch)
    page.figure(Drawing(), "gap", caption: "The gap")
    page.png([1, 2], "samples", caption: "Samples")
    #expect(try scratch.text("Figures/ch04-elbo/gap.svg") == Drawing().svg())
    #expect(try scratch.names("Figures/ch04-elbo") == ["gap.svg", "samples.png"])
    #expect(
      try scratch.text("out") == """
        [Figures/ch04-elbo/gap.svg] The gap
        [Figures/ch04-elbo/samples.png] Samples

        """)
  }

  @Test func `A run with other numbers leaves the committed figures alone`() throws {
    let scratch = try Scratch()
    try scratchPage(scratch).figure(Drawing(), "gap", caption: "")
    try scratchPage(scratch, ["--seed", "2"]).png([7], "gap", caption: "")
    #expect(try scratch.names("Figures/ch04-elbo") == ["gap.svg"])
    #expect(try scratch.names(".build/figures/ch04-elbo") == ["gap.png"])
  }

  @Test func `The transcript has one record a call, with the line that made it`() throws {
    let scratch = try Scratch()
    let page = try scratchPage(scratch, transcript: true)
    let here = #line
    page.section("Heading")
    page.say("log p(x) = \"−3\"\n/ nats")
    page.table(["k"], [["1"], ["10"]], caption: "c")
    page.figure(Drawing(), "gap", caption: "The gap")
    page.pictures([[1]], height: 1, width: 1, columns: 1)
    let lines = try scratch.text("transcript").split(separator: "\n")
    let records = try lines.map { try JSONDecoder().decode(Record.self, from: Data($0.utf8)) }
    let file = "NotebookTests/PageTests.swift"
    #expect(
      records == [
        Record(line: here + 1, file: file, kind: .section, text: "Heading"),
        Record(line: here + 2, file: file, kind: .say, text: "log p(x) = \"−3\"\n/ nats"),
        Record(
          line: here + 3, file: file, kind: .table, text: " k\n──\n 1\n10", header: ["k"],
          rows: [["1"], ["10"]], caption: "c"),
        Record(
          line: here + 4, file: file, kind: .figure, text: "A line that rises",
          caption: "The gap", name: "gap.svg", path: "Figures/ch04-elbo/gap.svg"),
      ])
    #expect(
      lines[0] == #"{"file":"\#(file)","kind":"section","line":\#(here + 1),"text":"Heading"}"#)
  }

  @Test func `A terminal sees pictures, and the transcript is the same`() throws {
    let (scratch, terminal) = (try Scratch(), PseudoTerminal())
    let page = try scratchPage(scratch, transcript: true, output: terminal.follower)
    page.say("before")
    page.pictures([[0, 1], [1, 1], [0, 0]], height: 1, width: 2, columns: 2)
    let lines = terminal.close().components(separatedBy: "\r\n")
    #expect(lines.count == 6)  // two rows of pictures, a blank line behind each
    #expect(lines[0] == "before")
    #expect(lines[2] == "")
    #expect(try scratch.text("transcript").split(separator: "\n").count == 1)
  }

  @Test func `Progress is at most ten plain lines and a last one where there is no terminal`()
    throws
  {
    let scratch = try Scratch()
    let bar = try scratchPage(scratch).progress("training", total: 1000)
    for step in 1...1000 { bar.update(step, "ELBO -1") }
    bar.finish("kept")
    let lines = try scratch.text("err").split(separator: "\n")
    #expect(lines.count == 11)
    #expect(lines.first?.hasPrefix("training: 100/1000") == true)
    #expect(lines.last?.hasPrefix("training: done in ") == true)
    #expect(lines.last?.hasSuffix("  kept") == true)
    #expect(try scratch.text("out").isEmpty)
  }

  @Test func `A bar on a terminal is erased before anything else is printed`() throws {
    let terminal = PseudoTerminal()
    let console = Console(output: terminal.follower, error: terminal.follower)
    let bar = ProgressBar("training", total: 4, on: console, elapsed: { 0 })
    bar.update(1)  // too soon after the first drawing
    console.print("a result")
    bar.update(4)
    bar.finish()
    let empty = String(repeating: "░", count: 20)
    let full = String(repeating: "█", count: 20)
    #expect(
      terminal.close() == "training \(empty) 0/4\r\u{1B}[2Ka result\r\n"
        + "training \(full) 4/4\r\u{1B}[2Ktraining: done in 0.00 s\r\n")
  }

  @Test func `A page gives the values of its options by type`() throws {
    let page = try scratchPage(try Scratch(), ["--data", "fashion", "--quick"])
    #expect(page.seed == 1)
    #expect(page.isQuick)
    #expect(page.choice("data") == "fashion")
    #expect(page.choice("data", as: ImageSource.self) == .fashion)
    #expect(page.path("data-dir") == nil)
    #expect(!page.flag("figures"))
  }
}
