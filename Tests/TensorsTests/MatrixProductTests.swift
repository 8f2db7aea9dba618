import Testing

@testable import Tensors

/// The fast kernel against the naive one, in all four transposition cases.
private func mismatches<Scalar: TensorScalar>(
  _ type: Scalar.Type, _ m: Int, _ n: Int, _ k: Int, threads: [Int] = [1]
) -> [String] {
  var random = Random(seed: 3, stream: UInt64(m * 10_000 + n * 100 + k))
  let (a, b): (Tensor<Scalar>, Tensor<Scalar>) = (random.normal([m, k]), random.normal([k, n]))
  let (aT, bT) = (a.transposed(), b.transposed())
  let naive = product(a, b, false, false, isNaive: true)
  var wrong: [String] = []
  for (first, second) in [(false, false), (true, false), (false, true), (true, true)] {
    let (x, y) = (first ? aT : a, second ? bT : b)
    for count in threads {
      let fast = withThreads(count) { product(x, y, first, second) }
      let slow = product(x, y, first, second, isNaive: true)
      if !sameBits(fast, slow) || !sameBits(fast, naive) {
        wrong.append("\(type) \(m)×\(k)×\(n), transposed \(first) \(second), \(count) threads")
      }
    }
  }
  return wrong
}

private func mismatchesOfBoth(_ m: Int, _ n: Int, _ k: Int, threads: [Int] = [1]) -> [String] {
  mismatches(Float.self, m, n, k, threads: threads)
    + mismatches(Double.self, m, n, k, threads: threads)
}

@Suite("Matrix product", .serialized)
struct MatrixProductTests {
  @Test("the naive kernel is the definition: rows times columns, each sum fused and in order of k")
  func definition() {
    var random = Random(seed: 4)
    let (a, b): (Tensor<Double>, Tensor<Double>) = (random.normal([3, 5]), random.normal([5, 2]))
    let c = product(a, b, false, false, isNaive: true)
    for i in 0..<3 {
      for j in 0..<2 {
        #expect(c[i, j] == (0..<5).reduce(0.0) { $0.addingProduct(a[i, $1], b[$1, j]) })
      }
    }
  }

  @Test(
    "the fast kernel equals the naive one in every bit, for all of 0 to 40 in any two dimensions",
    arguments: [1, 9, 35])
  func allSizes(third: Int) {
    var wrong: [String] = []
    for i in 0...40 {
      for j in 0...40 {
        wrong += mismatches(Float.self, i, j, third)
        wrong += mismatches(Float.self, i, third, j)
        wrong += mismatches(Float.self, third, i, j)
        guard third == 9 else { continue }
        wrong += mismatches(Double.self, i, j, third)
      }
    }
    #expect(wrong == [])
  }

  @Test("the fast kernel equals the naive one in every bit, on one thread, two and five")
  func threads() {
    var random = Random(seed: 5)
    var wrong: [String] = []
    for _ in 0..<12 {
      let (m, n, k) = (
        1 + random.integer(below: 200), 1 + random.integer(below: 200),
        1 + random.integer(below: 200)
      )
      wrong += mismatchesOfBoth(m, n, k, threads: [1, 2, 5])
    }
    wrong += mismatchesOfBoth(128, 784, 64, threads: [1, 2])  // tiles shared out
    wrong += mismatchesOfBoth(9, 700, 300, threads: [1, 2])  // panels shared out
    #expect(wrong == [])
  }

  @Test("affine has the bits of matmul, + and relu, around multiples of the tile")
  func affineBits() {
    var random = Random(seed: 6)
    for m in [0, 1, 5, 6, 8, 20] {
      for n in [0, 1, 16, 17, 31, 32, 50] {
        let x: Tensor<Float> = random.normal([m, 7])
        let (w, b): (Tensor<Float>, Tensor<Float>) = (random.normal([7, n]), random.normal([n]))
        let sum = matmul(x, w) + b
        #expect(sameBits(affine(x, w, b), sum), "\(m) × 7 × \(n)")
        #expect(sameBits(affine(x, w, b, rectified: true), relu(sum)), "\(m) × 7 × \(n), rectified")
      }
    }
  }

  @Test("infinities and not-a-number pass through as the definition says")
  func specialValues() {
    let a = Tensor<Float>([2, 2], [.infinity, 1, 0, .nan])
    let b = Tensor<Float>([2, 2], [1, 0, 1, 1])
    let c = matmul(a, b)
    #expect(c[0, 0] == .infinity)
    #expect(c[0, 1].isNaN && c[1, 0].isNaN && c[1, 1].isNaN)
  }
}
