/// Several figures in one, in rows and columns.
public struct Panels: Figure {
  /// The title above the figure.
  public var title: String
  /// The figure in words.
  public var description: String
  /// The width in pixels.
  public var width: Double
  /// The height in pixels.
  public var height: Double
  let figures: [any Figure]
  let columns: Int

  /// Figures in rows of `columns`, each `rowHeight` high, all equally wide.
  ///
  /// Without a description of its own, it describes its parts.
  public init(
    title: String = "", description: String = "", figures: [any Figure], columns: Int = 2,
    width: Double = 960, rowHeight: Double = 320
  ) {
    guard columns > 0 else { fatalError("Panels: \(figures.count) figures, \(columns) columns") }
    let parts = figures.map { part in
      spoken(part.title) + (part.description.isEmpty ? "." : ": " + part.description)
    }
    self.title = title
    self.description = description.isEmpty ? parts.joined(separator: " ") : description
    (self.figures, self.columns, self.width) = (figures, columns, width)
    let rows = (figures.count + columns - 1) / columns
    let top = title.isEmpty ? 0 : Header(title, width: width).bottom
    height = max(top + Double(rows) * rowHeight, 40)
  }

  /// The figure as SVG elements.
  public func content() -> String {
    let header = Header(title, width: width)
    let top = title.isEmpty ? 0 : header.bottom
    let rows = max(1, (figures.count + columns - 1) / columns)
    let size = (width / Double(columns), (height - top) / Double(rows))
    var svg = header.svg
    for (i, figure) in figures.enumerated() {
      var part = figure
      (part.width, part.height) = size
      let (x, y) = (Double(i % columns) * size.0, top + Double(i / columns) * size.1)
      svg += "<svg x=\"\(fixed(x))\" y=\"\(fixed(y))\" width=\"\(fixed(size.0))\""
      svg += " height=\"\(fixed(size.1))\">\n\(part.content())</svg>\n"
    }
    return svg
  }
}
