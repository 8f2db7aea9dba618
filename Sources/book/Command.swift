import Datasets
import Foundation
import Notebook

/// `swift run book`: what the command line asks for.
struct Command {
  static let options: [PageOption] = [
    .flag("check", help: "write nothing; fail if a page, a figure or an equation is not right"),
    .integer(
      "jobs", default: 2, in: 1...64, help: "how many programs to run at the same time"),
    .path("html", placeholder: "DIR", help: "write the woven pages as a web site, with pandoc"),
    .path("epub", help: "write the woven pages as an e-book, with pandoc"),
  ]

  let root: String
  var runner: Runner
  var symbols = Symbol.all
  /// Takes a line of results.
  var print: (String) -> Void = { Swift.print($0) }

  /// Does it, and gives the exit status: 1 if a check or a run found something wrong.
  func run(_ arguments: [String]) throws -> Int32 {
    let settings = try Settings(arguments, options: Self.options, takesWords: true)
    if settings.wantsHelp {
      print(
        Settings.help(
          name: "book", title: "weaves the pages of the book, or checks them",
          words: "[chapter …] ", options: Self.options))
      return 0
    }
    var runner = runner
    if case .integer(let jobs)? = settings.value("jobs") { runner.jobs = jobs }
    let book = try Book(root: root, symbols: symbols)
    let chapters = try chosen(settings.words, of: book)
    if settings.isGiven("html") || settings.isGiven("epub") {
      guard settings.words.isEmpty, !settings.isGiven("check") else {
        throw InputError.usage("--html and --epub show all pages as they lie: give them alone")
      }
      let edition = WebEdition(book: book, runner: runner)
      if case .text(let folder)? = settings.value("html") { try edition.writeSite(to: folder) }
      if case .text(let file)? = settings.value("epub") { try edition.writeBook(to: file) }
      return 0
    }
    do {
      let results = try runner.run(chapters, testTargets: book.testTargets(of: chapters))
      guard settings.isGiven("check") else {
        try weave(chapters, of: book, results)
        return 0
      }
      let faults = Checker(book: book, results: results, chapters: chapters).faults
      faults.forEach { print($0.description) }
      runner.note(
        faults.isEmpty
          ? "book: all is as a fresh run gives it" : "book: \(faults.count) to mend")
      return faults.isEmpty ? 0 : 1
    } catch let failure as RunFailure {
      failure.faults.forEach { print($0.description) }
      return 1
    }
  }

  /// The chapters that words name: `ch03` or all of `ch03-kl-divergence`. No word means all.
  private func chosen(_ words: [String], of book: Book) throws(InputError) -> [Chapter] {
    let names = book.chapters.map(\.name)
    for word in words
    where !names.contains(where: { $0 == word || $0.hasPrefix(word + "-") }) {
      let near = nearest(to: word, among: names).map { "did you mean \($0)?" }
      throw .usage(
        "no chapter \(quoted(word)): \(near ?? "there are " + names.joined(separator: ", "))")
    }
    return book.chapters.filter { chapter in
      words.isEmpty || words.contains { chapter.name == $0 || chapter.name.hasPrefix($0 + "-") }
    }
  }

  /// Writes the pages and the figures of chapters; if these are all, the ledger and the appendices too.
  private func weave(_ chapters: [Chapter], of book: Book, _ results: Results) throws {
    let weaver = Weaver(book: book, results: results)
    for chapter in chapters {
      for (name, bytes) in (results.runs[chapter.name]?.figures ?? [:]).sorted(by: {
        $0.key < $1.key
      }) {
        try write(Array(bytes), to: "Figures/\(chapter.name)/\(name)")
      }
      try write(Array(weaver.page(chapter).utf8), to: chapter.page)
    }
    if chapters.count == book.chapters.count {
      try write(Array(Ledger(book: book, results: results).text.utf8), to: Ledger.path)
      for appendix in book.appendices {
        try write(Array(weaver.page(appendix).utf8), to: appendix.page)
      }
      if let front = try? read(root + "/" + Weaver.frontPath) {
        try write(Array(weaver.frontPage(front).utf8), to: Weaver.frontPath)
      }
    }
  }

  /// Writes a file, if that changes it.
  private func write(_ bytes: [UInt8], to path: String) throws {
    guard FileManager.default.contents(atPath: root + "/" + path).map(Array.init) != bytes else {
      return
    }
    try writeWhole(bytes, to: root + "/" + path)
    print("wrote \(path)")
  }
}
