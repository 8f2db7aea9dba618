/// What surrounds data: title, legend, axes, grid.
///
/// A chart makes a frame, then draws into it.
struct Frame {
  /// The edges of the area where data are drawn.
  private(set) var (left, right, top, bottom) = (0.0, 0.0, 0.0, 0.0)
  private(set) var x: ScaledAxis
  private(set) var y: ScaledAxis
  /// Everything drawn so far.
  var svg: String

  /// What a chart asks of its frame, beside its axes.
  struct Options {
    var legend: [LegendEntry] = []
    /// Space to leave on the right, for labels and colour bars.
    var rightMargin = 0.0
    /// One unit of x is as long as one of y.
    var equalUnits = false
    /// The data area's width over its height.
    var aspect: Double?
    /// Category names along x, which are broken into lines, or else turned.
    var categories = false
  }

  /// Lays out the parts so that no two overlap, and draws them.
  init(
    _ title: String, x: ScaledAxis, y: ScaledAxis, width: Double, height: Double,
    options: Options = Options()
  ) {
    (self.x, self.y) = (x, y)
    let header = Header(title, width: width)
    svg = header.svg
    let legend = drawLegend(options.legend, top: header.bottom, width: width)
    svg += legend.svg
    top = legend.bottom
    if !y.label.isEmpty {
      for line in wrapped(y.label, width: width - 32) {
        svg += textElement(line, x: 16, y: top + 14, class: "quiet")
        top += 18
      }
    }
    top += 10

    let xLines = wrapped(x.label, width: width - 32)
    var xTicks = x.ticks(6)
    var (turned, labels) = (false, 0.0)
    for _ in 0..<3 {
      let lines = xTicks.map { $0.label.split(separator: "\n").count }.max() ?? 1
      let longest = xTicks.map { textWidth($0.label) }.max() ?? 0
      labels = turned ? 0.64 * longest + 10 : Double(lines) * 16
      bottom = height - 16 - (xLines.isEmpty ? 0 : 6 + 16 * Double(xLines.count)) - labels
      let yTicks = self.y.ticks(Int((bottom - top) / 50))
      let yLabels = yTicks.map { textWidth($0.label) }.max() ?? 0
      left = 16 + yLabels + 8
      right = width - max(options.rightMargin, 16)
      for (i, tick) in xTicks.enumerated() where turned {
        let share = (Double(i) + 0.5) / Double(xTicks.count)
        let need = (0.77 * textWidth(tick.label) + 4 - share * right) / (1 - share)
        left = max(left, need)
      }
      if options.equalUnits {
        let unit = max(
          (self.x.upper - self.x.lower) / (right - left),
          (self.y.upper - self.y.lower) / (bottom - top))
        self.x.widen(to: unit * (right - left))
        self.y.widen(to: unit * (bottom - top))
      }
      if let aspect = options.aspect {
        let (wide, high) = (right - left, bottom - top)
        if wide > aspect * high { right = left + aspect * high }
        if wide < aspect * high { bottom = top + wide / aspect }
      }
      guard right - left > 20, bottom - top > 20 else {
        fatalError("“\(title)”: \(fixed(width)) × \(fixed(height)) pixels leave no room for data")
      }
      if options.categories {
        let slot = (right - left) / Double(max(xTicks.count, 1)) - 6
        let split = x.ticks(6).map { wrapped($0.label, width: slot) }
        turned = split.contains { $0.contains { textWidth($0) > slot } || $0.count > 3 }
        xTicks = zip(x.ticks(6), split).map { tick, lines in
          Tick(value: tick.value, label: turned ? tick.label : lines.joined(separator: "\n"))
        }
      } else {
        xTicks = self.x.ticks(Int((right - left) / 75))
        while crowded(xTicks) {
          xTicks = xTicks.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        }
      }
      if let last = xTicks.last, !turned, let place = self.x.fraction(last.value) {
        let end = left + place * (right - left) + textWidth(last.label) / 2
        if end > width - 6, options.aspect == nil { right -= end - (width - 6) }
      }
    }
    drawAxes(xTicks: xTicks, turned: turned)
    for (i, line) in xLines.enumerated() {
      let half = textWidth(line) / 2
      svg += textElement(
        line, x: min(max((left + right) / 2, half + 8), width - half - 8),
        y: bottom + labels + 24 + 16 * Double(i), anchor: .middle, class: "quiet")
    }
  }

  /// Whether two neighbouring labels along x come closer than ten pixels.
  private func crowded(_ ticks: [Tick]) -> Bool {
    zip(ticks, ticks.dropFirst()).contains { a, b in
      guard let (p, q) = x.fraction(a.value).flatMap({ p in x.fraction(b.value).map { (p, $0) } })
      else { return false }
      return (q - p) * (right - left) < (textWidth(a.label) + textWidth(b.label)) / 2 + 10
    }
  }

  private mutating func drawAxes(xTicks: [Tick], turned: Bool) {
    for tick in y.ticks(Int((bottom - top) / 50)) {
      guard let place = placeY(tick.value) else { continue }
      if y.showsGrid { svg += lineElement(left, place, right, place, class: "grid") }
      svg += textElement(tick.label, x: left - 8, y: place + 4.5, anchor: .end, class: "quiet")
    }
    for tick in xTicks {
      guard let place = placeX(tick.value) else { continue }
      if x.showsGrid { svg += lineElement(place, top, place, bottom, class: "grid") }
      if turned {
        svg += textElement(
          tick.label, x: place + 4, y: bottom + 16, anchor: .end, class: "quiet", rotated: -40)
      } else {
        for (i, line) in tick.label.split(separator: "\n").enumerated() {
          svg += textElement(
            String(line), x: place, y: bottom + 18 + 16 * Double(i), anchor: .middle,
            class: "quiet")
        }
      }
    }
    if x.showsGrid {
      svg += lineElement(left, bottom, right, bottom, class: "axis")
    }
  }

  /// Where a value of x is drawn.
  func placeX(_ value: Double) -> Double? { x.fraction(value).map { left + $0 * (right - left) } }

  /// Where a value of y is drawn.
  func placeY(_ value: Double) -> Double? { y.fraction(value).map { bottom - $0 * (bottom - top) } }

  /// Whether a place lies in the data area.
  func shows(_ px: Double, _ py: Double) -> Bool {
    px >= left - 0.5 && px <= right + 0.5 && py >= top - 0.5 && py <= bottom + 0.5
  }

  /// Elements cut off at the edges of the data area, which need no identifier that could clash.
  func clipped(_ elements: String) -> String {
    if elements.isEmpty { return "" }
    let (w, h) = (fixed(right - left), fixed(bottom - top))
    let box = "\(fixed(left)) \(fixed(top)) \(w) \(h)"
    return "<svg x=\"\(fixed(left))\" y=\"\(fixed(top))\" width=\"\(w)\" height=\"\(h)\""
      + " viewBox=\"\(box)\">\n\(elements)</svg>\n"
  }
}

/// The title of a figure, broken into lines.
struct Header {
  private(set) var svg = ""
  /// Where the next thing may begin.
  private(set) var bottom = 8.0

  init(_ title: String, width: Double) {
    let size = width <= 480 ? 14.0 : 16
    for line in wrapped(title, width: width - 32, size: size, bold: true) {
      bottom += size + 6
      svg += textElement(line, x: 16, y: bottom - 2, size: size, class: "bold")
    }
    if bottom > 8 { bottom += 4 }
  }
}

/// A name in a legend and the mark before it.
struct LegendEntry {
  var name: String
  var markWidth = 24.0
  /// Draws the mark about the given middle.
  var mark: @Sendable (_ x: Double, _ y: Double) -> String
}

/// A legend above the data, which it cannot cover, in as many rows as it takes.
func drawLegend(
  _ entries: [LegendEntry], top: Double, width: Double
) -> (svg: String, bottom: Double) {
  var (svg, x, y) = ("", 16.0, top + 14)
  for entry in entries {
    let space = entry.markWidth + 6 + textWidth(entry.name)
    if x > 16, x + space > width - 16 { (x, y) = (16, y + 20) }
    svg += entry.mark(x + entry.markWidth / 2, y)
    svg += textElement(entry.name, x: x + entry.markWidth + 6, y: y + 4.5)
    x += space + 18
  }
  return (svg, entries.isEmpty ? top : y + 12)
}

/// A straight line.
func lineElement(
  _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class style: String
) -> String {
  "<path class=\"\(style)\" d=\"M\(fixed(x1)) \(fixed(y1))L\(fixed(x2)) \(fixed(y2))\"/>\n"
}

/// A rectangle, whichever way its corners are given.
func rectElement(
  _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class style: String
) -> String {
  "<rect class=\"\(style)\" x=\"\(fixed(min(x1, x2)))\" y=\"\(fixed(min(y1, y2)))\""
    + " width=\"\(fixed(abs(x2 - x1)))\" height=\"\(fixed(abs(y2 - y1)))\"/>\n"
}
