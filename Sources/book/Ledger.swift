/// The ledger of formulas, which is also the table of contents.
struct Ledger {
  static let path = "Chapters/README.md"
  let book: Book
  let results: Results

  /// The whole page.
  var text: String {
    let names = book.chapters.flatMap(\.equations).map(\.name)
    let totals = results.measurements.totals(of: names)
    func count(_ mentions: [Mention]) -> Int {
      Set(mentions.filter { names.contains($0.equation) }.map { $0.place.path + $0.place.fragment })
        .count
    }
    let counts = [
      ("equations, each with a number and a name", names.count),
      ("functions that implement them", count(book.functions)),
      ("tests that check them", count(book.tests)),
      ("planted errors that the tests caught", totals.planted),
      ("coordinates of gradients compared with differences", totals.coordinates),
    ]
    let parts =
      [
        "<!-- Woven from the chapters by `swift run book`: edit their main.swift, not this. -->",
        "# Contents and ledger of formulas",
        book.contents.map { folder, title in
          "- [\(title)](\(relativePath(to: folder + "/README.md", from: "Chapters")))"
        }.joined(separator: "\n"),
        "Every numbered equation of the book, with the function that implements it, the test that"
          + " checks it, and what the test measured when this page was woven.",
        "| | |\n| --- | ---: |\n"
          + counts.map { "| \($0) | \(grouped($1)) |" }.joined(separator: "\n"),
      ] + book.chapters.map(section) + [appendices]
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// The rows of one chapter, under its heading.
  func section(_ chapter: Chapter) -> String {
    let weaver = Weaver(book: book, results: results)
    func links(_ places: [Place]) -> String {
      places.map { weaver.link(to: $0, from: "Chapters") }.joined(separator: "<br>")
    }
    let rows = chapter.equations.map { equation in
      [
        "[\(equation.number)](\(chapter.name)/README.md#\(equation.name))", "`\(equation.name)`",
        "$\(equation.formula)$", links(Book.places(book.functions, of: equation.name)),
        links(Book.places(book.tests, of: equation.name)),
        results.measurements.summary(of: equation.name).joined(separator: "<br>"),
      ]
    }
    let header = ["", "name", "equation", "function", "test", "measured"]
    let table = ([header, header.map { _ in "---" }] + rows)
      .map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    return "## [\(chapter.title)](\(chapter.name)/README.md)\n\n\(table)"
  }

  /// Where the tables are that belong to no chapter.
  private var appendices: String {
    "## Appendices\n\n"
      + book.appendices.map { "- [\($0.title)](\($0.name)/README.md): \($0.purpose)." }
      .joined(separator: "\n")
  }
}

/// A count with commas between thousands.
private func grouped(_ count: Int) -> String {
  let digits = Array(String(count))
  return digits.indices.map { i in
    (i > 0 && (digits.count - i) % 3 == 0 ? "," : "") + String(digits[i])
  }.joined()
}
