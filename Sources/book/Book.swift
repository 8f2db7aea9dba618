import Datasets
import Foundation

/// A place in a file: the function of an equation, or a test of it.
struct Place {
  let path: String
  /// Lines from 0.
  let range: ClosedRange<Int>
  /// The name of the declaration.
  let name: String
  /// The declaration with its doc comment.
  let text: String
  /// The text in `@Test("…")`.
  var title: String?

  /// The file and the lines, as a link on GitHub has them.
  var fragment: String { "#L\(range.lowerBound + 1)-L\(range.upperBound + 1)" }
}

/// What is said about an equation somewhere: its name, and the line where it stands.
struct Mention {
  let equation: String
  let line: Int
  let place: Place
}

/// The sources of the book: its chapters, the functions of their equations and the tests.
struct Book {
  let root: String
  let chapters: [Chapter]
  /// Declarations whose doc comment has a line `Equation: name`.
  let functions: [Mention]
  /// Tests that call `Check.…("name", …)`.
  let tests: [Mention]
  /// The notation that all chapters share.
  let symbols: [Symbol]

  /// Reads the package in a folder.
  init(root: String, symbols: [Symbol] = Symbol.all) throws {
    self.root = root
    self.symbols = symbols
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root + "/Chapters")) ?? []
    chapters = try names.sorted().compactMap { name in
      let path = "\(root)/Chapters/\(name)/main.swift"
      guard name.hasPrefix("ch"), FileManager.default.fileExists(atPath: path) else { return nil }
      return Chapter(name: name, source: try read(path))
    }
    func sources(_ folder: String) throws -> [SwiftSource] {
      try files(in: folder, of: root).filter { $0.hasSuffix(".swift") }
        .map { SwiftSource(path: $0, text: try read(root + "/" + $0)) }
    }
    functions = try (sources("Sources") + sources("Chapters")).flatMap(functionMentions)
    tests = try sources("Tests").flatMap(testMentions)
  }

  /// All equations, by name.
  var equations: [String: (chapter: Chapter, equation: Equation)] {
    Dictionary(
      chapters.flatMap { chapter in chapter.equations.map { ($0.name, (chapter, $0)) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// The functions, or the tests, that name an equation; each once.
  static func places(_ mentions: [Mention], of equation: String) -> [Place] {
    mentions.filter { $0.equation == equation }.map(\.place)
      .reduce(into: []) { places, place in
        let isNew = !places.contains { $0.path == place.path && $0.range == place.range }
        if isNew { places.append(place) }
      }
  }

  /// The test targets that check equations of these chapters.
  func testTargets(of chapters: [Chapter]) -> [String] {
    let names = Set(chapters.flatMap(\.equations).map(\.name))
    let targets = tests.filter { names.contains($0.equation) }
      .map { $0.place.path.components(separatedBy: "/")[1] }
    return Set(targets).sorted()
  }
}

/// The text of a file.
func read(_ path: String) throws -> String {
  guard let data = FileManager.default.contents(atPath: path) else {
    throw InputError.missingInput("cannot read '\(path)': restore it")
  }
  return String(decoding: data, as: UTF8.self)
}

/// The paths, from the root, of all files in a folder and below; hidden ones are left out.
func files(in folder: String, of root: String) -> [String] {
  let found = FileManager.default.enumerator(atPath: root + "/" + folder)?.compactMap {
    $0 as? String
  }
  return (found ?? []).filter { path in
    var isFolder: ObjCBool = false
    return !path.hasPrefix(".") && !path.contains("/.")
      && FileManager.default.fileExists(
        atPath: "\(root)/\(folder)/\(path)", isDirectory: &isFolder)
      && !isFolder.boolValue
  }.map { folder + "/" + $0 }.sorted()
}

/// The declarations of a file whose doc comments name an equation.
func functionMentions(in source: SwiftSource) -> [Mention] {
  source.lines.indices.compactMap { line in
    guard let match = source.lines[line].wholeMatch(of: /\s*\/\/\/ Equation: (\S+)\s*/),
      source.code[line].allSatisfy(\.isWhitespace)
    else { return nil }
    let start = source.lines[line...].firstIndex { !$0.trimmed.hasPrefix("///") } ?? line
    let declaration = source.declaration(at: start)
    let range = source.documentation(above: start)...declaration.upperBound
    return Mention(
      equation: String(match.1), line: line,
      place: Place(
        path: source.path, range: range, name: source.name(of: declaration),
        text: source.text(range)))
  }
}

/// The tests of a file that check an equation, each with the doc comment above it.
///
/// If the check is in a helper outside every test, the helper stands for its tests.
func testMentions(in source: SwiftSource) -> [Mention] {
  let tests = source.code.indices.filter { source.code[$0].contains(/@Test\b/) }
    .map { (line: $0, range: source.declaration(at: $0)) }
  return source.code.indices.flatMap { line in
    source.code[line].matches(of: /\bCheck\.(?:gradient|vectorJacobianProduct|identity|mean)\(/)
      .compactMap { call -> Mention? in
        guard let equation = source.literal(after: call.range.upperBound, on: line) else {
          return nil
        }
        let test = tests.first { $0.range.contains(line) }
        let helper = source.code[...line].indices.reversed().first {
          source.code[$0].contains(/\bfunc\b/) && source.declaration(at: $0).contains(line)
        }
        guard let start = test?.line ?? helper else { return nil }
        let declaration = source.declaration(at: start)
        let range = source.documentation(above: start)...declaration.upperBound
        let title = source.code[start].firstRange(of: /@Test\(/)
          .flatMap { source.literal(after: $0.upperBound, on: start) }
        return Mention(
          equation: equation, line: line,
          place: Place(
            path: source.path, range: range, name: source.name(of: declaration),
            text: source.text(range), title: title))
      }
  }
}
