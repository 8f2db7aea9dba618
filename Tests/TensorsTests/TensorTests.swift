import Foundation
import Testing

@testable import Tensors

private typealias T = Tensor<Double>

/// Shapes of every rank, degenerate extents first.
private let shapes: [Shape] = [
  [], [0], [1], [2], [7], [40], [0, 3], [3, 0], [1, 1], [2, 3], [5, 33], [2, 0, 3], [2, 3, 4],
  [1, 2, 1], [2, 3, 1, 5], [2, 1, 3, 17],
]

private func close(_ x: Double, _ y: Double) -> Bool {
  x == y || Swift.abs(x - y) <= 1e-12 * Swift.max(1, Swift.abs(x), Swift.abs(y))
}

@Suite("Tensor values")
struct TensorTests {
  @Test("reductions along each axis equal obvious loops", arguments: shapes.map(\.axes))
  func reductions(axes: [Int]) {
    let shape = Shape(axes)
    var random = Random(seed: 21)
    let x: T = random.normal(shape)
    #expect(close(x.sum().scalar, x.scalars.reduce(0, +)))
    #expect(x.max() == x.scalars.reduce(-.infinity) { Swift.max($0, $1) })
    #expect(x.min() == x.scalars.reduce(.infinity) { Swift.min($0, $1) })
    if x.count > 0 { #expect(close(x.mean().scalar, x.scalars.reduce(0, +) / Double(x.count))) }
    for axis in 0..<shape.rank {
      var rest = shape.axes
      let extent = rest.remove(at: axis)
      let (sum, mean) = (x.sum(axis: axis), x.mean(axis: axis))
      let (largest, logSum) = (x.max(axis: axis), x.logSumExp(axis: axis - shape.rank))
      #expect(sum.shape == Shape(rest) && mean.shape == Shape(rest))
      #expect(largest.shape == Shape(rest) && logSum.shape == Shape(rest))
      for index in indices(of: Shape(rest)) {
        let row = (0..<extent).map { i -> Double in
          var full = index
          full.insert(i, at: axis)
          return x.at(full)
        }
        let total = row.reduce(0, +)
        #expect(close(sum.at(index), total))
        #expect(extent == 0 ? mean.at(index).isNaN : close(mean.at(index), total / Double(extent)))
        #expect(largest.at(index) == row.reduce(-.infinity) { Swift.max($0, $1) })
        let expected = Foundation.log(row.reduce(0) { $0 + Foundation.exp($1) })
        #expect(close(logSum.at(index), expected))
      }
    }
  }

  @Test("broadcasting equals an index-by-index reference over random pairs of shapes")
  func broadcasting() {
    var random = Random(seed: 22)
    for _ in 0..<300 {
      let rank = random.integer(below: 5)
      let full = (0..<rank).map { _ in [0, 1, 2, 3, 5, 18][random.integer(below: 6)] }
      let pair = (0..<2).map { _ -> Shape in
        let kept = full.dropFirst(random.integer(below: rank + 1))
        return Shape(kept.map { random.integer(below: 3) == 0 ? 1 : $0 })
      }
      let (x, y): (T, T) = (random.normal(pair[0]), random.normal(pair[1]))
      let out = Shape.broadcast(x.shape, y.shape, "test")
      let (sum, difference, quotient) = (x + y, x - y, x / y)
      #expect(sum.shape == out && difference.shape == out && quotient.shape == out)
      let (a, b) = (x.scalars, y.scalars)
      func element(_ shape: Shape, _ values: [Double], _ index: [Int]) -> Double {
        let own = zip(index.suffix(shape.rank), shape.axes).map { $1 == 1 ? 0 : $0 }
        return values[zip(own, shape.axes).reduce(0) { $0 * $1.1 + $1.0 }]
      }
      let all = indices(of: out).map { (element(x.shape, a, $0), element(y.shape, b, $0)) }
      #expect(sum.scalars == all.map { $0 + $1 }, "\(x.shape) + \(y.shape)")
      #expect(difference.scalars == all.map { $0 - $1 }, "\(x.shape) − \(y.shape)")
      #expect(quotient.scalars == all.map { $0 / $1 }, "\(x.shape) / \(y.shape)")
    }
  }

  @Test("slices of every range, joined again, are the original", arguments: shapes.map(\.axes))
  func slicingAndJoining(axes: [Int]) {
    let shape = Shape(axes)
    let x = T.counting(shape)
    for axis in 0..<shape.rank {
      let extent = shape[axis]
      for cut in 0...Swift.min(extent, 6) {
        let parts = [x.sliced(axis: axis, 0..<cut), x.sliced(axis: axis, cut..<extent)]
        #expect(parts[0].shape[axis] == cut && parts[1].shape[axis] == extent - cut)
        #expect(concatenated(parts, axis: axis) == x)
        for index in indices(of: parts[1].shape) {
          var source = index
          source[axis] += cut
          #expect(parts[1].at(index) == x.at(source))
        }
      }
    }
  }

  @Test("reshaping keeps the order; transposing swaps the indices")
  func reshapingAndTransposing() {
    let x = T.counting([3, 5])
    #expect(x.reshaped([5, 3]).scalars == x.scalars && x.reshaped([15])[7] == 8)
    let y = x.transposed()
    #expect(y.shape == [5, 3] && y.transposed() == x)
    for i in 0..<3 { for j in 0..<5 { #expect(y[j, i] == x[i, j]) } }
    #expect(T.zeros([0, 4]).transposed().shape == [4, 0])
    #expect(x.expanded(axis: 1).shape == [3, 1, 5] && x.expanded(axis: -1).shape == [3, 5, 1])
    #expect(T([1, 2]).broadcast(to: [2, 2]) == T([2, 2], [1, 2, 1, 2]))
  }

  @Test("rows(at:) picks rows, repeated or none; one-hot rows have their 1 at the label")
  func gatherAndOneHot() {
    let x = T.counting([3, 2])
    #expect(x.rows(at: [2, 0, 2]) == T([3, 2], [5, 6, 1, 2, 5, 6]))
    #expect(x.rows(at: []).shape == [0, 2])
    #expect(T.oneHot([1, 0, 2], classes: 3) == T([3, 3], [0, 1, 0, 1, 0, 0, 0, 0, 1]))
    #expect(T.oneHot([], classes: 3).shape == [0, 3])
    // The gather is the product with one-hot rows.
    #expect(matmul(.oneHot([2, 0, 2], classes: 3), x) == x.rows(at: [2, 0, 2]))
  }

  @Test("argMax is the first of the largest in each row")
  func argMax() {
    #expect(T([2, 3], [1, 3, 3, -1, -2, -3]).argMax() == [1, 0])
    #expect(T([3, 1], [1, 2, 3]).argMax() == [0, 0, 0])
    #expect(T([4, 2, 9]).argMax() == [2])
    #expect(T.zeros([0, 3]).argMax() == [])
  }

  @Test("logSumExp bears −∞, ∞ and values beyond exp's range")
  func logSumExpExtremes() {
    let inf = Double.infinity
    let x = T([6, 2], [-inf, -inf, -inf, 3, 1000, 1000, -1000, -1000, inf, 0, 1e308, -1e308])
    let y = x.logSumExp(axis: 1).scalars
    let log2 = Foundation.log(2.0)
    #expect(y[0] == -inf && y[1] == 3 && y[4] == inf && y[5] == 1e308)
    #expect(close(y[2], 1000 + log2) && close(y[3], -1000 + log2))
    #expect(T([1, 2], [.nan, 0]).logSumExp(axis: 1).scalar.isNaN)
    let gradient = valueAndGradient(at: T([-inf, 3, 3])) { $0.logSumExp(axis: 0) }.gradient
    #expect(gradient[0] == 0 && close(gradient[1], 0.5) && close(gradient[2], 0.5))
  }

  @Test("not-a-number is never hidden by a function, a sum or a product")
  func notANumber() {
    let x = T([1, .nan, 2])
    for function in [exp, log, tanh, sigmoid, softplus, relu, sqrt, square, abs] as [(T) -> T] {
      #expect(function(x).scalars[1].isNaN)
    }
    #expect(x.sum().scalar.isNaN && x.mean(axis: 0).scalar.isNaN)
    #expect((x * 0).scalars[1].isNaN)
  }

  @Test("a tensor is a value: changing a copy leaves the original alone")
  func valueSemantics() {
    let x = T([1, 2, 3])
    var y = x
    y[1] = 7
    #expect(x.scalars == [1, 2, 3] && y.scalars == [1, 7, 3])
    var z = x.reshaped([3, 1])  // shares the elements
    z.withUnsafeMutableScalars { $0[0] = 9 }
    #expect(x[0] == 1 && z[0, 0] == 9)
    func address(_ x: T) -> UnsafeRawPointer {
      x.withUnsafeScalars { UnsafeRawPointer($0.baseAddress!) }
    }
    var alone = T([1, 2])
    let before = address(alone)
    alone[0] = 5
    #expect(address(alone) == before, "changing an unshared tensor copies nothing")
    let shared = alone
    #expect(address(shared) == before)
    alone[0] = 6
    #expect(address(alone) != before && shared[0] == 5)
  }

  @Test("equality needs the same shape and elements; zeros are equal, not-a-number is not")
  func equality() {
    #expect(T([1, 2]) == T([1, 2]) && T([1, 2]) != T([1, 3]))
    #expect(T([1, 2]) != T([2, 1], [1, 2]))
    #expect(T([0.0]) == T([-0.0]) && T([Double.nan]) != T([Double.nan]))
    #expect(T.zeros([0, 2]) != T.zeros([2, 0]) && T.zeros([0]) == T.zeros([0]))
  }

  @Test("makers: identity, linspace, repeating, conversion")
  func makers() {
    #expect(T.identity(2) == T([2, 2], [1, 0, 0, 1]) && T.identity(0).shape == [0, 0])
    #expect(T.linspace(-1, 1, count: 5) == T([-1, -0.5, 0, 0.5, 1]))
    #expect(T.linspace(3, 9, count: 1) == T([3.0]) && T.linspace(0, 1, count: 0).count == 0)
    #expect(T([2, 1], repeating: 4).scalars == [4, 4] && T.ones([2]) == T([1, 1]))
    #expect(T(2.5).shape == [] && T(2.5).scalar == 2.5)
    #expect(Tensor<Float>(T([0.1])).scalar == Float(0.1))
    #expect(T(Tensor<Float>([0.1])).scalar == Double(Float(0.1)))
  }

  @Test("the description nests brackets and stops after six elements of an axis")
  func description() {
    #expect("\(T(1.5))" == "1.5" && "\(T([1, 2]))" == "[1.0, 2.0]" && "\(T([Double]()))" == "[]")
    #expect("\(T([2, 2], [1, 2, 3, 4]))" == "[[1.0, 2.0],\n [3.0, 4.0]]")
    #expect("\(T.counting([8]))" == "[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, …]")
  }

  @Test("shapes: extents from either end, and their product")
  func shape() {
    let shape: Shape = [2, 3, 4]
    #expect(shape.rank == 3 && shape.count == 24 && shape[0] == 2 && shape[-1] == 4)
    #expect(Shape([]).count == 1 && "\(shape)" == "[2, 3, 4]" && shape.axes == [2, 3, 4])
    #expect(Shape([2, 0, 3]).count == 0)
  }
}

@Suite("Threads change no bit", .serialized)
struct ThreadTests {
  @Test("functions, arithmetic, reductions and noise on one thread, two and seven")
  func threads() {
    func results() -> [Tensor<Float>] {
      var random = Random(seed: 31)
      let x: Tensor<Float> = random.normal([300, 701])
      let row: Tensor<Float> = random.uniform([701])
      return [
        x, row, tanh(x), x * row, x * x, row / 3, x.sum(), x.sum(axis: 0), x.sum(axis: 1),
        x.max(axis: 0), x.logSumExp(axis: 0), x.logSumExp(axis: 1), x.mean(), Tensor(x.max()),
        x.reshaped([30, 10, 701]).sum(axis: 1), matmul(x, x, transposingSecond: true),
      ]
    }
    let one = withThreads(1, results)
    for threads in [2, 7] {
      for (i, result) in withThreads(threads, results).enumerated() {
        #expect(sameBits(result, one[i]), "result \(i) on \(threads) threads")
      }
    }
  }
}
