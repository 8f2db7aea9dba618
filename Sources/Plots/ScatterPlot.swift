/// The shapes that tell classes apart without colour.
///
/// The last four are drawn as outlines.
enum Marker: Int, CaseIterable {
  case circle, square, triangle, diamond, wedge, plus, cross, ring, box, star

  var isOutline: Bool { rawValue >= Marker.plus.rawValue }

  /// The shape about a place, as path data.
  func path(_ x: Double, _ y: Double, radius r: Double) -> String {
    func polygon(_ corners: [(Double, Double)]) -> String {
      pathData(corners.map { (x: x + $0.0 * r, y: y + $0.1 * r) }) + "Z"
    }
    func stroke(_ dx: Double, _ dy: Double) -> String {
      pathData([(x: x - dx * r, y: y - dy * r), (x: x + dx * r, y: y + dy * r)])
    }
    switch self {
    case .circle, .ring:
      let (d, r) = (fixed(2 * r), fixed(r))
      return "M\(fixed(x)) \(fixed(y))m-\(r) 0a\(r) \(r) 0 1 0 \(d) 0a\(r) \(r) 0 1 0-\(d) 0"
    case .square, .box: return polygon([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
    case .triangle: return polygon([(0, -1.15), (1.1, 0.85), (-1.1, 0.85)])
    case .wedge: return polygon([(0, 1.15), (1.1, -0.85), (-1.1, -0.85)])
    case .diamond: return polygon([(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)])
    case .plus: return stroke(1.2, 0) + stroke(0, 1.2)
    case .cross: return stroke(0.95, 0.95) + stroke(0.95, -0.95)
    case .star: return stroke(1.25, 0) + stroke(0.65, 1.1) + stroke(0.65, -1.1)
    }
  }
}

/// Points in the plane, coloured and shaped by class.
public struct ScatterPlot: Figure {
  /// What stands at a point.
  public enum Marks: Sendable {
    /// A shape for each class.
    case shapes
    /// The first character of the class's name: a digit, for digits.
    case glyphs
  }

  /// The title above the figure.
  public var title: String
  /// The figure in words.
  public var description: String
  /// The width in pixels.
  public var width: Double
  /// The height in pixels.
  public var height: Double
  let (xAxis, yAxis): (Axis, Axis)
  let (x, y): ([Double], [Double])
  let classes: [Int]
  let classNames: [String]
  let marks: Marks
  let equalAspect: Bool

  /// A scatter plot of points `(x[i], y[i])` of class `classNames[classes[i]]`.
  ///
  /// Without classes, all points are alike. More than ten classes share colours and shapes.
  public init(
    title: String, description: String = "", x xAxis: Axis = Axis(), y yAxis: Axis = Axis(),
    points: (x: [Double], y: [Double]), classes: [Int] = [], classNames: [String] = [],
    marks: Marks = .shapes, equalAspect: Bool = false, width: Double = 720, height: Double = 560
  ) {
    let (x, y) = points
    guard x.count == y.count else {
      fatalError("ScatterPlot: \(x.count) x values, \(y.count) y values")
    }
    guard classes.isEmpty || classes.count == x.count else {
      fatalError("ScatterPlot: \(x.count) points, \(classes.count) classes")
    }
    if let wrong = classes.first(where: { $0 < 0 || $0 >= classNames.count }) {
      fatalError("ScatterPlot: class \(wrong), but \(classNames.count) class names")
    }
    (self.title, self.description) = (title, description)
    (self.width, self.height) = (width, height)
    (self.xAxis, self.yAxis, self.x, self.y) = (xAxis, yAxis, x, y)
    self.classes = classes.isEmpty ? x.map { _ in 0 } : classes
    self.classNames = classes.isEmpty ? [""] : classNames
    (self.marks, self.equalAspect) = (marks, equalAspect)
  }

  /// The figure as SVG elements.
  public func content() -> String {
    var options = Frame.Options(equalUnits: equalAspect)
    for (k, name) in classNames.enumerated() where !name.isEmpty {
      options.legend.append(
        LegendEntry(name: name, markWidth: 9) { [self] in elements(ofClass: k, at: [($0, $1)]) })
    }
    let glyphsSpeak = marks == .glyphs && classNames.allSatisfy { $0.count == 1 }
    if glyphsSpeak { options.legend = [] }
    var frame = Frame(
      title, x: ScaledAxis(xAxis, data: x), y: ScaledAxis(yAxis, data: y), width: width,
      height: height, options: options)
    var places = classNames.map { _ in [(x: Double, y: Double)]() }
    for (i, k) in classes.enumerated() {
      guard let px = frame.placeX(x[i]), let py = frame.placeY(y[i]), frame.shows(px, py)
      else { continue }
      places[k].append((px, py))
    }
    for (k, places) in places.enumerated() where !places.isEmpty {
      frame.svg += elements(ofClass: k, at: places)
    }
    return frame.svg
  }

  private func elements(ofClass k: Int, at places: [(x: Double, y: Double)]) -> String {
    let color = k % palette.count
    if marks == .glyphs, let glyph = classNames[k].first {
      return places.map {
        textElement(
          String(glyph), x: $0.x, y: $0.y + 4, anchor: .middle, size: 11,
          class: "bold f\(color)")
      }.joined()
    }
    let marker = Marker(rawValue: k % Marker.allCases.count)!
    let data = places.map { marker.path($0.x, $0.y, radius: 3.4) }.joined()
    let style = marker.isOutline ? "ring s\(color)" : "f\(color)"
    return "<path class=\"\(style)\" d=\"\(data)\"/>\n"
  }
}
