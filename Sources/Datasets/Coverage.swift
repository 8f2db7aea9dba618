/// How much of each pixel of a square image a polygon covers, exactly.
///
/// Each edge adds, to the pixels that it passes through, the change of the covered area to its right;
/// running sums along the rows then give the areas themselves. Nothing is sampled: the area of the
/// polygon within a pixel is right but for rounding.
///
/// - Parameters:
///   - corners: The corners in units of pixels, x to the right and y downwards from the upper left
///     corner of the image; clockwise as seen, none outside the image, and no edges that cross.
///   - size: The number of rows and of columns.
/// - Returns: Values in [0, 1], row-major, `[size, size]`.
func coverage(of corners: [SIMD2<Double>], size: Int) -> [Float] {
  var edges = EdgeAreas(size: size)
  for (index, corner) in corners.enumerated() {
    edges.add(from: corner, to: corners[(index + 1) % corners.count])
  }
  return edges.covered
}

/// The changes of covered area from each pixel to the next, edge by edge.
private struct EdgeAreas {
  private let size: Int
  /// One more column than the image has, for what lies to the right of it; `[size, size + 1]`.
  private var changes: [Double]

  init(size: Int) {
    self.size = size
    changes = [Double](repeating: 0, count: size * (size + 1))
  }

  /// Cuts an edge at the lines between rows.
  mutating func add(from start: SIMD2<Double>, to end: SIMD2<Double>) {
    let isUpwards = end.y < start.y
    let (top, bottom) = isUpwards ? (end, start) : (start, end)
    guard top.y < bottom.y else { return }  // A level edge has nothing to its right.
    guard top.y >= 0, bottom.y <= Double(size), min(top.x, bottom.x) >= 0,
      max(top.x, bottom.x) <= Double(size)
    else { fatalError("coverage: the edge from \(start) to \(end) in an image of \(size)") }
    let slope = (bottom.x - top.x) / (bottom.y - top.y)
    var (x, y, row) = (top.x, top.y, Int(top.y))
    while y < bottom.y {
      let isLast = bottom.y <= Double(row + 1)
      let nextY = isLast ? bottom.y : Double(row + 1)
      // Rounding may put a point of a steep edge a hair outside its ends.
      let slanted = top.x + slope * (nextY - top.y)
      let nextX =
        isLast ? bottom.x : min(max(slanted, min(top.x, bottom.x)), max(top.x, bottom.x))
      addWithinRow(row, min(x, nextX), max(x, nextX), isUpwards ? nextY - y : y - nextY)
      (x, y, row) = (nextX, nextY, row + 1)
    }
  }

  /// Cuts the part of an edge that lies in one row at the lines between columns.
  ///
  /// A piece of height h whose middle lies at a part m of its pixel leaves an area h (1 − m) to its
  /// right within that pixel, and h in each pixel after it.
  private mutating func addWithinRow(
    _ row: Int, _ left: Double, _ right: Double, _ height: Double
  ) {
    var (x, column) = (left, min(Int(left), size - 1))
    while true {
      let isLast = right <= Double(column + 1)
      let next = isLast ? right : Double(column + 1)
      let part = right > left ? height * ((next - x) / (right - left)) : height
      let middle = (x + next) / 2 - Double(column)
      changes[row * (size + 1) + column] += part * (1 - middle)
      changes[row * (size + 1) + column + 1] += part * middle
      if isLast { return }
      (x, column) = (next, column + 1)
    }
  }

  /// The running sums, row by row; what is 0 or 1 but for rounding becomes just that.
  var covered: [Float] {
    var values: [Float] = []
    values.reserveCapacity(size * size)
    for row in 0..<size {
      var sum = 0.0
      for column in 0..<size {
        sum += changes[row * (size + 1) + column]
        values.append(sum < 1e-9 ? 0 : sum > 1 - 1e-9 ? 1 : Float(sum))
      }
    }
    return values
  }
}
