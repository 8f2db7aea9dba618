import Foundation

/// A browser without a window, if this machine has one: Chromium, or Chrome.
struct Browser {
  /// The program; nil if none is found.
  static let program: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let names = ["chromium", "chromium-browser", "google-chrome"]
    let candidates =
      folders.flatMap { folder in names.map { "\(folder)/\($0)" } }
      + ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"]
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// What goes wrong between a page and its probe.
  enum Failure: Error {
    case noAnswer(String)
  }

  /// Opens a page, runs a script in it, and returns what the script answers.
  ///
  /// - Parameters:
  ///   - html: The page. Only the script of the probe is added, at its end.
  ///   - probe: The body of an asynchronous JavaScript function; what it returns comes back as JSON.
  ///     It sees the variables of the page's own script. Errors of either are thrown here.
  ///   - width: The width of the page in pixels.
  static func run<Answer: Decodable>(
    _ html: String, probe: String, width: Int = 1_200, as type: Answer.Type
  ) throws -> Answer {
    let files = FileManager.default
    let folder = files.temporaryDirectory.appendingPathComponent("explorer-\(UUID().uuidString)")
    try files.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? files.removeItem(at: folder) }
    let page = folder.appendingPathComponent("page.html")
    let frame = folder.appendingPathComponent("frame.html")
    let output = folder.appendingPathComponent("dom.html")
    let script = """
      <script>
      (async () => { \(probe) })().then(
        (answer) => parent.postMessage(JSON.stringify(answer), "*"),
        (error) => parent.postMessage("error " + error, "*"));
      </script>
      """
    // A window cannot be as narrow as a phone, but a frame in it can.
    let outside = """
      <!DOCTYPE html><meta charset="utf-8"><pre></pre>
      <iframe src="page.html" style="width: \(width)px; height: 844px; border: 0"></iframe>
      <script>
      onmessage = ({ data }) => { document.querySelector("pre").textContent = data; };
      </script>
      """
    try (html + script).write(to: page, atomically: true, encoding: .utf8)
    try outside.write(to: frame, atomically: true, encoding: .utf8)
    try Data().write(to: output)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program!)
    process.arguments = [
      "--headless", "--disable-gpu", "--no-first-run",
      "--no-sandbox",  // Which a container may not have; the page is our own.
      "--user-data-dir=\(folder.path)/profile", "--window-size=1300,1000",
      "--virtual-time-budget=5000", "--dump-dom", frame.absoluteString,
    ]
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    let deadline = Date().addingTimeInterval(120)
    while process.isRunning, Date() < deadline { Thread.sleep(forTimeInterval: 0.02) }
    if process.isRunning { process.terminate() }
    process.waitUntilExit()
    let dom = try String(contentsOf: output, encoding: .utf8)
    guard let start = dom.range(of: "<pre>"), let end = dom.range(of: "</pre>"),
      start.upperBound <= end.lowerBound
    else { throw Failure.noAnswer(String(dom.suffix(300))) }
    let answer = dom[start.upperBound..<end.lowerBound]
    guard !answer.hasPrefix("error ") else { throw Failure.noAnswer(String(answer)) }
    return try JSONDecoder().decode(Answer.self, from: Data(answer.utf8))
  }
}
