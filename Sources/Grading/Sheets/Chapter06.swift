import Foundation
import Tensors

extension ExerciseSheet {
  /// The variational autoencoder.
  static let chapter06 = ExerciseSheet(
    chapter: "ch06-vae", [freeBits, studentT, committed, pixelNoise, draws])

  private static let freeBits = Exercise(
    "6.1", "Free bits", points: 3, .standard, function: "freeBits",
    hints: [
      "For which latents does F depend on the encoder at all? The mean over the batch decides, not a datum.",
      "Where Rⱼ > κ, its gradient is that of a mean of B divergences: chapter 3 has it.",
      "A factor of each latent, 0 or 1, times μ/B, and times ½ (e^λ − 1)/B.",
    ]
  ) { exam in
    let (count, d) = (4, 4)
    let mean = exam.random.normal([count, d]) * Tensor<Double>([1.5, 0.1, 1.2, 0.1])
    let logVariance = 0.3 * exam.random.normal([count, d]) - Tensor<Double>([1, 0, 1.5, 0.1])
    let kappa = 0.6
    func rates(_ mean: Tensor<Double>, _ log: Tensor<Double>) -> [Double] {
      let (means, logs) = (mean.matrixRows, log.matrixRows)
      return (0..<d).map { j in
        (0..<count).reduce(0) { sum, n in
          let (m, l) = (means[n][j], logs[n][j])
          return sum + 0.5 * (m * m + Foundation.exp(l) - 1 - l) / Double(count)
        }
      }
    }
    func value(_ mean: Tensor<Double>, _ log: Tensor<Double>) -> Double {
      rates(mean, log).reduce(0) { $0 + Swift.max(kappa, $1) }
    }
    let plain = rates(mean, logVariance).reduce(0, +)
    /// The gradient if each datum had its own max.
    let single = Tensor(
      [count, d],
      zip(mean.scalars, logVariance.scalars).map { m, l in
        0.5 * (m * m + Foundation.exp(l) - 1 - l) > kappa ? m / Double(count) : 0
      })
    let answer = try exam.ask([mean, logVariance, Tensor(kappa)], count: 3)
    try exam.expect(
      "F", answer[0], equals: Tensor(value(mean, logVariance)),
      suspects: [
        "the rate alone": Tensor(plain),
        "κ for all latents together": Tensor(Swift.max(kappa, plain)),
        "a sum over the batch": Tensor(
          rates(mean, logVariance).reduce(0) { $0 + Swift.max(kappa, Double(count) * $1) }),
      ])
    try exam.expectGradient(
      "its gradient by μ", answer[1], at: mean, of: { value($0, logVariance) },
      suspects: [
        "that of the rate alone": mean / Double(count),
        "each datum decides for itself": single,
      ])
    try exam.expectGradient(
      "its gradient by λ", answer[2], at: logVariance, of: { value(mean, $0) },
      suspects: ["that of the rate alone": 0.5 / Double(count) * (exp(logVariance) - 1)])
  }

  private static let studentT = Exercise(
    "6.2", "Student's t", points: 3, .standard, function: "studentTLogLikelihood",
    hints: [
      "Write e = (x − m)/s. Then log p = const − log s − (ν + 1)/2 log(1 + e²/ν).",
      "e depends on m with the derivative −1/s and on τ = log s with −e.",
      "Both derivatives have the factor (ν + 1)/(ν + e²), which a Gaussian has as 1.",
    ]
  ) { exam in
    let n = 5
    let location: Tensor<Double> = exam.random.normal([n])
    let logScale: Tensor<Double> = 0.5 * exam.random.normal([n])
    let x = location + 2 * exam.random.normal([n])
    let nu = 1.5 + 4 * (exam.random.uniform([]) as Tensor<Double>).scalar
    func kernel(_ e: Double) -> Double {
      Foundation.exp(-0.5 * (nu + 1) * Foundation.log(1 + e * e / nu))
    }
    let constant = Foundation.log(integral(from: -.infinity, to: .infinity, of: kernel))
    func logDensity(_ x: Tensor<Double>, _ m: Tensor<Double>, _ t: Tensor<Double>) -> Tensor<Double>
    {
      Tensor(
        (0..<n).map { i in
          let e = (x[i] - m[i]) / Foundation.exp(t[i])
          return Foundation.log(kernel(e)) - constant - t[i]
        })
    }
    let expected = logDensity(x, location, logScale)
    let answer = try exam.ask([x, location, logScale, Tensor(nu)], count: 3)
    try exam.expect(
      "log p of \(n) pixels", answer[0], equals: expected,
      suspects: [
        "log s is missing": expected + logScale,
        "the constant is missing": expected + constant,
        "a variance for a scale: τ/2 for τ": logDensity(x, location, 0.5 * logScale),
      ])
    try exam.expectGradient(
      "its derivative by m", answer[1], at: location,
      of: { logDensity(x, $0, logScale).sum().scalar },
      suspects: ["a Gaussian's": (x - location) / exp(2 * logScale)])
    try exam.expectGradient(
      "its derivative by τ", answer[2], at: logScale,
      of: { logDensity(x, location, $0).sum().scalar },
      suspects: ["a Gaussian's": square(x - location) / exp(2 * logScale) - 1])
  }

  private static let committed = Exercise(
    "6.3", "A rate that cannot vanish", points: 2, .standard, function: "committedVariance",
    hints: [
      "The rate is a sum of a term with μ and a term with σ². Where is each least?",
      "t − 1 − log t falls for t < 1: so the largest allowed variance is the cheapest.",
      "With y = log t solve e^y − 1 − y = 2δ for y < 0. The left side is convex: start at an y where it is "
        + "too large.",
    ]
  ) { exam in
    let rates = exp(exam.random.normal([4]) - 1) as Tensor<Double>
    let answer = try exam.ask(rates)
    func root(_ target: Double) -> Double {
      var (low, high) = (-1 - target, 0.0)
      for _ in 0..<200 {
        let y = 0.5 * (low + high)
        if Foundation.expm1(y) - y > target { low = y } else { high = y }
      }
      return Foundation.exp(0.5 * (low + high))
    }
    let expected = Tensor(rates.scalars.map { root(2 * $0) })
    try exam.expect(
      "the largest variance", answer, equals: expected, tolerance: 1e-7,
      suspects: [
        "σ for σ²": sqrt(expected), "its logarithm": log(expected),
        "½ is missing from the rate": Tensor(rates.scalars.map { root($0) }),
      ])
  }

  private static let pixelNoise = Exercise(
    "6.4", "One variance a pixel", points: 2, .warmUp, function: "pixelVariances",
    hints: [
      "Only one pixel's terms depend on ρᵢ. Average over the data before you differentiate.",
      "Above the best ρ the likelihood falls, below it rises: what does a floor above it do?",
      "The best is the larger of r and the logarithm of the pixel's mean squared error, which may be 0.",
    ]
  ) { exam in
    let (n, d) = (5, 4)
    let scale = Tensor<Double>([1, 0.5, 0.02, 0])
    let mean: Tensor<Double> = exam.random.normal([n, d])
    let x = mean + scale * exam.random.normal([n, d])
    let place: Tensor<Double> = exam.random.normal([d])
    let floor = -3.0
    let (xs, ms) = (x.matrixRows, mean.matrixRows)
    func pixel(_ i: Int, _ rho: Double) -> Double {
      let density = (0..<n).map { row in
        let e = xs[row][i] - ms[row][i]
        return -0.5 * (Foundation.log(2 * Double.pi) + rho + Foundation.exp(-rho) * e * e)
      }
      return density.reduce(0, +) / Double(n)
    }
    let best = (0..<d).map { i in leastPoint(from: floor, to: 5) { -pixel(i, $0) } }
    let value = (0..<d).reduce(0) { $0 + pixel($1, best[$1]) }
    let answer = try exam.ask([x, mean, Tensor(floor), place], count: 3)
    try exam.expect(
      "the best ρ", answer[0], equals: Tensor(best), tolerance: 1e-6,
      suspects: [
        "log σ for log σ²": Tensor(best.map { $0 > floor + 1e-6 ? 0.5 * $0 : $0 }),
        "one variance for all pixels": Tensor(
          (0..<d).map { _ in
            leastPoint(from: floor, to: 5) { r in
              -(0..<d).reduce(0) { $0 + pixel($1, r) }
            }
          }),
      ])
    try exam.expect(
      "the mean log-likelihood there", answer[1], equals: Tensor(value), tolerance: 1e-7,
      suspects: [
        "a sum over data": Tensor(Double(n) * value),
        "a mean over pixels": Tensor(value / Double(d)),
      ])
    try exam.expectGradient(
      "its derivative by ρ", answer[2], at: place,
      of: { rho in (0..<d).reduce(0) { $0 + pixel($1, rho[$1]) } })
  }

  private static let draws = Exercise(
    "6.5", "Several draws", points: 3, .challenge, function: "drawsAndData",
    hints: [
      "The variance of a random datum's average is the variance of its mean, plus the mean of its "
        + "variance.",
      "An unbiased variance divides by one less than its count: M − 1 within a datum, n − 1 between data.",
      "For a fixed cost you can afford 1/(c₀ + c₁ K) data: minimise (c₀ + c₁ K)(a + b/K) over K.",
    ]
  ) { exam in
    let (n, m) = (6, 4)
    let centres: Tensor<Double> = 2 * exam.random.normal([n, 1])
    let estimates = centres + exam.random.normal([n, m])
    let costs = (1 + 4 * exam.random.uniform([2]) as Tensor<Double>).scalars
    let rows = estimates.matrixRows
    // Half the squared difference of two independent numbers has their variance as its mean: so b from pairs
    // of one datum, and a + b from pairs of two.
    var (within, between) = (0.0, 0.0)
    for i in 0..<n {
      for j in 0..<n {
        for (k, f) in rows[i].enumerated() {
          for (l, g) in rows[j].enumerated() where i != j || k != l {
            let half = 0.5 * (f - g) * (f - g)
            if i == j { within += half } else { between += half }
          }
        }
      }
    }
    let b = within / Double(n * m * (m - 1))
    let a = between / Double(n * (n - 1) * m * m) - b
    let best = leastPoint(from: 0, to: 100) { k in
      (costs[0] + costs[1] * k) * (a + b / Swift.max(k, 1e-9))
    }
    let answer = try exam.ask([estimates, Tensor(costs[0]), Tensor(costs[1])], count: 3)
    try exam.expect(
      "a", answer[0], equals: Tensor(a),
      suspects: [
        "b/M is still in it": Tensor(a + b / Double(m)),
        "n for n − 1": Tensor((a + b / Double(m)) * Double(n - 1) / Double(n) - b / Double(m)),
      ])
    try exam.expect(
      "b", answer[1], equals: Tensor(b),
      suspects: ["M for M − 1": Tensor(b * Double(m - 1) / Double(m))])
    try exam.expect(
      "the best K", answer[2], equals: Tensor(best), tolerance: 1e-5,
      suspects: [
        "its square": Tensor(best * best),
        "the costs are exchanged": Tensor(best * costs[1] / costs[0]),
      ])
  }
}
