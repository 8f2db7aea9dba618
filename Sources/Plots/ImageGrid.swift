/// Equally large grey images in rows and columns.
public struct ImageGrid: Figure {
  /// The title above the figure.
  public var title: String
  /// The figure in words.
  public var description: String
  /// The width in pixels.
  public var width: Double
  /// The height in pixels.
  public var height: Double
  let images: [[Double]]
  let (imageHeight, imageWidth): (Int, Int)
  let (columns, spacing): (Int, Int)
  let (rowLabels, columnLabels): ([String], [String])

  /// A grid of images, each row-major with values in [0, 1] from black to white.
  ///
  /// - Parameter spacing: pixels between images, in units of the images' pixels.
  public init(
    title: String = "", description: String = "", images: [[Double]], height imageHeight: Int,
    width imageWidth: Int, columns: Int, rowLabels: [String] = [], columnLabels: [String] = [],
    spacing: Int = 2
  ) {
    guard imageHeight > 0, imageWidth > 0, columns > 0, spacing >= 0 else {
      fatalError("ImageGrid: \(imageHeight) × \(imageWidth) pixels in \(columns) columns")
    }
    for (i, image) in images.enumerated() where image.count != imageHeight * imageWidth {
      fatalError(
        "ImageGrid: \(imageHeight) × \(imageWidth) pixels, \(image.count) values in image \(i)")
    }
    (self.title, self.description, self.images) = (title, description, images)
    (self.imageHeight, self.imageWidth) = (imageHeight, imageWidth)
    (self.columns, self.spacing) = (columns, spacing)
    (self.rowLabels, self.columnLabels) = (rowLabels, columnLabels)
    (width, height) = (720, 1e6)
    let margin = Layout(self).left + 16
    let fit = Int((720 - margin) / Double(sheetWidth))
    let scale = Double(max(1, min(fit, 84 / imageWidth)))
    width = max(margin + Double(sheetWidth) * scale, 240)
    height = Layout(self).top + Double(sheetHeight) * scale + 16
  }

  private var rows: Int { max(1, (images.count + columns - 1) / columns) }
  private var sheetWidth: Int { columns * (imageWidth + spacing) - spacing }
  private var sheetHeight: Int { rows * (imageHeight + spacing) - spacing }

  /// The grid without its labels, as a grey PNG with `scale` × `scale` pixels for each value.
  ///
  /// The spaces between the images are white.
  public func png(scale: Int = 2) -> [UInt8] {
    guard scale > 0 else { fatalError("ImageGrid.png: scale \(scale)") }
    return sheet(scale: scale, gap: 255)
  }

  private func sheet(scale: Int, gap: UInt8) -> [UInt8] {
    var pixels = [UInt8](repeating: gap, count: sheetWidth * sheetHeight)
    for (i, image) in images.enumerated() {
      let top = i / columns * (imageHeight + spacing)
      let left = i % columns * (imageWidth + spacing)
      for (k, value) in image.enumerated() {
        pixels[(top + k / imageWidth) * sheetWidth + left + k % imageWidth] = greyLevel(value)
      }
    }
    let large = enlarged(pixels, width: sheetWidth, height: sheetHeight, scale: scale)
    return encodePNG(large, width: sheetWidth * scale, height: sheetHeight * scale, channels: 1)
  }

  /// Where title and labels leave room for the sheet.
  private struct Layout {
    let header: Header
    let columnLabels: [[String]]
    let rowLabels: [[String]]
    let left: Double
    let top: Double

    init(_ grid: ImageGrid) {
      header = Header(grid.title, width: grid.width)
      rowLabels = grid.rowLabels.map { wrapped($0, width: 150) }
      let longest = rowLabels.joined().map { textWidth($0) }.max()
      left = 16 + (longest.map { $0 + 10 } ?? 0)
      let slot = (grid.width - left - 16) / Double(grid.columns) - 2
      columnLabels = grid.columnLabels.map { wrapped($0, width: slot) }
      let lines = columnLabels.map(\.count).max() ?? 0
      top = header.bottom + 10 + Double(lines) * 16 + (lines > 0 ? 4 : 0)
    }
  }

  /// The figure as SVG elements.
  public func content() -> String {
    let layout = Layout(self)
    let fit = min(
      (width - layout.left - 16) / Double(sheetWidth),
      (height - layout.top - 16) / Double(sheetHeight))
    guard fit > 0 else {
      fatalError("ImageGrid: \(fixed(width)) × \(fixed(height)) pixels leave no room for images")
    }
    let whole = fit.rounded(.down)
    let scale = whole >= 0.75 * fit ? whole : fit
    let (wide, high) = (Double(sheetWidth) * scale, Double(sheetHeight) * scale)
    let (left, top) = (layout.left, layout.top)
    let (stepX, stepY) = (
      Double(imageWidth + spacing) * scale, Double(imageHeight + spacing) * scale
    )
    var svg = layout.header.svg
    svg += imageElement(
      sheet(scale: 1, gap: 0), x: left, y: top, width: wide, height: high,
      smooth: scale != whole)
    let gap = Double(spacing) * scale
    if spacing > 0 {
      let style = "gap\" stroke-width=\"\(fixed(gap))"
      for i in 1..<columns {
        let x = left + Double(i) * stepX - gap / 2
        svg += lineElement(x, top - 1, x, top + high + 1, class: style)
      }
      for i in 1..<rows {
        let y = top + Double(i) * stepY - gap / 2
        svg += lineElement(left - 1, y, left + wide + 1, y, class: style)
      }
    }
    let used = images.count - (rows - 1) * columns
    if used < columns {
      svg += rectElement(
        left + Double(max(used, 0)) * stepX - (used > 0 ? gap : 0),
        top + Double(rows - 1) * stepY - gap / 2, left + wide + 1, top + high + 1, class: "ground")
    }
    for (i, lines) in layout.columnLabels.prefix(columns).enumerated() {
      for (k, line) in lines.reversed().enumerated() {
        let x = left + Double(i) * stepX + (stepX - gap) / 2
        svg += textElement(line, x: x, y: top - 8 - 16 * Double(k), anchor: .middle)
      }
    }
    for (i, lines) in layout.rowLabels.prefix(rows).enumerated() {
      let middle = top + Double(i) * stepY + (stepY - gap) / 2
      for (k, line) in lines.enumerated() {
        let y = middle + 4.5 + 16 * (Double(k) - Double(lines.count - 1) / 2)
        svg += textElement(line, x: left - 10, y: y, anchor: .end)
      }
    }
    return svg
  }
}

/// A value in [0, 1] as one of 256 greys.
///
/// What is no number is a middle grey.
func greyLevel(_ value: Double) -> UInt8 {
  value.isNaN ? 128 : UInt8((min(max(value, 0), 1) * 255).rounded())
}
