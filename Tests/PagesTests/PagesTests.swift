import Foundation
import Testing

/// The programs of the book, by the names of their folders.
private let pages = [
  "ch01-tensors", "ch02-autoencoder", "ch03-kl-divergence", "ch04-elbo",
  "ch05-reparameterization", "ch06-vae", "ch07-beta-vae", "ch08-conditional-vae", "ch09-vq-vae",
  "ch10-tighter-bounds", "ch11-applications", "ch12-formula-clinic",
]

/// What a program left behind: its exit status, its output, and the bytes of each figure.
private struct Outcome: Equatable {
  var status: Int32
  var output: String
  var figures: [String: Data]
}

/// The folder where the programs were built: the one that the tests run from.
let products: URL = {
  #if os(macOS)
    for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
      return bundle.bundleURL.deletingLastPathComponent()
    }
  #endif
  return URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
}()

private func run(_ page: String, _ arguments: [String]) throws -> Outcome {
  try runs(page, [arguments])[0]
}

/// The outcomes of several runs, made at the same time.
private func runs(_ page: String, _ arguments: [[String]]) throws -> [Outcome] {
  try arguments.map { try start(page, $0) }.map { try $0() }
}

/// Starts a run; what comes back waits for its outcome.
private func start(_ page: String, _ arguments: [String]) throws -> () throws -> Outcome {
  let files = FileManager.default
  let folder = files.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  let process = Process()
  let output = Pipe()
  process.executableURL = products.appendingPathComponent(page)
  process.arguments = arguments + ["--figures", folder.path]
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  try process.run()
  return {
    defer { try? files.removeItem(at: folder) }
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    var figures: [String: Data] = [:]
    let drawn = folder.appendingPathComponent(page)
    for name in (try? files.contentsOfDirectory(atPath: drawn.path)) ?? [] {
      figures[name] = try Data(contentsOf: drawn.appendingPathComponent(name))
    }
    return Outcome(
      status: process.terminationStatus,
      output: String(decoding: text, as: UTF8.self)
        .replacingOccurrences(of: folder.path, with: "figures"),
      figures: figures)
  }
}

@Suite("The pages as programs", .serialized)
struct PagesTests {
  @Test(
    "a page prints and draws the same bytes on one thread and on two, and others for another seed",
    arguments: pages)
  func sameBitsOfTheSameSeed(page: String) throws {
    let outcomes = try runs(
      page, [["--quick", "--threads", "1"], ["--quick", "--threads", "1", "--seed", "2"]])
    let (first, other) = (outcomes[0], outcomes[1])
    #expect(first.status == 0)
    #expect(first.output.count > 500, "a page should say something")
    #expect(!first.figures.isEmpty, "a page should draw something")
    #expect(other.status == 0)
    #expect(other.output != first.output)
    #expect(try run(page, ["--quick", "--threads", "2"]) == first)
  }

  @Test(
    "an unknown option ends a page at once, with status 64 and nothing printed", arguments: pages)
  func unknownOption(page: String) throws {
    let outcome = try run(page, ["--no-such-option"])
    #expect(outcome == Outcome(status: 64, output: "", figures: [:]))
  }

  @Test("ch06-vae writes the latent explorer when asked, and the rest of the page is the same")
  func explorer() throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString)/explorer.html")
    defer { try? FileManager.default.removeItem(at: file.deletingLastPathComponent()) }
    let outcomes = try runs("ch06-vae", [["--quick"], ["--quick", "--explorer", file.path]])
    let (plain, asked) = (outcomes[0], outcomes[1])
    #expect(asked.status == 0)
    #expect(asked.figures == plain.figures)
    let line = "the latent explorer is in \(file.path)\n"
    #expect(asked.output.replacingOccurrences(of: line, with: "") == plain.output)
    #expect(asked.output != plain.output)
    #expect(try String(contentsOf: file, encoding: .utf8).hasPrefix("<!DOCTYPE html>"))
  }

  @Test("ch06-vae ends at once, with status 73, when the explorer cannot be written")
  func explorerElsewhere() throws {
    let folder = FileManager.default.temporaryDirectory.path
    let outcome = try run("ch06-vae", ["--quick", "--explorer", folder])
    #expect(outcome == Outcome(status: 73, output: "", figures: [:]))
  }
}
