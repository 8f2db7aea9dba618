import Datasets
import Foundation
import Testing

@testable import bench

@Suite("bench")
struct CommandTests {
  /// The lines that a command line prints.
  private func lines(_ arguments: String...) throws -> [String] {
    nonisolated(unsafe) var lines: [String] = []
    #expect(try Command(print: { lines.append($0) }).run(arguments) == 0)
    return lines
  }

  @Test("a figure is one line of JSON with its name, a positive value and its unit")
  func json() throws {
    struct Line: Decodable { let name: String, value: Double, unit: String }
    let lines = try lines("--quick", "--json", "matmul/128x20x400/1", "elementwise/exp")
    let figures = try lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    #expect(figures.map(\.name) == ["matmul/128x20x400/1", "elementwise/exp"])
    #expect(figures.map(\.unit) == ["GFLOP/s", "ns"])
    #expect(figures.allSatisfy { $0.value > 0 })
  }

  @Test("a name that no figure has is an error that names the nearest")
  func unknownName() {
    let error = #expect(throws: InputError.self) { try Command.chosen(["elementwise/epx"]) }
    #expect(error?.message == "no figure 'elementwise/epx': did you mean elementwise/exp?")
    #expect(error?.status == .usage)
  }

  @Test("a missing program of peers is an error before anything is measured")
  func missingPeers() {
    #expect(throws: InputError.self) { try Command().run(["--peers", "/nowhere/peers.py"]) }
  }

  @Test(
    "a steady training step asks for almost no memory",
    .enabled(if: Allocations.canCount, "malloc can be counted with glibc only"))
  func allocationsPerStep() {
    // Other tests run beside this one and allocate too: the quietest of several steps counts.
    let step = ReferenceStep(hidden: [64])
    for _ in 0..<5 { step() }
    let least = (0..<200).map { _ in Allocations.count { step() } }.min()!
    #expect(least <= 10)
  }

  @Test("the counter of allocations counts")
  func counter() {
    #expect(
      !Allocations.canCount || Allocations.count { _ = [Int](repeating: 1, count: 1_000) } > 0)
  }
}
