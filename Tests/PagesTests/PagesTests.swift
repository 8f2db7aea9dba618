import Foundation
import Testing

/// The programs of the book, by the names of their folders.
private let pages = [
  "ch01-tensors", "ch02-autoencoder", "ch03-kl-divergence", "ch04-elbo",
  "ch05-reparameterization", "ch06-vae",
]

/// What a program left behind: its exit status, its output, and the bytes of each figure.
private struct Outcome: Equatable {
  var status: Int32
  var output: String
  var figures: [String: Data]
}

/// The folder where the programs were built: the one that the tests run from.
private let products: URL = {
  #if os(macOS)
    for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
      return bundle.bundleURL.deletingLastPathComponent()
    }
  #endif
  return URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
}()

private func run(_ page: String, _ arguments: [String]) throws -> Outcome {
  let files = FileManager.default
  let folder = files.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  defer { try? files.removeItem(at: folder) }
  let process = Process()
  let output = Pipe()
  process.executableURL = products.appendingPathComponent(page)
  process.arguments = arguments + ["--figures", folder.path]
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  try process.run()
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

@Suite("The pages as programs", .serialized)
struct PagesTests {
  @Test("two quick runs print the same bytes and draw the same figures", arguments: pages)
  func twoRunsAgree(page: String) throws {
    let first = try run(page, ["--quick"])
    #expect(first.status == 0)
    #expect(first.output.count > 500, "a page should say something")
    #expect(!first.figures.isEmpty, "a page should draw something")
    #expect(try run(page, ["--quick"]) == first)
  }

  @Test("another seed gives other output", arguments: pages)
  func seedsMatter(page: String) throws {
    let first = try run(page, ["--quick", "--seed", "1"])
    let second = try run(page, ["--quick", "--seed", "2"])
    #expect(second.status == 0)
    #expect(first.output != second.output)
  }

  @Test(
    "an unknown option ends a page at once, with status 64 and nothing printed", arguments: pages)
  func unknownOption(page: String) throws {
    let outcome = try run(page, ["--no-such-option"])
    #expect(outcome == Outcome(status: 64, output: "", figures: [:]))
  }
}
