import Foundation
import KLDivergence
import Tensors

// What is best for a divergence: the exercises of chapter 3 that minimise something.

extension ExerciseSheet {
  /// 3.5.
  static let bestControlVariate = Exercise(
    "3.5", "The best control variate", points: 4, .challenge, function: "bestControlVariate",
    hints: [
      "The variance is a quadratic in c: var(log r) − 2c cov(log r, r) + c² var(r).",
      "E_q[r f(z)] = E_p[f(z)]. So the covariance is the difference of the means of log r under p and q.",
      "E_q[r²] is the mean of r under p: that of e to a Gaussian.",
    ]
  ) { exam in
    let n = 4
    let draws = (exam.random.uniform([n]) as Tensor<Double>).scalars
    let means = (0..<n).map { i -> Double in
      let size = 0.3 + 1.2 * draws[i]
      return i % 2 == 0 ? size : -size
    }
    /// The variance of the estimate, by quadrature.
    func variance(_ m: Double, _ c: Double) -> Double {
      integral(from: -.infinity, to: .infinity) { z in
        let logRatio = m * z - 0.5 * m * m
        let excess = c * (Foundation.exp(logRatio) - 1) - logRatio - 0.5 * m * m
        return Foundation.exp(-0.5 * z * z) / (2 * Double.pi).squareRoot() * excess * excess
      }
    }
    // Three values of a quadratic give its least point.
    let coefficients = means.map { m -> Double in
      let (low, mid, high) = (variance(m, 0), variance(m, 0.5), variance(m, 1))
      return 0.5 + 0.25 * (low - high) / (low + high - 2 * mid)
    }
    let least = (0..<n).map { variance(means[$0], coefficients[$0]) }
    let ofK3 = means.map { variance($0, 1) }
    let answer = try exam.ask([Tensor(means)], count: 3)
    try exam.expect(
      "the best c", answer[0], equals: Tensor(coefficients), tolerance: 1e-7,
      suspects: [
        "|m| where m² belongs": Tensor(
          means.map { Swift.abs($0) / (Foundation.exp(Swift.abs($0)) - 1) }),
        "its limit for m = 0, which is k₃": .ones([n]),
        "E[r²] for the variance of r": square(Tensor(means)) * exp(-square(Tensor(means))),
      ])
    try exam.expect(
      "the least variance", answer[1], equals: Tensor(least),
      suspects: [
        "a standard deviation": Tensor(least.map { $0.squareRoot() }),
        "the variance of k₁": Tensor(means.map { variance($0, 0) }),
        "the variance of k₃": Tensor(ofK3),
      ])
    try exam.expect(
      "the variance of k₃", answer[2], equals: Tensor(ofK3),
      suspects: [
        "a standard deviation": Tensor(ofK3.map { $0.squareRoot() }),
        "the covariance is left out": Tensor(
          zip(ofK3, means).map { $0 + 2 * $1 * $1 }),
      ])
  }

  /// 3.6.
  static let matchedDiagonals = Exercise(
    "3.6", "Independent coordinates for a correlated target", points: 3, .standard,
    function: "matchedDiagonals",
    hints: [
      "Write full-gaussian-kl for a diagonal covariance: the coordinates' variances come apart.",
      "Each v occurs in log v and either in 1/v or in v. What is the factor there?",
      "The trace leaves a constant at the least point, and it cancels −d.",
    ]
  ) { exam in
    let d = 3
    let a: Tensor<Double> = exam.random.normal([d, d])
    let spread = matmul(a, a, transposingSecond: true) / Double(d)
    let covariance = spread + 0.2 * Tensor.identity(d)
    let p = FullGaussian(mean: .zeros([d]), covariance: covariance)
    func diagonal(_ logVariances: [Double]) -> FullGaussian {
      var matrix = Tensor<Double>.zeros([d, d])
      for j in 0..<d { matrix[j, j] = Foundation.exp(logVariances[j]) }
      return FullGaussian(mean: .zeros([d]), covariance: matrix)
    }
    /// Coordinate after coordinate: each is least by itself.
    func least(_ divergence: (FullGaussian) -> Double) -> (variances: [Double], value: Double) {
      var logs = [Double](repeating: 0, count: d)
      for j in 0..<d {
        logs[j] = leastPoint(from: -6, to: 6) { l in
          var moved = logs
          moved[j] = l
          return divergence(diagonal(moved))
        }
      }
      return (logs.map { Foundation.exp($0) }, divergence(diagonal(logs)))
    }
    let forward = least { fullGaussianKL(p, $0) }
    let reverse = least { fullGaussianKL($0, p) }
    let answer = try exam.ask([covariance], count: 4)
    try exam.expect(
      "the variances for KL(p‖q)", answer[0], equals: Tensor(forward.variances), tolerance: 1e-5,
      suspects: [
        "those for KL(q‖p)": Tensor(reverse.variances),
        "standard deviations": Tensor(forward.variances.map { $0.squareRoot() }),
        "precisions, not variances": Tensor(forward.variances.map { 1 / $0 }),
      ])
    try exam.expect(
      "the least KL(p‖q)", answer[1], equals: Tensor(forward.value),
      suspects: [
        "the trace is forgotten: −d is not alone": Tensor(forward.value - 0.5 * Double(d)),
        "the least KL(q‖p)": Tensor(reverse.value),
      ])
    try exam.expect(
      "the variances for KL(q‖p)", answer[2], equals: Tensor(reverse.variances), tolerance: 1e-5,
      suspects: [
        "those for KL(p‖q)": Tensor(forward.variances),
        "standard deviations": Tensor(reverse.variances.map { $0.squareRoot() }),
        "precisions, not variances": Tensor(reverse.variances.map { 1 / $0 }),
      ])
    try exam.expect(
      "the least KL(q‖p)", answer[3], equals: Tensor(reverse.value),
      suspects: ["the least KL(p‖q)": Tensor(forward.value)])
  }
}
