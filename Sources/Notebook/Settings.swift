import Datasets

/// What a command line says: the values given, and for the rest the defaults.
package struct Settings: Sendable {
  let options: [PageOption]
  private(set) var given: [String: PageOption.Value] = [:]
  /// What is not an option, if the program takes such words.
  package private(set) var words: [String] = []
  package private(set) var wantsHelp = false

  /// Whether some option given can make the run print other numbers than the page shows.
  var changesResults: Bool { options.contains { $0.changesResults && isGiven($0.name) } }

  /// Whether the command line has the option.
  package func isGiven(_ name: String) -> Bool { given[name] != nil }

  /// The value of an option: the one given, or else the default, `--quick`'s first.
  package func value(_ name: String) -> PageOption.Value? {
    guard let option = options.first(where: { $0.name == name }) else {
      fatalError("the page asks for --\(name), which its list of options does not declare")
    }
    return given[name] ?? (isGiven("quick") ? option.quick : nil) ?? option.standard
  }

  /// Reads a command line without its first word.
  ///
  /// The error says what is wrong and what to do.
  package init(
    _ arguments: [String], options: [PageOption], takesWords: Bool = false
  ) throws(InputError) {
    self.options = options
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--help" || argument == "-h" {
        wantsHelp = true
        return
      }
      if takesWords, !argument.hasPrefix("-") {
        words.append(argument)
        continue
      }
      guard argument.hasPrefix("-"), argument != "-", argument != "--" else {
        throw .usage("unexpected argument \(quoted(argument)): options are \(Self.list(options))")
      }
      let (name, attached) = Self.split(argument)
      guard let option = options.first(where: { $0.name == name }), argument.hasPrefix("--") else {
        throw .usage(Self.unknown(argument, options))
      }
      guard !isGiven(name) else { throw .usage("--\(name) is given twice: give it once") }
      given[name] = try Self.value(of: option, attached, &rest)
    }
  }

  /// `--seed=3` in its two parts; `--seed` has no second.
  private static func split(_ argument: String) -> (name: String, value: String?) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    return (String(parts[0].drop { $0 == "-" }), parts.count == 2 ? String(parts[1]) : nil)
  }

  /// The value of one option: what follows the equals sign, or the next word.
  private static func value(
    of option: PageOption, _ attached: String?, _ rest: inout ArraySlice<String>
  ) throws(InputError) -> PageOption.Value {
    guard option.placeholder != nil else {
      guard attached == nil else {
        throw .usage("--\(option.name) takes no value: write it without '='")
      }
      return .integer(1)
    }
    guard let text = attached ?? (rest.first?.hasPrefix("--") == true ? nil : rest.popFirst())
    else { throw .usage("--\(option.name) needs a value: \(option.accepts)") }
    guard let value = option.read(text) else {
      throw .usage("--\(option.name) takes \(option.accepts), not \(quoted(text))")
    }
    return value
  }

  private static func unknown(_ argument: String, _ options: [PageOption]) -> String {
    let name = split(argument).name
    let shown = quoted(String(argument.prefix { $0 != "=" }))
    let names = options.map(\.name) + ["help"]
    if let near = nearest(to: name, among: names) {
      return "unknown option \(shown): did you mean --\(near)?"
    }
    return "unknown option \(shown): options are \(list(options))"
  }

  private static func list(_ options: [PageOption]) -> String {
    (options.map(\.name) + ["help"]).map { "--" + $0 }.joined(separator: ", ")
  }
}

/// The word that a mistyped one was probably meant to be: it begins so, or few letters differ.
package func nearest(to typed: String, among words: [String]) -> String? {
  let typed = String(typed.lowercased().prefix(40))
  if typed.count > 1, let whole = words.first(where: { $0.hasPrefix(typed) }) { return whole }
  let best = words.map { (word: $0, distance: editDistance(typed, $0)) }
    .min { $0.distance < $1.distance }
  guard let best, best.distance <= max(1, best.word.count / 3) else { return nil }
  return best.word
}

/// How many letters have to be put in, taken out, changed or swapped with the next to make one
/// word of the other.
func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a), Array(b))
  var d = (0...a.count).map { i in (0...b.count).map { j in i == 0 ? j : j == 0 ? i : 0 } }
  for i in a.indices {
    for j in b.indices {
      let changed = d[i][j] + (a[i] == b[j] ? 0 : 1)
      d[i + 1][j + 1] = min(changed, d[i][j + 1] + 1, d[i + 1][j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        d[i + 1][j + 1] = min(d[i + 1][j + 1], d[i - 1][j - 1] + 1)
      }
    }
  }
  return d[a.count][b.count]
}

extension Settings {
  /// What `--help` prints.
  package static func help(
    name: String, title: String, words: String = "", options: [PageOption]
  ) -> String {
    let usages = options.map { option in
      (option, "  --\(option.name)" + (option.placeholder.map { " " + $0 } ?? ""))
    }
    let short = usages.map { displayWidth($0.1) }.filter { $0 <= 28 }
    let width = max(short.max() ?? 0, 8) + 2
    func entry(_ usage: String, _ help: String) -> String {
      let space = width - displayWidth(usage)
      let gap = space < 2 ? "\n" + String(repeating: " ", count: width) : nil
      return usage + (gap ?? String(repeating: " ", count: space)) + help
    }
    return
      (["\(name): \(title)", "", "usage: swift run \(name) \(words)[options]", ""]
      + usages.map { entry($1, $0.help + $0.defaultNote) } + [entry("  --help", "print this")])
      .joined(separator: "\n")
  }
}

extension PageOption {
  /// The default as the help says it.
  var defaultNote: String {
    guard let standard else { return "" }
    return " (default \(standard)" + (quick.map { "; quick: \($0)" } ?? "") + ")"
  }
}

extension PageOption.Value: CustomStringConvertible {
  /// The value as one writes it on a command line.
  package var description: String {
    switch self {
    case .integer(let n): "\(n)"
    case .number(let x): "\(x)"
    case .integers(let list): list.map(String.init).joined(separator: ",")
    case .text(let text): text
    }
  }
}
