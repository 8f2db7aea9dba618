import Foundation
import Tensors

extension ExerciseSheet {
  /// Tensors, gradients and finite differences.
  static let chapter01 = ExerciseSheet(
    chapter: "ch01-tensors", [silu, runningSums, normalisation, extrapolation, softMaximum])

  private static let silu = Exercise(
    "1.1", "A new operation", points: 1, .warmUp, function: "siluBackward",
    hints: [
      "It is a product of two functions of x.",
      "The derivative of the sigmoid is σ (1 − σ). With g, element by element.",
    ]
  ) { exam in
    let x: Tensor<Double> = 2 * exam.random.normal([2, 3])
    let g: Tensor<Double> = exam.random.normal([2, 3])
    func logistic(_ x: Double) -> Double { 1 / (1 + Foundation.exp(-x)) }
    func weighted(_ x: Tensor<Double>) -> Double {
      zip(x.scalars, g.scalars).reduce(0) { $0 + $1.1 * $1.0 * logistic($1.0) }
    }
    try exam.expectGradient(
      "the cotangent of x", try exam.ask(x, g), at: x, of: weighted,
      suspects: [
        "σ(x) alone: x in front is held": g * sigmoid(x),
        "without g": Tensor([2, 3], Check.differences(at: x, of: weighted)) / g,
        "the derivative of the sigmoid": g * sigmoid(x) * (1 - sigmoid(x)),
      ])
    let far = Tensor<Double>([1000, -1000])
    try exam.expect(
      "the cotangent at ±1000", try exam.ask(far, Tensor([2, 2])), equals: Tensor([2, 0]))
  }

  private static let runningSums = Exercise(
    "1.2", "Running sums", points: 1, .warmUp, function: "cumulativeSumBackward",
    hints: [
      "Which yᵢ depend on xⱼ, and with which factor?",
      "Add up g from j on: running sums from the right.",
    ]
  ) { exam in
    let g: Tensor<Double> = exam.random.normal([3, 5])
    let x: Tensor<Double> = exam.random.normal([3, 5])
    let rows = g.matrixRows
    func weighted(_ x: Tensor<Double>) -> Double {
      zip(x.matrixRows, rows).reduce(0) { total, pair in
        var (sum, result) = (0.0, total)
        for (x, g) in zip(pair.0, pair.1) {
          sum += x
          result += g * sum
        }
        return result
      }
    }
    func running(_ row: [Double]) -> [Double] { row.indices.map { row[...$0].reduce(0, +) } }
    try exam.expectGradient(
      "the cotangent of x", try exam.ask(g), at: x, of: weighted,
      suspects: [
        "running sums from the left: the Jacobian, not its transpose": Tensor(
          matrixRows: rows.map(running)),
        "in the reverse order": Tensor(
          matrixRows: rows.map { running(Array($0.reversed())) }),
        "along the columns": Tensor(
          matrixRows: (0..<3).map { i in
            (0..<5).map { j in (i..<3).reduce(0) { $0 + rows[$1][j] } }
          }),
      ])
  }

  private static let normalisation = Exercise(
    "1.3", "Normalisation", points: 3, .standard, function: "normalizedBackward",
    hints: [
      "Write dy for a change dx of a row: dm is the mean of dx, and s ds is the mean of (x − m) dx.",
      "So dy = (dx − mean dx)/s − y · mean(y dx)/s. Both means are symmetric matrices.",
      "The transpose is the same operator: it takes from g its mean and its part along y.",
    ]
  ) { exam in
    let (n, d) = (3, 5)
    let x: Tensor<Double> = 2 * exam.random.normal([n, d]) + 1
    let g: Tensor<Double> = exam.random.normal([n, d])
    let epsilon = 0.05
    func parts(_ row: [Double]) -> (mean: Double, deviation: Double) {
      let mean = row.reduce(0, +) / Double(d)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(d)
      return (mean, (variance + epsilon).squareRoot())
    }
    let held = x.matrixRows.map(parts)
    func weighted(
      _ x: Tensor<Double>, mean: Bool = true, deviation: Bool = true
    ) -> Double {
      zip(x.matrixRows, g.matrixRows).enumerated().reduce(0) { total, row in
        let now = parts(row.element.0)
        let m = mean ? now.mean : held[row.offset].mean
        let s = deviation ? now.deviation : held[row.offset].deviation
        return total + zip(row.element.0, row.element.1).reduce(0) { $0 + $1.1 * ($1.0 - m) / s }
      }
    }
    func gradient(mean: Bool, deviation: Bool) -> Tensor<Double> {
      Tensor(
        [n, d],
        Check.differences(at: x) { weighted($0, mean: mean, deviation: deviation) })
    }
    try exam.expectGradient(
      "the cotangent of x", try exam.ask(x, g, Tensor(epsilon)), at: x, of: { weighted($0) },
      suspects: [
        "m and s are held": gradient(mean: false, deviation: false),
        "s is held": gradient(mean: true, deviation: false),
        "m is held where it stands before s": gradient(mean: false, deviation: true),
      ])
  }

  private static let extrapolation = Exercise(
    "1.4", "Extrapolation", points: 3, .standard, function: "sixthOrderRule",
    hints: [
      "Expand D(h) in powers of h. What does D(2h) have in their place?",
      "The weights add up to 1, and the combination has neither h² nor h⁴: three equations.",
      "c is what is left at h⁶, over 7!. For r: f(x + 2h) has the factor w₂/4h.",
    ]
  ) { exam in
    let answer = try exam.ask([], count: 3)
    let weights = answer[0]
    try exam.expect(
      "the number of weights", weights.shape == [3], otherwise: "the shape is \(weights.shape)")
    let (x, h) = (0.3, 0.5)
    func rule(_ f: (Double) -> Double) -> Double {
      zip(weights.scalars, [1.0, 2, 4]).reduce(0) { sum, pair in
        let step = pair.1 * h
        return sum + pair.0 * (f(x + step) - f(x - step)) / (2 * step)
      }
    }
    func power(_ n: Int, _ x: Double) -> Double { (0..<n).reduce(1) { product, _ in product * x } }
    for n in 1...6 {
      try exam.expect(
        "the derivative of x to the power \(n)", Tensor(rule { power(n, $0) }),
        equals: Tensor(Double(n) * power(n - 1, x)), tolerance: 1e-12)
    }
    // The seventh derivative of x⁷ is 7!, and x⁷ has no higher one.
    let left = rule { power(7, $0) } - 7 * power(6, x)
    try exam.expect(
      "c", answer[1], equals: Tensor(left / (5040 * power(6, h))), tolerance: 1e-10,
      suspects: [
        "7! is missing": Tensor(left / power(6, h)), "a sign": Tensor(-left / (5040 * power(6, h))),
      ])
    let sizes = zip(weights.scalars, [1.0, 2, 4]).reduce(0) { $0 + Swift.abs($1.0) / $1.1 }
    try exam.expect(
      "r", answer[2], equals: Tensor(sizes), tolerance: 1e-12,
      suspects: [
        "the weights alone: D(2h) divides by 2h": Tensor(
          weights.scalars.reduce(0) { $0 + Swift.abs($1) }),
        "one of the two values of each D": Tensor(0.5 * sizes),
      ])
  }

  private static let softMaximum = Exercise(
    "1.5", "A soft maximum", points: 3, .standard, function: "softMaximum",
    hints: [
      "By x the chain rule gives T · (1/T), so only the softmax is left.",
      "T stands in two places: in front, and in the exponents.",
      "log p = (x − y)/T. Collect the derivative by T until it is −Σ p log p; take log p from x − y.",
    ]
  ) { exam in
    let (n, d) = (3, 4)
    let x: Tensor<Double> = exam.random.normal([n, d])
    let t = 0.4 + (exam.random.uniform([]) as Tensor<Double>).scalar
    func values(_ x: Tensor<Double>, _ t: Double) -> [Double] {
      x.matrixRows.map { row in
        t * Foundation.log(row.reduce(0) { $0 + Foundation.exp($1 / t) })
      }
    }
    let expected = Tensor(values(x, t))
    let answer = try exam.ask([x, Tensor(t)], count: 3)
    try exam.expect(
      "y", answer[0], equals: expected,
      suspects: [
        "T in front is missing": expected / t,
        "the mean, not the sum, of the exponentials": expected - t * Foundation.log(Double(d)),
      ])
    try exam.expectGradient(
      "its gradient by x", answer[1], at: x, of: { values($0, t).reduce(0, +) })
    let temperatures = Tensor([n], [Double](repeating: t, count: n))
    try exam.expectGradient(
      "its derivative by T", answer[2], at: temperatures,
      of: { each in (0..<n).reduce(0) { $0 + values(x, each[$1])[$1] } },
      suspects: [
        "T in front alone: y/T": expected / t,
        "bits, not nats": Tensor(
          [n],
          Check.differences(at: temperatures) { each in
            (0..<n).reduce(0) { $0 + values(x, each[$1])[$1] }
          }) / Foundation.log(2),
      ])
    let far = try exam.ask([x + 2000, Tensor(t)], count: 3)
    try exam.expect("y near 2000", far[0], equals: expected + 2000, tolerance: 1e-11)
    try exam.expect("the derivative by T there", far[2], equals: answer[2], tolerance: 1e-9)
  }
}
