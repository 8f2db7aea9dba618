import Datasets
import Foundation
import Notebook

/// `swift run bench`: what the command line asks for.
struct Command {
  static let options: [PageOption] = [
    .flag("json", help: "one line of JSON a figure instead of a table"),
    .flag("quick", help: "fewer repetitions, rougher figures"),
    .path(
      "peers", changesResults: false,
      help: "a Python program that makes the same steps in other frameworks, to run in alternation"),
    .path("python", default: "python3", changesResults: false, help: "what runs it"),
  ]

  /// Takes a line of results.
  var print: (String) -> Void = { Swift.print($0) }

  /// Does it, and gives the exit status.
  func run(_ arguments: [String]) throws(InputError) -> Int32 {
    let settings = try Settings(arguments, options: Self.options, takesWords: true)
    if settings.wantsHelp {
      print(
        Settings.help(
          name: "bench", title: "measures how fast the package is here",
          words: "[figure …] ", options: Self.options))
      return 0
    }
    let isQuick = settings.isGiven("quick")
    let benchmarks = try Self.chosen(settings.words)
    guard case .text(let script)? = settings.value("peers"),
      case .text(let python)? = settings.value("python")
    else {
      report(benchmarks.lazy.map { $0.measure(isQuick) }, asJSON: settings.isGiven("json"))
      return 0
    }
    let peers = Peers(script: script, python: python, rounds: isQuick ? 1 : 3)
    let figures = try peers.compare(benchmarks.filter { $0.name.hasPrefix("step/") })
    report(figures, asJSON: settings.isGiven("json"))
    return 0
  }

  /// The benchmarks whose names begin with one of the words; all, if there are none.
  static func chosen(_ words: [String]) throws(InputError) -> [Benchmark] {
    for word in words where !Benchmark.all.contains(where: { $0.name.hasPrefix(word) }) {
      let names = Benchmark.all.map(\.name)
      let near = nearest(to: word, among: names).map { "did you mean \($0)?" }
      throw .usage(
        "no figure \(quoted(word)): \(near ?? "there are " + names.joined(separator: ", "))")
    }
    return Benchmark.all.filter { benchmark in
      words.isEmpty || words.contains { benchmark.name.hasPrefix($0) }
    }
  }

  /// Prints each figure as soon as it is known.
  private func report(_ figures: some Sequence<Figure>, asJSON: Bool) {
    for figure in figures {
      print(asJSON ? figure.json : figure.line)
    }
  }
}
