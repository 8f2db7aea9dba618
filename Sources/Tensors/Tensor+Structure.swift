// Operations that move elements and compute nothing. Each backward function moves them back.

extension Tensor {
  /// The same elements, in the same order, under another shape; traps unless the counts agree.
  public func reshaped(_ target: Shape) -> Tensor {
    guard target.count == count else {
      fatalError("reshaped: \(shape) has \(count) elements, \(target) has \(target.count)")
    }
    return Tensor(target, sharing: self).recorded(self) { entry, g, tape in
      tape.add(g.reshaped(entry.x.shape), to: entry.x)
    }
  }

  /// A new axis of extent 1 before `axis` (or at the end): `[2, 3].expanded(axis: 1)` is `[2, 1, 3]`.
  public func expanded(axis: Int) -> Tensor {
    let axis = axis < 0 ? axis + shape.rank + 1 : axis
    guard axis >= 0, axis <= shape.rank else { fatalError("expanded: axis \(axis) of \(shape)") }
    var axes = shape.axes
    axes.insert(1, at: axis)
    return reshaped(Shape(axes))
  }

  /// The transpose of a matrix: `[m, n]` to `[n, m]`.
  ///
  /// Equation: tensor-move
  public func transposed() -> Tensor {
    guard shape.rank == 2 else { fatalError("transposed: needs two axes, not \(shape)") }
    let (rows, columns) = (shape[0], shape[1])
    let result = Tensor(uninitialized: [columns, rows])
    let (x, out) = (storage.pointer, result.storage.pointer)
    Recorder.run(writing: result.storage, reading: storage) { _ in
      for i in 0..<rows { for j in 0..<columns { out[j * rows + i] = x[i * columns + j] } }
    }
    return result.recorded(self) { entry, g, tape in tape.add(g.transposed(), to: entry.x) }
  }

  /// The part of an axis in `range`: `[4, 3].sliced(axis: 0, 1..<3)` has shape `[2, 3]`.
  ///
  /// Backward: g in its place, zeros around it.
  ///
  /// Equation: tensor-move
  public func sliced(axis: Int, _ range: Range<Int>) -> Tensor {
    let axis = shape.normalized(axis, "sliced")
    let (outer, extent, inner) = shape.split(at: axis)
    guard range.lowerBound >= 0, range.upperBound <= extent else {
      fatalError("sliced: \(range) of axis \(axis) of shape \(shape)")
    }
    let result = Tensor(uninitialized: shape.replacing(axis, with: range.count))
    let length = range.count * inner
    let (x, out) = (storage.pointer + range.lowerBound * inner, result.storage.pointer)
    Recorder.run(writing: result.storage, reading: storage) { _ in
      for i in 0..<outer {
        (out + i * length).update(from: x + i * extent * inner, count: length)
      }
    }
    return result.recorded(self) { entry, g, tape in
      let before = Tensor.zeros(entry.x.shape.replacing(axis, with: range.lowerBound))
      let after = Tensor.zeros(entry.x.shape.replacing(axis, with: extent - range.upperBound))
      tape.add(concatenated([before, g, after], axis: axis), to: entry.x)
    }
  }

  /// The rows of a matrix at the given indices, which may repeat: `[n, d]` to `[indices.count, d]`.
  ///
  /// This is the embedding look-up. Backward: each row of g is added to the row that it came from.
  ///
  /// Equation: tensor-gather
  public func rows(at indices: [Int]) -> Tensor {
    guard shape.rank == 2 else { fatalError("rows: needs two axes, not \(shape)") }
    let (height, width) = (shape[0], shape[1])
    let result = Tensor(uninitialized: [indices.count, width])
    for index in indices where index < 0 || index >= height {
      fatalError("rows: no row \(index) in \(shape)")
    }
    let (x, out) = (storage.pointer, result.storage.pointer)
    Recorder.run(writing: result.storage, reading: storage) { _ in
      for (row, index) in indices.enumerated() {
        (out + row * width).update(from: x + index * width, count: width)
      }
    }
    return result.recorded(self) { entry, g, tape in
      let sums = Tensor(uninitialized: entry.x.shape)
      let (g, out, count) = (g.storage, sums.storage.pointer, sums.count)
      let source = g.pointer
      Recorder.run(writing: sums.storage, reading: g) { _ in
        Scalar._fill(0, out, count)
        for (row, index) in indices.enumerated() {
          let sum = out + index * width
          Scalar._zip(.add, sum, 1, source + row * width, 1, sum, width)
        }
      }
      tape.add(sums, to: entry.x)
    }
  }

  /// One row for each label, 1 at the label's place and 0 elsewhere: shape `[labels.count, classes]`.
  public static func oneHot(_ labels: [Int], classes: Int) -> Tensor {
    identity(classes).rows(at: labels)
  }
}

/// Tensors joined along an axis; all other extents must agree.
///
/// Backward: each gets its part of g.
///
/// Equation: tensor-move
public func concatenated<Scalar>(_ parts: [Tensor<Scalar>], axis: Int) -> Tensor<Scalar> {
  guard let first = parts.first else { fatalError("concatenated: no tensors") }
  let axis = first.shape.normalized(axis, "concatenated")
  let shapes = parts.map(\.shape)
  for shape in shapes
  where shape.rank != first.shape.rank
    || shape.replacing(axis, with: 0) != first.shape.replacing(axis, with: 0)
  {
    fatalError("concatenated: \(first.shape) with \(shape) along axis \(axis)")
  }
  let extents = shapes.map { $0[axis] }
  let (outer, extent, inner) = first.shape.replacing(axis, with: extents.reduce(0, +))
    .split(at: axis)
  let result = Tensor<Scalar>(uninitialized: first.shape.replacing(axis, with: extent))
  var begin = 0
  for (part, length) in zip(parts, extents) {
    let (x, out) = (part.storage.pointer, result.storage.pointer + begin * inner)
    Recorder.run(writing: result.storage, reading: part.storage) { _ in
      for i in 0..<outer {
        (out + i * extent * inner).update(from: x + i * length * inner, count: length * inner)
      }
    }
    begin += length
  }
  let watched = parts.first { $0.liveTape != nil } ?? first
  return result.recorded(watched) { _, g, tape in
    var begin = 0
    for (part, length) in zip(parts, extents) {
      tape.add(g.sliced(axis: axis, begin..<begin + length), to: part)
      begin += length
    }
  }
}
