import Foundation
import Tensors

extension ExerciseSheet {
  /// Autoencoders.
  static let chapter02 = ExerciseSheet(
    chapter: "ch02-autoencoder", [sigmoidCodes, tied, scale, denoiser, saddles])

  /// (1/B) Σ ‖f(x) − x‖² of a network with one hidden layer, in plain loops.
  private static func reconstructionError(
    _ x: [[Double]], _ w1: [[Double]], _ b1: [Double], _ w2: [[Double]], _ b2: [Double],
    _ activation: (Double) -> Double
  ) -> Double {
    let total = x.reduce(0) { total, row in
      let z = b1.indices.map { j in
        activation(b1[j] + row.indices.reduce(0) { $0 + row[$1] * w1[$1][j] })
      }
      let r = b2.indices.map { i in b2[i] + z.indices.reduce(0) { $0 + z[$1] * w2[$1][i] } }
      return total + squaredDistance(r, row)
    }
    return total / Double(x.count)
  }

  private static let sigmoidCodes = Exercise(
    "2.1", "A sigmoid inside", points: 2, .warmUp, function: "sigmoidCodesGradient",
    hints: [
      "Only one factor of section 2.2 belongs to tanh.",
      "The derivative of the sigmoid, written with z, is z (1 − z).",
    ]
  ) { exam in
    let (count, width, d) = (4, 3, 2)
    let x: Tensor<Double> = exam.random.normal([count, width])
    let w1: Tensor<Double> = exam.random.normal([width, d])
    let b1: Tensor<Double> = exam.random.normal([d])
    let w2: Tensor<Double> = exam.random.normal([d, width])
    let b2: Tensor<Double> = exam.random.normal([width])
    let rows = x.matrixRows
    func error(
      _ w1: Tensor<Double>, _ b1: Tensor<Double>, _ w2: Tensor<Double>, _ b2: Tensor<Double>
    ) -> Double {
      reconstructionError(rows, w1.matrixRows, b1.scalars, w2.matrixRows, b2.scalars) {
        1 / (1 + Foundation.exp(-$0))
      }
    }
    let answer = try exam.ask([x, w1, b1, w2, b2], count: 4)
    try exam.expectGradient(
      "the gradient by W₂", answer[2], at: w2, of: { error(w1, b1, $0, b2) })
    try exam.expectGradient(
      "the gradient by b₂", answer[3], at: b2, of: { error(w1, b1, w2, $0) })
    // What a derivative of tanh or none would give for b₁.
    let z = sigmoid(matmul(x, w1) + b1)
    let delta = 2 / Double(count) * (matmul(z, w2) + b2 - x)
    let back = matmul(delta, w2, transposingSecond: true)
    try exam.expectGradient(
      "the gradient by b₁", answer[1], at: b1, of: { error(w1, $0, w2, b2) },
      suspects: [
        "the derivative of tanh, 1 − z²": (back * (1 - square(z))).sum(axis: 0),
        "the derivative of the sigmoid is missing": back.sum(axis: 0),
      ])
    try exam.expectGradient(
      "the gradient by W₁", answer[0], at: w1, of: { error($0, b1, w2, b2) })
  }

  private static let tied = Exercise(
    "2.2", "Tied weights", points: 3, .standard, function: "tiedGradient",
    hints: [
      "Give the two places different names, W₁ and W₂ = W₁ᵀ, and differentiate by each.",
      "The gradient by W₂ has the shape of Wᵀ. What must be done with it before it is added?",
      "xᵀ δ₁ + δ₂ᵀ z, with δ₁ = (δ₂ W) ⊙ (1 − z²).",
    ]
  ) { exam in
    let (count, width, d) = (4, 3, 2)
    let x: Tensor<Double> = exam.random.normal([count, width])
    let w: Tensor<Double> = exam.random.normal([width, d])
    let b: Tensor<Double> = exam.random.normal([d])
    let c: Tensor<Double> = exam.random.normal([width])
    let rows = x.matrixRows
    func error(_ w1: Tensor<Double>, _ b: Tensor<Double>, _ w2: Tensor<Double>) -> Double {
      reconstructionError(rows, w1.matrixRows, b.scalars, w2.matrixRows, c.scalars) {
        Foundation.tanh($0)
      }
    }
    let turned = w.transposed()
    let asEncoder = Tensor([width, d], Check.differences(at: w) { error($0, b, turned) })
    let asDecoder = Tensor([width, d], Check.differences(at: w) { error(w, b, $0.transposed()) })
    let answer = try exam.ask([x, w, b, c], count: 2)
    try exam.expect(
      "the gradient by W", answer[0], equals: asEncoder + asDecoder, tolerance: 1e-7,
      suspects: [
        "the decoder's term is missing": asEncoder, "the encoder's term is missing": asDecoder,
        "the mean of the two terms, not their sum": 0.5 * (asEncoder + asDecoder),
      ])
    try exam.expectGradient(
      "the gradient by b", answer[1], at: b, of: { error(w, $0, turned) })
  }

  private static let scale = Exercise(
    "2.3", "A penalty that fixes no scale, and one that does", points: 2, .standard,
    function: "bestCodeScale",
    hints: [
      "The first penalty has the factor s², the second 1/s².",
      "Where is P s² + Q/s² least? The derivative, or the means inequality, says.",
      "Both parts are equal there.",
    ]
  ) { exam in
    let codes = 3 * exam.random.normal([5, 2]) as Tensor<Double>
    let weight: Tensor<Double> = exam.random.normal([2, 4])
    let penalties = (0.1 + exam.random.uniform([2]) as Tensor<Double>).scalars
    let p = penalties[0] * codes.scalars.reduce(0) { $0 + $1 * $1 } / 5
    let q = penalties[1] * weight.scalars.reduce(0) { $0 + $1 * $1 }
    func sum(_ s: Double) -> Double { p * s * s + q / (s * s) }
    let best = leastPoint(from: 1e-3, to: 20, of: sum)
    let answer = try exam.ask(
      [codes, weight, Tensor(penalties[0]), Tensor(penalties[1])], count: 2)
    try exam.expect(
      "the best s", answer[0], equals: Tensor(best), tolerance: 1e-6,
      suspects: [
        "s², not s": Tensor(best * best), "1/s": Tensor(1 / best),
        "a sum over data, not a mean": Tensor(best / Foundation.sqrt(5.0.squareRoot())),
      ])
    try exam.expect(
      "the least sum", answer[1], equals: Tensor(sum(best)),
      suspects: ["one of the two equal parts": Tensor(0.5 * sum(best)), "at s = 1": Tensor(sum(1))])
  }

  private static let denoiser = Exercise(
    "2.4", "What a denoiser should say", points: 3, .standard, function: "bestDenoiser",
    hints: [
      "For one y, expand E[(r − x)² | y] around the mean of x given y.",
      "Multiply the density of x by that of y given x, and complete the square: precisions add.",
      "For signs: p(y | 1)/p(y | −1) is e to a multiple of y. A mean of ±1 with these odds is a tanh.",
    ]
  ) { exam in
    let n = 5
    let observed: Tensor<Double> = 1.5 * exam.random.normal([n])
    let draws = (exam.random.uniform([3]) as Tensor<Double>).scalars
    let (tau, m, v) = (0.3 + draws[0], draws[1] - 0.5, 0.5 + draws[2])
    func gauss(_ e: Double, _ variance: Double) -> Double {
      Foundation.exp(-0.5 * e * e / variance) / (2 * Double.pi * variance).squareRoot()
    }
    /// A moment of x given y by quadrature.
    func moment(_ y: Double, _ f: (Double) -> Double) -> Double {
      func joint(_ x: Double) -> Double { gauss(x - m, v) * gauss(y - x, tau) }
      let all = integral(from: -.infinity, to: .infinity, of: joint)
      return integral(from: -.infinity, to: .infinity) { f($0) * joint($0) } / all
    }
    let gaussian = observed.scalars.map { y in moment(y) { $0 } }
    // The variance of x given y is the same for all y.
    let error = moment(observed[0]) { ($0 - gaussian[0]) * ($0 - gaussian[0]) }
    let signs = observed.scalars.map { y in
      let (up, down) = (gauss(y - 1, tau), gauss(y + 1, tau))
      return (up - down) / (up + down)
    }
    let answer = try exam.ask([observed, Tensor(tau), Tensor(m), Tensor(v)], count: 3)
    try exam.expect(
      "the best r(y) for Gaussian data", answer[0], equals: Tensor(gaussian),
      suspects: [
        "y as it is": observed,
        "the mean m is forgotten": v / (v + tau) * observed,
        "τ for τ²": Tensor(observed.scalars.map { m + v / (v + tau.squareRoot()) * ($0 - m) }),
      ])
    try exam.expect(
      "its mean squared error", answer[1], equals: Tensor(error),
      suspects: [
        "the error of y itself": Tensor(tau), "its root": Tensor(error.squareRoot()),
        "the share of v": Tensor(v / (v + tau)),
      ])
    try exam.expect(
      "the best r(y) for signs", answer[2], equals: Tensor(signs),
      suspects: [
        "the likelier sign: what is most probable, not the mean": Tensor(
          observed.scalars.map { $0 > 0 ? 1 : -1 }),
        "a sigmoid: the probability of 1": Tensor(signs.map { 0.5 * (1 + $0) }),
        "half the log odds are y/τ²": Tensor(
          observed.scalars.map { Foundation.tanh(0.5 * $0 / tau) }),
      ])
  }

  private static let saddles = Exercise(
    "2.5", "Saddles", points: 2, .standard, function: "saddleCurvature",
    hints: [
      "With eigenvectors, tr Qᵀ C Q is a sum of eigenvalues.",
      "The turned vector is cos θ times one eigenvector plus sin θ times another. What is qᵀ C q?",
      "Of all pairs of a chosen one and one left out, which has the largest gain?",
    ]
  ) { exam in
    let width = 6
    let eigenvalues = exp(exam.random.normal([width])) as Tensor<Double>
    // Two of six; which ones, the seed decides.
    let places = exam.random.permutation(width)
    let chosen = Array(places[..<2])
    let marks = Tensor((0..<width).map { chosen.contains($0) ? 1.0 : 0 })
    let v = eigenvalues.scalars
    /// L when chosen vector j is turned towards vector k, with the matrices written out.
    func error(_ j: Int, _ k: Int, _ angle: Double) -> Double {
      let vectors = chosen.map { c -> [Double] in
        var q = [Double](repeating: 0, count: width)
        if c == j {
          (q[j], q[k]) = (Foundation.cos(angle), Foundation.sin(angle))
        } else {
          q[c] = 1
        }
        return q
      }
      let kept = vectors.reduce(0) { $0 + zip($1, v).reduce(0) { $0 + $1.0 * $1.0 * $1.1 } }
      return v.reduce(0, +) - kept
    }
    let outside = places[2...]
    let curvatures = chosen.flatMap { j in
      outside.map { k -> Double in
        let h = 0x1p-7
        let far = error(j, k, 2 * h) + error(j, k, -2 * h)
        let near = error(j, k, h) + error(j, k, -h)
        return (16 * near - far - 30 * error(j, k, 0)) / (12 * h * h)
      }
    }
    let answer = try exam.ask([eigenvalues, marks], count: 2)
    let loss = error(chosen[0], outside.first!, 0)
    try exam.expect(
      "L", answer[0], equals: Tensor(loss),
      suspects: [
        "what is kept, not what is lost": Tensor(v.reduce(0, +) - loss),
        "the least error, of the leading eigenvectors": Tensor(
          v.sorted().dropLast(2).reduce(0, +)),
      ])
    let least = curvatures.min()!
    try exam.expect(
      "the least second derivative", answer[1], equals: Tensor(least), tolerance: 1e-6,
      suspects: ["the largest": Tensor(curvatures.max()!)])
  }
}
