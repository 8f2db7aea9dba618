/// How often values fall into each of many equal intervals.
public struct Histogram: Figure {
  /// The title above the figure.
  public var title: String
  /// The figure in words.
  public var description: String
  /// The width in pixels.
  public var width: Double
  /// The height in pixels.
  public var height: Double
  let (x, y): (ScaledAxis, Axis)
  let groups: [(name: String, samples: [Double])]
  let edges: [Double]
  let densities: [Series]

  /// A histogram of one or more groups of samples over the same intervals.
  ///
  /// It shows counts; with `densities`, lines to compare with, it shows probability densities.
  /// Without `bins`, there are 2·n^{1/3} of them (Rice's rule), five to eighty.
  /// Samples outside `x.range`, or not finite, are left out of the picture, not of n.
  public init(
    title: String, description: String = "", x: Axis = Axis(), y: Axis? = nil,
    groups: [(name: String, samples: [Double])], bins: Int? = nil, densities: [Series] = [],
    width: Double = 720, height: Double = 420
  ) {
    guard x.scale == .linear else { fatalError("Histogram: its x axis must be linear") }
    if let bins, bins < 1 { fatalError("Histogram: \(bins) bins") }
    let axis = ScaledAxis(x, data: groups.flatMap(\.samples), padded: false)
    let most = groups.map(\.samples.count).max() ?? 0
    let count = bins ?? (5...80).first { $0 * $0 * $0 >= 8 * most } ?? 80
    (self.title, self.description, self.x) = (title, description, axis)
    self.y = y ?? Axis(densities.isEmpty ? "count" : "density")
    (self.groups, self.densities) = (groups, densities)
    edges = (0...count).map {
      axis.lower + (axis.upper - axis.lower) * (Double($0) / Double(count))
    }
    (self.width, self.height) = (width, height)
  }

  /// A histogram of one group of samples.
  public init(
    title: String, description: String = "", x: Axis = Axis(), y: Axis? = nil,
    samples: [Double], bins: Int? = nil, densities: [Series] = [], width: Double = 720,
    height: Double = 420
  ) {
    self.init(
      title: title, description: description, x: x, y: y, groups: [("", samples)], bins: bins,
      densities: densities, width: width, height: height)
  }

  /// The heights of a group's bars.
  func heights(_ samples: [Double]) -> [Double] {
    var counts = [Double](repeating: 0, count: edges.count - 1)
    for value in samples where value >= edges.first! && value <= edges.last! {
      let place = (value - edges[0]) / (edges.last! - edges[0]) * Double(counts.count)
      counts[min(Int(place), counts.count - 1)] += 1
    }
    let mass = Double(samples.count) * (edges[1] - edges[0])
    return densities.isEmpty || samples.isEmpty ? counts : counts.map { $0 / mass }
  }

  /// The figure as SVG elements.
  public func content() -> String {
    let bars = groups.map { heights($0.samples) }
    var tops = ScaledAxis(y, data: bars.joined() + densities.flatMap(\.y) + [0])
    tops.showsGrid = true
    var options = Frame.Options()
    for (i, group) in groups.enumerated() where !group.name.isEmpty {
      options.legend.append(
        LegendEntry(name: group.name, markWidth: 16) { x, y in
          rectElement(x - 8, y - 6, x + 8, y + 6, class: "bar pale s\(i % 10) f\(i % 10)")
        })
    }
    let lineColor = { (i: Int) in (densities[i].color ?? groups.count + i) % palette.count }
    for (i, line) in densities.enumerated() where !line.name.isEmpty {
      options.legend.append(line.legendEntry(color: lineColor(i)))
    }
    var frame = Frame(title, x: x, y: tops, width: width, height: height, options: options)
    for (g, heights) in bars.enumerated() {
      let style = "s\(g % palette.count) f\(g % palette.count)"
      var data = ""
      for (i, height) in heights.enumerated() where height > 0 {
        guard let top = frame.placeY(height), let base = frame.placeY(tops.lower),
          let a = frame.placeX(edges[i]), let b = frame.placeX(edges[i + 1])
        else { continue }
        data += pathData([(x: a, y: base), (x: a, y: top), (x: b, y: top), (x: b, y: base)]) + "Z"
      }
      if !data.isEmpty {
        frame.svg += frame.clipped("<path class=\"bar pale \(style)\" d=\"\(data)\"/>\n")
      }
    }
    for (i, line) in densities.enumerated() {
      frame.svg += line.elements(in: frame, color: lineColor(i))
    }
    return frame.svg
  }
}
