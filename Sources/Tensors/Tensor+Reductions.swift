// Sums, means, maxima: each in an order that depends on the shape alone, never on threads.

extension Tensor {
  /// The elements folded in blocks of 8,192, and the blocks' results folded in order: shape `[]`.
  private func folded(_ reduction: Reduction) -> Tensor {
    let (block, count) = (8_192, count)
    let blocks = Swift.max(1, (count + block - 1) / block)
    let partial = Tensor(uninitialized: blocks == 1 ? [] : [blocks])
    let (x, out) = (storage.pointer, partial.storage.pointer)
    Recorder.run(writing: partial.storage, reading: storage, count: blocks, grain: 4) { range in
      for i in range {
        out[i] = Scalar._fold(reduction, x + i * block, Swift.min(block, count - i * block))
      }
    }
    return blocks == 1 ? partial : partial.folded(reduction)
  }

  /// Folds one axis away.
  private func folded(_ reduction: Reduction, axis: Int, _ operation: String) -> Tensor {
    let axis = shape.normalized(axis, operation)
    let (outer, extent, inner) = shape.split(at: axis)
    let result = Tensor(uninitialized: shape.replacing(axis))
    let (x, out) = (storage.pointer, result.storage.pointer)
    let grain = Swift.max(1, 16_384 / Swift.max(inner == 1 ? extent : extent * outer, 1))
    if inner == 1 {
      Recorder.run(writing: result.storage, reading: storage, count: outer, grain: grain) { range in
        for i in range { out[i] = Scalar._fold(reduction, x + i * extent, extent) }
      }
    } else {
      Recorder.run(
        writing: result.storage, reading: storage, count: inner, grain: grain, alignment: 64
      ) { range in
        for i in 0..<outer {
          let j = range.lowerBound
          Scalar._foldRows(
            reduction, x + i * extent * inner + j, rows: extent, stride: inner,
            out + i * inner + j, range.count)
        }
      }
    }
    return result
  }

  /// The sum of all elements: shape `[]`.
  ///
  /// Backward: g to every element.
  ///
  /// Equation: tensor-sum
  public func sum() -> Tensor {
    folded(.sum).recorded(self) { entry, g, tape in
      tape.add(g.broadcast(to: entry.x.shape), to: entry.x)
    }
  }

  /// The sum over one axis, which goes away: `[2, 3].sum(axis: 1)` has shape `[2]`.
  ///
  /// Backward: g to every element of its row.
  ///
  /// Equation: tensor-sum
  public func sum(axis: Int) -> Tensor {
    let axis = shape.normalized(axis, "sum")
    return folded(.sum, axis: axis, "sum").recorded(self) { entry, g, tape in
      tape.add(g.expanded(axis: axis).broadcast(to: entry.x.shape), to: entry.x)
    }
  }

  /// The mean of all elements: shape `[]`.
  public func mean() -> Tensor { sum() / Scalar(count) }

  /// The mean over one axis, which goes away.
  public func mean(axis: Int) -> Tensor { sum(axis: axis) / Scalar(shape[axis]) }

  /// The largest element over one axis, which goes away; a constant (no gradient flows through it).
  public func max(axis: Int) -> Tensor { folded(.maximum, axis: axis, "max") }

  /// The largest element; −infinity for an empty tensor.
  ///
  /// A constant.
  public func max() -> Scalar { folded(.maximum).scalar }

  /// The smallest element; infinity for an empty tensor.
  ///
  /// A constant.
  public func min() -> Scalar { -map(.negate).folded(.maximum).scalar }

  /// log Σ exp over one axis, which goes away, without overflow: the largest element m is taken
  /// out, log Σ exp(x) = m + log Σ exp(x − m).
  ///
  /// Backward: g · exp(x − log Σ exp(x)), the softmax.
  ///
  /// Equation: tensor-log-sum-exp
  public func logSumExp(axis: Int) -> Tensor {
    let axis = shape.normalized(axis, "logSumExp")
    let values = stopGradient(self)
    // Where the largest is infinite, x − m would be ∞ − ∞: take out 0 there instead.
    let shift = values.max(axis: axis).map(.finite)
    let sum = exp(values - shift.expanded(axis: axis)).sum(axis: axis)
    return (shift + log(sum)).recorded(self) { entry, g, tape in
      let weights = exp(entry.x - entry.output.expanded(axis: axis))
      tape.add(g.expanded(axis: axis) * weights, to: entry.x)
    }
  }

  /// The sum over the axes that broadcasting would repeat, so that the result has shape `target`.
  ///
  /// Equation: tensor-broadcast
  func summed(to target: Shape) -> Tensor {
    if shape == target { return self }
    var result = self
    while result.shape.rank > target.rank { result = result.sum(axis: 0) }
    for axis in 0..<target.rank where target[axis] == 1 && result.shape[axis] != 1 {
      result = result.sum(axis: axis).expanded(axis: axis)
    }
    return result
  }

  /// The index of the largest element along the last axis, for each row; the first one on a tie.
  public func argMax() -> [Int] {
    let columns = shape[-1]
    return withUnsafeScalars { all in
      (0..<count / Swift.max(columns, 1)).map { row in
        (1..<Swift.max(columns, 1)).reduce(0) {
          all[row * columns + $1] > all[row * columns + $0] ? $1 : $0
        }
      }
    }
  }
}
