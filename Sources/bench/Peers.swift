import Datasets
import Foundation
import Notebook

/// Other frameworks that make the same training step, run in alternation with this one, so that a
/// machine that slows down slows down all of them.
///
/// The script is the user's. It is called as `python3 SCRIPT jax|torch|numpy --model classic|deep
/// --threads N`, and prints one line of JSON whose `median_ms` is the median time of a step.
struct Peers {
  static let frameworks = ["jax", "torch", "numpy"]
  let script: String
  let python: String
  let rounds: Int

  /// For each of the steps: ours, each framework's, and the fastest one's over ours.
  func compare(_ steps: [Benchmark]) throws(InputError) -> [Figure] {
    guard FileManager.default.isReadableFile(atPath: script) else {
      throw .missingInput("\(script): no such file; --peers names a Python program")
    }
    var figures: [Figure] = []
    for step in steps {
      let parts = step.name.split(separator: "/").map(String.init)
      var ours: [Double] = []
      var theirs = [[Double]](repeating: [], count: Self.frameworks.count)
      for _ in 0..<rounds {
        ours.append(step.measure(false).value)
        for (index, framework) in Self.frameworks.enumerated() {
          theirs[index] += median(of: framework, model: parts[1], threads: parts[2])
        }
      }
      let medians = zip(Self.frameworks, theirs).filter { !$1.isEmpty }
        .map { (name: $0, milliseconds: $1.sorted().median) }
      let own = ours.sorted().median
      figures.append(Figure(name: step.name, value: own, unit: "ms"))
      figures += medians.map {
        Figure(name: step.name + "/" + $0.name, value: $0.milliseconds, unit: "ms")
      }
      guard let best = medians.min(by: { $0.milliseconds < $1.milliseconds }) else {
        throw .missingInput(
          "\(script): no framework ran; install jax, torch or numpy for \(python)")
      }
      figures.append(
        Figure(
          name: step.name + "/ratio", value: best.milliseconds / own, unit: "×",
          note: "\(best.name) is the fastest of them"))
    }
    return figures
  }

  /// What a framework's run printed, or nothing if it is not installed.
  private func median(of framework: String, model: String, threads: String) -> [Double] {
    struct Line: Decodable { let median_ms: Double }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python, script, framework, "--model", model, "--threads", threads]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return [] }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let last = text.split(separator: "\n").last.map { Data($0.utf8) } ?? Data()
    return (try? JSONDecoder().decode(Line.self, from: last)).map { [$0.median_ms] } ?? []
  }
}
