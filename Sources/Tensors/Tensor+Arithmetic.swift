// Elementwise arithmetic with broadcasting.
//
// Axes are aligned from the last; an extent of 1, or a missing axis, is repeated: `[b, n] + [n]` adds
// one row to each of b rows. The backward functions ignore broadcasting: `Tape.add` undoes it.

extension Tensor {
  /// Applies a binary kernel with broadcasting, to `shape` if that is larger than both.
  static func zip(
    _ function: BinaryFunction, _ x: Tensor, _ y: Tensor, _ operation: String,
    to shape: Shape? = nil
  ) -> Tensor {
    let shape = shape ?? Shape.broadcast(x.shape, y.shape, operation)
    let result = Tensor(uninitialized: shape)
    let (a, b, out) = (x.storage.pointer, y.storage.pointer, result.storage.pointer)
    let rows = BroadcastRows(shape, x.shape, y.shape)
    if rows.count == 1 {
      Recorder.run(
        writing: result.storage, reading: x.storage, y.storage, count: shape.count, grain: 16_384,
        alignment: 64
      ) { range in
        let i = range.lowerBound
        Scalar._zip(
          function, a + i * rows.xStep, rows.xStep, b + i * rows.yStep, rows.yStep, out + i,
          range.count)
      }
    } else {
      Recorder.run(
        writing: result.storage, reading: x.storage, y.storage, count: rows.count,
        grain: Swift.max(1, 16_384 / Swift.max(rows.length, 1))
      ) { range in
        for row in range {
          let (i, j) = rows.offsets(row)
          Scalar._zip(
            function, a + i, rows.xStep, b + j, rows.yStep, out + row * rows.length, rows.length)
        }
      }
    }
    return result
  }

  /// Applies a unary kernel.
  func map(_ function: UnaryFunction) -> Tensor {
    let result = Tensor(uninitialized: shape)
    let (x, out) = (storage.pointer, result.storage.pointer)
    Recorder.run(
      writing: result.storage, reading: storage, count: count, grain: 16_384, alignment: 64
    ) { range in
      Scalar._map(function, x + range.lowerBound, out + range.lowerBound, range.count)
    }
    return result
  }

  /// x + y.
  ///
  /// Backward: g to both.
  ///
  /// Equation: tensor-add
  public static func + (x: Tensor, y: Tensor) -> Tensor {
    zip(.add, x, y, "+").recorded(x, y) { entry, g, tape in
      tape.add(g, to: entry.x)
      tape.add(g, to: entry.y)
    }
  }

  /// x − y.
  ///
  /// Backward: g to x, −g to y.
  ///
  /// Equation: tensor-add
  public static func - (x: Tensor, y: Tensor) -> Tensor {
    zip(.subtract, x, y, "-").recorded(x, y) { entry, g, tape in
      tape.add(g, to: entry.x)
      tape.add(-g, to: entry.y)
    }
  }

  /// x · y, element by element.
  ///
  /// Backward: g · y to x, g · x to y.
  ///
  /// Equation: tensor-product
  public static func * (x: Tensor, y: Tensor) -> Tensor {
    zip(.multiply, x, y, "*").recorded(x, y) { entry, g, tape in
      tape.add(g * entry.y, to: entry.x)
      tape.add(g * entry.x, to: entry.y)
    }
  }

  /// x / y, element by element.
  ///
  /// Backward: g / y to x, −g · (x / y) / y to y.
  ///
  /// Equation: tensor-quotient
  public static func / (x: Tensor, y: Tensor) -> Tensor {
    zip(.divide, x, y, "/").recorded(x, y) { entry, g, tape in
      tape.add(g / entry.y, to: entry.x)
      tape.add(-(g * entry.output / entry.y), to: entry.y)
    }
  }

  /// −x.
  ///
  /// Backward: −g.
  public static prefix func - (x: Tensor) -> Tensor {
    x.map(.negate).recorded(x) { entry, g, tape in tape.add(-g, to: entry.x) }
  }

  /// x + c for a constant c.
  public static func + (x: Tensor, c: Scalar) -> Tensor { x + Tensor(c) }
  /// c + x for a constant c.
  public static func + (c: Scalar, x: Tensor) -> Tensor { Tensor(c) + x }
  /// x − c for a constant c.
  public static func - (x: Tensor, c: Scalar) -> Tensor { x - Tensor(c) }
  /// c − x for a constant c.
  public static func - (c: Scalar, x: Tensor) -> Tensor { Tensor(c) - x }
  /// x · c for a constant c.
  public static func * (x: Tensor, c: Scalar) -> Tensor { x * Tensor(c) }
  /// c · x for a constant c.
  public static func * (c: Scalar, x: Tensor) -> Tensor { Tensor(c) * x }
  /// x / c for a constant c.
  public static func / (x: Tensor, c: Scalar) -> Tensor { x / Tensor(c) }
  /// c / x for a constant c.
  public static func / (c: Scalar, x: Tensor) -> Tensor { Tensor(c) / x }

  /// This tensor repeated to a shape that it broadcasts to; traps when it does not.
  public func broadcast(to target: Shape) -> Tensor {
    if shape == target { return self }
    guard Shape.broadcast(shape, target, "broadcast") == target else {
      fatalError("broadcast: \(shape) does not broadcast to \(target)")
    }
    return .zip(.add, self, Tensor(0), "broadcast", to: target)
      .recorded(self) { entry, g, tape in tape.add(g, to: entry.x) }
  }
}

/// How a broadcast operation falls into rows: runs of the output along which each input either
/// advances with it (step 1) or stands still (step 0).
private struct BroadcastRows {
  let count: Int
  let length: Int
  let xStep: Int
  let yStep: Int
  private var extents: [Int] = []
  private var xStrides: [Int] = []
  private var yStrides: [Int] = []

  init(_ out: Shape, _ x: Shape, _ y: Shape) {
    if x == y, y == out {
      (count, length, xStep, yStep) = (1, out.count, 1, 1)
      return
    }
    let (a, b) = (x.padded(to: out.rank), y.padded(to: out.rank))
    // Axes from the last on join the row for as long as neither input changes its step.
    var (length, steps, axis) = (1, (x: 1, y: 1), out.rank - 1)
    while axis >= 0 {
      let here = (x: a[axis] == 1 ? 0 : 1, y: b[axis] == 1 ? 0 : 1)
      if out[axis] != 1 {
        if length == 1 { steps = here } else if steps != here { break }
        length *= out[axis]
      }
      axis -= 1
    }
    if out.count == 0 { (length, axis) = (0, -1) }
    (self.length, xStep, yStep) = (length, steps.x, steps.y)
    for outer in 0..<Swift.max(axis + 1, 0) {
      extents.append(out[outer])
      xStrides.append(a[outer] == 1 ? 0 : (outer + 1..<out.rank).reduce(1) { $0 * a[$1] })
      yStrides.append(b[outer] == 1 ? 0 : (outer + 1..<out.rank).reduce(1) { $0 * b[$1] })
    }
    count = extents.reduce(1, *)
  }

  /// Where row `row` begins in each input.
  func offsets(_ row: Int) -> (Int, Int) {
    var (rest, x, y) = (row, 0, 0)
    for axis in extents.indices.reversed() {
      let index = rest % extents[axis]
      rest /= extents[axis]
      x += index * xStrides[axis]
      y += index * yStrides[axis]
    }
    return (x, y)
  }
}
