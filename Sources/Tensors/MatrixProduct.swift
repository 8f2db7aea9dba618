/// A matrix product C = A B to compute: A is `[m, k]`, B `[k, n]`, C `[m, n]`.
///
/// Element (i, p) of A lies at `a[i · aRow + p · aColumn]`, and B's likewise, so that a transposed
/// operand is the same memory with its two strides swapped. C is row-major.
public struct ProductTask<Scalar: TensorScalar>: @unchecked Sendable {
  let (m, n, k): (Int, Int, Int)
  let a: UnsafePointer<Scalar>
  let (aRow, aColumn): (Int, Int)
  let b: UnsafePointer<Scalar>
  let (bRow, bColumn): (Int, Int)
  let c: UnsafeMutablePointer<Scalar>
}

extension TensorScalar {
  /// The definition: each element is one chain of fused multiply-adds over k, in order.
  ///
  /// The fast kernel does the same operations on each element in the same order, so that the two
  /// agree in every bit; the tests hold it to that.
  public static func _naiveProduct(_ task: ProductTask<Self>) {
    for i in 0..<task.m {
      for j in 0..<task.n {
        var sum: Self = 0
        for p in 0..<task.k {
          let a = task.a[i * task.aRow + p * task.aColumn]
          let b = task.b[p * task.bRow + j * task.bColumn]
          sum.addProduct(a, b)
        }
        task.c[i * task.n + j] = sum
      }
    }
  }

  /// The fast kernel. B is copied into panels two vectors wide; then tiles of eight rows by two vectors
  /// of C stay in registers while k runs. Threads share out panels, then rows of tiles.
  public static func _product(_ task: ProductTask<Self>) {
    let width = 2 * Vector.scalarCount
    let panels = (task.n + width - 1) / width
    let tiles = (task.m + 7) / 8
    let size = task.k * width
    let packed = UnsafeMutableRawPointer.allocate(
      byteCount: Swift.max(1, panels * size) * MemoryLayout<Self>.stride, alignment: 64)
    defer { packed.deallocate() }
    let buffer = packed.bindMemory(to: Self.self, capacity: panels * size)
    // Parts of at least a quarter of a million multiplications, else starting threads costs more.
    let work = task.k * width * 8
    Parallel.split(panels, grain: Swift.max(1, 65_536 / Swift.max(1, size))) { range in
      for panel in range { pack(task, column: panel * width, buffer + panel * size) }
    }
    let grain = Swift.max(1, 262_144 / Swift.max(1, work * panels))
    if tiles >= 2 * Parallel.threads || tiles >= panels {
      Parallel.split(tiles, grain: grain) { rows in
        for panel in 0..<panels {
          for tile in rows {
            multiply(task, row: tile * 8, column: panel * width, buffer + panel * size)
          }
        }
      }
    } else {
      Parallel.split(panels, grain: Swift.max(1, 262_144 / Swift.max(1, work * tiles))) { range in
        for panel in range {
          for tile in 0..<tiles {
            multiply(task, row: tile * 8, column: panel * width, buffer + panel * size)
          }
        }
      }
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

  /// One tile of C: up to eight rows from `row`, up to two vectors of columns from `column`.
  private static func multiply(
    _ task: ProductTask<Self>, row: Int, column: Int, _ panel: UnsafePointer<Self>
  ) {
    let lanes = Vector.scalarCount
    let (rows, columns) = (Swift.min(8, task.m - row), Swift.min(2 * lanes, task.n - column))
    let c = task.c + row * task.n + column
    if rows == 8 && columns == 2 * lanes {
      return micro(task, row, 7, panel, c, task.n)
    }
    withUnsafeTemporaryAllocation(of: Self.self, capacity: 16 * lanes) { tile in
      let whole = tile.baseAddress!
      if columns <= lanes {
        microNarrow(task, row, rows - 1, panel, whole, 2 * lanes)
      } else {
        micro(task, row, rows - 1, panel, whole, 2 * lanes)
      }
      for i in 0..<rows { (c + i * task.n).update(from: whole + i * 2 * lanes, count: columns) }
    }
  }

  /// Eight rows by two vectors, all k: sixteen accumulators. Rows beyond `last` repeat row `last`.
  @inline(__always) private static func micro(
    _ task: ProductTask<Self>, _ row: Int, _ last: Int, _ panel: UnsafePointer<Self>,
    _ c: UnsafeMutablePointer<Self>, _ stride: Int
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
    var b = panel
    let s = task.aRow
    let (r1, r2, r3) = (s * Swift.min(1, last), s * Swift.min(2, last), s * Swift.min(3, last))
    let (r4, r5, r6) = (s * Swift.min(4, last), s * Swift.min(5, last), s * Swift.min(6, last))
    let r7 = s * Swift.min(7, last)
    for _ in 0..<task.k {
      let (b0, b1) = (Vector.load(b), Vector.load(b + lanes))
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
      b += 2 * lanes
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
  @inline(__always) private static func microNarrow(
    _ task: ProductTask<Self>, _ row: Int, _ last: Int, _ panel: UnsafePointer<Self>,
    _ c: UnsafeMutablePointer<Self>, _ stride: Int
  ) {
    for first in Swift.stride(from: 0, through: last, by: 4) {
      var sums = (Vector.all(0), Vector.all(0), Vector.all(0), Vector.all(0))
      var a = task.a + (row + first) * task.aRow
      var b = panel
      let s = task.aRow
      let rest = last - first
      let (r1, r2, r3) = (s * Swift.min(1, rest), s * Swift.min(2, rest), s * Swift.min(3, rest))
      for _ in 0..<task.k {
        let b0 = Vector.load(b)
        sums.0 = .fma(.all(a[0]), b0, sums.0)
        sums.1 = .fma(.all(a[r1]), b0, sums.1)
        sums.2 = .fma(.all(a[r2]), b0, sums.2)
        sums.3 = .fma(.all(a[r3]), b0, sums.3)
        a += task.aColumn
        b += 2 * Vector.scalarCount
      }
      let out = c + first * stride
      sums.0.store(out)
      sums.1.store(out + stride)
      sums.2.store(out + 2 * stride)
      sums.3.store(out + 3 * stride)
    }
  }
}

/// The matrix product of `x` and `y`, either of them transposed first: `[m, k] · [k, n]` to `[m, n]`.
///
/// Each element is summed over k in order with fused multiply-add. Transposing copies nothing.
/// Backward: for C = X Y, the cotangents are g Yᵀ and Xᵀ g.
///
/// Equation: tensor-matmul
public func matmul<Scalar>(
  _ x: Tensor<Scalar>, _ y: Tensor<Scalar>, transposingFirst: Bool = false,
  transposingSecond: Bool = false
) -> Tensor<Scalar> {
  let result = product(x, y, transposingFirst, transposingSecond, Scalar._product)
  switch (transposingFirst, transposingSecond) {
  case (false, false):
    return result.recorded(x, y) { entry, g, tape in
      tape.add(matmul(g, entry.y, transposingSecond: true), to: entry.x)
      tape.add(matmul(entry.x, g, transposingFirst: true), to: entry.y)
    }
  case (true, false):
    return result.recorded(x, y) { entry, g, tape in
      tape.add(matmul(entry.y, g, transposingSecond: true), to: entry.x)
      tape.add(matmul(entry.x, g), to: entry.y)
    }
  case (false, true):
    return result.recorded(x, y) { entry, g, tape in
      tape.add(matmul(g, entry.y), to: entry.x)
      tape.add(matmul(g, entry.x, transposingFirst: true), to: entry.y)
    }
  case (true, true):
    return result.recorded(x, y) { entry, g, tape in
      tape.add(
        matmul(entry.y, g, transposingFirst: true, transposingSecond: true), to: entry.x)
      tape.add(
        matmul(g, entry.x, transposingFirst: true, transposingSecond: true), to: entry.y)
    }
  }
}

/// Checks the shapes, lays out the task and runs it.
func product<Scalar>(
  _ x: Tensor<Scalar>, _ y: Tensor<Scalar>, _ transposingFirst: Bool, _ transposingSecond: Bool,
  _ kernel: (ProductTask<Scalar>) -> Void
) -> Tensor<Scalar> {
  let named = { (t: Tensor<Scalar>, flag: Bool) in "\(t.shape)" + (flag ? "ᵀ" : "") }
  guard x.shape.rank == 2, y.shape.rank == 2,
    x.shape[transposingFirst ? 0 : 1] == y.shape[transposingSecond ? 1 : 0]
  else {
    fatalError("matmul: \(named(x, transposingFirst)) × \(named(y, transposingSecond))")
  }
  let (m, k) =
    transposingFirst ? (x.shape[1], x.shape[0]) : (x.shape[0], x.shape[1])
  let n = y.shape[transposingSecond ? 0 : 1]
  let result = Tensor<Scalar>(uninitialized: [m, n])
  kernel(
    ProductTask(
      m: m, n: n, k: k,
      a: x.storage.pointer,
      aRow: transposingFirst ? 1 : k, aColumn: transposingFirst ? m : 1,
      b: y.storage.pointer,
      bRow: transposingSecond ? 1 : n, bColumn: transposingSecond ? k : 1,
      c: result.storage.pointer))
  return result
}
