import Foundation
import KLDivergence
import Tensors

extension ExerciseSheet {
  /// The evidence lower bound.
  static let chapter04 = ExerciseSheet(
    chapter: "ch04-elbo", [mixture, twoStages, factors, logWeights, correlated])

  /// The points and weights with which Σ weight · f(point) is E[f(ε)], ε from N(0, 1), for smooth f.
  private static func normalPoints(step: Double) -> [(point: Double, weight: Double)] {
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
    func bound(_ i: Int, _ means: [Double]) -> Double {
      let joint = (0..<k).map { Foundation.log(w[$0]) + logNormal(x[i] - means[$0], v[$0]) }
      let evidence = logOfSum(joint)
      return evidence
        - (0..<k).reduce(0) {
          $0 + (q[i][$1] > 0 ? q[i][$1] * (Foundation.log(q[i][$1]) - joint[$1] + evidence) : 0)
        }
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
          (0..<n).map { i in
            logOfSum((0..<k).map { Foundation.log(w[$0]) + logNormal(x[i] - m[$0], v[$0]) })
          }),
      ])
    let gradient = Tensor(
      Check.differences(at: m) { at in (0..<n).reduce(0) { $0 + bound($1, at.scalars) } })
    try exam.expect(
      "its gradient by m", answer[1], equals: gradient, tolerance: 1e-7,
      suspects: [
        "σ for σ²": gradient * sqrt(v), "the variance is missing": gradient * v,
        "the shares q are missing": Tensor(
          (0..<k).map { c in (0..<n).reduce(0) { $0 + (x[$1] - m[c]) / v[c] } }),
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
    let (a, b) = ((signs[0] > 0 ? 1 : -1) * draws[0], (signs[1] > 0 ? 1 : -1) * draws[1])
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
    let bounds = (0..<n).map { i in
      mean { e1, e2 in
        let z1 = m[i] + sd1 * e1
        let z2 = alpha * z1 + beta[i] + sd2 * e2
        let joint = logNormal(z2, 1) + logNormal(z1 - a * z2, s) + logNormal(x[i] - b * z1, t)
        return joint - logNormal(sd1 * e1, v) - logNormal(sd2 * e2, u)
      }
    }
    let evidence = (0..<n).map { i in
      Foundation.log(
        mean { e1, e2 in Foundation.exp(logNormal(x[i] - b * (a * e1 + sdS * e2), t)) })
    }
    // As if z₁ and z₂ did not covary under q.
    let apart = Tensor(bounds) - a * alpha * v / s
    let answer = try exam.ask(
      [x, Tensor([a, s, b, t]), m, Tensor(v), beta, Tensor([alpha, u])], count: 2)
    try exam.expect(
      "the bound of \(n) data", answer[0], equals: Tensor(bounds),
      suspects: [
        "z₁ and z₂ covary under q": apart,
        "the variance of z₁ is missing in log p(x|z₁)": Tensor(bounds) + 0.5 * b * b * v / t,
        "z₂ also varies with z₁": Tensor(bounds) + 0.5 * alpha * alpha * v,
        "log p(x), which no q of these reaches": Tensor(evidence),
      ])
    try exam.expect(
      "log p(x)", answer[1], equals: Tensor(evidence),
      suspects: [
        "x varies with z₂ only by b and s: where is a?": Tensor(
          x.scalars.map { logNormal($0, b * b * s + t) }),
        "b for b²": Tensor(x.scalars.map { logNormal($0, Swift.abs(b) * (a * a + s) + t) }),
        "the noise t is missing": Tensor(x.scalars.map { logNormal($0, b * b * (a * a + s)) }),
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
    let logNoise = Double.log(0.4) + exam.random.uniform([width]) as Tensor<Double>
    let (rows, data) = (w.matrixRows, x.matrixRows)
    let points = normalPoints(step: 0.2)
    /// p(x), and E[z | x] p(x), by the trapezoidal rule over both latent coordinates.
    func moments(_ i: Int, _ logNoise: [Double]) -> (Double, [Double]) {
      let precision = logNoise.map { Foundation.exp(-$0) }
      let scale = logNoise.reduce(0) { $0 + 0.5 * ($1 + Foundation.log(2 * Double.pi)) }
      var (total, first, second) = (0.0, 0.0, 0.0)
      for (z1, weight1) in points {
        for (z2, weight2) in points {
          var distance = 0.0
          for j in 0..<width {
            let e = data[i][j] - b[j] - rows[j][0] * z1 - rows[j][1] * z2
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
    let means = exact.map { p, sums in sums.map { $0 / p } }
    let answer = try exam.ask([x, w, b, logNoise], count: 3)
    try exam.expect(
      "log p(x) of \(n) data", answer[0], equals: Tensor(exact.map { Foundation.log($0.0) }),
      suspects: [
        "log p(x | z = 0): where is W?": Tensor(
          data.map { row in
            (0..<width).reduce(0) {
              $0 + logNormal(row[$1] - b[$1], Foundation.exp(logNoise[$1]))
            }
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

  private static let logWeights = Exercise(
    "4.4", "How much the log weights vary", points: 3, .standard, function: "logWeightVariance",
    hints: [
      "log p(x) is a constant. What is left is a difference of two quadratics in z.",
      "Put z = m + e. A linear and a quadratic part are left, which do not covary: odd moments vanish.",
      "For a symmetric B, the variance of eᵀ B e is 2 tr((B Q)²), with e from N(0, Q).",
    ]
  ) { exam in
    let d = 2
    let m: Tensor<Double> = exam.random.normal([d])
    let mu: Tensor<Double> = exam.random.normal([d])
    func covariance(_ a: Tensor<Double>) -> Tensor<Double> {
      matmul(a, a, transposingSecond: true) / Double(d) + 0.3 * Tensor.identity(d)
    }
    let q = FullGaussian(mean: m, covariance: covariance(exam.random.normal([d, d])))
    let posterior = FullGaussian(mean: mu, covariance: covariance(exam.random.normal([d, d])))
    let points = normalPoints(step: 0.25)
    let noise = Tensor(
      matrixRows: points.flatMap { a in points.map { [a.point, $0.point] } })
    let weights = points.flatMap { a in points.map { a.weight * $0.weight } }
    let z = q.mean + matmul(noise, q.cholesky.factor, transposingSecond: true)
    let logW = (posterior.logDensities(z) - q.logDensities(z)).scalars
    let mean = inner(weights, logW)
    let variance = inner(weights, logW.map { ($0 - mean) * ($0 - mean) })
    // The two parts, from points that are mirrored at m.
    let odd = zip(logW, logW.reversed()).map { 0.5 * ($0 - $1) }
    let linear = inner(weights, odd.map { $0 * $0 })
    let answer = try exam.ask(m, q.covariance, mu, posterior.covariance)
    try exam.expect(
      "the variance of log w", answer, equals: Tensor(variance),
      suspects: [
        "the standard deviation": Tensor(variance.squareRoot()),
        "only the part of the means": Tensor(linear),
        "only the part of the covariances": Tensor(variance - linear),
        "½ is missing in the part of the covariances": Tensor(2 * variance - linear),
        "KL(q‖p), which is minus the mean": Tensor(-mean),
      ])
    let zero = try exam.ask(mu, posterior.covariance, mu, posterior.covariance)
    try exam.expect("the variance where q is the posterior", zero, equals: Tensor(0.0))
  }

  private static let correlated = Exercise(
    "4.5", "Correlated coordinates", points: 4, .challenge, function: "choleskyBoundGradient",
    hints: [
      "The covariance L Lᵀ occurs in two terms: E‖W (z − m)‖² and E‖z − m‖² are traces. The entropy has det L.",
      "By L, ½ tr(Lᵀ A L) has the gradient A L for symmetric A; of it only the lower triangle counts.",
      "The log determinant of a triangle is the sum of the logs on its diagonal.",
    ]
  ) { exam in
    let (width, d) = (3, 2)
    let x: Tensor<Double> = 1.5 * exam.random.normal([width])
    let w: Tensor<Double> = exam.random.normal([width, d])
    let b: Tensor<Double> = exam.random.normal([width])
    let draws = (0.4 + exam.random.uniform([3]) as Tensor<Double>).scalars
    let (noise, low) = (draws[0], exam.random.normal([]) as Tensor<Double>)
    let m: Tensor<Double> = exam.random.normal([d])
    let l = Tensor(matrixRows: [[draws[1], 0], [low.scalar, draws[2]]])
    let rows = w.matrixRows
    let points = normalPoints(step: 0.5)
    /// E_q[log p(x, z) − log q(z)] without constants, from L's lower triangle.
    func bound(_ m: Tensor<Double>, _ l: Tensor<Double>) -> Double {
      let (m1, m2, l11, l21, l22) = (m[0], m[1], l[0, 0], l[1, 0], l[1, 1])
      var sum = 0.0
      for (e1, weight1) in points {
        for (e2, weight2) in points {
          let (z1, z2) = (m1 + l11 * e1, m2 + l21 * e1 + l22 * e2)
          var distance = 0.0
          for j in 0..<width {
            let e = x[j] - b[j] - rows[j][0] * z1 - rows[j][1] * z2
            distance += e * e
          }
          sum += weight1 * weight2 * -0.5 * (distance / noise + z1 * z1 + z2 * z2)
        }
      }
      return sum + Foundation.log(l11) + Foundation.log(l22)
    }
    let answer = try exam.ask([x, w, b, Tensor(noise), m, l], count: 2)
    let byMean = Tensor(Check.differences(at: m) { bound($0, l) })
    try exam.expect(
      "the gradient by m", answer[0], equals: byMean, tolerance: 1e-7,
      suspects: [
        "the prior's share, −m, is missing": byMean + m,
        "the noise's variance is missing": noise * (byMean + m) - m,
      ])
    let byFactor = Tensor([d, d], Check.differences(at: l) { bound(m, $0) })
    let inverse = Tensor(matrixRows: [[1 / l[0, 0], 0], [0, 1 / l[1, 1]]])
    let upper = rows.reduce(0) { $0 - $1[0] * $1[1] } / noise * l[1, 1]
    try exam.expect(
      "the gradient by L", answer[1], equals: byFactor, tolerance: 1e-7,
      suspects: [
        "the entropy's share is missing": byFactor - inverse,
        "the entropy's share has the wrong sign": byFactor - 2 * inverse,
        "the prior's share, −L, is missing": byFactor + l,
        "above the diagonal there are no variables": byFactor
          + Tensor(matrixRows: [[0, upper], [0, 0]]),
      ])
  }
}
