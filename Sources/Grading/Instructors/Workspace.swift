import Datasets
import Foundation

/// A copy of the package in which submissions are built: pristine, but for the file of exercises of the
/// student whose turn it is.
package struct Workspace {
  /// The copy's folder.
  package let folder: String
  /// The digest of all files of the copy but those of exercises: of the checks, and of what they use.
  package let digest: String
  /// The files of exercises as the package has them, by their paths.
  private let shipped: [String: [UInt8]]

  /// What is added to the copy's manifest: neither tests nor pages are built there.
  static let addition = """

    // A copy for grading: exercises alone.
    package.targets.removeAll {
      $0.type == .test || ($0.type == .executable && !$0.name.hasPrefix("homework-"))
    }

    """

  /// Brings a copy up to date with the package in `root`: what differs is written, what is too much is
  /// removed, and what is right stays as it is, so that little has to be built again.
  package init(of root: String, in folder: String) throws(InputError) {
    self.folder = folder
    var wanted: [String: [UInt8]] = [:]
    let paths = try files(at: "Sources", of: root) + files(at: "Chapters", of: root)
    for path in paths + ["Package.swift"] {
      guard let data = FileManager.default.contents(atPath: root + "/" + path) else {
        throw .missingInput("cannot read \(quoted(root + "/" + path)): restore it")
      }
      wanted[path] = Array(data)
    }
    wanted["Package.swift"]! += Array(Self.addition.utf8)
    var digests: [UInt8] = []
    for (path, bytes) in wanted.sorted(by: { $0.key < $1.key }) {
      try Self.put(bytes, at: folder + "/" + path)
      if !path.hasSuffix("/Exercises.swift"), !path.hasSuffix(".md") {
        digests += Array(path.utf8) + [0] + sha256(bytes)
      }
    }
    digest = hexadecimal(sha256(digests))
    shipped = wanted.filter { $0.key.hasSuffix("/Exercises.swift") }
    for part in ["Sources", "Chapters"] {
      for path in try files(at: part, of: folder) where wanted[path] == nil {
        try? FileManager.default.removeItem(atPath: folder + "/" + path)
      }
    }
  }

  /// Puts a student's file in the place of a chapter's, or that of the package itself when nil.
  package func put(_ source: [UInt8]?, asExercisesOf chapter: String) throws(InputError) {
    let path = "Chapters/\(chapter)/Exercises.swift"
    try Self.put(source ?? shipped[path] ?? [], at: "\(folder)/\(path)")
  }

  private static func put(_ bytes: [UInt8], at path: String) throws(InputError) {
    guard FileManager.default.contents(atPath: path).map(Array.init) != bytes else { return }
    try writeWhole(bytes, to: path)
  }
}
