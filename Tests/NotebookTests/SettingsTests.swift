import Datasets
import Testing

@testable import Notebook

/// The options of a page that has one of each kind.
private let options: [PageOption] = [
  .seed, .epochs(20, quick: 2), .data, .dataDirectory, .figures, .quick,
  .integers("hidden", default: [256, 64], in: 1...4096, count: 1...3, help: "widths of layers"),
  .choice("likelihood", default: Likelihood.bernoulli, help: "of a pixel"),
  .number("beta", default: 1, quick: 4, in: 0...100, help: "weight of the KL term"),
  .integer("latent", default: 2, in: 1...64, help: "size of z"),
]

private enum Likelihood: String, CaseIterable { case bernoulli, gaussian }

@Suite struct SettingsTests {
  @Test func `Without arguments every option has its default`() throws {
    let settings = try Settings([], options: options)
    #expect(settings.value("seed") == .integer(1))
    #expect(settings.value("epochs") == .integer(20))
    #expect(settings.value("data") == .text("digits"))
    #expect(settings.value("data-dir") == nil)
    #expect(settings.value("hidden") == .integers([256, 64]))
    #expect(settings.value("beta") == .number(1))
    #expect(!settings.isGiven("quick"))
    #expect(!settings.changesResults)
  }

  @Test func `Values are read from the next word and from behind an equals sign`() throws {
    let settings = try Settings(
      [
        "--seed=7", "--hidden", "128", "--likelihood=gaussian", "--beta", "2.5e-1", "--quick",
        "--figures=--odd=name", "--latent", "64",
      ], options: options)
    #expect(settings.value("seed") == .integer(7))
    #expect(settings.value("hidden") == .integers([128]))
    #expect(settings.value("likelihood") == .text("gaussian"))
    #expect(settings.value("beta") == .number(0.25))
    #expect(settings.value("figures") == .text("--odd=name"))
    #expect(settings.value("latent") == .integer(64))
    #expect(settings.isGiven("quick"))
  }

  @Test func `A text is any word, and a dash, but not nothing`() throws {
    let word = [PageOption.text("secret", placeholder: "WORD", default: "none", help: "a word")]
    #expect(try Settings([], options: word).value("secret") == .text("none"))
    #expect(try Settings(["--secret", "-"], options: word).value("secret") == .text("-"))
    #expect(try Settings(["--secret=a b"], options: word).value("secret") == .text("a b"))
    let error = #expect(throws: InputError.self) { try Settings(["--secret="], options: word) }
    #expect(error?.message == "--secret takes some text, not ''")
  }

  @Test func `Quick changes the default and not what is given`() throws {
    let quick = try Settings(["--quick"], options: options)
    #expect(quick.value("epochs") == .integer(2))
    #expect(quick.value("beta") == .number(4))
    #expect(quick.value("latent") == .integer(2))
    let both = try Settings(["--epochs", "9", "--quick"], options: options)
    #expect(both.value("epochs") == .integer(9))
  }

  @Test(arguments: [
    ("--seed=1", true), ("--epochs=20", true), ("--quick", true), ("--data=mnist", true),
    ("--latent=2", true), ("--figures=out", false), ("--data-dir=files", false),
  ])
  func `Results change with any option but the folders`(argument: String, changes: Bool) throws {
    #expect(try Settings([argument], options: options).changesResults == changes)
  }

  @Test(arguments: [["--help"], ["-h"], ["--seed", "3", "--help"], ["--help", "--nonsense"]])
  func `Help is wanted wherever it stands, and ends the reading`(arguments: [String]) throws {
    #expect(try Settings(arguments, options: options).wantsHelp)
  }

  @Test(arguments: badCommandLines)
  func `A bad command line has one line that says why, and status 64`(
    arguments: [String], message: String
  ) {
    let error = #expect(throws: InputError.self) { try Settings(arguments, options: options) }
    #expect(error?.status == .usage)
    #expect(error?.message == message)
  }

  @Test func `An option of another chapter is unknown in one that does not have it`() {
    let error = #expect(throws: InputError.self) {
      try Settings(["--epochs", "3"], options: [.seed, .quick])
    }
    #expect(
      error?.message == "unknown option '--epochs': options are --seed, --quick, --help")
  }

  @Test func `Help lists every option with what it takes and its default`() {
    let help = Settings.help(
      name: "ch04-elbo", title: "The bound",
      options: [
        .seed, .epochs(20, quick: 2), .quick,
        .choice(
          "likelihood", default: Likelihood.gaussian,
          help: "of a pixel"),
      ])
    #expect(
      help == """
        ch04-elbo: The bound

        usage: swift run ch04-elbo [options]

          --seed N    seed of every random number (default 1)
          --epochs N  passes over the training data (default 20; quick: 2)
          --quick     less work, rougher numbers
          --likelihood bernoulli|gaussian
                      of a pixel (default gaussian)
          --help      print this
        """)
  }

  @Test(
    arguments: [
      ("sed", "seed"), ("SEED", "seed"), ("epoch", "epochs"), ("qick", "quick"), ("da", "data"),
      ("likelyhood", "likelihood"), ("zzz", nil), ("s", nil),
    ] as [(String, String?)])
  func `The nearest option is suggested if it is near`(typed: String, expected: String?) {
    #expect(nearest(to: typed, among: options.map(\.name)) == expected)
  }

  @Test func `Edit distances have their textbook values`() {
    #expect(editDistance("kitten", "sitting") == 3)
    #expect(editDistance("", "abc") == 3)
    #expect(editDistance("abc", "") == 3)
    #expect(editDistance("flaw", "lawn") == 2)
    #expect(editDistance("same", "same") == 0)
    #expect(editDistance("hepl", "help") == 1)
  }
}

private let all = """
  options are --seed, --epochs, --data, --data-dir, --figures, --quick, --hidden, --likelihood, \
  --beta, --latent, --help
  """
private let seeds = "--seed takes a whole number from 0 up, not "
private let epochs = "--epochs takes a whole number from 1 to 100000, not "
private let widths = "--hidden takes 1 to 3 whole numbers from 1 to 4096 with commas between, not "
private let betas = "--beta takes a number from 0.0 to 100.0, not "

private let badCommandLines: [([String], String)] = [
  (["--sed", "3"], "unknown option '--sed': did you mean --seed?"),
  (["--Seed=3"], "unknown option '--Seed': did you mean --seed?"),
  (["-seed", "3"], "unknown option '-seed': did you mean --seed?"),
  (["-q"], "unknown option '-q': \(all)"),
  (["--verbose"], "unknown option '--verbose': \(all)"),
  (["--like", "gaussian"], "unknown option '--like': did you mean --likelihood?"),
  (["--quick", "--hepl"], "unknown option '--hepl': did you mean --help?"),
  (["--=3"], "unknown option '--': \(all)"),
  (["--bad\noption"], "unknown option '--bad\\noption': \(all)"),
  (["seed"], "unexpected argument 'seed': \(all)"),
  (["--quick", "yes"], "unexpected argument 'yes': \(all)"),
  ([""], "unexpected argument '': \(all)"),
  (["-"], "unexpected argument '-': \(all)"),
  (["--", "--seed"], "unexpected argument '--': \(all)"),
  (["--quick=yes"], "--quick takes no value: write it without '='"),
  (["--quick="], "--quick takes no value: write it without '='"),
  (["--quick", "--quick"], "--quick is given twice: give it once"),
  (["--seed", "1", "--seed=2"], "--seed is given twice: give it once"),
  (["--seed"], "--seed needs a value: a whole number from 0 up"),
  (["--seed", "--quick"], "--seed needs a value: a whole number from 0 up"),
  (["--figures"], "--figures needs a value: a folder"),
  (["--figures", "--help"], "--figures needs a value: a folder"),
  (["--figures="], "--figures takes a folder, not ''"),
  (["--data-dir", ""], "--data-dir takes a folder, not ''"),
  (["--seed", "-1"], seeds + "'-1'"),
  (["--seed", "1.5"], seeds + "'1.5'"),
  (["--seed", "0x10"], seeds + "'0x10'"),
  (["--seed="], seeds + "''"),
  (["--seed", " 3"], seeds + "' 3'"),
  (["--seed", "٣"], seeds + "'٣'"),
  (["--seed", "9223372036854775808"], seeds + "'9223372036854775808'"),
  (["--epochs", "0"], epochs + "'0'"),
  (["--epochs", "100001"], epochs + "'100001'"),
  (["--epochs", "many\u{1B}[31m"], epochs + "'many\\u{1B}[31m'"),
  (
    ["--epochs", String(repeating: "9", count: 99)],
    epochs + "'\(String(repeating: "9", count: 60))…'"
  ),
  (["--data", "cifar"], "--data takes one of digits, mnist, fashion, binarized, not 'cifar'"),
  (["--data=MNIST"], "--data takes one of digits, mnist, fashion, binarized, not 'MNIST'"),
  (["--likelihood", "0"], "--likelihood takes one of bernoulli, gaussian, not '0'"),
  (["--hidden", "256,,64"], widths + "'256,,64'"),
  (["--hidden", "256, 64"], widths + "'256, 64'"),
  (["--hidden", "4,3,2,1"], widths + "'4,3,2,1'"),
  (["--hidden", "0"], widths + "'0'"),
  (["--hidden", "5000,4"], widths + "'5000,4'"),
  (["--beta", "nan"], betas + "'nan'"),
  (["--beta", "inf"], betas + "'inf'"),
  (["--beta", "0x1p3"], betas + "'0x1p3'"),
  (["--beta", "-0.1"], betas + "'-0.1'"),
  (["--beta", "1,5"], betas + "'1,5'"),
]
