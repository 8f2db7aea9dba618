import Testing

@testable import Tensors

// Each backward function as chapter 1 derives it, against reverse mode and finite differences.

private typealias T = Tensor<Double>

/// Normal numbers.
private func anywhere(_ shape: Shape, seed: UInt64 = 41) -> T {
  var random = Random(seed: seed)
  return random.normal(shape)
}

/// Numbers above ½, for functions with a pole or an end at 0.
private func positive(_ shape: Shape, seed: UInt64 = 42) -> T {
  abs(anywhere(shape, seed: seed)) + 0.5
}

/// 1 where x > 0, else 0.
private func step(_ x: T) -> T { T(x.shape, x.scalars.map { $0 > 0 ? 1 : 0 }) }

@Suite("Backward functions, as derived")
struct BackwardTests {
  @Test("row-major-offset: element (i, j, k) lies at place (i n₂ + j) n₃ + k")
  func rowMajorOffset() {
    let x = T.counting([2, 3, 4])
    let places = indices(of: x.shape)
    let stored = x.scalars
    let check = Check.identity(
      "row-major-offset", places.map { x[$0[0], $0[1], $0[2]] },
      equals: places.map { stored[($0[0] * 3 + $0[1]) * 4 + $0[2]] },
      planted: [
        "first axis fastest": places.map { stored[($0[2] * 3 + $0[1]) * 2 + $0[0]] },
        "two axes swapped": places.map { stored[($0[1] * 2 + $0[0]) * 4 + $0[2]] },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("adjoint-identity: ⟨g, J v⟩ = ⟨Jᵀg, v⟩ for y = tanh(x W)")
  func adjointIdentity() {
    let (x, w) = (anywhere([1, 4], seed: 1), anywhere([4, 4], seed: 2))
    let slopes = 1 - square(tanh(matmul(x, w)))
    var (forward, backward, wrong): ([Double], [Double], [Double]) = ([], [], [])
    for seed in 10..<20 as Range<UInt64> {
      let (g, v) = (anywhere([1, 4], seed: seed), anywhere([1, 4], seed: seed + 10))
      let pushed = matmul(v, w) * slopes  // J v, from the derivatives known by heart
      let pulled = valueAndGradient(at: x) { (tanh(matmul($0, w)) * g).sum() }.gradient
      forward.append((g * pushed).sum().scalar)
      backward.append((pulled * v).sum().scalar)
      wrong.append((matmul(g, w) * slopes * v).sum().scalar)
    }
    let check = Check.identity(
      "adjoint-identity", forward, equals: backward,
      planted: ["J g instead of Jᵀg": wrong, "a sign": backward.map { -$0 }])
    #expect(check.passes, "\(check)")
  }

  @Test("chain-rule: the gradient is the transposed Jacobians' product, the last one first")
  func chainRule() {
    let (a, b) = (anywhere([3, 3], seed: 3), anywhere([3, 3], seed: 4))
    let c = T([3, 1], [1, -2, 0.5])
    // f(x) = cᵀ tanh(B tanh(A x)), x a column.
    let check = Check.gradient(
      "chain-rule", at: anywhere([3, 1], seed: 5),
      of: { x in matmul(c, tanh(matmul(b, tanh(matmul(a, x)))), transposingFirst: true).sum() },
      claim: { x in
        let y = tanh(matmul(a, x))
        let z = tanh(matmul(b, y))
        let ofY = matmul(b, c * (1 - square(z)), transposingFirst: true)
        return matmul(a, ofY * (1 - square(y)), transposingFirst: true)
      },
      planted: [
        "the inner slope dropped": { x in
          let z = tanh(matmul(b, tanh(matmul(a, x))))
          let ofY = matmul(b, c * (1 - square(z)), transposingFirst: true)
          return matmul(a, ofY, transposingFirst: true)
        },
        "the first Jacobian first": { x in
          let y = tanh(matmul(a, x))
          let z = tanh(matmul(b, y))
          let ofY = matmul(a, c * (1 - square(y)), transposingFirst: true)
          return matmul(b, ofY * (1 - square(z)), transposingFirst: true)
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("tensor-add: x + y passes g to both; x − y passes g and −g")
  func addition() {
    let point = [anywhere([2, 3], seed: 6), anywhere([2, 3], seed: 7)]
    let sum = Check.vectorJacobianProduct(
      "tensor-add", at: point, of: { $0[0] + $0[1] }, vjp: { _, g in [g, g] },
      planted: ["g shared out": { _, g in [g / 2, g / 2] }])
    #expect(sum.passes, "\(sum)")
    let difference = Check.vectorJacobianProduct(
      "tensor-add", at: point, of: { $0[0] - $0[1] }, vjp: { _, g in [g, -g] },
      planted: ["the sign of y forgotten": { _, g in [g, g] }])
    #expect(difference.passes, "\(difference)")
  }

  @Test("tensor-broadcast: what was repeated gets the sum over its copies")
  func broadcasting() {
    let check = Check.vectorJacobianProduct(
      "tensor-broadcast", at: [anywhere([2, 3], seed: 8), anywhere([3], seed: 9)],
      of: { $0[0] + $0[1] }, vjp: { _, g in [g, g.sum(axis: 0)] },
      planted: [
        "the mean over the copies": { _, g in [g, g.mean(axis: 0)] },
        "the first copy only": { _, g in [g, g.rows(at: [0]).reshaped([3])] },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("tensor-product: x y passes g y to x and g x to y")
  func product() {
    let check = Check.vectorJacobianProduct(
      "tensor-product", at: [anywhere([2, 3], seed: 10), anywhere([2, 3], seed: 11)],
      of: { $0[0] * $0[1] }, vjp: { p, g in [g * p[1], g * p[0]] },
      planted: [
        "the factors swapped": { p, g in [g * p[0], g * p[1]] },
        "one term of the product rule": { p, g in [g * p[1], g * 0] },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("tensor-quotient: x / y passes g / y to x and −g x / y² to y")
  func quotient() {
    let check = Check.vectorJacobianProduct(
      "tensor-quotient", at: [anywhere([2, 3], seed: 12), positive([2, 3], seed: 13)],
      of: { $0[0] / $0[1] }, vjp: { p, g in [g / p[1], -(g * p[0] / square(p[1]))] },
      planted: [
        "the sign of y": { p, g in [g / p[1], g * p[0] / square(p[1])] },
        "y for y²": { p, g in [g / p[1], -(g * p[0] / p[1])] },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("tensor-exp: g eˣ")
  func exponential() {
    let check = Check.vectorJacobianProduct(
      "tensor-exp", at: anywhere([2, 3]), of: { exp($0) }, vjp: { x, g in g * exp(x) },
      planted: ["g x": { x, g in g * x }, "g e⁻ˣ": { x, g in g * exp(-x) }])
    #expect(check.passes, "\(check)")
  }

  @Test("tensor-log: g / x")
  func logarithm() {
    let check = Check.vectorJacobianProduct(
      "tensor-log", at: positive([2, 3]), of: { log($0) }, vjp: { x, g in g / x },
      planted: ["g x": { x, g in g * x }, "log to base 2": { x, g in g / x / 0.693147 }])
    #expect(check.passes, "\(check)")
  }

  @Test("tensor-square: 2 g x")
  func squares() {
    let check = Check.vectorJacobianProduct(
      "tensor-square", at: anywhere([2, 3]), of: { square($0) }, vjp: { x, g in 2 * g * x },
      planted: ["the 2 dropped": { x, g in g * x }, "2 g": { _, g in 2 * g }])
    #expect(check.passes, "\(check)")
  }

  @Test("tensor-sqrt: g / (2 √x)")
  func roots() {
    let check = Check.vectorJacobianProduct(
      "tensor-sqrt", at: positive([2, 3]), of: { sqrt($0) }, vjp: { x, g in g / (2 * sqrt(x)) },
      planted: ["the ½ dropped": { x, g in g / sqrt(x) }, "x for √x": { x, g in g / (2 * x) }])
    #expect(check.passes, "\(check)")
  }

  @Test("tensor-tanh: g (1 − tanh² x)")
  func hyperbolicTangent() {
    let check = Check.vectorJacobianProduct(
      "tensor-tanh", at: anywhere([2, 3]), of: { tanh($0) },
      vjp: { x, g in g * (1 - square(tanh(x))) },
      planted: [
        "tanh for tanh²": { x, g in g * (1 - tanh(x)) },
        "1 + tanh²": { x, g in g * (1 + square(tanh(x))) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("tensor-sigmoid: g s (1 − s)")
  func logistic() {
    let check = Check.vectorJacobianProduct(
      "tensor-sigmoid", at: anywhere([2, 3]), of: { sigmoid($0) },
      vjp: { x, g in g * sigmoid(x) * (1 - sigmoid(x)) },
      planted: [
        "1 − s dropped": { x, g in g * sigmoid(x) },
        "1 − s², as for tanh": { x, g in g * (1 - square(sigmoid(x))) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("tensor-softplus: g sigmoid(x)")
  func softPlus() {
    let check = Check.vectorJacobianProduct(
      "tensor-softplus", at: anywhere([2, 3]), of: { softplus($0) },
      vjp: { x, g in g * sigmoid(x) },
      planted: [
        "sigmoid(−x)": { x, g in g * sigmoid(-x) },
        "1 / (1 + eˣ) for its inner derivative": { x, g in g / (1 + exp(x)) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("tensor-relu: g where x > 0, else 0")
  func rectifier() {
    let x = T([-2, -0.5, 0.25, 3])
    let check = Check.vectorJacobianProduct(
      "tensor-relu", at: x, of: { relu($0) }, vjp: { x, g in g * step(x) },
      planted: [
        "g everywhere": { _, g in g }, "g where x < 0": { x, g in g * step(-x) },
        "g x": { x, g in g * relu(x) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("tensor-absolute: g times the sign of x")
  func absolute() {
    let x = T([-2, -0.5, 0.25, 3])
    let check = Check.vectorJacobianProduct(
      "tensor-absolute", at: x, of: { abs($0) }, vjp: { x, g in g * (step(x) - step(-x)) },
      planted: ["g everywhere": { _, g in g }, "relu's": { x, g in g * step(x) }])
    #expect(check.passes, "\(check)")
  }

  @Test("tensor-sine: g cos x")
  func sine() {
    let check = Check.vectorJacobianProduct(
      "tensor-sine", at: anywhere([2, 3]), of: { sin($0) }, vjp: { x, g in g * cos(x) },
      planted: ["−cos": { x, g in -g * cos(x) }, "sin": { x, g in g * sin(x) }])
    #expect(check.passes, "\(check)")
  }

  @Test("tensor-cosine: −g sin x")
  func cosine() {
    let check = Check.vectorJacobianProduct(
      "tensor-cosine", at: anywhere([2, 3]), of: { cos($0) }, vjp: { x, g in -g * sin(x) },
      planted: ["the sign": { x, g in g * sin(x) }])
    #expect(check.passes, "\(check)")
  }

  @Test("tensor-sum: g to every element that was added up; a mean divides it by their number")
  func sums() {
    let check = Check.vectorJacobianProduct(
      "tensor-sum", at: anywhere([2, 3]), of: { $0.sum(axis: 1) },
      vjp: { _, g in g.reshaped([2, 1]) * .ones([2, 3]) },
      planted: ["g shared out": { _, g in g.reshaped([2, 1]) * .ones([2, 3]) / 3 }])
    #expect(check.passes, "\(check)")
    let mean = Check.vectorJacobianProduct(
      "tensor-sum", at: anywhere([2, 3]), of: { $0.mean() },
      vjp: { _, g in g * .ones([2, 3]) / 6 },
      planted: ["a sum's": { _, g in g * .ones([2, 3]) }])
    #expect(mean.passes, "\(mean)")
  }

  @Test("tensor-log-sum-exp: g times the softmax")
  func logSumExp() {
    let softmax = { (x: T) in exp(x) / exp(x).sum(axis: 1).expanded(axis: 1) }
    let check = Check.vectorJacobianProduct(
      "tensor-log-sum-exp", at: anywhere([2, 3]), of: { $0.logSumExp(axis: 1) },
      vjp: { x, g in g.reshaped([2, 1]) * softmax(x) },
      planted: [
        "exp without its sum": { x, g in g.reshaped([2, 1]) * exp(x) },
        "softmax's own slope": { x, g in g.reshaped([2, 1]) * softmax(x) * (1 - softmax(x)) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("tensor-move: elements go back where they came from")
  func moves() {
    let transposition = Check.vectorJacobianProduct(
      "tensor-move", at: anywhere([2, 3]), of: { $0.transposed() },
      vjp: { _, g in g.transposed() },
      planted: ["transposition forgotten": { _, g in g.reshaped([2, 3]) }])
    #expect(transposition.passes, "\(transposition)")
    let slice = Check.vectorJacobianProduct(
      "tensor-move", at: anywhere([4, 2]), of: { $0.sliced(axis: 0, 1..<3) },
      vjp: { _, g in concatenated([.zeros([1, 2]), g, .zeros([1, 2])], axis: 0) },
      planted: [
        "in the wrong place": { _, g in concatenated([g, .zeros([2, 2])], axis: 0) }
      ])
    #expect(slice.passes, "\(slice)")
    let join = Check.vectorJacobianProduct(
      "tensor-move", at: [anywhere([1, 2], seed: 14), anywhere([1, 2], seed: 15)],
      of: { concatenated($0, axis: 0) }, vjp: { _, g in [g.rows(at: [0]), g.rows(at: [1])] },
      planted: ["the parts swapped": { _, g in [g.rows(at: [1]), g.rows(at: [0])] }])
    #expect(join.passes, "\(join)")
  }

  @Test("tensor-gather: each row of g is added to the row that it came from")
  func gather() {
    let picked = [2, 0, 2]
    let check = Check.vectorJacobianProduct(
      "tensor-gather", at: anywhere([3, 2]), of: { $0.rows(at: picked) },
      vjp: { _, g in matmul(T.oneHot(picked, classes: 3), g, transposingFirst: true) },
      planted: [
        "the last copy only": { _, g in
          concatenated([g.rows(at: [1]), .zeros([1, 2]), g.rows(at: [2])], axis: 0)
        },
        "P for its transpose": { _, g in matmul(.oneHot(picked, classes: 3), g) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("tensor-matmul: C = X Y passes g Yᵀ to X and Xᵀ g to Y")
  func matrixProduct() {
    let check = Check.vectorJacobianProduct(
      "tensor-matmul", at: [anywhere([3, 3], seed: 16), anywhere([3, 3], seed: 17)],
      of: { matmul($0[0], $0[1]) },
      vjp: { p, g in
        [matmul(g, p[1], transposingSecond: true), matmul(p[0], g, transposingFirst: true)]
      },
      planted: [
        "Y for its transpose": { p, g in [matmul(g, p[1]), matmul(p[0], g, transposingFirst: true)]
        },
        "X for its transpose": { p, g in
          [matmul(g, p[1], transposingSecond: true), matmul(p[0], g)]
        },
        "factors in the wrong order": { p, g in
          [matmul(p[1], g, transposingFirst: true), matmul(g, p[0], transposingSecond: true)]
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("tensor-affine: C = X W + b passes g Wᵀ to X, Xᵀ g to W, and the sum over rows to b")
  func affineMap() {
    let check = Check.vectorJacobianProduct(
      "tensor-affine",
      at: [anywhere([3, 3], seed: 18), anywhere([3, 3], seed: 19), anywhere([3], seed: 20)],
      of: { affine($0[0], $0[1], $0[2]) },
      vjp: { p, g in
        [
          matmul(g, p[1], transposingSecond: true), matmul(p[0], g, transposingFirst: true),
          g.sum(axis: 0),
        ]
      },
      planted: [
        "W for its transpose": { p, g in
          [matmul(g, p[1]), matmul(p[0], g, transposingFirst: true), g.sum(axis: 0)]
        },
        "columns summed for b": { p, g in
          [
            matmul(g, p[1], transposingSecond: true), matmul(p[0], g, transposingFirst: true),
            g.sum(axis: 1),
          ]
        },
        "mean over rows for b": { p, g in
          [
            matmul(g, p[1], transposingSecond: true), matmul(p[0], g, transposingFirst: true),
            g.mean(axis: 0),
          ]
        },
      ])
    #expect(check.passes, "\(check)")
  }
}
