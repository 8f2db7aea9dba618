import Foundation
import Testing

/// Chapter 6 as a program that is stopped, killed, and gone on with.
@Suite("A training that is interrupted", .serialized)
final class ResumeTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent(UUID().uuidString)
  private var path: String { folder.appendingPathComponent("run").path }

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Starts the page with little to do but train; its output goes to files.
  private func start(_ name: String, _ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = products.appendingPathComponent("ch06-vae")
    process.arguments =
      ["--quick", "--hidden", "100", "--epochs", "12", "--figures", folder.path] + arguments
    for (type, keyPath) in [
      ("out", \Process.standardOutput), ("err", \Process.standardError),
    ] as [(String, ReferenceWritableKeyPath<Process, Any?>)] {
      let file = folder.appendingPathComponent("\(name).\(type)")
      FileManager.default.createFile(atPath: file.path, contents: nil)
      process[keyPath: keyPath] = try FileHandle(forWritingTo: file)
    }
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
      if run.terminationReason == .exit { break }  // It was faster than we are.
      ends += 1
      #expect(run.terminationStatus == signal)
      if signal != SIGKILL {
        let last = try text("stopped.err").split(separator: "\n").last ?? ""
        #expect(last.hasPrefix("ch06-vae: stopped "))
        #expect(last.hasSuffix("; --resume \(path) goes on from there"))
      }
    }
    #expect(ends > 1)
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

    let next = try start("import", ["--import", path])
    next.waitUntilExit()
    #expect(next.terminationStatus == 0)
    func elbo(_ name: String, _ pattern: Regex<(Substring, Substring)>) throws -> Double {
      try Double(#require(try text(name).firstMatch(of: pattern)).1) ?? 0
    }
    let trained = try elbo("export.out", /test +(-[0-9.]+)/)
    #expect(try elbo("import.out", /before training: test ELBO (-[0-9.]+)/) == trained)

    let other = try start("other", ["--import", path, "--latent", "3"])
    other.waitUntilExit()
    #expect(other.terminationStatus == 64)
    #expect(try text("other.err").contains("holds 784-100-(20, 20)-100-784 relu bernoulli, not"))
    let deep = try start("deep", ["--export", path, "--activation", "tanh"])
    deep.waitUntilExit()
    #expect(deep.terminationStatus == 64)
  }
}
