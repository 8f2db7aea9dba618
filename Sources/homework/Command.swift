import Datasets
import Foundation
import Grading
import Notebook

/// `swift run homework`: what the command line asks for.
struct Command {
  static let options: [PageOption] = [
    .flag("hint", help: "the first hint to an exercise; with a number behind it, so many"),
    .flag("watch", help: "again whenever Exercises.swift is saved; Ctrl-C ends it"),
    .flag("json", help: "print JSON"),
    .integer(
      "seed", default: 1, in: 0...Int.max, help: "other seeds examine with other inputs"),
    .integer(
      "seconds", default: 2, in: 1...600, help: "time that an exercise may take"),
    .integer(
      "jobs", default: 2, in: 1...64, help: "how many exercises to examine at the same time"),
  ]

  static let explanation = """

    Nothing: the board of all exercises. A chapter, such as 3: its board. An exercise, such as 3.2: what
    it asks for, and what is right or wrong.

    The exit status is 0 if nothing that was asked for is wrong, 1 if something is, and 64 if the
    command line cannot be understood. An exercise that is not attempted is not wrong.

    Each exercise runs in a process of its own, without your environment, for so many seconds and with
    one gigabyte of memory (on macOS the memory is watched, not limited). That holds mistakes back, not
    malice: your code runs as you, and can read and delete your files, use the network, and signal your other
    processes. Examine code of people whom you do not trust in a container.

    For instructors: 'homework release DIR' writes the package that students get, and 'homework grade'
    grades what they hand in; both take --help.
    """

  let builder: Builder
  var sheets = ExerciseSheet.all
  var console = Console()

  /// Does it, and gives the exit status.
  func run(_ arguments: [String]) throws -> Int32 {
    switch arguments.first {
    case "release":
      return try ReleaseCommand(root: builder.root, print: console.print).run(
        Array(arguments.dropFirst()))
    case "grade":
      return try GradeCommand(root: builder.root, note: console.note, print: console.print).run(
        Array(arguments.dropFirst()))
    default: break
    }
    let arguments = arguments.flatMap { argument in
      argument.hasPrefix("--hint=")
        ? ["--hint", String(argument.dropFirst("--hint=".count))] : [argument]
    }
    let settings = try Settings(arguments, options: Self.options, takesWords: true)
    if settings.wantsHelp {
      console.print(
        Settings.help(
          name: "homework", title: "examines the exercises of the book",
          words: "[chapter | exercise] ", options: Self.options) + "\n" + Self.explanation)
      return 0
    }
    var request = try Request(settings.words, wantsHint: settings.isGiven("hint"), of: sheets)
    request.seed = UInt64(settings.integer("seed"))
    request.limits.seconds = Double(settings.integer("seconds"))
    request.jobs = settings.integer("jobs")
    let (json, watch) = (settings.isGiven("json"), settings.isGiven("watch"))
    guard [json, watch, request.hints != nil].count(where: { $0 }) <= 1 else {
      throw InputError.usage("--hint, --watch and --json are three different things: give one")
    }
    if let count = request.hints {
      console.print(try hints(count, of: request))
      return 0
    }
    if watch { self.watch(request) }
    let reports = self.reports(request)
    console.print(
      json
        ? JSONReport(reports, of: request.sheets, seed: request.seed).text
        : view(of: request).text(of: reports))
    return reports.contains { $0.outcome.isFailure } ? 1 : 0
  }

  /// Builds and examines what is asked for.
  func reports(_ request: Request) -> [Report] {
    let console = console
    let reports = builder.reports(
      on: request.sheets, exercises: request.exercise.map { [$0.number] }, seeds: [request.seed],
      limits: request.limits, jobs: request.jobs,
      progress: { step in
        if console.errorIsTerminal {
          console.draw(bar: step + " …")
        } else if step.hasPrefix("building") {
          console.note(step)
        }
      })
    if console.errorIsTerminal { console.draw(bar: "") }
    return reports
  }

  private func view(of request: Request) -> View {
    View(
      root: builder.root, request: request,
      columns: console.outputIsTerminal ? console.outputColumns : nil,
      paint: Paint(isOn: console.outputIsTerminal && Paint.isWanted))
  }

  /// The first hints to an exercise.
  private func hints(_ count: Int, of request: Request) throws -> String {
    guard let exercise = request.exercise else {
      throw InputError.usage("--hint is for one exercise: name it, as in 'homework 3.1 --hint'")
    }
    let all = exercise.hints
    guard count <= all.count else {
      throw InputError.usage("\(exercise.number) has no more than \(all.count) hints")
    }
    let shown = all.prefix(count).enumerated().map { "\($0 + 1). \($1)" }
    let rest =
      count < all.count
      ? "\(all.count - count) more: swift run homework \(exercise.number) --hint \(count + 1)"
      : "there are no more"
    return
      (["\(exercise.number) · \(exercise.title)", ""] + shown + ["", rest]).joined(separator: "\n")
  }

  /// Examines again after every save, until the process ends.
  private func watch(_ request: Request) -> Never {
    var view = view(of: request)
    let files = request.sheets.map { builder.root + "/" + $0.path }
    while true {
      let times = files.map { modification(of: $0) }
      let reports = self.reports(request)
      // Clears a terminal, but not what can be scrolled back to.
      let clear = console.outputIsTerminal ? "\u{1B}[H\u{1B}[2J" : ""
      console.print(clear + view.text(of: reports))
      console.note(
        "\nwatching \(request.sheets.count == 1 ? request.sheets[0].path : "all files")"
          + "; Ctrl-C ends it")
      view.showsStatement = false
      while files.map({ modification(of: $0) }) == times { usleep(200_000) }
      usleep(50_000)  // an editor may write more than once
    }
  }
}

extension Settings {
  /// The value of an option that takes a whole number.
  fileprivate func integer(_ name: String) -> Int {
    guard case .integer(let value)? = value(name) else { fatalError("--\(name) is no number") }
    return value
  }
}
