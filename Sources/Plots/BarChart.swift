/// Bars side by side: for each category, one value from each group.
public struct BarChart: Figure {
  /// The bars of one colour.
  public struct Group: Sendable {
    let name: String
    let values: [Double]
    let errors: [Double]?

    /// One value for each category, with the half-lengths of its error bar where given.
    public init(_ name: String, values: [Double], errors: [Double]? = nil) {
      if let errors, errors.count != values.count {
        fatalError("BarChart: \(values.count) values, \(errors.count) errors in group “\(name)”")
      }
      (self.name, self.values, self.errors) = (name, values, errors)
    }
  }

  /// The title above the figure.
  public var title: String
  /// The figure in words.
  public var description: String
  /// The width in pixels.
  public var width: Double
  /// The height in pixels.
  public var height: Double
  let categories: [String]
  let (x, y): (Axis, Axis)
  let groups: [Group]

  /// A bar chart.
  ///
  /// Bars start at zero, or at the lower end of a logarithmic axis.
  public init(
    title: String, description: String = "", categories: [String], x: Axis = Axis(),
    y: Axis = Axis(), groups: [Group], width: Double = 720, height: Double = 420
  ) {
    for group in groups where group.values.count != categories.count {
      fatalError(
        "BarChart: \(categories.count) categories, \(group.values.count) values in group"
          + " “\(group.name)”")
    }
    (self.title, self.description, self.categories) = (title, description, categories)
    (self.x, self.y, self.groups) = (x, y, groups)
    (self.width, self.height) = (width, height)
  }

  /// The figure as SVG elements.
  public func content() -> String {
    let slots = Double(max(categories.count, 1))
    var xAxis = ScaledAxis(Axis(x.label, range: 0...slots), data: [])
    xAxis.showsGrid = false
    xAxis.fixedTicks = categories.enumerated().map {
      Tick(value: Double($0) + 0.5, label: $1)
    }
    let ends = groups.flatMap { group in
      zip(group.values, group.errors ?? group.values.map { _ in 0 }).flatMap {
        [$0 - $1, $0 + $1]
      }
    }
    let yAxis = ScaledAxis(y, data: y.scale == .linear ? ends + [0] : ends)
    var options = Frame.Options(categories: true)
    options.legend = groups.enumerated().filter { !$1.name.isEmpty }.map { i, group in
      LegendEntry(name: group.name, markWidth: 12) { x, y in
        rectElement(x - 6, y - 6, x + 6, y + 6, class: "f\(i % palette.count)")
      }
    }
    var frame = Frame(title, x: xAxis, y: yAxis, width: width, height: height, options: options)
    let slot = (frame.right - frame.left) / slots
    let bar = min(slot * 0.76 / Double(max(groups.count, 1)), 56)
    let zero = yAxis.lower <= 0 && yAxis.upper >= 0 && y.scale == .linear ? 0 : yAxis.lower
    var (bars, errors) = ("", "")
    for (g, group) in groups.enumerated() {
      for (c, value) in group.values.enumerated() {
        guard let end = frame.placeY(value) else { continue }
        let middle = (Double(g) + 0.5 - Double(groups.count) / 2) * bar
        let at = frame.left + (Double(c) + 0.5) * slot + middle
        let half = max(bar / 2 - 1, 0.5)
        bars += rectElement(
          at - half, frame.placeY(zero)!, at + half, end, class: "f\(g % palette.count)")
        guard let error = group.errors?[c], error.isFinite, error > 0,
          let high = frame.placeY(value + error)
        else { continue }
        let low = frame.placeY(value - error) ?? frame.bottom
        errors += lineElement(at, low, at, high, class: "ring ink")
        for end in [low, high] {
          errors += lineElement(at - 4, end, at + 4, end, class: "ring ink")
        }
      }
    }
    frame.svg += frame.clipped(bars + errors)
    if let base = frame.placeY(zero) {
      frame.svg += lineElement(frame.left, base, frame.right, base, class: "axis")
    }
    return frame.svg
  }
}
