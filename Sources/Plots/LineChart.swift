/// A line across the whole chart, at a value worth comparing with.
public struct ReferenceLine: Sendable {
  let value: Double
  let label: String
  let isHorizontal: Bool

  /// A level line, labelled above or below it.
  public static func horizontal(at y: Double, _ label: String = "") -> ReferenceLine {
    ReferenceLine(value: y, label: label, isHorizontal: true)
  }

  /// An upright line, labelled beside it.
  public static func vertical(at x: Double, _ label: String = "") -> ReferenceLine {
    ReferenceLine(value: x, label: label, isHorizontal: false)
  }
}

/// Lines or points over a common axis, named where they end if there is room, else in a legend.
public struct LineChart: Figure {
  /// The title above the figure.
  public var title: String
  /// The figure in words.
  public var description: String
  /// The width in pixels.
  public var width: Double
  /// The height in pixels.
  public var height: Double
  let (x, y): (Axis, Axis)
  let series: [Series]
  let references: [ReferenceLine]

  /// A line chart.
  ///
  /// Values that its axes cannot show break a line.
  public init(
    title: String, description: String = "", x: Axis = Axis(), y: Axis = Axis(),
    series: [Series], references: [ReferenceLine] = [], width: Double = 720,
    height: Double = 420
  ) {
    (self.title, self.description, self.x, self.y) = (title, description, x, y)
    (self.series, self.references) = (series, references)
    (self.width, self.height) = (width, height)
  }

  /// The figure as SVG elements.
  public func content() -> String {
    let marked = series.contains { $0.style == .points || $0.style == .linePoints }
    var xData = series.flatMap(\.x)
    var yData = series.flatMap { $0.y + ($0.band.map { $0.lower + $0.upper } ?? []) }
    xData += references.filter { !$0.isHorizontal }.map(\.value)
    let levels = references.filter(\.isHorizontal).map(\.value)
    if let most = yData.filter(\.isFinite).max(), let least = yData.filter(\.isFinite).min(),
      let level = levels.max(), level >= most, y.scale == .linear
    {
      yData.append(level + 0.05 * (level - least))  // Room for its label.
    }
    yData += levels
    let xAxis = ScaledAxis(x, data: xData, padded: marked)
    let yAxis = ScaledAxis(y, data: yData)
    let colors = series.enumerated().map { ($1.color ?? $0) % palette.count }
    let longest = series.map { textWidth($0.name, bold: true) }.max() ?? 0
    var options = Frame.Options(rightMargin: longest == 0 ? 0 : longest + 34)
    var frame = Frame(
      title, x: xAxis, y: yAxis, width: width, height: height, options: options)
    var labels = longest > 0.27 * width ? nil : endLabels(in: frame, colors: colors)
    if labels == nil {
      options.legend = zip(series, colors).filter { !$0.0.name.isEmpty }
        .map { $0.0.legendEntry(color: $0.1) }
      options.rightMargin = 0
      frame = Frame(title, x: xAxis, y: yAxis, width: width, height: height, options: options)
      labels = ""
    }
    for (s, color) in zip(series, colors) { frame.svg += s.bandElements(in: frame, color: color) }
    for line in references { frame.svg += element(line, in: frame) }
    for (s, color) in zip(series, colors) { frame.svg += s.elements(in: frame, color: color) }
    frame.svg += labels! + referenceLabels(in: frame)
    return frame.svg
  }

  /// The series' names beside their last points, or nil if a name would stand far from its line.
  private func endLabels(in frame: Frame, colors: [Int]) -> String? {
    var ends: [(y: Double, place: Double, index: Int)] = []
    for (i, s) in series.enumerated() where !s.name.isEmpty {
      guard let last = s.runs(in: frame).joined().last(where: { frame.shows($0.x, $0.y) }),
        last.x > frame.right - 0.06 * (frame.right - frame.left)
      else { return nil }
      ends.append((last.y, last.y, i))
    }
    ends.sort { ($0.y, $0.index) < ($1.y, $1.index) }
    for _ in 0..<60 {
      for i in ends.indices.dropFirst() {
        let overlap = 17 - (ends[i].place - ends[i - 1].place)
        if overlap > 0 {
          ends[i].place += overlap / 2
          ends[i - 1].place -= overlap / 2
        }
      }
    }
    if ends.contains(where: { abs($0.place - $0.y) > 26 }) { return nil }
    let led = ends.contains { abs($0.place - $0.y) > 5 }
    return ends.map { end in
      let color = colors[end.index]
      let leader = pathData([
        (x: frame.right + 3, y: end.y), (x: frame.right + 14, y: end.place),
      ])
      return (led ? "<path class=\"thin s\(color)\" d=\"\(leader)\"/>\n" : "")
        + textElement(
          series[end.index].name, x: frame.right + (led ? 18 : 8), y: end.place + 4.5,
          class: "bold f\(color)")
    }.joined()
  }

  private func element(_ line: ReferenceLine, in frame: Frame) -> String {
    if line.isHorizontal {
      guard let y = frame.placeY(line.value), frame.shows(frame.left, y) else { return "" }
      return lineElement(frame.left, y, frame.right, y, class: "rule")
    }
    guard let x = frame.placeX(line.value), frame.shows(x, frame.top) else { return "" }
    return lineElement(x, frame.top, x, frame.bottom, class: "rule")
  }

  /// The names of the reference lines, each where it covers the least.
  private func referenceLabels(in frame: Frame) -> String {
    var taken = series.flatMap { s in s.runs(in: frame).flatMap { dense($0) } }
    for line in references {
      let x = line.isHorizontal ? nil : frame.placeX(line.value)
      let y = line.isHorizontal ? frame.placeY(line.value) : nil
      taken += dense([
        (x: x ?? frame.left, y: y ?? frame.top), (x: x ?? frame.right, y: y ?? frame.bottom),
      ])
    }
    var svg = ""
    for line in references where !line.label.isEmpty && !element(line, in: frame).isEmpty {
      let wide = textWidth(line.label) + 8
      let corners: [(x: Double, y: Double)]
      if line.isHorizontal {
        let y = frame.placeY(line.value)!
        corners = [1, 0.0, 0.5, 0.25, 0.75].flatMap { share in
          let x = frame.left + 4 + share * (frame.right - frame.left - wide - 4)
          return [(x: x, y: y - 18), (x: x, y: y + 3)]
        }
      } else {
        let x = frame.placeX(line.value)!
        corners = [0.0, 1, 0.5, 0.25, 0.75].flatMap { share in
          let y = frame.top + 2 + share * (frame.bottom - frame.top - 20)
          return [(x: x + 6, y: y), (x: x - wide, y: y)]
        }
      }
      let costs = corners.map { corner in
        let box = (x: corner.x - 4, y: corner.y, right: corner.x + wide - 4, bottom: corner.y + 17)
        let outside =
          box.x < frame.left - 6 || box.right > frame.right + 6 || box.y < frame.top - 6
          || box.bottom > frame.bottom + 6
        return taken.count {
          $0.x > box.x && $0.x < box.right && $0.y > box.y && $0.y < box.bottom
        } + (outside ? 10_000 : 0)
      }
      let best = corners[costs.firstIndex(of: costs.min()!)!]
      svg += textElement(line.label, x: best.x, y: best.y + 13, class: "quiet halo")
      for y in [2.0, 9, 16] {
        taken += dense([(x: best.x, y: best.y + y), (x: best.x + wide, y: best.y + y)])
      }
    }
    return svg
  }

  /// Points at most eight pixels apart along a line.
  private func dense(_ run: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    zip(run, run.dropFirst()).flatMap { a, b in
      let steps = min(200, Int(max(abs(b.x - a.x), abs(b.y - a.y)) / 8) + 1)
      return (0..<steps).map { i in
        let t = Double(i) / Double(steps)
        return (x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y))
      }
    } + run.suffix(1)
  }
}
