import Foundation
import KLDivergence
import Tensors

extension ExerciseSheet {
  /// Conditional variational autoencoders.
  static let chapter08 = ExerciseSheet(
    chapter: "ch08-conditional-vae", [hybrid, correlated, experts, guidance])

  private static let hybrid = Exercise(
    "8.1", "Both ways at once", points: 2, .standard, function: "hybridObjective",
    hints: [
      "The logarithm is concave: where do E and log change places, and what is E of the mean of p(x|zᵢ, y)?",
      "Write G as a log-sum-exp less log k. What is the gradient of a log-sum-exp?",
      "Take the largest log-likelihood of each row out of the sum first; the derivatives are shares "
        + "that add up to 1 − α.",
    ]
  ) { exam in
    let (n, k) = (3, 4)
    let logs: Tensor<Double> = exam.random.normal([n, k])
    let elbo: Tensor<Double> = exam.random.normal([n]) - 1
    let weight = 0.2 + 0.5 * (exam.random.uniform([]) as Tensor<Double>).scalar
    func sampled(_ logs: Tensor<Double>) -> [Double] {
      logs.matrixRows.map { row in
        Foundation.log(row.reduce(0) { $0 + Foundation.exp($1) } / Double(k))
      }
    }
    let g = Tensor(sampled(logs))
    let expected = weight * elbo + (1 - weight) * g
    let answer = try exam.ask([logs, elbo, Tensor(weight)], count: 2)
    try exam.expect(
      "H of \(n) data", answer[0], equals: expected,
      suspects: [
        "the sum over draws, not their mean": expected + (1 - weight) * Foundation.log(Double(k)),
        "the mean of the logs, not the log of the mean": weight * elbo
          + (1 - weight) * logs.mean(axis: 1),
        "α and 1 − α are exchanged": (1 - weight) * elbo + weight * g,
      ])
    try exam.expectGradient(
      "its derivative by the log-likelihoods", answer[1], at: logs,
      of: { sampled($0).reduce(0) { $0 + (1 - weight) * $1 } })
    let far = try exam.ask([logs - 2000, elbo, Tensor(weight)], count: 2)
    try exam.expect(
      "H with log-likelihoods near −2000", far[0], equals: expected - 2000 * (1 - weight))
    try exam.expect("the derivative there", far[1], equals: answer[1], tolerance: 1e-10)
  }

  private static let correlated = Exercise(
    "8.2", "A prior with correlations", points: 3, .standard, function: "correlatedPrior",
    hints: [
      "Write the mean divergence as ½ (tr Λ A + log det S − …), where the matrix A does not depend on S.",
      "A is the mean of diag σ² + (μ − m)(μ − m)ᵀ. For which m is tr Λ A least, whatever Λ is?",
      "At the best S the trace is that of the identity; only logarithms of determinants are left.",
    ]
  ) { exam in
    let (n, d) = (6, 2)
    let means: Tensor<Double> = exam.random.normal([n, d]) + Tensor([0.5, -1])
    let logVariances: Tensor<Double> = 0.6 * exam.random.normal([n, d]) - 1
    let (rows, spreads) = (means.matrixRows, logVariances.matrixRows)
    /// The mean divergence to N(m, S), by the chapter's closed form, from five numbers.
    func meanDivergence(_ m: [Double], _ s: [Double]) -> Double {
      let prior = FullGaussian(mean: Tensor(m), covariance: Tensor([d, d], s))
      let sum = zip(rows, spreads).reduce(0) { sum, datum in
        let variances = datum.1.map { Foundation.exp($0) }
        let q = FullGaussian(
          mean: Tensor(datum.0), covariance: Tensor([d, d], [variances[0], 0, 0, variances[1]]))
        return sum + fullGaussianKL(q, prior)
      }
      return sum / Double(n)
    }
    let answer = try exam.ask([means, logVariances], count: 3)
    try exam.expect(
      "the shape of m", answer[0].shape == [d] && answer[1].shape == [d, d],
      otherwise: "m has the shape \(answer[0].shape), S \(answer[1].shape)")
    let (m, s) = (answer[0].scalars, answer[1].scalars)
    try exam.expect(
      "S is a covariance matrix",
      Swift.abs(s[1] - s[2]) < 1e-12 && s[0] > 0 && s[0] * s[3] - s[1] * s[2] > 1e-9,
      otherwise: "it is not symmetric with positive eigenvalues")
    // Where the mean divergence has no slope in any direction, it is least: it is convex in m and S⁻¹.
    let slopeByMean = Check.differences(at: answer[0]) { meanDivergence($0.scalars, s) }
    try exam.expect(
      "the slope of the mean divergence by m", Tensor(slopeByMean), equals: Tensor([0, 0]),
      tolerance: 1e-7)
    let entries = Tensor([s[0], s[1], s[3]])
    let slopeByCovariance = Check.differences(at: entries, step: 0x1p-12) {
      meanDivergence(m, [$0[0], $0[1], $0[1], $0[2]])
    }
    try exam.expect(
      "the slope of the mean divergence by S",
      slopeByCovariance.allSatisfy { Swift.abs($0) < 1e-6 },
      otherwise: "it is not 0 but \(slopeByCovariance.map { Float($0) })",
      diagnosis: s[1] == 0
        ? "the best diagonal prior, without correlations"
        : "is the encoder's own variance in S, and the spread of its means, both as means over n?")
    let least = meanDivergence(m, s)
    let entropies = logVariances.sum(axis: 1).mean().scalar
    try exam.expect(
      "the least mean divergence", answer[2], equals: Tensor(least),
      suspects: [
        "without the encoder's entropy": Tensor(least + 0.5 * entropies),
        "the divergence of the average posterior, not the average divergence": Tensor(0),
      ])
  }

  private static let experts = Exercise(
    "8.3", "Two witnesses", points: 3, .standard, function: "productOfExperts",
    hints: [
      "The exponents are quadratic in z: add them, one coordinate at a time.",
      "The coefficient of −½ z² is the precision of q, that of z the precision times the mean. The prior is a "
        + "witness as well.",
      "For log C complete the square: what is left of the exponents at z = 0, the three normalisers, and "
        + "the integral of q's own Gaussian.",
    ]
  ) { exam in
    let (n, d) = (3, 2)
    let mean1: Tensor<Double> = exam.random.normal([n, d])
    let log1: Tensor<Double> = 0.8 * exam.random.normal([n, d])
    let mean2: Tensor<Double> = exam.random.normal([n, d])
    let log2: Tensor<Double> = 0.8 * exam.random.normal([n, d])
    func density(_ z: Double, _ mean: Double, _ log: Double) -> Double {
      Foundation.exp(-0.5 * (z - mean) * (z - mean) / Foundation.exp(log) - 0.5 * log)
        / (2 * Double.pi).squareRoot()
    }
    /// C, mean and variance of one coordinate, by quadrature; `prior` says whether it counts.
    func moments(_ i: Int, prior: Bool = true) -> (Double, Double, Double) {
      func product(_ z: Double) -> Double {
        (prior ? density(z, 0, 0) : 1) * density(z, mean1.scalars[i], log1.scalars[i])
          * density(z, mean2.scalars[i], log2.scalars[i])
      }
      let c = integral(from: -.infinity, to: .infinity, of: product)
      let m = integral(from: -.infinity, to: .infinity) { $0 * product($0) } / c
      let v = integral(from: -.infinity, to: .infinity) { ($0 - m) * ($0 - m) * product($0) } / c
      return (c, m, v)
    }
    let all = (0..<n * d).map { moments($0) }
    let bare = (0..<n * d).map { moments($0, prior: false) }
    let constants = Tensor([n, d], all.map { Foundation.log($0.0) })
    let answer = try exam.ask([mean1, log1, mean2, log2], count: 3)
    try exam.expect(
      "the mean of q", answer[0], equals: Tensor([n, d], all.map(\.1)), tolerance: 1e-7,
      suspects: [
        "the prior is forgotten": Tensor([n, d], bare.map(\.1)),
        "the plain average of the two means": 0.5 * (mean1 + mean2),
      ])
    try exam.expect(
      "the log-variance of q", answer[1],
      equals: Tensor([n, d], all.map { Foundation.log($0.2) }), tolerance: 1e-7,
      suspects: [
        "the prior is forgotten": Tensor([n, d], bare.map { Foundation.log($0.2) }),
        "the variance, not its logarithm": Tensor([n, d], all.map(\.2)),
        "log σ for log σ²": Tensor([n, d], all.map { 0.5 * Foundation.log($0.2) }),
      ])
    try exam.expect(
      "log C", answer[2], equals: constants.sum(axis: 1), tolerance: 1e-7,
      suspects: [
        "a mean over coordinates": constants.mean(axis: 1),
        "the normalisers 2π are missing": constants.sum(axis: 1)
          + Double(d) * Foundation.log(2 * Double.pi),
      ])
  }

  private static let guidance = Exercise(
    "8.4", "Guidance", points: 2, .standard, function: "guided",
    hints: [
      "Powers of densities multiply exponents, quotients subtract them.",
      "The coefficient of −½ z² is (1 + w)/s² − w.",
      "A density falls on both sides only if that coefficient is positive. For s² ≤ 1 it always is.",
    ]
  ) { exam in
    let n = 4
    let weight = 0.5 + (exam.random.uniform([]) as Tensor<Double>).scalar
    let mean: Tensor<Double> = exam.random.normal([n])
    let wide: Tensor<Double> = 1 + 0.3 * exam.random.uniform([n])
    let variance = wide * Tensor([1, 0.5, 1, 0.3])
    /// Mean and variance by quadrature of the product of powers.
    func moments(_ i: Int, _ w: Double) -> (Double, Double) {
      let (m, v) = (mean.scalars[i], variance.scalars[i])
      func product(_ z: Double) -> Double {
        Foundation.exp(-0.5 * (1 + w) * (z - m) * (z - m) / v + 0.5 * w * z * z)
      }
      let c = integral(from: -.infinity, to: .infinity, of: product)
      let a = integral(from: -.infinity, to: .infinity) { $0 * product($0) } / c
      return (
        a, integral(from: -.infinity, to: .infinity) { ($0 - a) * ($0 - a) * product($0) } / c
      )
    }
    let right = (0..<n).map { moments($0, weight) }
    let answer = try exam.ask([mean, variance, Tensor(weight)], count: 3)
    try exam.expect(
      "the mean", answer[0], equals: Tensor(right.map(\.0)), tolerance: 1e-7,
      suspects: ["that of p(z|y) itself": mean, "(1 + w) m, as if s² were 1": (1 + weight) * mean])
    try exam.expect(
      "the variance", answer[1], equals: Tensor(right.map(\.1)), tolerance: 1e-7,
      suspects: [
        "the precision, not the variance": Tensor(right.map { 1 / $0.1 }),
        "the standard deviation, not the variance": Tensor(right.map { $0.1.squareRoot() }),
        "p(z)^w is multiplied, not divided by": 1 / ((1 + weight) / variance + weight),
      ])
    // At the limit the two powers have the same curvature.
    for (i, limit) in answer[2].scalars.enumerated() {
      let v = variance.scalars[i]
      func curvature(_ w: Double) -> Double { (1 + w) / v - w }
      try exam.expect(
        "the limit of w for s² = \(Float(v))",
        v <= 1 ? limit == .infinity : limit > 0 && Swift.abs(curvature(limit)) < 1e-9,
        otherwise: "at w = \(limit) the coefficient of −½ z² is "
          + (limit == .infinity ? "negative" : "\(curvature(limit)), not 0"))
    }
  }
}
