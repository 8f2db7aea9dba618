import Datasets
import Grading
import Notebook

/// `swift run homework release`: writes the package that students get.
struct ReleaseCommand {
  /// The package's folder.
  let root: String
  /// Takes a line of results.
  var print: (String) -> Void

  /// Does it, and gives the exit status.
  func run(_ arguments: [String]) throws -> Int32 {
    let settings = try Settings(arguments, options: [], takesWords: true)
    if settings.wantsHelp {
      print(
        Settings.help(
          name: "homework release", title: "writes a package for students, without solutions",
          words: "DIR ", options: []))
      return 0
    }
    guard settings.words.count == 1 else {
      throw InputError.usage("release to where? give one new folder")
    }
    let count = try Release(root: root).write(to: settings.words[0])
    print("wrote \(count) files to \(settings.words[0]); no solution is among them")
    return 0
  }
}
