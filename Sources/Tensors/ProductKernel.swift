// The fast matrix product.
//
// B is copied into panels, two vectors wide, so that the innermost loop reads it in order; then tiles
// of C stay in registers while k runs. Every element of C is still one chain of fused multiply-adds
// over k in order, whatever the tile: the bits are those of the naive kernel.

/// The rows of a tile. Sixteen accumulators of 512 bits fit the 32 registers of AVX-512; elsewhere a
/// vector takes two (AVX2) or four (NEON) registers of sixteen or 32, so tiles are one vector wide.
#if WIDE_VECTORS
  private let tileRows = 8
  private let copies = true
#else
  private let tileRows = 6
  private let copies = false
#endif

extension ProductTask {
  /// How many scalars wide a panel is.
  static var panelWidth: Int { 2 * Scalar.Vector.scalarCount }
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
      let isCopied = copies && task.bColumn == 1 && task.n - column >= width && task.m > 0
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
    let width = 2 * Vector.scalarCount
    let columns = Swift.min(width, task.n - column)
    let source = task.b + column * task.bColumn
    if task.bColumn == 1 && columns == width {
      for p in 0..<task.k {
        let row = source + p * task.bRow
        Vector.load(row).store(out + p * width)
        Vector.load(row + Vector.scalarCount).store(out + p * width + Vector.scalarCount)
      }
      return
    }
    if columns < width { out.update(repeating: 0, count: task.k * width) }
    // Transposed B: eight rows of it at a time, so that the lines written to stay in cache.
    for first in stride(from: 0, to: columns, by: 8) {
      for p in 0..<task.k {
        for j in first..<Swift.min(first + 8, columns) {
          out[p * width + j] = source[p * task.bRow + j * task.bColumn]
        }
      }
    }
  }

  /// One tile of C: up to `tileRows` rows from `row`, up to two vectors of columns from `column`.
  ///
  /// B is read from its panel, or, if `copying`, from where it lies, and copied to the panel.
  private static func multiply(
    _ task: ProductTask<Self>, _ row: Int, _ column: Int, _ panel: UnsafeMutablePointer<Self>,
    copying: Bool
  ) {
    let lanes = Vector.scalarCount
    let (rows, columns) = (Swift.min(tileRows, task.m - row), Swift.min(2 * lanes, task.n - column))
    let bias = task.bias.map { $0 + column }
    let c = task.c + row * task.n + column
    if rows == tileRows && columns == 2 * lanes && !task.isTransposed {
      if copying { return copyingTile(task, row, rows, column, panel, bias, c, task.n) }
      return tile(task, row, rows, panel, columns, bias, c, task.n)
    }
    withUnsafeTemporaryAllocation(of: Self.self, capacity: tileRows * 2 * lanes) { buffer in
      let whole = buffer.baseAddress!
      if copying {
        copyingTile(task, row, rows, column, panel, bias, whole, 2 * lanes)
      } else {
        tile(task, row, rows, panel, columns, bias, whole, 2 * lanes)
      }
      if task.isTransposed {
        for j in 0..<columns {
          let c = task.c + (column + j) * task.m + row
          for i in 0..<rows { c[i] = whole[i * 2 * lanes + j] }
        }
      } else {
        for i in 0..<rows { (c + i * task.n).update(from: whole + i * 2 * lanes, count: columns) }
      }
    }
  }

  /// Computes a tile: two vectors at once, or one after the other, as registers allow.
  @inline(__always) private static func tile(
    _ task: ProductTask<Self>, _ row: Int, _ rows: Int, _ panel: UnsafePointer<Self>,
    _ columns: Int, _ bias: UnsafePointer<Self>?, _ c: UnsafeMutablePointer<Self>, _ stride: Int
  ) {
    let lanes = Vector.scalarCount
    #if WIDE_VECTORS
      if columns > lanes {
        return wide(task, row, rows - 1, panel, 2 * lanes, nil, columns, bias, c, stride)
      }
    #endif
    narrow(task, row, rows - 1, panel, Swift.min(columns, lanes), bias, c, stride)
    if columns > lanes {
      narrow(
        task, row, rows - 1, panel + lanes, columns - lanes, bias.map { $0 + lanes }, c + lanes,
        stride)
    }
  }

  /// Computes a tile of two whole vectors with B where it lies, and copies B to its panel.
  @inline(never) private static func copyingTile(
    _ task: ProductTask<Self>, _ row: Int, _ rows: Int, _ column: Int,
    _ panel: UnsafeMutablePointer<Self>, _ bias: UnsafePointer<Self>?,
    _ c: UnsafeMutablePointer<Self>, _ stride: Int
  ) {
    #if WIDE_VECTORS
      wide(
        task, row, rows - 1, task.b + column, task.bRow, panel, 2 * Vector.scalarCount, bias, c,
        stride)
    #endif
  }

  #if WIDE_VECTORS
    /// Eight rows by two vectors, all k: sixteen accumulators. Rows beyond `last` repeat row `last`.
    @inline(__always) private static func wide(
      _ task: ProductTask<Self>, _ row: Int, _ last: Int, _ source: UnsafePointer<Self>,
      _ step: Int, _ copy: UnsafeMutablePointer<Self>?, _ columns: Int,
      _ bias: UnsafePointer<Self>?, _ c: UnsafeMutablePointer<Self>, _ stride: Int
    ) {
      let lanes = Vector.scalarCount
      let zero = Vector.all(0)
      var (c00, c01, c10, c11, c20, c21, c30, c31) = (
        zero, zero, zero, zero, zero, zero, zero, zero
      )
      var (c40, c41, c50, c51, c60, c61, c70, c71) = (
        zero, zero, zero, zero, zero, zero, zero, zero
      )
      var a = task.a + row * task.aRow
      var (b, out) = (source, copy)
      let s = task.aRow
      let r1 = s * Swift.min(1, last)
      let r2 = s * Swift.min(2, last)
      let r3 = s * Swift.min(3, last)
      let r4 = s * Swift.min(4, last)
      let r5 = s * Swift.min(5, last)
      let r6 = s * Swift.min(6, last)
      let r7 = s * Swift.min(7, last)
      for _ in 0..<task.k {
        let (b0, b1) = (Vector.load(b), Vector.load(b + lanes))
        if let copy = out {
          b0.store(copy)
          b1.store(copy + lanes)
          out = copy + 2 * lanes
        }
        var x = Vector.all(a[0])
        (c00, c01) = (.fma(x, b0, c00), .fma(x, b1, c01))
        x = .all(a[r1])
        (c10, c11) = (.fma(x, b0, c10), .fma(x, b1, c11))
        x = .all(a[r2])
        (c20, c21) = (.fma(x, b0, c20), .fma(x, b1, c21))
        x = .all(a[r3])
        (c30, c31) = (.fma(x, b0, c30), .fma(x, b1, c31))
        x = .all(a[r4])
        (c40, c41) = (.fma(x, b0, c40), .fma(x, b1, c41))
        x = .all(a[r5])
        (c50, c51) = (.fma(x, b0, c50), .fma(x, b1, c51))
        x = .all(a[r6])
        (c60, c61) = (.fma(x, b0, c60), .fma(x, b1, c61))
        x = .all(a[r7])
        (c70, c71) = (.fma(x, b0, c70), .fma(x, b1, c71))
        a += task.aColumn
        b += step
      }
      if let bias {
        let (b0, b1) = (Vector.load(bias), part(bias + lanes, columns - lanes))
        (c00, c01) = (c00 + b0, c01 + b1)
        (c10, c11) = (c10 + b0, c11 + b1)
        (c20, c21) = (c20 + b0, c21 + b1)
        (c30, c31) = (c30 + b0, c31 + b1)
        (c40, c41) = (c40 + b0, c41 + b1)
        (c50, c51) = (c50 + b0, c51 + b1)
        (c60, c61) = (c60 + b0, c61 + b1)
        (c70, c71) = (c70 + b0, c71 + b1)
      }
      if task.isRectified {
        (c00, c01) = (c00.rectified, c01.rectified)
        (c10, c11) = (c10.rectified, c11.rectified)
        (c20, c21) = (c20.rectified, c21.rectified)
        (c30, c31) = (c30.rectified, c31.rectified)
        (c40, c41) = (c40.rectified, c41.rectified)
        (c50, c51) = (c50.rectified, c51.rectified)
        (c60, c61) = (c60.rectified, c61.rectified)
        (c70, c71) = (c70.rectified, c71.rectified)
      }
      c00.store(c)
      c01.store(c + lanes)
      c10.store(c + stride)
      c11.store(c + stride + lanes)
      c20.store(c + 2 * stride)
      c21.store(c + 2 * stride + lanes)
      c30.store(c + 3 * stride)
      c31.store(c + 3 * stride + lanes)
      c40.store(c + 4 * stride)
      c41.store(c + 4 * stride + lanes)
      c50.store(c + 5 * stride)
      c51.store(c + 5 * stride + lanes)
      c60.store(c + 6 * stride)
      c61.store(c + 6 * stride + lanes)
      c70.store(c + 7 * stride)
      c71.store(c + 7 * stride + lanes)
    }
    /// Eight rows by one vector, for the last columns of C.
    @inline(__always) private static func narrow(
      _ task: ProductTask<Self>, _ row: Int, _ last: Int, _ panel: UnsafePointer<Self>,
      _ columns: Int, _ bias: UnsafePointer<Self>?, _ c: UnsafeMutablePointer<Self>, _ stride: Int
    ) {
      let lanes = Vector.scalarCount
      let zero = Vector.all(0)
      var (c0, c1, c2, c3, c4, c5, c6, c7) = (zero, zero, zero, zero, zero, zero, zero, zero)
      var a = task.a + row * task.aRow
      var b = panel
      let s = task.aRow
      let r1 = s * Swift.min(1, last)
      let r2 = s * Swift.min(2, last)
      let r3 = s * Swift.min(3, last)
      let r4 = s * Swift.min(4, last)
      let r5 = s * Swift.min(5, last)
      let r6 = s * Swift.min(6, last)
      let r7 = s * Swift.min(7, last)
      for _ in 0..<task.k {
        let b0 = Vector.load(b)
        c0 = .fma(.all(a[0]), b0, c0)
        c1 = .fma(.all(a[r1]), b0, c1)
        c2 = .fma(.all(a[r2]), b0, c2)
        c3 = .fma(.all(a[r3]), b0, c3)
        c4 = .fma(.all(a[r4]), b0, c4)
        c5 = .fma(.all(a[r5]), b0, c5)
        c6 = .fma(.all(a[r6]), b0, c6)
        c7 = .fma(.all(a[r7]), b0, c7)
        a += task.aColumn
        b += 2 * lanes
      }
      if let bias {
        let b0 = part(bias, columns)
        c0 = c0 + b0
        c1 = c1 + b0
        c2 = c2 + b0
        c3 = c3 + b0
        c4 = c4 + b0
        c5 = c5 + b0
        c6 = c6 + b0
        c7 = c7 + b0
      }
      if task.isRectified {
        c0 = c0.rectified
        c1 = c1.rectified
        c2 = c2.rectified
        c3 = c3.rectified
        c4 = c4.rectified
        c5 = c5.rectified
        c6 = c6.rectified
        c7 = c7.rectified
      }
      c0.store(c)
      c1.store(c + stride)
      c2.store(c + 2 * stride)
      c3.store(c + 3 * stride)
      c4.store(c + 4 * stride)
      c5.store(c + 5 * stride)
      c6.store(c + 6 * stride)
      c7.store(c + 7 * stride)
    }
  #else
    /// Six rows by one vector, all k. Rows beyond `last` repeat row `last`.
    @inline(__always) private static func narrow(
      _ task: ProductTask<Self>, _ row: Int, _ last: Int, _ panel: UnsafePointer<Self>,
      _ columns: Int, _ bias: UnsafePointer<Self>?, _ c: UnsafeMutablePointer<Self>, _ stride: Int
    ) {
      let lanes = Vector.scalarCount
      let zero = Vector.all(0)
      var (c0, c1, c2, c3, c4, c5) = (zero, zero, zero, zero, zero, zero)
      var a = task.a + row * task.aRow
      var b = panel
      let s = task.aRow
      let r1 = s * Swift.min(1, last)
      let r2 = s * Swift.min(2, last)
      let r3 = s * Swift.min(3, last)
      let r4 = s * Swift.min(4, last)
      let r5 = s * Swift.min(5, last)
      for _ in 0..<task.k {
        let b0 = Vector.load(b)
        c0 = .fma(.all(a[0]), b0, c0)
        c1 = .fma(.all(a[r1]), b0, c1)
        c2 = .fma(.all(a[r2]), b0, c2)
        c3 = .fma(.all(a[r3]), b0, c3)
        c4 = .fma(.all(a[r4]), b0, c4)
        c5 = .fma(.all(a[r5]), b0, c5)
        a += task.aColumn
        b += 2 * lanes
      }
      if let bias {
        let b0 = part(bias, columns)
        c0 = c0 + b0
        c1 = c1 + b0
        c2 = c2 + b0
        c3 = c3 + b0
        c4 = c4 + b0
        c5 = c5 + b0
      }
      if task.isRectified {
        c0 = c0.rectified
        c1 = c1.rectified
        c2 = c2.rectified
        c3 = c3.rectified
        c4 = c4.rectified
        c5 = c5.rectified
      }
      c0.store(c)
      c1.store(c + stride)
      c2.store(c + 2 * stride)
      c3.store(c + 3 * stride)
      c4.store(c + 4 * stride)
      c5.store(c + 5 * stride)
    }
  #endif

  /// The vector at `pointer`, of which `count` lanes are there.
  private static func part(_ pointer: UnsafePointer<Self>, _ count: Int) -> Vector {
    count >= Vector.scalarCount ? .load(pointer) : .load(pointer, count: count, padding: 0)
  }
}

extension Lanes {
  /// Each lane, or 0 where it is not positive; not-a-number stays.
  @_transparent fileprivate var rectified: Self { replacing(with: .k(0), where: self .<= .k(0)) }
}
