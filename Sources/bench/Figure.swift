import Foundation
import Notebook

/// A measured number.
struct Figure: Equatable {
  /// Such as `step/classic/2`.
  let name: String
  let value: Double
  /// ms, GFLOP/s, ns, s, MB, or nothing for a count or a ratio.
  let unit: String
  /// What else there is to say of it.
  var note = ""

  /// One line of the table.
  var line: String {
    let digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
    let number =
      String(repeating: " ", count: max(0, 9 - fixed(value, digits).count)) + fixed(value, digits)
    let padded = name + String(repeating: " ", count: max(1, 34 - name.count))
    return padded + number + " " + unit + (note.isEmpty ? "" : "  (\(note))")
  }

  /// One line of JSON: `{"name": "step/classic/2", "value": 1.31, "unit": "ms"}`.
  var json: String { "{\"name\": \"\(name)\", \"value\": \(value), \"unit\": \"\(unit)\"}" }
}

/// Something to measure.
struct Benchmark: Sendable {
  let name: String
  /// Measures it, with fewer repetitions if `quick`.
  let measure: @Sendable (_ quick: Bool) -> Figure

  /// All of them, in the order of the table.
  static let all: [Benchmark] =
    [1, 2].map(peak) + matrixProducts + elementwise + steps + [1, 2].map(epoch)
    + [allocations, memory].compactMap { $0 }
}

/// The time of each of several calls, in nanoseconds, in increasing order.
///
/// Each is repeated within a measurement until that takes a tenth of a millisecond, so that the clock's
/// own time does not count.
func times(_ count: Int, warmUp: Int = 3, _ body: () -> Void) -> [Double] {
  func once(_ repetitions: Int) -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    for _ in 0..<repetitions { body() }
    return Double(DispatchTime.now().uptimeNanoseconds - start) / Double(repetitions)
  }
  for _ in 0..<warmUp { body() }
  let repetitions = max(1, Int(100_000 / max(once(1), 1)))
  return (0..<count).map { _ in once(repetitions) }.sorted()
}

extension [Double] {
  /// The middle of sorted numbers.
  var median: Double { self[count / 2] }
}
