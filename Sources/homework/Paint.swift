import Foundation
import Grading

/// Colours on a terminal, and none elsewhere.
struct Paint {
  let isOn: Bool

  /// Whether the environment has nothing against colours.
  static var isWanted: Bool {
    let environment = ProcessInfo.processInfo.environment
    return environment["NO_COLOR"]?.isEmpty ?? true && environment["TERM"] != "dumb"
  }

  func bold(_ text: String) -> String { with("1", text) }
  func faint(_ text: String) -> String { with("2", text) }

  /// A text in the colour of an outcome: green, red, or faint.
  func by(_ outcome: Outcome, _ text: String) -> String {
    switch outcome {
    case .right: with("32", text)
    case .notAttempted: faint(text)
    default: with("31", text)
    }
  }

  private func with(_ code: String, _ text: String) -> String {
    isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

extension Outcome {
  /// A sign that says it without colour.
  var mark: String {
    switch self {
    case .right: "✓"
    case .notAttempted: "·"
    default: "✗"
    }
  }
}
