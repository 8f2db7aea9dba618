import Foundation

/// Where a page's figures go.
struct FigureFolder: Equatable {
  /// The folder, which need not be there yet.
  let path: String
  /// Whether it is not the committed one because the run is not the default one.
  let isAside: Bool

  /// `--figures DIR` means DIR/chapter.
  ///
  /// Without it, a run whose results may differ from the page's leaves the committed figures in
  /// Figures/chapter alone.
  init(chapter: String, root: String, chosen: String?, resultsChange: Bool) {
    isAside = chosen == nil && resultsChange
    let parent = chosen ?? (isAside ? root + "/.build/figures" : root + "/Figures")
    path = (parent == "/" ? "" : parent) + "/" + chapter
  }
}

/// The folder of the package that a source file belongs to: the nearest one above the file that
/// holds a Package.swift.
///
/// Without one, the current folder.
package func packageRoot(of source: String) -> String {
  let files = FileManager.default
  var folder = URL(fileURLWithPath: source).deletingLastPathComponent()
  while folder.path != "/" {
    if files.fileExists(atPath: folder.path + "/Package.swift") { return folder.path }
    folder.deleteLastPathComponent()
  }
  return files.currentDirectoryPath
}

/// A path as seen from a folder, if it is inside; as it is otherwise.
func relative(_ path: String, to folder: String) -> String {
  path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
}
