import Datasets
import Training

// What the command line said. A page may ask only for the options that it declares.
extension Page {
  /// Whether a flag was given; false too if the page does not have it.
  public func flag(_ name: String) -> Bool { settings.isGiven(name) }

  /// The value of an option that takes a whole number.
  public func integer(_ name: String) -> Int {
    guard case .integer(let value)? = settings.value(name) else { mismatch(name, "an integer") }
    return value
  }

  /// The value of an option that takes a number.
  public func number(_ name: String) -> Double {
    guard case .number(let value)? = settings.value(name) else { mismatch(name, "a number") }
    return value
  }

  /// The value of an option that takes whole numbers with commas between.
  public func integers(_ name: String) -> [Int] {
    guard case .integers(let value)? = settings.value(name) else { mismatch(name, "integers") }
    return value
  }

  /// The word that an option chose.
  public func choice(_ name: String) -> String {
    guard case .text(let value)? = settings.value(name) else { mismatch(name, "a choice") }
    return value
  }

  /// The case of an enumeration that an option chose: `page.choice("f", as: Activation.self)`.
  public func choice<Choice>(_ name: String, as type: Choice.Type) -> Choice
  where Choice: RawRepresentable, Choice.RawValue == String {
    guard let value = Choice(rawValue: choice(name)) else { mismatch(name, "a \(Choice.self)") }
    return value
  }

  /// The file or folder that an option named, if it did.
  public func path(_ name: String) -> String? {
    guard let value = settings.value(name) else { return nil }
    guard case .text(let path) = value else { mismatch(name, "a path") }
    return path
  }

  /// Whether the run should be short.
  public var isQuick: Bool { flag("quick") }

  /// The seed of every random number.
  public var seed: UInt64 { UInt64(integer("seed")) }

  /// How many passes over the training data to make.
  public var epochs: Int { integer("epochs") }

  /// The images to learn from, as `--data` and `--data-dir` say; with `--quick` only the first `quick`
  /// of those to train on.
  ///
  /// Files that are missing or damaged end the program.
  public func loadImages(quick: Int = 1_000) -> (training: ImageSet, test: ImageSet) {
    let source = choice("data", as: ImageSource.self)
    let declared = settings.options.contains { $0.name == "data-dir" }
    let (training, test) = attempt { try source.load(from: declared ? path("data-dir") : nil) }
    return (isQuick ? training.subset(0..<min(quick, training.count)) : training, test)
  }

  /// The training run that `--checkpoint` and `--resume` name; without them one that is not saved.
  ///
  /// The file must have been made by this program, with the same value of every option that changes
  /// results, but for `--epochs`. A file that is missing, damaged or another's ends the program.
  public func checkpoint() -> Checkpoint {
    var made = ["swift run": name]
    for option in settings.options where option.changesResults && option.name != "epochs" {
      guard let value = settings.value(option.name) else { continue }
      made["--" + option.name] = option.placeholder == nil ? "" : "\(value)"
    }
    return attempt { () throws(InputError) in
      let checkpoint = try Checkpoint(
        saving: path("checkpoint"), resuming: path("resume"), settings: made)
      if path("checkpoint") == nil, let file = path("resume") { try expectWritable(file) }
      return checkpoint
    }
  }

  private func mismatch(_ name: String, _ kind: String) -> Never {
    fatalError("the page asks for --\(name) as \(kind), but declares it as something else")
  }
}
