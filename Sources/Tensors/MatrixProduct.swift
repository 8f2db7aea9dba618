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
  /// Where the fast kernel copies B to: `packedCount` scalars.
  let packed: UnsafeMutablePointer<Scalar>
  /// What to add to each row of C before it is stored, if anything: n scalars.
  var bias: UnsafePointer<Scalar>?
  /// Whether negative elements of C are stored as 0, after the bias.
  var isRectified = false
  /// Whether C is stored transposed: element (i, j) at `c[j · m + i]`.
  var isTransposed = false

  /// How much memory the fast kernel's copy of B takes.
  static func packedCount(n: Int, k: Int) -> Int {
    let width = 2 * Scalar.Vector.scalarCount
    return (n + width - 1) / width * width * k
  }
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
        if let bias = task.bias { sum += bias[j] }
        if task.isRectified && sum <= 0 { sum = 0 }
        task.c[task.isTransposed ? j * task.m + i : i * task.n + j] = sum
      }
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
  let result = product(x, y, transposingFirst, transposingSecond)
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

/// x W + b, negative elements replaced by 0 if `rectified`: one kernel for a dense layer, so that
/// C is written once.
///
/// Shapes: x `[batch, in]`, W `[in, out]`, b `[out]`, the result `[batch, out]`. The bits are those of
/// `matmul(x, weight) + bias`, and of `relu` of it.
///
/// Backward: with δ = g, or g where the result is positive if `rectified`: δ Wᵀ to x, xᵀ δ to W, and δ,
/// summed over the batch, to b.
///
/// Equation: tensor-affine
public func affine<Scalar>(
  _ x: Tensor<Scalar>, _ weight: Tensor<Scalar>, _ bias: Tensor<Scalar>, rectified: Bool = false
) -> Tensor<Scalar> {
  guard weight.shape.rank == 2, bias.shape == [weight.shape[1]] else {
    fatalError("affine: a weight of shape \(weight.shape) with a bias of shape \(bias.shape)")
  }
  return product(x, weight, false, false, bias: bias, rectified: rectified)
    .recorded(x, weight, bias) { entry, g, tape in
      let delta = rectified ? Tensor.zip(.reluBackward, g, entry.output, "affine") : g
      tape.add(matmul(delta, entry.y, transposingSecond: true), to: entry.x)
      tape.add(matmul(entry.x, delta, transposingFirst: true), to: entry.y)
      tape.add(delta, to: entry.z)
    }
}

/// Checks the shapes, lays out the task and runs it.
func product<Scalar>(
  _ x: Tensor<Scalar>, _ y: Tensor<Scalar>, _ transposingFirst: Bool, _ transposingSecond: Bool,
  bias: Tensor<Scalar>? = nil, rectified: Bool = false,
  isNaive: Bool = false
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
  let (a, b) = (x.storage.pointer, y.storage.pointer)
  let (aSteps, bSteps) = (transposingFirst ? (1, m) : (k, 1), transposingSecond ? (1, k) : (n, 1))
  // The kernel copies its second operand, which is slow if that is transposed: where it pays, C is
  // computed as the transpose of Bᵀ Aᵀ, whose second operand is A. The sums are the same.
  let swapped = bias == nil && !rectified && transposingSecond && m < n
  let packed = Tensor<Scalar>(
    uninitialized: [ProductTask<Scalar>.packedCount(n: swapped ? m : n, k: k)])
  let task =
    swapped
    ? ProductTask(
      m: n, n: m, k: k, a: b, aRow: bSteps.1, aColumn: bSteps.0, b: a, bRow: aSteps.1,
      bColumn: aSteps.0, c: result.storage.pointer, packed: packed.storage.pointer,
      isTransposed: true)
    : ProductTask(
      m: m, n: n, k: k, a: a, aRow: aSteps.0, aColumn: aSteps.1, b: b, bRow: bSteps.0,
      bColumn: bSteps.1, c: result.storage.pointer, packed: packed.storage.pointer,
      bias: bias?.storage.pointer, isRectified: rectified)
  let run = { (count: Int, grain: Int, kernel: @escaping (Range<Int>) -> Void) in
    Recorder.run(
      writing: result.storage, reading: x.storage, y.storage, bias?.storage, count: count,
      grain: grain, kernel: kernel)
  }
  if isNaive {
    run(1, 1) { _ in Scalar._naiveProduct(task) }
  } else if task.hasPanelsToShare {
    run(task.panels, task.panelGrain) { Scalar._productOfPanels(task, $0) }
  } else {
    run(task.panels, 1) { Scalar._pack(task, $0) }
    run(task.tiles, task.tileGrain) { Scalar._productOfTiles(task, $0) }
  }
  return withExtendedLifetime(packed) { result }
}
