import Datasets
import Foundation
import Grading
import Notebook

/// `swift run homework grade`: grades what students handed in.
struct GradeCommand {
  /// The package's folder.
  let root: String
  /// Is told what is going on.
  var note: (String) -> Void
  /// Takes a line of results.
  var print: (String) -> Void

  static let options: [PageOption] = [
    .path(
      "out", placeholder: "PATH",
      help: "results.json of one submission; of several, a folder with one file each"),
    .path("csv", help: "the points of all submissions, comma-separated"),
    .integers(
      "chapter", default: ExerciseSheet.all.map(\.chapterNumber), in: 1...99, count: 1...99,
      help: "the chapters that count"),
    .integer("seeds", default: 2, in: 0...20, help: "hidden cases of each exercise"),
    .text(
      "secret", placeholder: "WORD", default: Cases.standardSecret,
      help: "the word that hidden cases follow from; '-' reads it from standard input"),
    .choice(
      "visibility", default: GradescopeResults.Visibility.afterPublished,
      help: "when Gradescope shows the hidden cases to students"),
  ]

  /// Does it, and gives the exit status.
  func run(_ arguments: [String]) throws -> Int32 {
    let settings = try Settings(arguments, options: Self.options, takesWords: true)
    if settings.wantsHelp {
      print(
        Settings.help(
          name: "homework grade", title: "grades the exercises that students handed in",
          words: "SUBMISSION… ", options: Self.options))
      return 0
    }
    guard !settings.words.isEmpty else {
      throw InputError.usage("grade what? give the folder of a submission, or several")
    }
    guard case .text(let out)? = settings.value("out") else {
      throw InputError.usage("--out is needed: results.json, or a folder for several submissions")
    }
    guard case .text(let visibility)? = settings.value("visibility"),
      let visibility = GradescopeResults.Visibility(rawValue: visibility)
    else { fatalError("the option has a default, and takes nothing else") }
    var csv: String?
    if case .text(let path)? = settings.value("csv") { csv = path }
    let sheets = try chosenSheets(settings)
    let cases = try chosenCases(settings)

    let work = root + "/.build/grading"
    let lock = try FolderLock(work)
    let workspace = try Workspace(of: root, in: work + "/package")
    let bench = PackageBench(workspace, scratch: work + "/build")
    let grader = Grader(sheets: sheets, cases: cases, bench: bench, memory: work + "/results")
    var run = GradingRun(grader, visibility: visibility, note: note, print: print)
    try withExtendedLifetime(lock) { try run.run(settings.words, out: out, csv: csv) }
    return 0
  }

  private func chosenSheets(_ settings: Settings) throws(InputError) -> [ExerciseSheet] {
    guard case .integers(let numbers)? = settings.value("chapter") else { return [] }
    for number in numbers where !ExerciseSheet.all.contains(where: { $0.chapterNumber == number }) {
      let known = ExerciseSheet.all.map { "\($0.chapterNumber)" }.joined(separator: ", ")
      throw .usage("chapter \(number) has no exercises: chapters with exercises are \(known)")
    }
    return ExerciseSheet.all.filter { numbers.contains($0.chapterNumber) }
  }

  private func chosenCases(_ settings: Settings) throws(InputError) -> Cases {
    guard case .text(var secret)? = settings.value("secret"),
      case .integer(let count)? = settings.value("seeds")
    else { fatalError("the options have defaults") }
    if secret == "-" {
      guard let line = readLine(), !line.isEmpty else {
        throw .missingInput("no word on standard input: write it there, or after --secret")
      }
      secret = line
    } else if count > 0, !settings.isGiven("secret") {
      note("hidden cases follow from a word that everybody knows: choose one with --secret")
    }
    return Cases(secret: secret, count: count)
  }
}
