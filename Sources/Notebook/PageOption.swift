import Datasets

/// An option of a page: its name, what it takes, what it is when not given.
///
/// A page lists the ones it has; any other is unknown to it. `Page` gives the values.
public struct PageOption: Sendable {
  /// What an option can hold.
  package enum Value: Equatable, Sendable {
    case integer(Int)
    case number(Double)
    case integers([Int])
    case text(String)
  }

  /// The name without its dashes.
  let name: String
  /// What stands for the value in the help, "N"; nil for a flag, which takes none.
  var placeholder: String?
  /// What the option is for.
  let help: String
  /// What a value may be, as it completes "--seed takes …".
  var accepts = ""
  /// The value when the option is not given, and then also with `--quick`.
  var standard: Value?
  var quick: Value?
  /// Whether a run with this option can print other numbers than the page shows.
  var changesResults = true
  /// Whether the value is a file that the run writes.
  var isOutput = false
  /// The value that a text says, or nil.
  var read: @Sendable (String) -> Value? = { _ in nil }
}

extension PageOption {
  /// An option that is there or not: `--annealed`.
  public static func flag(_ name: String, help: String) -> PageOption {
    PageOption(name: name, help: help)
  }

  /// A whole number within a range.
  ///
  /// `quick` is the default under `--quick`.
  public static func integer(
    _ name: String, default standard: Int, quick: Int? = nil,
    in range: ClosedRange<Int> = 1...Int.max, help: String
  ) -> PageOption {
    PageOption(
      name: name, placeholder: "N", help: help, accepts: "a whole number \(said(range))",
      standard: .integer(standard), quick: quick.map(Value.integer),
      read: { Int($0).flatMap { range.contains($0) ? .integer($0) : nil } })
  }

  /// A number within a range.
  ///
  /// `quick` is the default under `--quick`.
  public static func number(
    _ name: String, default standard: Double, quick: Double? = nil,
    in range: ClosedRange<Double>, help: String
  ) -> PageOption {
    PageOption(
      name: name, placeholder: "X", help: help,
      accepts: "a number from \(range.lowerBound) to \(range.upperBound)",
      standard: .number(standard), quick: quick.map(Value.number),
      read: { text in
        guard text.allSatisfy({ "0123456789+-.eE".contains($0) }) else { return nil }
        return Double(text).flatMap { range.contains($0) ? .number($0) : nil }
      })
  }

  /// Whole numbers with commas between: `--hidden 256,64`.
  public static func integers(
    _ name: String, default standard: [Int], quick: [Int]? = nil,
    in range: ClosedRange<Int> = 1...Int.max, count: ClosedRange<Int> = 1...8, help: String
  ) -> PageOption {
    PageOption(
      name: name, placeholder: "N,N,…", help: help,
      accepts: "\(count.lowerBound) to \(count.upperBound) whole numbers \(said(range))"
        + " with commas between",
      standard: .integers(standard), quick: quick.map(Value.integers),
      read: { text in
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }.filter(range.contains)
        guard numbers.count == parts.count, count.contains(parts.count) else { return nil }
        return .integers(numbers)
      })
  }

  /// One word of several.
  public static func choice(
    _ name: String, among words: [String], default standard: String, help: String
  ) -> PageOption {
    PageOption(
      name: name, placeholder: words.joined(separator: "|"), help: help,
      accepts: "one of " + words.joined(separator: ", "), standard: .text(standard),
      read: { words.contains($0) ? .text($0) : nil })
  }

  /// One case of an enumeration: `.choice("activation", default: Activation.relu, help: …)`.
  public static func choice<Choice>(
    _ name: String, default standard: Choice, help: String
  ) -> PageOption where Choice: CaseIterable & RawRepresentable, Choice.RawValue == String {
    choice(
      name, among: Choice.allCases.map(\.rawValue), default: standard.rawValue, help: help)
  }

  /// A file or a folder, which the parser does not look for.
  ///
  /// Without a default it may be absent.
  public static func path(
    _ name: String, placeholder: String = "FILE", default standard: String? = nil,
    changesResults: Bool = true, help: String
  ) -> PageOption {
    PageOption(
      name: name, placeholder: placeholder, help: help,
      accepts: placeholder == "DIR" ? "a folder" : "a file",
      standard: standard.map(Value.text), changesResults: changesResults,
      read: { $0.isEmpty || $0.contains("\0") ? nil : .text($0) })
  }

  /// Any text but an empty one: a word, a name.
  ///
  /// Without a default it may be absent.
  public static func text(
    _ name: String, placeholder: String = "TEXT", default standard: String? = nil, help: String
  ) -> PageOption {
    PageOption(
      name: name, placeholder: placeholder, help: help, accepts: "some text",
      standard: standard.map(Value.text), read: { $0.isEmpty ? nil : .text($0) })
  }

  /// A file that the run writes when asked to.
  ///
  /// Whether it can be written is found out before any work is done.
  public static func output(_ name: String, help: String) -> PageOption {
    var option = path(name, changesResults: false, help: help)
    option.isOutput = true
    return option
  }

  private static func said(_ range: ClosedRange<Int>) -> String {
    range.upperBound == .max
      ? "from \(range.lowerBound) up" : "from \(range.lowerBound) to \(range.upperBound)"
  }
}

// The options that chapters have in common.
extension PageOption {
  /// `--seed N`: the seed of every random number; 1 when not given.
  public static var seed: PageOption { .seed(default: 1) }

  /// `--seed N` with another default.
  public static func seed(default standard: Int) -> PageOption {
    .integer("seed", default: standard, in: 0...Int.max, help: "seed of every random number")
  }

  /// `--epochs N`: passes over the training data.
  public static func epochs(_ standard: Int, quick: Int? = nil) -> PageOption {
    .integer(
      "epochs", default: standard, quick: quick, in: 1...100_000,
      help: "passes over the training data")
  }

  /// `--quick`: less work, rougher numbers.
  public static var quick: PageOption { .flag("quick", help: "less work, rougher numbers") }

  /// `--data digits|mnist|fashion|binarized`: the images to learn from.
  public static var data: PageOption {
    .choice("data", default: ImageSource.digits, help: "images to learn from")
  }

  /// `--data-dir DIR`: where the files of a data set lie.
  public static var dataDirectory: PageOption {
    .path("data-dir", placeholder: "DIR", changesResults: false, help: "where its files lie")
  }

  /// `--threads N`: the cores to compute on; results do not depend on it. Every page has it.
  static var threads: PageOption {
    PageOption(
      name: "threads", placeholder: "N", help: "cores to compute on (default all)",
      accepts: "a whole number from 1 to 256", changesResults: false,
      read: { Int($0).flatMap { (1...256).contains($0) ? .integer($0) : nil } })
  }

  /// `--checkpoint FILE`: where a training run is saved after each pass, and when it is interrupted.
  public static var checkpoint: PageOption {
    .output("checkpoint", help: "save the training to FILE after each pass and when interrupted")
  }

  /// `--resume FILE`: the saved training run to go on from.
  public static var resume: PageOption {
    .path(
      "resume", changesResults: false,
      help: "go on with the training saved in FILE; save to it, or to what --checkpoint names")
  }

  /// `--figures DIR`: where figures go, in a folder named after the chapter.
  public static var figures: PageOption {
    .path(
      "figures", placeholder: "DIR", changesResults: false,
      help: "write figures to a folder in DIR that is named after the chapter")
  }
}
