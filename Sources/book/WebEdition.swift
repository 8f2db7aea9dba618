import Datasets
import Foundation
import Notebook

/// The woven pages as a web site or an e-book, through pandoc.
///
/// Nothing runs for it: it shows the pages as they lie in Chapters/.
struct WebEdition {
  let book: Book
  let runner: Runner
  static let title = "Variational Autoencoders, derived and checked"

  /// Writes a site that needs no network and no script: the front page `index.html`, a page for each
  /// chapter and appendix, the ledger, the figures and a style sheet.
  func writeSite(to folder: String) throws {
    let pages = try sources()
    try inTemporaryFolder { work in
      let template = work + "/template.html"
      try writeWhole(Array(siteTemplate.utf8), to: template)
      let others = try [Weaver.frontPath, Ledger.path].map { ($0, try page($0)) }
      for (path, text) in others + pages {
        let name = siteName(of: path)
        let (input, output) = ("\(work)/\(name).md", "\(work)/\(name)")
        try writeWhole(Array(siteMarkdown(text, on: path).utf8), to: input)
        try pandoc(
          [
            input, "-t", "html5", "--mathml", "--toc", "--toc-depth=2", "--template", template,
            "-M", "pagetitle=\(title(of: path)) · \(Self.title)", "-o", output,
          ], in: work)
        try writeWhole(bytes(of: output), to: "\(folder)/\(name)")
      }
    }
    for figure in files(in: "Figures", of: book.root) {
      try writeWhole(bytes(of: "\(book.root)/\(figure)"), to: "\(folder)/\(figure)")
    }
    try writeWhole(Array(siteStyle.utf8), to: folder + "/style.css")
  }

  /// Writes an e-book of all chapters and appendices, in the EPUB 3 format.
  func writeBook(to path: String) throws {
    let pages = try sources().map { path, text in
      siteMarkdown(text, on: path, inOneFile: true)
    }
    try inTemporaryFolder { work in
      let (input, output) = (work + "/book.md", work + "/book.epub")
      try writeWhole(Array(pages.joined(separator: "\n\n").utf8), to: input)
      try pandoc(
        [
          input, "-t", "epub3", "--mathml", "--toc", "--toc-depth=2", "--resource-path", book.root,
          "-M", "title=\(Self.title)", "-M", "lang=en-GB", "-o", output,
        ], in: work)
      try writeWhole(bytes(of: output), to: path)
    }
  }

  /// The woven pages of the chapters and the appendices.
  private func sources() throws -> [(path: String, text: String)] {
    try book.contents.map { $0.folder + "/README.md" }.map { ($0, try page($0)) }
  }

  private func page(_ path: String) throws -> String {
    guard let text = try? read(book.root + "/" + path) else {
      throw InputError.missingInput("\(path) is not there: the pages come from swift run book")
    }
    return text
  }

  private func bytes(of path: String) -> [UInt8] {
    Array(FileManager.default.contents(atPath: path) ?? Data())
  }

  private func title(of path: String) -> String {
    book.contents.first { $0.folder + "/README.md" == path }?.title
      ?? (path == Ledger.path ? "Contents and ledger" : "The book")
  }

  private func inTemporaryFolder(_ body: (String) throws -> Void) throws {
    let work = FileManager.default.temporaryDirectory
      .appendingPathComponent("book-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: work) }
    try body(work)
  }

  private func pandoc(_ arguments: [String], in work: String) throws {
    let command = ["/usr/bin/env", "pandoc", "-f", "gfm+tex_math_dollars"] + arguments
    let log = work + "/pandoc.txt"
    let status = try runner.launch(command, output: log)
    guard status != 127 else {
      throw InputError.missingInput(
        "pandoc is not installed: apt-get install pandoc, or brew install pandoc")
    }
    let said = try read(log).components(separatedBy: "\n").first { !$0.isEmpty } ?? ""
    guard status == 0 else { throw InputError.damagedData("pandoc ended with \(status): \(said)") }
    if !said.isEmpty { runner.note(said) }
  }
}

// Pages as pandoc is to read them.
extension WebEdition {
  /// The file of a page in the site: `ch03-kl-divergence.html`.
  private func siteName(of path: String) -> String {
    switch path {
    case Weaver.frontPath: "index.html"
    case Ledger.path: "ledger.html"
    default: path.components(separatedBy: "/")[1] + ".html"
    }
  }

  /// A woven page with what the site has differently: links between pages, the number of an
  /// equation beside it, and no links into the source, which the site does not hold.
  func siteMarkdown(_ text: String, on path: String, inOneFile: Bool = false) -> String {
    let folder = path.components(separatedBy: "/").dropLast().joined(separator: "/")
    let tagged = /(?m)^\$\$\n((?:[^$]|\n)*?)\s*\\tag\{(\d+\.\d+)\}\s*\$\$$/
    let numbered = text.replacing(tagged) { match in
      "<div class=\"equation\">\n\n$$\n\(match.1)\n$$\n\n<span>(\(match.2))</span>\n\n</div>"
    }
    let unlinked = numbered.replacing(/\[(`[^`]+`)\]\([^)\s]+\.swift(?:#[^)\s]*)?\)/) { $0.1 }
      // What pandoc does not know, or writes as MathML that browsers set in italics:
      .replacing("\\thinspace", with: "\\,").replacing(/\\cr\b/, with: "\\\\")
      .replacing(/\\mathrm\{([A-Za-z]+)\}/) { "\\text{\($0.1)}" }
    // Links to files that are no part of the site become their text.
    let kept = unlinked.replacing(/(^|[^!])\[([^\]\n]+)\]\((?:LICENSE|CITATION|\.github)[^)\s]*\)/)
    {
      $0.1 + $0.2
    }
    let links = /\]\(((?:\.\.?\/|Chapters\/)[^)\s#]+|[a-z][^)\s#:]+\/README\.md)(#[^)\s]*)?\)/
    return kept.replacing(links) {
      match in
      let target = URL(fileURLWithPath: "/\(folder)/\(match.1)").standardizedFileURL.path
        .dropFirst()
      let anchor = match.2 ?? ""
      // A link to a page's folder leads to the page.
      let isFolder = book.contents.contains { $0.folder == target }
      guard target.hasPrefix("Chapters/"), isFolder || target.hasSuffix("README.md") else {
        return "](\(target)\(anchor))"
      }
      let name = siteName(of: isFolder ? target + "/README.md" : String(target))
      return inOneFile ? "](\(anchor.isEmpty ? "#" : anchor))" : "](\(name)\(anchor))"
    }
  }
}
