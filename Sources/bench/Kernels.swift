import Notebook
import Tensors

/// What one core, or all that `threads` get, can do at most: fused multiply-adds that never leave the
/// registers, in GFLOP/s. Each counts as two operations.
func peak(threads: Int) -> Benchmark {
  Benchmark(name: "peak/\(threads)") { quick in
    Figure(name: "peak/\(threads)", value: peakRate(threads: threads, quick), unit: "GFLOP/s")
  }
}

private func peakRate(threads: Int, _ quick: Bool) -> Double {
  let steps = 20_000
  let nanoseconds = withThreads(threads) {
    times(quick ? 50 : 400) {
      Parallel.split(threads, grain: 1) { parts in
        for part in parts where multiplyAdd(steps, Float(part)) == 1 { print() }
      }
    }
  }
  return Double(threads * steps * 12 * Chain.scalarCount * 2) / nanoseconds[0]
}

/// What a chain of multiply-adds is made of: one register of AVX-512 or AVX2, two of NEON. Twelve
/// chains and their constants fit all three, and are more than the multipliers can have under way.
#if WIDE_VECTORS
  private typealias Chain = SIMD16<Float>
#else
  private typealias Chain = SIMD8<Float>
#endif

/// Twelve chains of `steps` fused multiply-adds.
@inline(never) private func multiplyAdd(_ steps: Int, _ seed: Float) -> Float {
  let (x, y) = (Chain(repeating: seed + 0.5), Chain(repeating: 0.25))
  var (a, b, c, d) = (x, x + 1, x + 2, x + 3)
  var (e, f, g, h) = (x + 4, x + 5, x + 6, x + 7)
  var (i, j, k, l) = (x + 8, x + 9, x + 10, x + 11)
  for _ in 0..<steps {
    (a, b, c, d) = (
      x.addingProduct(a, y), x.addingProduct(b, y), x.addingProduct(c, y), x.addingProduct(d, y)
    )
    (e, f, g, h) = (
      x.addingProduct(e, y), x.addingProduct(f, y), x.addingProduct(g, y), x.addingProduct(h, y)
    )
    (i, j, k, l) = (
      x.addingProduct(i, y), x.addingProduct(j, y), x.addingProduct(k, y), x.addingProduct(l, y)
    )
  }
  return [a, b, c, d, e, f, g, h, i, j, k, l].reduce(Chain(repeating: 0)) { $0 + $1 }.sum()
}

/// Calls `body` while kernels use that many threads.
func withThreads<Result>(_ count: Int, _ body: () -> Result) -> Result {
  let before = Parallel.threads
  defer { Parallel.threads = before }
  Parallel.threads = count
  return body()
}

/// The products of the reference models, forwards and backwards, and a large one. The letters say which
/// operand is transposed: `tn` the first, `nt` the second.
let matrixProducts: [Benchmark] = {
  let shapes: [(m: Int, k: Int, n: Int, suffix: String)] = [
    (1024, 1024, 1024, ""), (128, 784, 400, ""), (784, 128, 400, "tn"), (128, 400, 784, ""),
    (128, 784, 400, "nt"), (400, 128, 784, "tn"), (128, 400, 20, ""), (128, 20, 400, ""),
    (128, 784, 256, ""), (128, 256, 64, ""),
  ]
  return shapes.flatMap { shape in [1, 2].map { matrixProduct(shape, threads: $0) } }
}()

private func matrixProduct(
  _ shape: (m: Int, k: Int, n: Int, suffix: String), threads: Int
) -> Benchmark {
  let (m, k, n, suffix) = shape
  let name = "matmul/\(m)x\(k)x\(n)\(suffix)/\(threads)"
  return Benchmark(name: name) { quick in
    var random = Random(seed: 1)
    let a: Tensor<Float> = random.normal(suffix == "tn" ? [k, m] : [m, k])
    let b: Tensor<Float> = random.normal(suffix == "nt" ? [n, k] : [k, n])
    let nanoseconds = withThreads(threads) {
      times(quick ? 20 : 100) {
        _ = matmul(a, b, transposingFirst: suffix == "tn", transposingSecond: suffix == "nt")
      }
    }
    let rate = Double(2 * m * k * n) / nanoseconds.median
    let share = rate / peakRate(threads: threads, true)
    return Figure(
      name: name, value: rate, unit: "GFLOP/s", note: "\(fixed(100 * share, 0)) % of the peak")
  }
}

/// The time an element takes, on one core, in a tensor as large as a batch of digits.
let elementwise: [Benchmark] = {
  let functions: [(String, @Sendable (Tensor<Float>) -> Tensor<Float>)] = [
    ("exp", { exp($0) }), ("log", { log($0) }), ("tanh", { tanh($0) }),
    ("sigmoid", { sigmoid($0) }), ("softplus", { softplus($0) }), ("sin", { sin($0) }),
    ("cos", { cos($0) }), ("sqrt", { sqrt($0) }),
  ]
  let draws: [(String, @Sendable (inout Random) -> Void)] = [
    ("uniform", { random in let _: Tensor<Float> = random.uniform([128, 784]) }),
    ("normal", { random in let _: Tensor<Float> = random.normal([128, 784]) }),
  ]
  return functions.map { name, function in
    nanosecondsAnElement(name) { random in
      let x: Tensor<Float> = random.uniform([128, 784]) * 8
      return { _ in _ = function(x) }
    }
  } + draws.map { name, draw in nanosecondsAnElement(name) { _ in draw } }
}()

private func nanosecondsAnElement(
  _ name: String, _ prepare: @escaping @Sendable (inout Random) -> (inout Random) -> Void
) -> Benchmark {
  Benchmark(name: "elementwise/" + name) { quick in
    var random = Random(seed: 1)
    let body = prepare(&random)
    let nanoseconds = withThreads(1) { times(quick ? 20 : 200) { body(&random) } }
    return Figure(
      name: "elementwise/" + name, value: nanoseconds.median / (128 * 784), unit: "ns")
  }
}
