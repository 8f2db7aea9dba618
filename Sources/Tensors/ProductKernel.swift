// The fast matrix product.
//
// B is copied into panels, as wide as a tile, so that the innermost loop reads it in order; then tiles
// of C stay in registers while k runs. Every element of C is still one chain of fused multiply-adds
// over k in order, whatever the tile: the bits are those of the naive kernel.

/// The rows of a tile, and whether it is two vectors wide. Sixteen accumulators of 512 bits fit the 32
/// registers of AVX-512; elsewhere a vector takes two (AVX2) or four (NEON) registers of sixteen or 32.
#if WIDE_VECTORS
  private let tileRows = 8
  private let tileIsWide = true
#else
  private let tileRows = 6
  private let tileIsWide = false
#endif

extension ProductTask {
  /// How many scalars wide a panel is.
  static var panelWidth: Int { (tileIsWide ? 2 : 1) * Scalar.Vector.scalarCount }
  /// How many panels B has, and rows of tiles C.
  var panels: Int { (n + Self.panelWidth - 1) / Self.panelWidth }
  var tiles: Int { (m + tileRows - 1) / tileRows }
  /// How many scalars a panel takes.
  var panelSize: Int { k * Self.panelWidth }

  /// Threads share panels, each copied by the thread that uses it, where there are enough; else they
  /// share the rows of tiles, after all panels are copied.
  var hasPanelsToShare: Bool {
    Parallel.threads == 1 || panels >= 2 * Parallel.threads || m * n * k < 262_144
  }
  /// The least panels, and rows of tiles, that are worth a thread: 128 thousand multiplications.
  var panelGrain: Int { Swift.max(1, 131_072 / Swift.max(1, panelSize * m)) }
  var tileGrain: Int { Swift.max(1, 131_072 / Swift.max(1, panelSize * panels * tileRows)) }
}

extension TensorScalar {
  /// The columns of C in some panels of B.
  public static func _productOfPanels(_ task: ProductTask<Self>, _ panels: Range<Int>) {
    let width = ProductTask<Self>.panelWidth
    for panel in panels {
      let (column, packed) = (panel * width, task.packed + panel * task.panelSize)
      // Rows of B that lie in order are copied while the first tile is computed.
      let isCopied = task.bColumn == 1 && task.n - column >= width && task.m > 0
      if !isCopied { pack(task, column: column, packed) }
      for tile in 0..<task.tiles {
        multiply(task, tile * tileRows, column, packed, copying: isCopied && tile == 0)
      }
    }
  }

  /// The rows of C in some rows of tiles, when all panels are packed.
  public static func _productOfTiles(_ task: ProductTask<Self>, _ tiles: Range<Int>) {
    for panel in 0..<task.panels {
      let packed = task.packed + panel * task.panelSize
      for tile in tiles {
        multiply(
          task, tile * tileRows, panel * ProductTask<Self>.panelWidth, packed, copying: false)
      }
    }
  }

  /// Copies some panels of B.
  public static func _pack(_ task: ProductTask<Self>, _ panels: Range<Int>) {
    for panel in panels {
      let column = panel * ProductTask<Self>.panelWidth
      pack(task, column: column, task.packed + panel * task.panelSize)
    }
  }

  /// Copies the columns of B from `column` on, row by row, zeros where B ends.
  private static func pack(
    _ task: ProductTask<Self>, column: Int, _ out: UnsafeMutablePointer<Self>
  ) {
    let width = ProductTask<Self>.panelWidth
    let columns = Swift.min(width, task.n - column)
    let source = task.b + column * task.bColumn
    if task.bColumn == 1 && columns == width {
      for p in 0..<task.k {
        for j in stride(from: 0, to: width, by: Vector.scalarCount) {
          Vector.load(source + p * task.bRow + j).store(out + p * width + j)
        }
      }
      return
    }
    if columns < width { _fill(0, out, task.k * width) }
    // Transposed B: eight rows of it at a time, so that the lines written to stay in cache.
    for first in stride(from: 0, to: columns, by: 8) {
      for p in 0..<task.k {
        for j in first..<Swift.min(first + 8, columns) {
          out[p * width + j] = source[p * task.bRow + j * task.bColumn]
        }
      }
    }
  }

  /// One tile of C: up to `tileRows` rows from `row`, up to a panel of columns from `column`.
  ///
  /// B is read from its panel, or, if `copying`, from where it lies, and copied to the panel.
  private static func multiply(
    _ task: ProductTask<Self>, _ row: Int, _ column: Int, _ panel: UnsafeMutablePointer<Self>,
    copying: Bool
  ) {
    let width = ProductTask<Self>.panelWidth
    let (rows, columns) = (Swift.min(tileRows, task.m - row), Swift.min(width, task.n - column))
    let c = task.c + row * task.n + column
    let source = copying ? task.b + column : UnsafePointer(panel)
    let (step, copy) = copying ? (task.bRow, panel) : (width, nil)
    if rows == tileRows && columns == width && !task.isTransposed {
      return tile(task, row, column, source, step, copy, c, task.n)
    }
    withUnsafeTemporaryAllocation(of: Self.self, capacity: tileRows * width) { buffer in
      let whole = buffer.baseAddress!
      tile(task, row, column, source, step, copy, whole, width)
      if task.isTransposed {
        for j in 0..<columns {
          let c = task.c + (column + j) * task.m + row
          for i in 0..<rows { c[i] = whole[i * width + j] }
        }
      } else {
        for i in 0..<rows { (c + i * task.n).update(from: whole + i * width, count: columns) }
      }
    }
  }

  /// A whole tile, to `c`, whose rows are `stride` apart. Row p of B is at `source + p · step`, and is
  /// copied to `copy`.
  @inline(never) private static func tile(
    _ task: ProductTask<Self>, _ row: Int, _ column: Int, _ source: UnsafePointer<Self>,
    _ step: Int, _ copy: UnsafeMutablePointer<Self>?, _ c: UnsafeMutablePointer<Self>, _ stride: Int
  ) {
    let rows = RowPlaces(task, row)
    let isWide = tileIsWide && task.n - column > Vector.scalarCount
    // One loop for each case, with nothing in it that the case does not need.
    switch (isWide, copy) {
    case (true, let copy?): fill(task, rows, column, source, step, copy, c, stride, isWide: true)
    case (true, nil): fill(task, rows, column, source, step, nil, c, stride, isWide: true)
    case (false, let copy?): fill(task, rows, column, source, step, copy, c, stride, isWide: false)
    case (false, nil): fill(task, rows, column, source, step, nil, c, stride, isWide: false)
    }
  }

  /// Computes a tile one or two vectors wide, over all k.
  @inline(__always) private static func fill(
    _ task: ProductTask<Self>, _ rows: RowPlaces<Self>, _ column: Int,
    _ source: UnsafePointer<Self>, _ step: Int, _ copy: UnsafeMutablePointer<Self>?,
    _ c: UnsafeMutablePointer<Self>, _ stride: Int, isWide: Bool
  ) {
    let lanes = Vector.scalarCount
    var (left, right) = (TileColumn<Vector>(), TileColumn<Vector>())
    var (a, b, out) = (rows.first, source, copy)
    // Not a count: that loop would be unrolled, and its row offsets not all fit registers.
    while a != rows.end {
      let (b0, b1) = (Vector.load(b), isWide ? Vector.load(b + lanes) : .k(0))
      if let copy = out {
        b0.store(copy)
        if isWide { b1.store(copy + lanes) }
        out = copy + ProductTask<Self>.panelWidth
      }
      left.add(a, rows, b0)
      if isWide { right.add(a, rows, b1) }
      a += task.aColumn
      b += step
    }
    left.finish(task, column)
    left.store(c, stride)
    if isWide {
      right.finish(task, column + lanes)
      right.store(c + lanes, stride)
    }
  }
}

/// Where the rows of A for a tile begin, counted from the first, and where the first is after all k.
/// Where A ends, its last row is repeated.
private struct RowPlaces<Scalar: TensorScalar> {
  let (first, end): (UnsafePointer<Scalar>, UnsafePointer<Scalar>)
  let (r1, r2, r3, r4, r5): (Int, Int, Int, Int, Int)
  let (r6, r7): (Int, Int)

  @_transparent init(_ task: ProductTask<Scalar>, _ row: Int) {
    first = task.a + row * task.aRow
    end = first + task.k * task.aColumn
    let (s, last) = (task.aRow, task.m - row - 1)
    (r1, r2, r3) = (s * min(1, last), s * min(2, last), s * min(3, last))
    (r4, r5) = (s * min(4, last), s * min(5, last))
    (r6, r7) = (s * min(6, last), s * min(7, last))
  }
}

/// One vector of each row of a tile of C: the accumulators of the innermost loop.
private struct TileColumn<V: Lanes> {
  var (c0, c1, c2, c3, c4, c5): (V, V, V, V, V, V) = (
    .k(0), .k(0), .k(0), .k(0), .k(0), .k(0)
  )
  #if WIDE_VECTORS
    var (c6, c7): (V, V) = (.k(0), .k(0))
  #endif

  @_transparent init() {}

  /// Adds a column of A times a row of B.
  @_transparent mutating func add(
    _ a: UnsafePointer<V.Scalar>, _ rows: RowPlaces<V.Scalar>, _ b: V
  ) {
    c0 = .fma(.all(a[0]), b, c0)
    c1 = .fma(.all(a[rows.r1]), b, c1)
    c2 = .fma(.all(a[rows.r2]), b, c2)
    c3 = .fma(.all(a[rows.r3]), b, c3)
    c4 = .fma(.all(a[rows.r4]), b, c4)
    c5 = .fma(.all(a[rows.r5]), b, c5)
    #if WIDE_VECTORS
      c6 = .fma(.all(a[rows.r6]), b, c6)
      c7 = .fma(.all(a[rows.r7]), b, c7)
    #endif
  }

  /// Adds the bias, then replaces what is negative by 0.
  @_transparent mutating func finish(_ task: ProductTask<V.Scalar>, _ column: Int) {
    if let bias = task.bias {
      let columns = task.n - column
      let part: V =
        columns >= V.scalarCount
        ? .load(bias + column) : .load(bias + column, count: columns, padding: 0)
      change { $0 + part }
    }
    if task.isRectified { change { $0.replacing(with: .k(0), where: $0 .<= .k(0)) } }
  }

  @_transparent private mutating func change(_ function: (V) -> V) {
    (c0, c1, c2) = (function(c0), function(c1), function(c2))
    (c3, c4, c5) = (function(c3), function(c4), function(c5))
    #if WIDE_VECTORS
      (c6, c7) = (function(c6), function(c7))
    #endif
  }

  /// Writes the rows, `stride` apart.
  @_transparent func store(_ c: UnsafeMutablePointer<V.Scalar>, _ stride: Int) {
    c0.store(c)
    c1.store(c + stride)
    c2.store(c + 2 * stride)
    c3.store(c + 3 * stride)
    c4.store(c + 4 * stride)
    c5.store(c + 5 * stride)
    #if WIDE_VECTORS
      c6.store(c + 6 * stride)
      c7.store(c + 7 * stride)
    #endif
  }
}
