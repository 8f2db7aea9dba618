import Foundation
import KLDivergence
import Tensors

extension ExerciseSheet {
  /// β-VAE.
  static let chapter07 = ExerciseSheet(
    chapter: "ch07-beta-vae", [learnedNoise, otherConstraint, covariance, turned, common])

  /// D and R of one channel with noise of variance s², by *channel-terms*.
  private static func terms(
    _ v: Double, gain a: Double, spread: Double, weight w: Double, noise s: Double
  ) -> (distortion: Double, rate: Double) {
    let error = v * (1 - w * a) * (1 - w * a) + w * w * spread
    return (
      0.5 * (Foundation.log(2 * Double.pi * s) + error / s),
      0.5 * (a * a * v + spread - 1 - Foundation.log(spread))
    )
  }

  /// The code of one channel with the least D + βR, found by search over the weight: for each, the best
  /// encoder is the tempered posterior.
  private static func bestCode(
    _ v: Double, beta: Double, noise s: Double
  ) -> (distortion: Double, rate: Double) {
    func code(_ w: Double) -> (distortion: Double, rate: Double) {
      let precision = 1 + w * w / (beta * s)
      return terms(v, gain: w / (beta * s) / precision, spread: 1 / precision, weight: w, noise: s)
    }
    let w = leastPoint(from: 0, to: 2 * v.squareRoot()) { w in
      let code = code(w)
      return code.distortion + beta * code.rate
    }
    return code(w)
  }

  private static let learnedNoise = Exercise(
    "7.1", "A learned noise", points: 3, .challenge, function: "channelsWithNoise",
    hints: [
      "Measure x in units of s: what becomes of the variances, and what is added to D?",
      "A channel is open if v > β s². Put the optimum of section 7.2 in, once for open ones, once for shut.",
      "By the envelope theorem the code's own change does not count: differentiate D with the code held, "
        + "then put the optimum in. D has ρ/2 and the error over 2 s².",
    ]
  ) { exam in
    let v = exp(0.3 * exam.random.normal([4])) * Tensor<Double>([6, 3, 1.4, 0.3])
    let draws = (exam.random.uniform([2]) as Tensor<Double>).scalars
    let (beta, rho) = (1.3 + draws[0], -0.9 + 0.4 * draws[1])
    func best(_ rho: Double) -> [(distortion: Double, rate: Double)] {
      v.scalars.map { bestCode($0, beta: beta, noise: Foundation.exp(rho)) }
    }
    func value(_ rho: Double) -> Double {
      best(rho).reduce(0) { $0 + $1.distortion + beta * $1.rate }
    }
    let now = best(rho)
    let answer = try exam.ask([v, Tensor(beta), Tensor(rho)], count: 3)
    try exam.expect(
      "the least D + βR", answer[0], equals: Tensor(value(rho)), tolerance: 1e-7,
      suspects: [
        "ρ/2 for each channel is missing": Tensor(value(rho) - 2 * rho),
        "D + R, without β": Tensor(now.reduce(0) { $0 + $1.distortion + $1.rate }),
        "a mean over channels": Tensor(value(rho) / 4),
      ])
    let shut = v.scalars.reduce(0) { $0 + 0.5 * (1 - $1 * Foundation.exp(-rho)) }
    try exam.expectGradient(
      "its derivative by ρ", answer[1], at: Tensor(rho), of: { value($0.scalar) },
      tolerance: 1e-6,
      suspects: [
        "as if all channels were shut": Tensor(shut),
        "by s², not by its logarithm": Tensor(
          Check.differences(at: Tensor(rho)) { value($0.scalar) }[0] * Foundation.exp(-rho)),
      ])
    try exam.expect(
      "the rate", answer[2], equals: Tensor(now.reduce(0) { $0 + $1.rate }), tolerance: 1e-6,
      suspects: ["β times the rate": Tensor(beta * now.reduce(0) { $0 + $1.rate })])
  }

  private static let otherConstraint = Exercise(
    "7.2", "The other constraint", points: 2, .standard, function: "rateUnderDistortion",
    hints: [
      "The best code for a limit is the best code for some β: *channel-curve* gives its D.",
      "½ Σ min(v, β) rises with β, linearly between two neighbouring variances. Which channels are shut?",
      "If the shut ones are known, β is what is left of 2δ − n log 2π, divided among the open ones. The "
        + "slope dD/dR is −β.",
    ]
  ) { exam in
    let v = exp(0.3 * exam.random.normal([5])) * Tensor<Double>([8, 4, 2, 1, 0.4])
    let share = 0.2 + 0.6 * (exam.random.uniform([]) as Tensor<Double>).scalar
    let floor = 2.5 * Foundation.log(2 * Double.pi)
    let limit = floor + 0.5 * share * v.sum().scalar
    func distortion(_ level: Double) -> Double {
      floor + 0.5 * v.scalars.reduce(0) { $0 + Swift.min($1, level) }
    }
    func level(_ limit: Double) -> Double {
      var (low, high) = (0.0, v.scalars.max() ?? 1)
      for _ in 0..<200 {
        let middle = 0.5 * (low + high)
        if distortion(middle) < limit { low = middle } else { high = middle }
      }
      return 0.5 * (low + high)
    }
    func rate(_ limit: Double) -> Double {
      v.scalars.reduce(0) {
        $0 + bestCode($1, beta: level(limit), noise: 1).rate
      }
    }
    let beta = level(limit)
    let answer = try exam.ask([v, Tensor(limit)], count: 3)
    try exam.expect(
      "the level β", answer[0], equals: Tensor(beta),
      suspects: [
        "as if no channel were shut": Tensor(2 * (limit - floor) / 5),
        "log 2π is forgotten": Tensor(level(limit + floor)),
      ])
    let least = Tensor(rate(limit))
    try exam.expect(
      "the least rate", answer[1], equals: least, tolerance: 1e-6,
      suspects: [
        "shut channels count with a negative rate": Tensor(
          v.scalars.reduce(0) { $0 + 0.5 * Foundation.log($1 / beta) }),
        "in bits": least / Foundation.log(2),
      ])
    try exam.expectGradient(
      "its derivative by δ", answer[2], at: Tensor(limit), of: { rate($0.scalar) },
      tolerance: 1e-4,
      suspects: ["β, not 1/β": Tensor(-beta), "a sign": Tensor(1 / beta)])
  }

  private static let covariance = Exercise(
    "7.3", "Covariance in place of TC", points: 3, .standard, function: "covariancePenalty",
    hints: [
      "First the gradient by Σ, a symmetric matrix; each pair i ≠ j stands in the sum twice.",
      "Σ is a product of the centred means with themselves: μₙᵢ occurs in row i and in column i.",
      "Moving the batch mean changes Σ by a multiple of the sum of the centred means.",
    ]
  ) { exam in
    let (count, d) = (5, 3)
    let means: Tensor<Double> = exam.random.normal([count, d])
    let weights = (0.5 + exam.random.uniform([2]) as Tensor<Double>).scalars
    func penalty(_ means: Tensor<Double>, divisor: Double = 5) -> Double {
      let rows = means.matrixRows
      var sum = 0.0
      for i in 0..<d {
        for j in 0..<d {
          let (a, b) = (rows.map { $0[i] }, rows.map { $0[j] })
          let (p, q) = (a.reduce(0, +) / 5, b.reduce(0, +) / 5)
          let c = zip(a, b).reduce(0) { $0 + ($1.0 - p) * ($1.1 - q) } / divisor
          sum += i == j ? weights[1] * (c - 1) * (c - 1) : weights[0] * c * c
        }
      }
      return sum
    }
    let answer = try exam.ask([means, Tensor(weights[0]), Tensor(weights[1])], count: 2)
    try exam.expect(
      "the penalty", answer[0], equals: Tensor(penalty(means)),
      suspects: ["B − 1 in the place of B": Tensor(penalty(means, divisor: 4))])
    try exam.expectGradient(
      "its gradient by μ", answer[1], at: means, of: { penalty($0) },
      suspects: [
        "that of the penalty with B − 1": Tensor(
          [count, d], Check.differences(at: means) { penalty($0, divisor: 4) })
      ])
  }

  private static let turned = Exercise(
    "7.4", "Turned axes", points: 2, .warmUp, function: "turnedScores",
    hints: [
      "R² needs two variances and a covariance. What is the variance of z₁?",
      "The covariance of z₁ and v₁ is cos α times the variance of v₁.",
      "SAP is the gap between the better and the other latent, so it takes an absolute value.",
    ]
  ) { exam in
    let angles = Double.pi * exam.random.uniform([6]) as Tensor<Double>
    /// R² on a grid of midpoints, on which the factors are independent too.
    func r2(_ a: Double, _ b: Double) -> Double {
      let grid = (0..<20).map { (Double($0) + 0.5) / 20 - 0.5 }
      var (zz, zv, vv) = (0.0, 0.0, 0.0)
      for v in grid {
        for w in grid {
          let z = a * v + b * w
          (zz, zv, vv) = (zz + z * z, zv + z * v, vv + v * v)
        }
      }
      return zv * zv / (zz * vv)
    }
    let pairs = angles.scalars.map { (Foundation.cos($0), Foundation.sin($0)) }
    let first = Tensor(pairs.map { r2($0.0, -$0.1) })
    let gap = Tensor(pairs.map { Swift.abs(r2($0.0, -$0.1) - r2($0.1, $0.0)) })
    let answer = try exam.ask([angles], count: 2)
    try exam.expect(
      "R² of z₁ for v₁", answer[0], equals: first,
      suspects: [
        "the correlation, not its square": Tensor(pairs.map(\.0)),
        "that of z₂": Tensor(pairs.map { r2($0.1, $0.0) }),
      ])
    try exam.expect(
      "SAP", answer[1], equals: gap,
      suspects: [
        "a gap that may be negative": Tensor(pairs.map { r2($0.0, -$0.1) - r2($0.1, $0.0) }),
        "R² itself: the second best is not taken away": first,
      ])
  }

  private static let common = Exercise(
    "7.5", "The price of one common cause", points: 2, .standard, function: "commonCorrelation",
    hints: [
      "The covariance is (1 − r) I + r 1 1ᵀ. What does it do to the vector of ones, and to what is "
        + "orthogonal to it?",
      "A determinant is the product of the eigenvalues; all variances are 1.",
      "−½ (log of the one eigenvalue + (d − 1) times the log of the other).",
    ]
  ) { exam in
    let d = 4
    let r = 0.9 * exam.random.uniform([5]) - 0.2 as Tensor<Double>
    func total(_ r: Double) -> Double {
      let rows = (0..<d * d).map { $0 / d == $0 % d ? 1 : r }
      return -0.5 * Cholesky(Tensor([d, d], rows)).logDeterminant
    }
    let expected = Tensor(r.scalars.map(total))
    let answer = try exam.ask([r, Tensor(Double(d))], count: 2)
    try exam.expect(
      "TC of \(d) latents", answer[0], equals: expected,
      suspects: [
        "½ is missing": 2 * expected, "bits, not nats": expected / Foundation.log(2),
        "the sum over pairs of their informations": Tensor(
          r.scalars.map { -0.25 * Double(d * (d - 1)) * Foundation.log(1 - $0 * $0) }),
      ])
    try exam.expectGradient(
      "its derivative by r", answer[1], at: r, of: { $0.scalars.reduce(0) { $0 + total($1) } })
  }
}
