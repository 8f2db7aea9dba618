import Datasets
import Foundation

/// What a student handed in, as far as it counts: at most one file of exercises for each chapter.
///
/// Nothing else is read. A file counts if it is `Exercises.swift` in a folder that is named after a
/// chapter (`ch03-kl-divergence` or `ch03`), at any depth, or if its own name begins so
/// (`ch03.swift`, `ch03-exercises.swift`); and if just one chapter is graded, any `Exercises.swift`.
package struct Submission: Sendable, Equatable {
  /// What was found for a chapter.
  package enum Part: Sendable, Equatable {
    /// The text of the file.
    case source([UInt8])
    /// Why nothing is taken, in one line.
    case refused(String)
  }

  /// The name of the folder or file, without `.swift`: the student, to the grader.
  package let name: String
  /// What was found, by the chapter's folder.
  package private(set) var parts: [String: Part] = [:]
  /// Paths within the submission that do not count, those first that look like changed checks.
  package private(set) var ignored: [String] = []

  /// Looks through a submission.
  ///
  /// - Parameters:
  ///   - path: A folder, or one file.
  ///   - chapters: The folders of the chapters that are graded.
  package init(at path: String, chapters: [String]) throws(InputError) {
    let path = URL(fileURLWithPath: path).standardizedFileURL.path
    let last = URL(fileURLWithPath: path).lastPathComponent
    name = Self.name(of: path)
    var found: [String: [String]] = [:]
    switch kind(of: path) {
    case .nothing: throw .missingInput("no submission \(quoted(path)): give a folder or a file")
    case .link: throw .damagedData("\(quoted(last)) is a symbolic link: give what it leads to")
    case .other: throw .damagedData("\(quoted(last)) is neither a folder nor a file")
    case .file:
      guard last.hasSuffix(".swift") else {
        throw .damagedData("\(quoted(last)) is no .swift file: unpack it, and give the folder")
      }
      let one = chapters.count == 1 ? chapters[0] : nil
      guard let chapter = Self.chapter(named: last, among: chapters) ?? one else {
        throw .usage("which chapter is \(quoted(last))? say it with --chapter")
      }
      found[chapter] = [path]
    case .folder:
      var seen = 0
      try search(path, "", depth: 0, among: chapters, &found, &seen)
    }
    for (chapter, paths) in found {
      let names = paths.map { $0 == path ? last : String($0.dropFirst(path.count + 1)) }
      guard paths.count == 1 else {
        let list = names.prefix(3).map(quoted).joined(separator: ", ")
        parts[chapter] = .refused("\(paths.count) files for one chapter (\(list)): hand in one")
        continue
      }
      switch readSubmitted(paths[0]) {
      case .success(let bytes): parts[chapter] = .source(bytes)
      case .failure(let refusal):
        parts[chapter] = .refused("\(quoted(names[0])): \(refusal.reason)")
      }
    }
    ignored.sort { (Self.concern($0), $0) < (Self.concern($1), $1) }
  }

  /// A submission of which nothing is taken.
  init(named name: String, refusedBecause reason: String, chapters: [String]) {
    self.name = name
    for chapter in chapters { parts[chapter] = .refused(reason) }
  }

  /// The name of a submission at a path.
  static func name(of path: String) -> String {
    let last = URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
    return last.hasSuffix(".swift") ? String(last.dropLast(6)) : last
  }

  /// Looks through a folder, without following links. Hidden files, and what macOS packs beside them,
  /// do not count.
  private mutating func search(
    _ root: String, _ folder: String, depth: Int, among chapters: [String],
    _ found: inout [String: [String]], _ seen: inout Int
  ) throws(InputError) {
    let place = folder.isEmpty ? root : root + "/" + folder
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: place) else {
      ignored.append(folder + "/ (unreadable)")
      return
    }
    seen += names.count
    guard seen <= Self.entryLimit, depth <= 20 else {
      throw .damagedData("\(quoted(name)) has more than \(Self.entryLimit) files or 20 levels")
    }
    for name in names.sorted() {
      let path = folder.isEmpty ? name : folder + "/" + name
      let parent = folder.isEmpty ? "" : folder.components(separatedBy: "/").last!
      guard !name.hasPrefix("."), name != "__MACOSX" else {
        ignored.append(path)
        continue
      }
      let kind = kind(of: root + "/" + path)
      if kind == .folder {
        try search(root, path, depth: depth + 1, among: chapters, &found, &seen)
        continue
      }
      if let chapter = Self.chapter(of: name, in: parent, isLink: kind == .link, among: chapters) {
        found[chapter, default: []].append(root + "/" + path)
      } else {
        ignored.append(path)
      }
    }
  }

  /// The chapter whose exercises a file holds, to judge by its name and its folder's.
  private static func chapter(
    of name: String, in parent: String, isLink: Bool, among chapters: [String]
  ) -> String? {
    guard name == "Exercises.swift" else {
      return name.hasSuffix(".swift") || isLink ? chapter(named: name, among: chapters) : nil
    }
    let isElsewhere = parent.lowercased().wholeMatch(of: /ch\d\d([^a-z0-9].*)?/) == nil
    return chapter(named: parent, among: chapters)
      ?? (chapters.count == 1 && isElsewhere ? chapters[0] : nil)
  }

  /// More files than a package of the book has, with all that a build leaves behind.
  static let entryLimit = 100_000

  /// The chapter that a name begins with: `ch03`, `ch03-kl-divergence`, `ch03.swift`.
  private static func chapter(named name: String, among chapters: [String]) -> String? {
    chapters.first { chapter in
      let rest = name.lowercased().dropFirst(4)
      return name.lowercased().hasPrefix(chapter.prefix(4).lowercased())
        && rest.first.map { !$0.isLetter && !$0.isNumber } ?? true
    }
  }

  /// How much an ignored file looks like a check that somebody changed; 0 most.
  private static func concern(_ path: String) -> Int {
    if path.hasSuffix("Answers.swift") || path.hasSuffix("Package.swift") { return 0 }
    if ["Grading", "Answering", "homework"].contains(where: { path.contains("Sources/\($0)/") }) {
      return 0
    }
    return path.hasSuffix(".swift") ? 1 : 2
  }

  /// In a line, what was left aside; nil if nothing was.
  package var note: String? {
    guard !ignored.isEmpty else { return nil }
    let shown = ignored.prefix(6).map(quoted).joined(separator: ", ")
    let rest = ignored.count > 6 ? ", and \(ignored.count - 6) more" : ""
    return "ignored, because only files of exercises count: \(shown)\(rest)"
  }
}
