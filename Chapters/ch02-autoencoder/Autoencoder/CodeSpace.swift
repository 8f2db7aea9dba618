import Tensors

// What can be measured about a set of codes, and about pictures decoded from codes.

/// The squared distance between each row of `x`, `[n, d]`, and each row of `y`, `[m, d]`: `[n, m]`, by
/// ‖x − y‖² = ‖x‖² − 2 x·y + ‖y‖², and 0 where rounding makes that negative.
public func squaredDistances<Scalar>(
  _ x: Tensor<Scalar>, _ y: Tensor<Scalar>
) -> Tensor<Scalar> {
  let inner = matmul(x, y, transposingSecond: true)
  return relu(square(x).sum(axis: 1).expanded(axis: 1) - 2 * inner + square(y).sum(axis: 1))
}

/// The squared distance from each row of `x` to the nearest row of `y`: `[n]`.
public func nearestSquaredDistances<Scalar>(
  _ x: Tensor<Scalar>, in y: Tensor<Scalar>
) -> Tensor<Scalar> {
  -((-squaredDistances(x, y)).max(axis: 1))
}

/// The indices of the `count` nearest rows of `y` for each row of `x`, the nearest first; of rows at the
/// same distance, the first one.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func nearestNeighbours<Scalar>(
  _ x: Tensor<Scalar>, in y: Tensor<Scalar>, count: Int
) -> [[Int]] {
  let rows = y.shape[0]
  return squaredDistances(x, y).withUnsafeScalars { all in
    (0..<x.shape[0]).map { row in
      var nearest: [Int] = []
      for index in 0..<rows {
        let distance = { all[row * rows + $0] }
        if nearest.count == count, distance(index) >= distance(nearest[count - 1]) { continue }
        let place = nearest.firstIndex { distance(index) < distance($0) } ?? nearest.count
        nearest.insert(index, at: place)
        if nearest.count > count { nearest.removeLast() }
      }
      return nearest
    }
  }
}

/// Which part of the neighbours of each datum have the label that is commonest among them, in the mean
/// over data: 1 where all neighbours agree.
public func agreement(of neighbours: [[Int]], labels: [UInt8]) -> Double {
  let parts = neighbours.map { indices in
    var votes = [Int](repeating: 0, count: 256)
    for index in indices { votes[Int(labels[index])] += 1 }
    return Double(votes.max()!) / Double(indices.count)
  }
  return parts.reduce(0, +) / Double(parts.count)
}

/// Points spread evenly over the smallest box that holds all the codes `[n, d]`: `[count, d]`.
public func boxSample<Scalar>(
  around codes: Tensor<Scalar>, count: Int, random: inout Random
) -> Tensor<Scalar> {
  let (lower, upper) = (-((-codes).max(axis: 0)), codes.max(axis: 0))
  return lower + random.uniform([count, codes.shape[1]]) * (upper - lower)
}

/// The correlation of corresponding elements of two tensors of one shape, from −1 to 1.
public func correlation(_ x: Tensor<Double>, _ y: Tensor<Double>) -> Double {
  let (a, b) = (x - x.mean(), y - y.mean())
  return (a * b).sum().scalar / (square(a).sum().scalar * square(b).sum().scalar).squareRoot()
}

/// The middle value; of an even number of values, the mean of the two middle ones.
public func median(_ values: [Double]) -> Double {
  guard !values.isEmpty else { fatalError("median: of no values") }
  let sorted = values.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
