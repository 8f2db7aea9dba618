import Foundation

/// What a check of an equation measured, and whether it holds.
///
/// A check belongs to an equation of the book by its name. It also carries planted errors: wrong
/// versions of the claim that the same measurement must reject. A check whose planted errors pass
/// does not pass itself, since it could not have failed.
///
/// In a test: `#expect(check.passes, "\(check)")`.
public struct Check: Sendable, CustomStringConvertible {
  /// The name of the equation, such as `kl-gradient`.
  public let equation: String
  /// What was measured, in one line.
  public let measured: String
  /// What went wrong, one line each; empty when all is well.
  public let failures: [String]
  /// Whether the claim holds and every planted error was caught.
  public var passes: Bool { failures.isEmpty }

  /// The measurement, and each failure on a line of its own.
  public var description: String {
    (["\(equation): \(measured)"] + failures.map { "  " + $0 }).joined(separator: "\n")
  }

  /// Makes a check, and appends it as a line of JSON to the file that the environment variable
  /// `CHECK_RECORDS` names, if it is set.
  public init(equation: String, measured: String, failures: [String]) {
    self.equation = equation
    self.measured = measured
    self.failures = failures
    guard let path = ProcessInfo.processInfo.environment["CHECK_RECORDS"] else { return }
    let record: [String: String] = [
      "equation": equation, "measured": measured, "passes": passes ? "yes" : "no",
    ]
    guard let json = try? JSONSerialization.data(withJSONObject: record, options: .sortedKeys),
      let line = String(data: json, encoding: .utf8), let file = fopen(path, "a")
    else { return }
    fputs(line + "\n", file)
    fclose(file)
  }

  /// Checks that two sides of an equation agree in every case.
  ///
  /// - Parameters:
  ///   - equation: The equation's name.
  ///   - left: The left side, one number a case.
  ///   - right: The right side, one number a case.
  ///   - tolerance: The largest difference allowed, relative to max(1, |left|, |right|).
  ///   - planted: Wrong right sides, by what is wrong with them, to be rejected.
  public static func identity(
    _ equation: String, _ left: [Double], equals right: [Double], tolerance: Double = 1e-12,
    planted: KeyValuePairs<String, [Double]>
  ) -> Check {
    func worst(_ other: [Double]) -> (index: Int, error: Double) {
      guard other.count == left.count, !left.isEmpty else {
        fatalError("Check.identity \(equation): \(left.count) values against \(other.count)")
      }
      return zip(left, other).enumerated().map { index, pair in
        let (a, b) = pair
        let error = Swift.abs(a - b) / Swift.max(1, Swift.abs(a), Swift.abs(b))
        return (index, a == b ? 0 : error.isNaN ? .infinity : error)
      }.max { $0.1 < $1.1 }!
    }
    let (index, error) = worst(right)
    var failures: [String] = []
    if error > tolerance {
      failures.append(mismatch("case \(index)", claimed: right[index], measured: left[index]))
    }
    let missed = planted.filter { worst($0.value).error <= tolerance }
    failures += missed.map { "planted error not caught: \($0.key)" }
    return Check(
      equation: equation,
      measured: "\(counted(left.count, "case")), worst difference \(short(error)); "
        + caught(planted.count - missed.count),
      failures: failures + (planted.isEmpty ? ["no planted error to catch"] : []))
  }

  /// Checks that independent samples have a claimed expectation: the mean lies within four standard
  /// errors of it. Right claims fail once in 16,000 seeds, so fix the seed.
  ///
  /// - Parameters:
  ///   - equation: The equation's name.
  ///   - samples: Independent samples, at least two.
  ///   - expectation: What their mean should be.
  ///   - planted: Wrong expectations, by what is wrong with them, to be rejected.
  public static func mean(
    _ equation: String, of samples: [Double], is expectation: Double,
    planted: KeyValuePairs<String, Double>
  ) -> Check {
    let count = Double(samples.count)
    let mean = samples.reduce(0, +) / count
    let variance = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let standardError = (variance / count).squareRoot()
    let accepts = { (value: Double) in Swift.abs(mean - value) <= 4 * standardError }
    var failures: [String] = []
    if !accepts(expectation) {
      failures.append(mismatch("mean", claimed: expectation, measured: mean))
    }
    let missed = planted.filter { accepts($0.value) }
    failures += missed.map { "planted error not caught: \($0.key)" }
    return Check(
      equation: equation,
      measured: "\(samples.count) samples, mean \(short(mean)) ± \(short(standardError)) against "
        + "\(short(expectation)); \(caught(planted.count - missed.count))",
      failures: failures + (planted.isEmpty ? ["no planted error to catch"] : []))
  }

  /// One line about two numbers that should agree: both, their ratio, and what it usually means.
  static func mismatch(_ place: String, claimed: Double, measured: Double) -> String {
    let ratio = claimed / measured
    return "\(place): claimed \(claimed), measured \(measured), ratio \(short(ratio))"
      + (meaning(ofRatio: ratio).map { " (\($0))" } ?? "")
  }

  /// What a ratio of claimed to measured usually means, if it is a telling one.
  public static func meaning(ofRatio ratio: Double) -> String? {
    let telling: [(Double, String)] = [
      (-1, "a sign"), (2, "a factor of 2"), (0.5, "a factor of ½"), (0, "nothing arrives"),
      (-2, "a sign and a factor of 2"), (-0.5, "a sign and a factor of ½"),
    ]
    return telling.first { Swift.abs(ratio - $0.0) < 1e-4 }?.1
  }

  static func caught(_ count: Int) -> String { "caught \(counted(count, "planted error"))" }

  static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  /// A number with three significant digits.
  static func short(_ x: Double) -> String {
    if x == 0 { return "0" }
    return String(format: Swift.abs(x) < 1e-3 || Swift.abs(x) >= 1e6 ? "%.1e" : "%.3g", x)
  }
}
