/// How numbers become colours.
public enum ColorMap: Sendable {
  /// Viridis, from dark blue to yellow: lightness rises evenly, for the colour-blind too.
  case sequential
  /// From blue over white to red, for values about a middle.
  case diverging

  private var stops: [UInt32] {
    switch self {
    case .sequential:
      return [
        0x440154, 0x482475, 0x414487, 0x355F8D, 0x2A788E, 0x21918C, 0x22A884, 0x44BF70, 0x7AD151,
        0xBDDF26, 0xFDE725,
      ]
    case .diverging:
      return [
        0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B,
      ]
    }
  }

  /// The red, green and blue for a number in [0, 1]; grey if it is not finite.
  public func color(_ value: Double) -> [UInt8] {
    guard value.isFinite else { return [0x8B, 0x8B, 0x8B] }
    let place = min(max(value, 0), 1) * Double(stops.count - 1)
    let i = min(Int(place), stops.count - 2)
    return [16, 8, 0].map { shift in
      let (a, b) = (Double(stops[i] >> shift & 255), Double(stops[i + 1] >> shift & 255))
      return UInt8((a + (place - Double(i)) * (b - a)).rounded())
    }
  }
}

/// A matrix as colours, with the scale beside it.
public struct HeatMap: Figure {
  /// The title above the figure.
  public var title: String
  /// The figure in words.
  public var description: String
  /// The width in pixels.
  public var width: Double
  /// The height in pixels.
  public var height: Double
  let (xAxis, yAxis): (ScaledAxis, ScaledAxis)
  let values: [Double]
  let (rows, columns): (Int, Int)
  let rowsGoUp: Bool
  let colors: ColorMap
  let range: ClosedRange<Double>
  let colorLabel: String
  let overlay: [Series]
  let showsValues: Bool
  let squareCells: Bool

  /// A heat map of `values`, row-major, `rows` × `columns`.
  ///
  /// The cells fill the ranges of `x` and `y` (by default, one unit each) and row 0 is at the
  /// bottom, as on an axis. With `rowLabels`, row 0 is at the top, as in a matrix.
  /// A diverging map is centred on zero unless `range` says otherwise.
  public init(
    title: String, description: String = "", x: Axis = Axis(), y: Axis = Axis(),
    values: [Double], rows: Int, columns: Int, rowLabels: [String] = [],
    columnLabels: [String] = [], colors: ColorMap = .sequential,
    range: ClosedRange<Double>? = nil, colorLabel: String = "", overlay: [Series] = [],
    showsValues: Bool = false, squareCells: Bool = false, width: Double? = nil,
    height: Double = 480
  ) {
    guard rows > 0, columns > 0, values.count == rows * columns else {
      fatalError("HeatMap: \(rows) × \(columns) cells, \(values.count) values")
    }
    guard rowLabels.isEmpty || rowLabels.count == rows,
      columnLabels.isEmpty || columnLabels.count == columns
    else {
      fatalError(
        "HeatMap: \(rows) × \(columns) cells, \(rowLabels.count) row labels and"
          + " \(columnLabels.count) column labels")
    }
    guard x.scale == .linear, y.scale == .linear else {
      fatalError("HeatMap: cells are equally wide and high, so that no axis can be logarithmic")
    }
    func axis(_ axis: Axis, count: Int, labels: [String], reversed: Bool) -> ScaledAxis {
      var named = axis
      if !labels.isEmpty || axis.range == nil { named.range = 0...Double(count) }
      var scaled = ScaledAxis(named, data: [])
      scaled.showsGrid = false
      if !labels.isEmpty {
        scaled.fixedTicks = labels.enumerated().map {
          Tick(value: Double(reversed ? count - 1 - $0 : $0) + 0.5, label: $1)
        }
      }
      return scaled
    }
    xAxis = axis(x, count: columns, labels: columnLabels, reversed: false)
    yAxis = axis(y, count: rows, labels: rowLabels, reversed: true)
    let finite = values.filter { abs($0) < 1e300 }
    var (least, most) = (finite.min() ?? 0, finite.max() ?? 1)
    if colors == .diverging { (least, most) = (-max(most, -least), max(most, -least)) }
    if most - least <= 1e-12 * max(abs(least), abs(most)) || most == least {
      (least, most) = (least - 0.5, most + 0.5)
    }
    (self.title, self.description, self.values) = (title, description, values)
    (self.rows, self.columns, rowsGoUp) = (rows, columns, rowLabels.isEmpty)
    (self.colors, self.range) = (colors, range ?? least...most)
    (self.colorLabel, self.overlay) = (colorLabel, overlay)
    (self.showsValues, self.squareCells) = (showsValues, squareCells)
    (self.width, self.height) = (width ?? (squareCells ? 520 : 600), height)
  }

  /// The figure as SVG elements.
  public func content() -> String {
    var bar = ScaledAxis(Axis(range: range), data: [])
    let ticks = bar.ticks(5)
    let longest = ticks.map { textWidth($0.label) }.max() ?? 0
    bar.fixedTicks = ticks
    var options = Frame.Options(categories: xAxis.fixedTicks != nil)
    options.rightMargin = 16 + 14 + 8 + longest + (colorLabel.isEmpty ? 0 : 22) + 12
    if squareCells { options.aspect = Double(columns) / Double(rows) }
    options.legend = overlay.filter { !$0.name.isEmpty }.map { s in
      LegendEntry(name: s.name) { x, y in
        stroke(pathData([(x: x - 12, y: y), (x: x + 12, y: y)]), dash: s.dash)
      }
    }
    var frame = Frame(title, x: xAxis, y: yAxis, width: width, height: height, options: options)
    let order = rowsGoUp ? Array((0..<rows).reversed()) : Array(0..<rows)
    let pixels = order.flatMap { row in
      (0..<columns).flatMap { colors.color(share(values[row * columns + $0])) }
    }
    // Few cells are enlarged here, for renderers that would blur them.
    let scale = max(1, 256 / max(rows, columns))
    let large = enlarged(pixels, width: columns, height: rows, channels: 3, scale: scale)
    let png = encodePNG(large, width: columns * scale, height: rows * scale, channels: 3)
    frame.svg += imageElement(
      png, x: frame.left, y: frame.top, width: frame.right - frame.left,
      height: frame.bottom - frame.top)
    if showsValues { frame.svg += valueElements(in: frame, order: order) }
    var lines = ""
    for s in overlay { lines += stroke(s.runs(in: frame).map(pathData).joined(), dash: s.dash) }
    return frame.svg + frame.clipped(lines) + colorBar(bar, beside: frame, labelAt: longest)
  }

  private func share(_ value: Double) -> Double {
    let span = range.upperBound - range.lowerBound
    return span > 0 ? (value - range.lowerBound) / span : 0.5
  }

  /// A white line with a dark edge, which reads on every colour.
  private func stroke(_ data: String, dash: String) -> String {
    data.isEmpty
      ? ""
      : "<path class=\"line case\(dash)\" d=\"\(data)\"/>\n"
        + "<path class=\"line over\(dash)\" d=\"\(data)\"/>\n"
  }

  private func valueElements(in frame: Frame, order: [Int]) -> String {
    let (w, h) = (
      (frame.right - frame.left) / Double(columns), (frame.bottom - frame.top) / Double(rows)
    )
    return order.enumerated().map { place, row in
      (0..<columns).map { column in
        let value = values[row * columns + column]
        let rgb = colors.color(share(value)).map(Double.init)
        let isLight = 0.3 * rgb[0] + 0.59 * rgb[1] + 0.11 * rgb[2] > 130
        return textElement(
          cellText(value), x: frame.left + (Double(column) + 0.5) * w,
          y: frame.top + (Double(place) + 0.5) * h + 4.5, anchor: .middle,
          class: isLight ? "dark" : "bright")
      }.joined()
    }.joined()
  }

  /// A value with as many decimals as all have: none if all are whole, else three digits for the
  /// largest.
  func cellText(_ value: Double) -> String {
    let sizes = values.filter(\.isFinite).map { abs($0) }
    guard value.isFinite, let largest = sizes.max(), largest < 1e6 else { return short(value) }
    let whole = sizes.allSatisfy { $0 == $0.rounded() }
    let decimals = whole ? 0 : min(max(2 - decade(largest), 0), 4)
    return decimal(Int((value * powerOf10(decimals)).rounded()), exponent: -decimals)
  }

  private func colorBar(
    _ scale: ScaledAxis, beside frame: Frame, labelAt longest: Double
  ) -> String {
    let pixels = (0..<128).flatMap { colors.color(1 - Double($0) / 127) }
    let x = frame.right + 16
    var svg = imageElement(
      encodePNG(pixels, width: 1, height: 128, channels: 3), x: x, y: frame.top, width: 14,
      height: frame.bottom - frame.top)
    for tick in scale.fixedTicks! {
      let y = frame.bottom - scale.fraction(tick.value)! * (frame.bottom - frame.top)
      svg += lineElement(x + 14, y, x + 18, y, class: "axis")
      svg += textElement(tick.label, x: x + 22, y: y + 4.5, class: "quiet")
    }
    guard !colorLabel.isEmpty else { return svg }
    return svg
      + textElement(
        colorLabel, x: x + 22 + longest + 18, y: (frame.top + frame.bottom) / 2,
        anchor: .middle, class: "quiet", rotated: -90)
  }
}
