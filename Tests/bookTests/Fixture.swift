import Foundation

@testable import book

/// A package of two tiny chapters in a temporary folder, whose programs are shell scripts.
final class Fixture {
  let root: String
  var runner: Runner
  var symbols: [Symbol] = []

  init() throws {
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("fixture-\(UUID().uuidString)").path
    root = folder
    runner = Runner(root: folder, build: folder + "/.build", swift: [folder + "/.build/swift"])
    for (path, text) in Self.sources { try write(text, to: path) }
    for program in ["debug/ch01-toy", "debug/ch02-next", "swift"] {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: "\(root)/.build/\(program)")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  /// Runs the command, and gives its status and the lines that it printed.
  func book(_ arguments: String...) throws -> (status: Int32, lines: [String]) {
    var lines: [String] = []
    let status = try Command(
      root: root, runner: runner, symbols: symbols, print: { lines.append($0) }
    )
    .run(arguments)
    return (status, lines)
  }

  func write(_ text: String, to path: String) throws {
    let url = URL(fileURLWithPath: root + "/" + path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func text(_ path: String) throws -> String { try read(root + "/" + path) }

  /// Replaces a text in a file, which has to be there.
  func edit(_ path: String, _ old: String, _ new: String) throws {
    let text = try text(path)
    guard text.contains(old) else { throw CocoaError(.fileReadUnknown) }
    let url = URL(fileURLWithPath: root + "/" + path)
    try Data(text.replacingOccurrences(of: old, with: new).utf8).write(to: url)  // keeps its mode
  }

  func remove(_ path: String) throws {
    try FileManager.default.removeItem(atPath: root + "/" + path)
  }

  /// The text of every file that a run could have changed.
  func everything() throws -> [String: String] {
    let paths = ["Chapters", "Figures", "Tests"].flatMap { files(in: $0, of: root) }
    return Dictionary(uniqueKeysWithValues: try paths.map { ($0, try text($0)) })
  }
}

extension Fixture {
  static let page = "Chapters/ch01-toy/main.swift"
  static let function = "Chapters/ch01-toy/Toy/Half.swift"
  static let test = "Tests/ToyTests/HalfTests.swift"
  static let figure = "Figures/ch01-toy/curve.svg"

  static let sources = [
    page: #"""
    /*:
     # 1 · Halves

     A half of $x$ is

     $$
     y = \frac12 x \tag{half}
     $$

     as in *half*, and as [chapter 2](../ch02-next/README.md) says.
     */
    page.section("1.1 Halves")
    let y = half(1)
    page.say("y = \(y)")
    page.say("done")
    page.figure(curve, "curve")
    //: A table follows.
    page.table(["x", "half"], rows)
    """#,
    function: #"""
    /// Twice x { .
    public func double(_ x: Double) -> Double { 2 * x }

    extension Double {
      /// Half of x: } is no brace here.
      ///
      /// Equation: half
      func half() -> Double {
        precondition(self > 0, "}")
        return 0.5 * self
      }
    }
    """#,
    test: #"""
    import Testing

    @Test("half: half of x")
    func halves() {
      let check = Check.identity(
        "half", [1.0], equals: [2.0.half()], planted: ["no ½": [2]])
      #expect(check.passes, "\(check)")
    }
    """#,
    "Chapters/ch02-next/main.swift": #"""
    //: # 2 · Next
    //: Nothing, after (half).
    page.finish()
    """#,
    ".build/transcript.json": #"""
    {"file":"ch01_toy/main.swift","kind":"section","line":12,"text":"1.1 Halves"}
    {"file":"ch01_toy/main.swift","kind":"say","line":14,"text":"y = 0.5000"}
    {"file":"ch01_toy/main.swift","kind":"say","line":15,"text":"done"}
    {"caption":"A *c*","file":"ch01_toy/main.swift","kind":"figure","line":16,"name":"curve.svg","text":"A curve."}
    {"file":"ch01_toy/main.swift","header":["x","half|"],"kind":"table","line":18,"rows":[["one","0.5"]],"text":""}
    """#,
    ".build/records.json": #"""
    {"equation":"half","measured":"1 case, worst difference 0; caught 1 planted error"}
    {"equation":"test","measured":"","passes":"no"}
    """#,
    ".build/debug/ch01-toy": #"""
    #!/bin/sh
    sleep 0.02
    cp "$(dirname "$0")/../transcript.json" "$NOTEBOOK_TRANSCRIPT"
    mkdir -p "$2/ch01-toy"
    printf '<svg>\n</svg>\n' > "$2/ch01-toy/curve.svg"
    """#,
    ".build/debug/ch02-next": "#!/bin/sh\n",
    ".build/swift": #"""
    #!/bin/sh
    if [ "$1" = test ]; then cp "$(dirname "$0")/records.json" "$CHECK_RECORDS"; fi
    """#,
  ]
}
