/// One axis of a chart: what it measures, and how.
public struct Axis: Sendable {
  /// How values become places.
  public enum Scale: Sendable {
    /// Equal differences are equally long.
    case linear
    /// Equal ratios are equally long. Values that are not positive are left out.
    case log
  }

  /// What is measured, with its unit.
  public var label: String
  /// How values become places.
  public var scale: Scale
  /// What is shown; where it is nil, all the data are.
  public var range: ClosedRange<Double>?

  /// An axis that shows all the data, or the given range.
  public init(_ label: String = "", scale: Scale = .linear, range: ClosedRange<Double>? = nil) {
    if let range {
      let shown = range.lowerBound.isFinite && range.upperBound.isFinite
      guard shown, scale == .linear || range.lowerBound > 0 else {
        fatalError("Axis “\(label)”: a \(scale) axis cannot show \(range)")
      }
    }
    (self.label, self.scale, self.range) = (label, scale, range)
  }
}

/// An axis that knows its data: the range that it shows, its ticks, and where a value falls.
struct ScaledAxis {
  let label: String
  let kind: Axis.Scale
  private(set) var lower: Double
  private(set) var upper: Double
  /// Set for categories; otherwise found when the figure is laid out.
  var fixedTicks: [Tick]?
  var showsGrid = true

  /// Fits the data, with a margin of 1/32 at each end where `padded`; zero stays an end.
  init(_ axis: Axis, data: [Double], padded: Bool = true) {
    (label, kind) = (axis.label, axis.scale)
    let shown = data.filter { abs($0) < 1e300 && (axis.scale == .linear || $0 > 1e-300) }
    lower = axis.range?.lowerBound ?? shown.min() ?? (kind == .log ? 1 : 0)
    upper = axis.range?.upperBound ?? shown.max() ?? (kind == .log ? 10 : 1)
    let size = max(abs(lower), abs(upper))
    if kind == .log {
      if upper / lower < 1 + 1e-9 { (lower, upper) = (lower / 2, upper * 2) }
      if padded, axis.range == nil {
        var factor = upper.squareRoot() / lower.squareRoot()
        for _ in 1..<5 { factor = factor.squareRoot() }
        (lower, upper) = (lower / factor, upper * factor)
      }
    } else if upper - lower <= 1e-9 * size || size == 0 {
      let margin = size == 0 ? 1 : 0.1 * size
      (lower, upper) = (lower - margin, upper + margin)
    } else if padded, axis.range == nil {
      let margin = (upper - lower) / 32
      (lower, upper) = (lower == 0 ? 0 : lower - margin, upper == 0 ? 0 : upper + margin)
      if let least = shown.min(), least >= 0 { lower = max(lower, 0) }
    }
  }

  /// Where a value falls, from 0 at the lower end to 1 at the upper; nil if nowhere.
  func fraction(_ value: Double) -> Double? {
    guard value.isFinite, kind == .linear || value > 0 else { return nil }
    let place =
      kind == .linear
      ? (value - lower) / (upper - lower)
      : (commonLog(value) - commonLog(lower)) / (commonLog(upper) - commonLog(lower))
    return min(max(place, -1000), 1000)
  }

  /// The ticks, about as many as `count`.
  func ticks(_ count: Int) -> [Tick] {
    fixedTicks
      ?? (kind == .log
        ? logTicks(lower, upper, count: count) : linearTicks(lower, upper, count: count))
  }

  /// Widens a linear axis about its middle until it shows `span`.
  mutating func widen(to span: Double) {
    guard kind == .linear, span > upper - lower else { return }
    let middle = lower + (upper - lower) / 2
    (lower, upper) = (middle - span / 2, middle + span / 2)
  }
}
