import Foundation
import KLDivergence
import Tensors

// Gaussians with correlated coordinates: the last exercises of chapter 4.

extension ExerciseSheet {
  /// 4.4.
  static let logWeightVariance = Exercise(
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
    let odd = zip(logW, logW.reversed()).map { pair -> Double in 0.5 * (pair.0 - pair.1) }
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

  /// 4.5.
  static let correlatedCoordinates = Exercise(
    "4.5", "Correlated coordinates", points: 4, .challenge, function: "choleskyBoundGradient",
    hints: [
      "L is in E‖W (z − m)‖² and E‖z − m‖², which are traces, and in the entropy, as a determinant.",
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
            let mean = b[j] + rows[j][0] * z1 + rows[j][1] * z2
            let e = x[j] - mean
            distance += e * e
          }
          let prior = z1 * z1 + z2 * z2
          sum -= 0.5 * weight1 * weight2 * (distance / noise + prior)
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
    let product = rows.reduce(0.0) { $0 + $1[0] * $1[1] }
    let upper: Double = -product / noise * l[1, 1]
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
