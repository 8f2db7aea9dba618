/// Numbers that belong together: one line, or one set of points, in a chart.
public struct Series: Sendable {
  /// How a series is drawn.
  public enum Style: Sendable {
    /// A solid line.
    case line
    /// A dashed line.
    case dashed
    /// A mark at each point.
    case points
    /// A line with a mark at each point.
    case linePoints
  }

  /// What the series is called.
  ///
  /// An empty name is not shown.
  public let name: String
  /// The horizontal coordinates.
  public let x: [Double]
  /// The vertical coordinates.
  ///
  /// The line breaks where one is not finite.
  public let y: [Double]
  /// A region about the line, such as a confidence interval.
  public let band: (lower: [Double], upper: [Double])?
  /// How the series is drawn.
  public let style: Style
  /// Which of the ten colours; where nil, the series' place in the chart decides.
  public let color: Int?

  /// A series with as many y as x, and as many bounds if there is a band.
  public init(
    _ name: String, x: [Double], y: [Double], band: (lower: [Double], upper: [Double])? = nil,
    style: Style = .line, color: Int? = nil
  ) {
    guard x.count == y.count else {
      fatalError("Series: \(x.count) x values, \(y.count) y values in series “\(name)”")
    }
    guard !x.isEmpty else { fatalError("Series: no values in series “\(name)”") }
    if let band, band.lower.count != x.count || band.upper.count != x.count {
      fatalError(
        "Series: \(x.count) x values, \(band.lower.count) lower and \(band.upper.count) upper"
          + " bounds in series “\(name)”")
    }
    (self.name, self.x, self.y, self.band) = (name, x, y, band)
    (self.style, self.color) = (style, color)
  }

  var dash: String { style == .dashed ? " dash" : "" }

  /// The parts of the line between values that cannot be drawn, in pixels.
  func runs(in frame: Frame) -> [[(x: Double, y: Double)]] {
    var runs: [[(x: Double, y: Double)]] = [[]]
    for (x, y) in zip(x, y) {
      if let px = frame.placeX(x), let py = frame.placeY(y) {
        runs[runs.count - 1].append((px, py))
      } else if !runs.last!.isEmpty {
        runs.append([])
      }
    }
    return runs.filter { !$0.isEmpty }
  }

  /// The line and its marks as SVG.
  func elements(in frame: Frame, color: Int) -> String {
    let runs = runs(in: frame)
    var lines = ""
    var marks = ""
    if style != .points {
      let data = runs.map { pathData($0) }.joined()
      if !data.isEmpty { lines = "<path class=\"line s\(color)\(dash)\" d=\"\(data)\"/>\n" }
    }
    let lonely = runs.filter { $0.count == 1 }.joined()
    let marked = style == .points || style == .linePoints ? Array(runs.joined()) : Array(lonely)
    let data = marked.filter { frame.shows($0.x, $0.y) }
      .map { Marker.circle.path($0.x, $0.y, radius: 3.2) }.joined()
    if !data.isEmpty { marks = "<path class=\"f\(color)\" d=\"\(data)\"/>\n" }
    return frame.clipped(lines) + marks
  }

  /// The band as SVG.
  ///
  /// On a logarithmic axis, a bound at or below zero is at the lower edge.
  func bandElements(in frame: Frame, color: Int) -> String {
    guard let band else { return "" }
    var data = ""
    var (below, above): ([(x: Double, y: Double)], [(x: Double, y: Double)]) = ([], [])
    func close() {
      if below.count > 1 { data += pathData(above + below.reversed()) + "Z" }
      (below, above) = ([], [])
    }
    for (i, x) in x.enumerated() {
      let lower = frame.y.kind == .log && band.lower[i] <= 0 ? frame.y.lower : band.lower[i]
      if let px = frame.placeX(x), let low = frame.placeY(lower),
        let high = frame.placeY(band.upper[i])
      {
        below.append((px, low))
        above.append((px, high))
      } else {
        close()
      }
    }
    close()
    return data.isEmpty
      ? "" : frame.clipped("<path class=\"band f\(color)\" d=\"\(data)\"/>\n")
  }

  /// How the series is shown in a legend.
  func legendEntry(color: Int) -> LegendEntry {
    let (style, dash) = (style, dash)
    return LegendEntry(name: name) { x, y in
      let line = lineElement(x - 12, y, x + 12, y, class: "line s\(color)\(dash)")
      let mark = "<path class=\"f\(color)\" d=\"\(Marker.circle.path(x, y, radius: 3.2))\"/>\n"
      return (style == .points ? "" : line)
        + (style == .points || style == .linePoints ? mark : "")
    }
  }
}

/// A line through points, without those that fall on their predecessor.
func pathData(_ points: [(x: Double, y: Double)]) -> String {
  var data = ""
  var last = ""
  for point in points {
    let place = "\(fixed(point.x)) \(fixed(point.y))"
    if place != last { data += (data.isEmpty ? "M" : "L") + place }
    last = place
  }
  return data
}
