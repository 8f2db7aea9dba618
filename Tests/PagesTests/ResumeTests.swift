import Foundation
import Testing

/// Chapter 6 as a program that is stopped, killed, and gone on with.
@Suite("A training that is interrupted", .serialized)
final class ResumeTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent(UUID().uuidString)
  private var path: String { folder.appendingPathComponent("run").path }

  /// Makes the folder, and in it a small set of pictures in the files of MNIST.
  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (part, count) in [("train", 600), ("t10k", 1_200)] {
      func write(_ name: String, _ sizes: [UInt8], _ values: [UInt8]) throws {
        let header = [
          0, 0, 8, UInt8(sizes.count / 4 + 1), 0, 0, UInt8(count >> 8), UInt8(count & 255),
        ]
        try Data(header + sizes + values)
          .write(to: folder.appendingPathComponent("\(part)-\(name)-ubyte"))
      }
      let pixels = (0..<784 * count).map { index -> UInt8 in
        let (image, pixel) = (index / 784, index % 784)
        return UInt8(pixel * (image % 10 + 1) % 256)
      }
      try write("images-idx3", [0, 0, 0, 28, 0, 0, 0, 28], pixels)
      try write("labels-idx1", [], (0..<count).map { UInt8($0 % 10) })
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Starts the page with little to do but train on the small set; its output goes to files.
  private func start(_ name: String, _ arguments: [String]) throws -> Process {
    let small = [
      "--quick", "--epochs", "60", "--hidden", "100", "--data", "mnist", "--data-dir", folder.path,
    ]
    return try launch(name, small + arguments)
  }

  private func launch(_ name: String, _ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = products.appendingPathComponent("ch06-vae")
    process.arguments = ["--figures", folder.path] + arguments
    for (type, keyPath) in [
      ("out", \Process.standardOutput), ("err", \Process.standardError),
    ] as [(String, ReferenceWritableKeyPath<Process, Any?>)] {
      let file = folder.appendingPathComponent("\(name).\(type)")
      try Data().write(to: file)
      process[keyPath: keyPath] = try FileHandle(forWritingTo: file)
    }
    // Threads of tests block signals, and programs inherit that.
    var (none, before) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
    return process
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  private func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
  }

  /// Waits until the run has been saved, and then some more.
  private func wait(_ process: Process, forSave path: String, andThen seconds: Double) throws {
    let before = try? bytes(path)
    for _ in 0..<6_000 where process.isRunning {
      if FileManager.default.fileExists(atPath: path), try bytes(path) != before { break }
      Thread.sleep(forTimeInterval: 0.01)
    }
    Thread.sleep(forTimeInterval: seconds)
  }

  @Test("stopped by SIGTERM and by SIGINT, and killed, it ends with the bits of a run that was not")
  func interrupted() throws {
    let whole = folder.appendingPathComponent("whole").path
    let undisturbed = try start("undisturbed", ["--checkpoint", whole])
    undisturbed.waitUntilExit()
    #expect(undisturbed.terminationStatus == 0)

    var ends = 0
    let signals = [SIGKILL, SIGTERM, SIGKILL, SIGINT]
    for (index, signal) in signals.enumerated() {
      let option = FileManager.default.fileExists(atPath: path) ? "--resume" : "--checkpoint"
      let run = try start("stopped", [option, path])
      try wait(run, forSave: path, andThen: [0.03, 0.11, 0.07, 0.05][index])
      kill(run.processIdentifier, signal)
      run.waitUntilExit()
      if run.terminationReason == .exit { break }
      ends += 1
      #expect(run.terminationStatus == signal)
      if signal != SIGKILL {
        let last = try text("stopped.err").split(separator: "\n").last ?? ""
        #expect(last.hasPrefix("ch06-vae: stopped "))
        #expect(last.hasSuffix("; --resume \(path) goes on from there"))
      }
    }
    #expect(ends == signals.count, "it was faster than the signals")
    let resumed = try start("resumed", ["--resume", path])
    resumed.waitUntilExit()
    #expect(resumed.terminationStatus == 0)
    #expect(try text("resumed.out") == text("undisturbed.out"))
    #expect(try bytes(path) == bytes(whole))
  }

  @Test("a file that is missing, damaged, or made with other options is refused in one line")
  func refused() throws {
    let run = try start("made", ["--checkpoint", path])
    try wait(run, forSave: path, andThen: 0)
    kill(run.processIdentifier, SIGKILL)
    run.waitUntilExit()
    func refused(_ status: Int32, _ says: String, _ arguments: [String]) throws {
      let run = try start("refused", arguments)
      run.waitUntilExit()
      #expect(run.terminationStatus == status)
      let error = try text("refused.err")
      #expect(error.contains(says), "\(error)")
      #expect(error.split(separator: "\n").filter { $0.hasPrefix("ch06-vae: ") }.count == 1)
      let output = try text("refused.out")
      #expect(output.split(separator: "\n").count <= 2, "only the title is printed")
    }
    try refused(66, "no such file", ["--resume", path + "-none"])
    try refused(73, "cannot write", ["--resume", path, "--checkpoint", folder.path])
    try refused(
      64, "made with --seed 1, and this run is with --seed 2",
      [
        "--resume", path, "--seed", "2",
      ])
    try refused(
      64, "--latent 20, and this run is with --latent 3",
      [
        "--resume", path, "--latent", "3",
      ])
    var damaged = try bytes(path)
    damaged[damaged.count / 2] ^= 4
    try damaged.write(to: URL(fileURLWithPath: path))
    try refused(65, "unlike their checksum; go on from another checkpoint", ["--resume", path])
    try damaged.prefix(1_000).write(to: URL(fileURLWithPath: path))
    try refused(65, "\(path): ", ["--resume", path])
  }

  @Test("parameters go out under PyTorch's names, and a training starts from them")
  func exchange() throws {
    let run = try start("export", ["--export", path])
    run.waitUntilExit()
    #expect(run.terminationStatus == 0)
    #expect(try text("export.out").contains("under PyTorch's names, are in \(path)"))
    let header = String(decoding: try bytes(path).prefix(1_000), as: UTF8.self)
    #expect(header.contains("\"fc21.weight\":{\"dtype\":\"F32\",\"shape\":[20,100]"))

    // What is exported is what was evaluated at the end, and what an import begins with.
    let next = try start("import", ["--import", path])
    next.waitUntilExit()
    #expect(next.terminationStatus == 0)
    func elbo(_ name: String, _ pattern: Regex<(Substring, Substring)>) throws -> String {
      String(try #require(try text(name).firstMatch(of: pattern)).1)
    }
    let trained = try elbo("export.out", /test +(-[0-9.]+)/)
    #expect(try elbo("import.out", /before training: test ELBO (-[0-9.]+)/) == trained)
    #expect(try text("export.out").contains("all 1200 test images: ELBO -"))

    let other = try start("other", ["--import", path, "--latent", "3"])
    other.waitUntilExit()
    #expect(other.terminationStatus == 64)
    #expect(try text("other.err").contains("holds 784-100-(20, 20)-100-784 relu bernoulli, not"))
    let deep = try start("deep", ["--export", path, "--activation", "tanh"])
    deep.waitUntilExit()
    #expect(deep.terminationStatus == 64)
  }

  #if os(Linux)
    /// The folder beside the package that may hold the real data sets.
    private static let realData = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../shared/data").standardizedFileURL.path

    @Test(
      "a pass over a full-size set needs less than 300 MB",
      .enabled(
        if: FileManager.default.fileExists(atPath: realData), "no folder ../shared/data"),
      arguments: [("mnist", 400), ("fashion", 40), ("binarized", 40)])
    func memory(data: String, hidden: Int) throws {
      // One set with the page's model; the others with one that trains faster, and takes no less than
      // 99 % of the memory.
      let names = ["mnist": "mnist", "fashion": "fashion-mnist", "binarized": "binarized-mnist"]
      let folder = "\(Self.realData)/\(names[data]!)"
      let run = try launch(
        "full",
        [
          "--data", data, "--data-dir", folder, "--checkpoint", path, "--hidden", "\(hidden)",
        ])
      try wait(run, forSave: path, andThen: 0.1)
      let status = try String(
        contentsOfFile: "/proc/\(run.processIdentifier)/status", encoding: .utf8)
      kill(run.processIdentifier, SIGKILL)
      run.waitUntilExit()
      let peak = try #require(status.firstMatch(of: /VmHWM:\s+(\d+) kB/)).1
      #expect(try #require(Int(peak)) < 300_000, "\(peak) kB")
    }
  #endif
}
