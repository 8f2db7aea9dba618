import Foundation
import Tensors

extension ExerciseSheet {
  /// The evidence lower bound.
  static let chapter04 = ExerciseSheet(
    chapter: "ch04-elbo", [mixture, twoStages, factors, logWeightVariance, correlatedCoordinates])

  /// The points and weights with which Σ weight · f(point) is E[f(ε)], ε from N(0, 1), for smooth f.
  static func normalPoints(step: Double) -> [(point: Double, weight: Double)] {
    let last = Int(9 / step)
    return (-last...last).map {
      let e = Double($0) * step
      return (e, step * Foundation.exp(-0.5 * e * e) / (2 * Double.pi).squareRoot())
    }
  }

  /// log N(e; 0, v).
  private static func logNormal(_ e: Double, _ v: Double) -> Double {
    -0.5 * (e * e / v + Foundation.log(2 * Double.pi * v))
  }

  private static let mixture = Exercise(
    "4.1", "The bound of a mixture by hand", points: 2, .warmUp, function: "mixtureBound",
    hints: [
      "The expectation is Σₖ qₖ times the terms of class k. What is log p(x, z = k)?",
      "log w and log q stay as they are in the derivative by m. Which data have a share in class k?",
      "At q = 0 take the log of anything but 0, and let the factor q do the rest.",
    ]
  ) { exam in
    let (n, k) = (4, 3)
    let x: Tensor<Double> = 1.5 * exam.random.normal([n])
    let raw = (0.2 + exam.random.uniform([k]) as Tensor<Double>).scalars
    let w = raw.map { $0 / raw.reduce(0, +) }
    let m: Tensor<Double> = exam.random.normal([k])
    let v = exp(0.5 * exam.random.normal([k])) as Tensor<Double>
    // Each datum but the first has a class that is out of the question.
    let shares = (0.1 + exam.random.uniform([n, k]) as Tensor<Double>).matrixRows
    let q = (0..<n).map { i -> [Double] in
      let row = (0..<k).map { i == $0 + 1 ? 0 : shares[i][$0] }
      return row.map { $0 / row.reduce(0, +) }
    }
    /// log p(x) − KL(q‖posterior): what the bound is by the exact identity.
    func joint(_ i: Int, _ means: [Double]) -> [Double] {
      (0..<k).map { Foundation.log(w[$0]) + logNormal(x[i] - means[$0], v[$0]) }
    }
    func bound(_ i: Int, _ means: [Double]) -> Double {
      let joint = joint(i, means)
      let evidence = logOfSum(joint)
      var divergence = 0.0
      for c in 0..<k where q[i][c] > 0 {
        divergence += q[i][c] * (Foundation.log(q[i][c]) - (joint[c] - evidence))
      }
      return evidence - divergence
    }
    func each(_ value: (Int, Int) -> Double) -> Tensor<Double> {
      Tensor((0..<n).map { i in (0..<k).reduce(0) { $0 + value(i, $1) } })
    }
    let bounds = Tensor((0..<n).map { bound($0, m.scalars) })
    let logW = each { i, c in q[i][c] * Foundation.log(w[c]) }
    let logQ = each { i, c in q[i][c] > 0 ? q[i][c] * Foundation.log(q[i][c]) : 0 }
    let answer = try exam.ask([x, Tensor(w), m, v, Tensor(matrixRows: q)], count: 2)
    try exam.expect(
      "the bound of \(n) data", answer[0], equals: bounds,
      suspects: [
        "the prior's term, log w, is missing": bounds - logW,
        "the entropy of q is missing": bounds + logQ,
        "the entropy of q has the wrong sign": bounds + 2 * logQ,
        "log p(x), which is the bound for the best q only": Tensor(
          (0..<n).map { logOfSum(joint($0, m.scalars)) }),
      ])
    let gradient = Tensor(
      Check.differences(at: m) { at in (0..<n).reduce(0) { $0 + bound($1, at.scalars) } })
    try exam.expect(
      "its gradient by m", answer[1], equals: gradient, tolerance: 1e-7,
      suspects: [
        "σ for σ²": gradient * sqrt(v), "the variance is missing": gradient * v,
        "the shares q are missing": Tensor(
          (0..<k).map { c -> Double in
            let offset = x.scalars.reduce(0, +) - Double(n) * m[c]
            return offset / v[c]
          }),
      ])
  }

  private static let twoStages = Exercise(
    "4.2", "Two latent variables", points: 3, .standard, function: "twoStageBound",
    hints: [
      "Three log densities and two entropies. E[(y − c)²] is (E[y] − c)² and the variance of y.",
      "Write z₂ = α z₁ + β + noise. What are the mean and variance of z₂, and of z₁ − a z₂?",
      "z₁ − a z₂ has (1 − aα) z₁ in it: z₁ and z₂ vary together.",
    ]
  ) { exam in
    let n = 3
    let x: Tensor<Double> = 1.5 * exam.random.normal([n])
    let m: Tensor<Double> = exam.random.normal([n])
    let beta: Tensor<Double> = exam.random.normal([n])
    let signs: Tensor<Double> = exam.random.normal([2])
    let draws = (0.4 + exam.random.uniform([6]) as Tensor<Double>).scalars
    let a: Double = signs[0] > 0 ? draws[0] : -draws[0]
    let b: Double = signs[1] > 0 ? draws[1] : -draws[1]
    let (s, t, v, u) = (draws[2], draws[3], draws[4], draws[5])
    let alpha: Double = 0.3 + 0.5 * draws[0]
    let (sd1, sd2, sdS) = (v.squareRoot(), u.squareRoot(), s.squareRoot())
    /// E_q of any function of both, by the trapezoidal rule; the prior's share is α = a, β = 0.
    let points = normalPoints(step: 0.125)
    func mean(_ f: (Double, Double) -> Double) -> Double {
      points.reduce(0) { sum, first in
        sum + first.weight * points.reduce(0) { $0 + $1.weight * f(first.point, $1.point) }
      }
    }
    let bounds = (0..<n).map { i -> Double in
      mean { e1, e2 -> Double in
        let z1 = m[i] + sd1 * e1
        let z2 = alpha * z1 + beta[i] + sd2 * e2
        let latent = logNormal(z2, 1) + logNormal(z1 - a * z2, s)
        let q = logNormal(sd1 * e1, v) + logNormal(sd2 * e2, u)
        return latent + logNormal(x[i] - b * z1, t) - q
      }
    }
    let evidence = (0..<n).map { i -> Double in
      let p = mean { e1, e2 -> Double in
        let z1 = a * e1 + sdS * e2
        return Foundation.exp(logNormal(x[i] - b * z1, t))
      }
      return Foundation.log(p)
    }
    // As if z₁ and z₂ did not covary under q; as if z₁ did not vary; as if z₂ did not vary with z₁.
    let covariance: Double = a * alpha * v / s
    let spread: Double = 0.5 * b * b * v / t
    let share: Double = 0.5 * alpha * alpha * v
    let apart = Tensor(bounds) - covariance
    let inner: Double = a * a + s
    let signal: Double = b * b * inner
    let linear: Double = Swift.abs(b) * inner + t
    let without: Double = b * b * s + t
    let answer = try exam.ask(
      [x, Tensor([a, s, b, t]), m, Tensor(v), beta, Tensor([alpha, u])], count: 2)
    try exam.expect(
      "the bound of \(n) data", answer[0], equals: Tensor(bounds),
      suspects: [
        "z₁ and z₂ covary under q": apart,
        "the variance of z₁ is missing in log p(x|z₁)": Tensor(bounds) + spread,
        "z₂ also varies with z₁, in log p(z₂)": Tensor(bounds) + share,
        "log p(x), which the bound is for the posterior only": Tensor(evidence),
      ])
    try exam.expect(
      "log p(x)", answer[1], equals: Tensor(evidence),
      suspects: [
        "z₁ varies with z₂ too: where is a?": Tensor(x.scalars.map { logNormal($0, without) }),
        "b for b²": Tensor(x.scalars.map { logNormal($0, linear) }),
        "the noise t is missing": Tensor(x.scalars.map { logNormal($0, signal) }),
      ])
  }

  private static let factors = Exercise(
    "4.3", "Factor analysis", points: 3, .standard, function: "factorAnalysis",
    hints: [
      "x is Gaussian. Only one place of linear-gaussian-marginal changes.",
      "By C, the gradient of log p(x) is ½ (r rᵀ − C⁻¹), with r = C⁻¹ (x − b). Where is Ψⱼⱼ in C?",
      "The mean of z given x is the covariance of z and x, times r.",
    ]
  ) { exam in
    let (n, width, d) = (3, 3, 2)
    let w: Tensor<Double> = 0.6 * exam.random.normal([width, d])
    let b: Tensor<Double> = exam.random.normal([width])
    let x: Tensor<Double> = b + 1.2 * exam.random.normal([n, width])
    let logNoise = exam.random.uniform([width]) - 0.9 as Tensor<Double>
    let (rows, data) = (w.matrixRows, x.matrixRows)
    let points = normalPoints(step: 0.2)
    /// p(x), and E[z | x] p(x), by the trapezoidal rule over both latent coordinates.
    func moments(_ i: Int, _ logNoise: [Double]) -> (Double, [Double]) {
      let precision = logNoise.map { Foundation.exp(-$0) }
      let scale = 0.5 * logNoise.reduce(Double(width) * Foundation.log(2 * Double.pi), +)
      var (total, first, second) = (0.0, 0.0, 0.0)
      for (z1, weight1) in points {
        for (z2, weight2) in points {
          var distance = 0.0
          for j in 0..<width {
            let mean = b[j] + rows[j][0] * z1 + rows[j][1] * z2
            let e = data[i][j] - mean
            distance += e * e * precision[j]
          }
          let p = weight1 * weight2 * Foundation.exp(-0.5 * distance - scale)
          total += p
          first += p * z1
          second += p * z2
        }
      }
      return (total, [first, second])
    }
    func evidence(_ i: Int, _ logNoise: [Double]) -> Double {
      Foundation.log(moments(i, logNoise).0)
    }
    let exact = (0..<n).map { moments($0, logNoise.scalars) }
    let means = exact.map { moment -> [Double] in moment.1.map { $0 / moment.0 } }
    let answer = try exam.ask([x, w, b, logNoise], count: 3)
    try exam.expect(
      "log p(x) of \(n) data", answer[0], equals: Tensor(exact.map { Foundation.log($0.0) }),
      suspects: [
        "log p(x | z = 0): where is W?": Tensor(
          data.map { row -> Double in
            let noise = exp(logNoise)
            return (0..<width).reduce(0.0) { $0 + logNormal(row[$1] - b[$1], noise[$1]) }
          })
      ])
    let gradient = Tensor(
      Check.differences(at: logNoise) { at in
        (0..<n).reduce(0) { $0 + evidence($1, at.scalars) }
      })
    try exam.expect(
      "its gradient by log Ψ", answer[1], equals: gradient, tolerance: 1e-7,
      suspects: [
        "the derivative by Ψ, not by its log": gradient / exp(logNoise),
        "by the log of the deviation": 2 * gradient,
        "a mean over the data, not a sum": gradient / Double(n),
      ])
    try exam.expect("the mean of z given x", answer[2], equals: Tensor(matrixRows: means))
  }
}
