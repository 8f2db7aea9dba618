import Datasets
import Foundation
import Testing

@testable import book

/// Whether pandoc can be run here.
private let hasPandoc = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].contains {
  FileManager.default.isExecutableFile(atPath: $0 + "/pandoc")
}

@Suite("The web edition")
struct WebEditionTests {
  let fixture: Fixture

  init() throws { fixture = try Fixture() }

  @Test("links lead to the pages of the site; numbers stand beside equations")
  func markdown() throws {
    let edition = WebEdition(book: try Book(root: fixture.root), runner: fixture.runner)
    let page = """
      $$
      a \\cr b \\thinspace \\mathrm{KL}
      \\tag{3.4}
      $$

      [`f`](F/f.swift#L1-L2) [two](../ch02-next/README.md#half) [up](../README.md) [here](#half)
      ![A.](../../Figures/ch01-toy/curve.svg)
      """
    let site = edition.siteMarkdown(page, on: "Chapters/ch01-toy/README.md")
    #expect(
      site == """
        <div class="equation">

        $$
        a \\\\ b \\, \\text{KL}
        $$

        <span>(3.4)</span>

        </div>

        `f` [two](ch02-next.html#half) [up](ledger.html) [here](#half)
        ![A.](Figures/ch01-toy/curve.svg)
        """)
    #expect(
      edition.siteMarkdown(page, on: "Chapters/ch01-toy/README.md", inOneFile: true)
        .contains("[two](#half)"))
    #expect(
      edition.siteMarkdown("[1](ch01-toy/README.md#half)", on: "Chapters/README.md")
        == "[1](ch01-toy.html#half)")
    #expect(
      edition.siteMarkdown(
        "[A](appendix-notation/README.md) [x](https://x.org/README.md)", on: "Chapters/README.md")
        == "[A](appendix-notation.html) [x](https://x.org/README.md)")
    #expect(
      edition.siteMarkdown(
        "[a](Chapters/ch01-toy) [b](Chapters/README.md) [n](Chapters/appendix-names) see [c](LICENSE)",
        on: "README.md")
        == "[a](ch01-toy.html) [b](ledger.html) [n](appendix-names.html) see c")
  }

  @Test("pages that are not woven are status 66, and nothing is written")
  func notWoven() throws {
    let error = #expect(throws: InputError.self) {
      try fixture.book("--html", fixture.root + "/site")
    }
    #expect(error?.status == .missingInput)
    #expect(!FileManager.default.fileExists(atPath: fixture.root + "/site"))
  }

  @Test(
    "the site has a page for each chapter, contents, style and figures; the book is one file",
    .enabled(if: hasPandoc, "pandoc is not installed"))
  func site() throws {
    try fixture.write("# The toy book", to: "README.md")
    _ = try fixture.book()
    let result = try fixture.book(
      "--html", fixture.root + "/site", "--epub", fixture.root + "/toy.epub")
    #expect(result.status == 0)
    #expect(
      files(in: "site", of: fixture.root) == [
        "site/Figures/ch01-toy/curve.svg", "site/appendix-instructors.html",
        "site/appendix-names.html",
        "site/appendix-notation.html", "site/ch01-toy.html", "site/ch02-next.html",
        "site/index.html",
        "site/ledger.html", "site/style.css",
      ])
    let page = try fixture.text("site/ch01-toy.html")
    #expect(page.contains("<math display=\"block\""))
    #expect(page.contains("<a id=\"half\"></a>"))
    #expect(page.contains("src=\"Figures/ch01-toy/curve.svg\""))
    #expect(page.contains("href=\"ch02-next.html\""))
    #expect(try fixture.text("toy.epub").hasPrefix("PK"))
  }
}
