import Datasets
import Foundation

/// Writes a file whole or not at all, and makes its folder if need be.
///
/// The bytes go to a hidden file beside it, which then takes its place: whoever looks sees the old
/// file or the new one, never a part.
public func writeWhole(_ bytes: [UInt8], to path: String) throws(InputError) {
  let url = URL(fileURLWithPath: path)
  let folder = url.deletingLastPathComponent().path
  try makeFolder(folder)
  let aside = folder + "/.\(url.lastPathComponent).\(getpid()).tmp"
  let file = open(aside, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
  guard file >= 0 else { throw cannotWrite(path, errno) }
  var failure = writeAll(bytes, to: file)
  if close(file) != 0, failure == 0 { failure = errno }
  if failure == 0, rename(aside, path) != 0 { failure = errno }
  guard failure == 0 else {
    unlink(aside)
    throw cannotWrite(path, failure)
  }
}

/// Makes a folder and those it lies in, as far as they are not there, and sees that it can be
/// written to.
func makeFolder(_ folder: String) throws(InputError) {
  do {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
  } catch {
    throw .cannotCreate("cannot make the folder \(quoted(folder)): choose another")
  }
  guard access(folder, W_OK) == 0 else { throw cannotWrite(folder, errno) }
}

/// Sees that `writeWhole` could write a file: its folder takes one, and no folder has its name.
func expectWritable(_ path: String) throws(InputError) {
  let url = URL(fileURLWithPath: path)
  try makeFolder(url.deletingLastPathComponent().path)
  var isFolder: ObjCBool = false
  if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue {
    throw cannotWrite(path, EISDIR)
  }
}

private func cannotWrite(_ path: String, _ failure: Int32) -> InputError {
  let reason = String(cString: strerror(failure))
  return .cannotCreate("cannot write \(quoted(path)): \(reason); choose another folder")
}

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
