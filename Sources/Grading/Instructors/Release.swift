import Datasets
import Foundation

/// A package for students: all of the book, and nothing that holds a solution.
package struct Release {
  /// The folder of the instructors' package.
  package let root: String
  /// What is graded: every exercise has to be there as it is shipped.
  package var sheets = ExerciseSheet.all

  /// Of the instructors' package.
  package init(root: String) { self.root = root }

  /// What a release is made of, beside `Package.swift`.
  static let parts = [
    ".devcontainer", ".editorconfig", ".github", ".gitignore", ".swift-format", "CITATION.cff",
    "Chapters", "Figures", "LICENSE", "README.md", "Sources", "Tests",
  ]
  /// Folders of tests with solutions in them, or with answers that are nearly right. `Package.swift`
  /// leaves out the same.
  static let withheld = ["Tests/GradingTests", "Tests/HostileAnswers", "Tests/homeworkTests"]
  /// Where the solutions are.
  static let solutions = "Tests/GradingTests/Solutions"
  /// The line of `Package.swift` that a release has otherwise.
  static let marker = (here: "let isRelease = false\n", there: "let isRelease = true\n")

  /// Writes a release, whole or not at all, and gives the number of its files.
  ///
  /// - Parameter folder: A new folder, or an empty one, outside the package.
  package func write(to folder: String) throws(InputError) -> Int {
    let target = URL(fileURLWithPath: folder).standardizedFileURL.path
    try expectFree(target)
    let manifest = try releasedManifest()
    let paths = try releasedPaths()
    let parent = URL(fileURLWithPath: target).deletingLastPathComponent().path
    try makeFolder(parent)
    let aside = "\(parent)/.\(URL(fileURLWithPath: target).lastPathComponent).\(getpid()).tmp"
    try? FileManager.default.removeItem(atPath: aside)
    do {
      for path in paths { try copy(path, to: aside) }
      try writeWhole(Array(manifest.utf8), to: aside + "/Package.swift")
      try verify(aside)
    } catch {
      try? FileManager.default.removeItem(atPath: aside)
      throw error
    }
    guard rename(aside, target) == 0 else {
      let reason = String(cString: strerror(errno))
      try? FileManager.default.removeItem(atPath: aside)
      throw .cannotCreate("cannot make \(quoted(target)): \(reason); choose another folder")
    }
    return paths.count + 1
  }

  /// Sees that a release could be in a folder.
  private func expectFree(_ target: String) throws(InputError) {
    let home = URL(fileURLWithPath: root).resolvingSymlinksInPath().path
    let real = URL(fileURLWithPath: target).resolvingSymlinksInPath().path
    guard real != home, !real.hasPrefix(home + "/") else {
      throw .usage("\(quoted(target)) is inside the package: choose a folder outside")
    }
    switch kind(of: target) {
    case .nothing: return
    case .folder:
      let names = try? FileManager.default.contentsOfDirectory(atPath: target)
      guard names == [] else {
        throw .cannotCreate("\(quoted(target)) is not empty: choose a new folder")
      }
    default: throw .cannotCreate("\(quoted(target)) is there already: choose a new folder")
    }
  }

  /// `Package.swift` without the tests that hold solutions.
  private func releasedManifest() throws(InputError) -> String {
    guard let data = FileManager.default.contents(atPath: root + "/Package.swift") else {
      throw .missingInput("cannot read \(quoted(root + "/Package.swift")): restore it")
    }
    let text = String(decoding: data, as: UTF8.self)
    guard !text.contains("\n" + Self.marker.there) else {
      throw .damagedData("this package is a release already: release from the instructors' package")
    }
    guard text.components(separatedBy: "\n" + Self.marker.here).count == 2 else {
      throw .damagedData("Package.swift has no line 'let isRelease = false': restore it")
    }
    return text.replacing("\n" + Self.marker.here, with: "\n" + Self.marker.there)
  }

  /// The paths, from the package's folder, of the files that a release has.
  private func releasedPaths() throws(InputError) -> [String] {
    var paths: [String] = []
    for part in Self.parts where kind(of: root + "/" + part) != .nothing {
      paths += try files(at: part, of: root)
    }
    return paths.filter { path in
      let name = path.components(separatedBy: "/").last!
      let isLeftover = [".orig", ".rej", ".bak", ".swp", "~"].contains { name.hasSuffix($0) }
      return !isLeftover && !Self.withheld.contains { path.hasPrefix($0 + "/") }
    }
  }

  private func copy(_ path: String, to folder: String) throws(InputError) {
    let target = folder + "/" + path
    try makeFolder(URL(fileURLWithPath: target).deletingLastPathComponent().path)
    do {
      try FileManager.default.copyItem(atPath: root + "/" + path, toPath: target)
    } catch {
      throw .cannotCreate("cannot write \(quoted(target)): is the disk full?")
    }
  }
}

/// All regular files at a path and below, hidden ones inside folders left out; a symbolic link is an
/// error.
func files(at path: String, of root: String) throws(InputError) -> [String] {
  switch kind(of: root + "/" + path) {
  case .file: return [path]
  case .folder:
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: root + "/" + path) else {
      throw .missingInput(
        "cannot read the folder \(quoted(root + "/" + path)): see its permissions")
    }
    var paths: [String] = []
    for name in names.sorted() where !name.hasPrefix(".") {
      paths += try files(at: path + "/" + name, of: root)
    }
    return paths
  default:
    throw .damagedData(
      "\(quoted(root + "/" + path)) is no regular file: take it out of the package")
  }
}

// What a release must not hold.
extension Release {
  /// Reads all of a release again: no solution may be in it, no history, and every exercise as it is
  /// shipped.
  func verify(_ folder: String) throws(InputError) {
    for name in ["Sources", "Chapters", "Tests", "Package.swift"]
    where kind(of: folder + "/" + name) == .nothing {
      throw .missingInput("the package has no \(name): restore it")
    }
    let solutions = try solutionTexts()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var paths: [String] = []
    for name in names.sorted() { paths += try files(at: name, of: folder) }
    for path in paths {
      let steps = path.components(separatedBy: "/")
      guard !steps.contains(where: { [".git", ".build", ".ci", "Solutions"].contains($0) }) else {
        throw .damagedData("\(quoted(path)) must not be in a release: take it out of the package")
      }
      guard let data = FileManager.default.contents(atPath: folder + "/" + path) else {
        throw .missingInput("cannot read \(quoted(path)): see its permissions")
      }
      for (name, text) in solutions {
        guard let line = text.firstLeak(in: Array(data)) else { continue }
        throw .damagedData("\(path):\(line) holds a part of \(name): take it out of the package")
      }
    }
    for sheet in sheets {
      let path = "Chapters/\(sheet.chapter)/Exercises.swift"
      guard let data = FileManager.default.contents(atPath: folder + "/" + path) else {
        throw .missingInput("there is no \(path): restore it")
      }
      let functions = sheet.exercises.map(\.function)
      if let name = firstAttempt(in: String(decoding: data, as: UTF8.self), functions: functions) {
        throw .damagedData(
          "\(path): \(name) is not as it is shipped, with 'throw NotAttempted()' alone: restore it")
      }
    }
  }

  /// The solutions, by the names of their files; there has to be one for each sheet.
  private func solutionTexts() throws(InputError) -> [(name: String, text: SolutionText)] {
    var texts: [(name: String, text: SolutionText)] = []
    for sheet in sheets {
      let path = "\(Self.solutions)/\(sheet.chapter).swift"
      guard let solution = FileManager.default.contents(atPath: root + "/" + path) else {
        throw .missingInput("there is no \(path), so nobody can tell that it does not get out")
      }
      let shipped = FileManager.default.contents(
        atPath: "\(root)/Chapters/\(sheet.chapter)/Exercises.swift")
      texts.append((path, SolutionText(Array(solution), shipped: Array(shipped ?? Data()))))
    }
    return texts
  }
}
