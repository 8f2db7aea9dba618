import Testing

@testable import book

@Suite("Notation and names after the chapters")
struct NotationTests {
  @Test("an appendix tells what each chapter means by a letter, and links to the chapters")
  func notation() throws {
    let fixture = try Fixture()
    try fixture.edit("Chapters/ch02-next/main.swift", "Nothing,", "Nothing is $x$,")
    fixture.symbols = [
      Symbol("\\frac", "a fraction", in: "ch01", by: "A half of"),
      .letter("x", "a number", in: "ch01", by: "A half of"),
      .letter("x", "nothing", in: "ch02", by: "Nothing is"),
      .letter("y", "of no chapter that is here", in: "ch03", by: "Something"),
    ]
    _ = try fixture.book()
    let page = try fixture.text("Chapters/appendix-notation/README.md")
    #expect(page.contains("\n# A · Notation\n"))
    #expect(page.contains("| $\\frac$ | a fraction | [1 · Halves](../ch01-toy/README.md) |\n"))
    #expect(
      page.contains(
        "| $x$ | [1](../ch01-toy/README.md): a number<br>[2](../ch02-next/README.md): nothing |\n"))
    #expect(!page.contains("of no chapter"))
    // A letter may mean something else in a later chapter.
    #expect(try fixture.book("--check").lines == [])
  }

  @Test("the appendices follow the last chapter, and the contents list them")
  func order() throws {
    let fixture = try Fixture()
    _ = try fixture.book()
    let notation = "[A · Notation](../appendix-notation/README.md)"
    #expect(
      try fixture.text("Chapters/ch02-next/README.md").hasSuffix(
        "[← 1 · Halves](../ch01-toy/README.md) · [Contents](../README.md) · "
          + "[A · Notation →](../appendix-notation/README.md)\n"))
    let names = try fixture.text("Chapters/appendix-names/README.md")
    #expect(
      names.hasSuffix(
        "---\n\n[← A · Notation](../appendix-notation/README.md) · [Contents](../README.md) · "
          + "[C · For instructors →](../appendix-instructors/README.md)\n"))
    #expect(names.contains("| `matmul` | `torch.matmul` | `jax.numpy.matmul` | matrices only;"))
    #expect(names.contains("| `torch.func.vmap` | `jax.vmap` | functions take a batch"))
    let ledger = try fixture.text("Chapters/README.md")
    let entry = notation.replacing("../", with: "")
    #expect(ledger.contains("- [2 · Next](ch02-next/README.md)\n- \(entry)\n"))
    #expect(ledger.contains("## Appendices\n\n- \(entry): what each symbol means"))
    #expect(!ledger.contains("torch.matmul"))
  }

  @Test("each letter's meanings, and the letters, stand in the order of the book")
  func sorted() {
    var letters: [(latex: String, chapters: [String])] = []
    for symbol in Symbol.letters {
      if letters.last?.latex != symbol.latex { letters.append((symbol.latex, [])) }
      letters[letters.count - 1].chapters.append(symbol.chapter)
    }
    #expect(Set(letters.map(\.latex)).count == letters.count)
    #expect(letters.allSatisfy { $0.chapters == Set($0.chapters).sorted() })
    #expect(letters.map { $0.chapters[0] } == letters.map { $0.chapters[0] }.sorted())
    #expect(Symbol.symbols.map(\.chapter) == Symbol.symbols.map(\.chapter).sorted())
    #expect(Symbol.letters.allSatisfy { !$0.words.isEmpty && !$0.meaning.isEmpty })
  }

  @Test(
    "a letter is found where it stands for itself",
    arguments: [
      ("s^2 I", "s^2"), ("\\frac{1}{2 s^2}", "s^2"), ("m_y", "m"), ("\\sum_m", "m"), ("N x", "N"),
      ("\\bar x", "x"), ("\\lambda_1 \\ge 0", "\\lambda"), ("\\tag{a-k} k", "k"),
      ("\\mathcal N(m, S)", "S"),
    ])
  func found(formula: String, symbol: String) {
    #expect(FormulaLine(number: 1, text: formula).holds(symbol))
  }

  @Test(
    "and not as a part of a longer name",
    arguments: [
      ("\\cos^2 x", "s^2"), ("\\mathcal N(0, I)", "N"), ("\\mathrm{softmax}", "m"),
      ("\\mathbb E", "E"), ("\\mu", "m"), ("\\sum", "m"), ("\\lambdas", "\\lambda"), ("xy", "x"),
      ("\\text{for } y", "f"), ("\\tag{k-means}", "k"), ("s_2", "s^2"),
    ])
  func notFound(formula: String, symbol: String) {
    #expect(!FormulaLine(number: 1, text: formula).holds(symbol))
  }
}
