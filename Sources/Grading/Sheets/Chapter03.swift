import Foundation
import Tensors

extension ExerciseSheet {
  /// The Kullback–Leibler divergence.
  static let chapter03 = ExerciseSheet(
    chapter: "ch03-kl-divergence",
    [exponential, laplace, gamma, fisher, bestControlVariate, matchedDiagonals])

  private static let exponential = Exercise(
    "3.1", "Two exponential distributions", points: 2, .warmUp, function: "exponentialKL",
    hints: [
      "The density is a e^{-az} for z > 0. Write the divergence as the expectation of a difference of logs.",
      "Everything but E[z] = 1/a comes out of the expectation.",
      "For the gradient by log a: the chain rule gives a times the derivative by a.",
    ]
  ) { exam in
    let n = 5
    let logA: Tensor<Double> = 0.7 * exam.random.normal([n])
    let logB: Tensor<Double> = 0.7 * exam.random.normal([n])
    func divergence(_ q: Double, _ p: Double) -> Double {
      let (a, b) = (Foundation.exp(q), Foundation.exp(p))
      return integral(from: 0, to: .infinity) { z in
        a * Foundation.exp(-a * z) * (q - p - (a - b) * z)
      }
    }
    let pairs = zip(logA.scalars, logB.scalars)
    let answer = try exam.ask([logA, logB], count: 2)
    try exam.expect(
      "the divergence of \(n) pairs", answer[0], equals: Tensor(pairs.map { divergence($0, $1) }),
      suspects: ["the divergence of p from q": Tensor(pairs.map { divergence($1, $0) })])
    try exam.expectGradient(
      "its gradient by log a", answer[1], at: logA,
      of: { zip($0.scalars, logB.scalars).reduce(0) { $0 + divergence($1.0, $1.1) } })
  }

  private static let laplace = Exercise(
    "3.2", "Two Laplace distributions", points: 3, .standard, function: "laplaceKL",
    hints: [
      "The one expectation that takes work is E|z − k|. Shift z so that m = 0, and let d = |m − k|.",
      "Cut the integral where z − k changes its sign, and where z does.",
      "E|z − k| is d plus a term that decays as e^(−d/b). For d = 0 the sum must be b.",
    ]
  ) { exam in
    let n = 5
    let m: Tensor<Double> = exam.random.normal([n])
    let b = exp(0.4 * exam.random.normal([n])) as Tensor<Double>
    let c = exp(0.4 * exam.random.normal([n])) as Tensor<Double>
    let steps = (exam.random.uniform([n]) as Tensor<Double>).scalars
    // Both sides, and never too near: there the third derivative has a jump.
    let k = Tensor(
      (0..<n).map { i -> Double in
        let step = 0.3 + steps[i]
        return i % 2 == 0 ? m[i] + step : m[i] - step
      })
    func divergence(_ m: Double, _ b: Double, _ k: Double, _ c: Double) -> Double {
      func term(_ z: Double) -> Double {
        let (x, y) = (Swift.abs(z - m) / b, Swift.abs(z - k) / c)
        return Foundation.exp(-x) / (2 * b) * (Foundation.log(c / b) - x + y)
      }
      let (low, high) = (Swift.min(m, k), Swift.max(m, k))
      return integral(from: -.infinity, to: low, of: term)
        + (low < high ? integral(from: low, to: high, of: term) : 0)
        + integral(from: high, to: .infinity, of: term)
    }
    let divergences = (0..<n).map { divergence(m[$0], b[$0], k[$0], c[$0]) }
    let turned = (0..<n).map { divergence(k[$0], c[$0], m[$0], b[$0]) }
    let answer = try exam.ask([m, b, k, c], count: 2)
    try exam.expect(
      "the divergence of \(n) pairs", answer[0], equals: Tensor(divergences),
      suspects: [
        "the divergence of p from q": Tensor(turned),
        "E|z − k| is not |m − k|: q has a spread": log(c / b) - 1 + abs(m - k) / c,
      ])
    try exam.expectGradient(
      "its gradient by m", answer[1], at: m,
      of: { at in (0..<n).reduce(0) { $0 + divergence(at[$1], b[$1], k[$1], c[$1]) } },
      suspects: [
        "only the sign of m − k, over c: the spread of q is forgotten": (m - k) / abs(m - k) / c
      ])
    let same = try exam.ask([m, b, m, c], count: 2)
    try exam.expect(
      "the divergence for equal locations", same[0],
      equals: Tensor((0..<n).map { divergence(m[$0], b[$0], m[$0], c[$0]) }))
    try exam.expect(
      "the gradient for equal locations", same[1], equals: .zeros([n]))
  }

  private static let gamma = Exercise(
    "3.3", "Two Gamma distributions", points: 3, .standard, function: "gammaKL",
    hints: [
      "The log of the ratio has z only in log z and in z. So two expectations are all you need.",
      "E[log z] = ψ(a) − log r. A larger rate makes z smaller.",
      "For the gradient, first collect everything that has log r in it.",
    ]
  ) { exam in
    let n = 4
    let a = 0.6 + 2 * exam.random.uniform([n]) as Tensor<Double>
    let c = 0.6 + 2 * exam.random.uniform([n]) as Tensor<Double>
    let logRate: Tensor<Double> = 0.5 * exam.random.normal([n])
    let s = exp(0.5 * exam.random.normal([n])) as Tensor<Double>
    /// The mean of f under the Gamma density of rate 1, times Γ(a).
    func total(_ a: Double, _ f: (Double) -> Double) -> Double {
      integral(from: 0, to: .infinity) { z in
        Foundation.exp((a - 1) * Foundation.log(z) - z) * f(z)
      }
    }
    func logGamma(_ a: Double) -> Double { Foundation.log(total(a) { _ in 1 }) }
    let (logA, logC) = (a.scalars.map(logGamma), c.scalars.map(logGamma))
    let digamma = a.scalars.map { a in total(a) { Foundation.log($0) } / total(a) { _ in 1 } }
    func divergence(
      _ q: (a: Double, logRate: Double, logGamma: Double),
      _ p: (a: Double, logRate: Double, logGamma: Double)
    ) -> Double {
      let (r, s) = (Foundation.exp(q.logRate), Foundation.exp(p.logRate))
      return integral(from: 0, to: .infinity) { z in
        let l = Foundation.log(z)
        let logQ = q.a * q.logRate - q.logGamma + (q.a - 1) * l - r * z
        let logP = p.a * p.logRate - p.logGamma + (p.a - 1) * l - s * z
        return Foundation.exp(logQ) * (logQ - logP)
      }
    }
    let priors = (0..<n).map { (a: c[$0], logRate: Foundation.log(s[$0]), logGamma: logC[$0]) }
    func posterior(_ i: Int, _ logRate: Double) -> (a: Double, logRate: Double, logGamma: Double) {
      (a[i], logRate, logA[i])
    }
    let divergences = (0..<n).map { divergence(posterior($0, logRate[$0]), priors[$0]) }
    // E[log z] = ψ(a) and ψ(a) + log r, instead of ψ(a) − log r.
    let noRate = Tensor(divergences) + (a - c) * logRate
    let added = noRate + (a - c) * logRate
    let turned = (0..<n).map { divergence(priors[$0], posterior($0, logRate[$0])) }
    let answer = try exam.ask(
      [a, exp(logRate), c, s, Tensor(logA), Tensor(digamma), Tensor(logC)], count: 2)
    try exam.expect(
      "the divergence of \(n) pairs", answer[0], equals: Tensor(divergences),
      suspects: [
        "the divergence of p from q": Tensor(turned),
        "E[log z] is ψ(a) only if the rate is 1": noRate,
        "log r has the wrong sign in E[log z]": added,
      ])
    try exam.expectGradient(
      "its gradient by log r", answer[1], at: logRate,
      of: { at in (0..<n).reduce(0) { $0 + divergence(posterior($1, at[$1]), priors[$1]) } },
      suspects: [
        "the derivative by r, not by log r": exp(-logRate) * (c - a * s * exp(-logRate))
      ])
  }

  private static let fisher = Exercise(
    "3.4", "Fisher information", points: 2, .standard, function: "fisherInformation",
    hints: [
      "Put the moved parameter into the divergence that the chapter derives; expand it to δ².",
      "F is the coefficient of ½ δ², so twice the coefficient of δ².",
      "For λ expand e^(−δ) to second order. For a logit, the gradient by the moved logit is p − q.",
    ]
  ) { exam in
    let n = 4
    let lambda: Tensor<Double> = exam.random.normal([n])
    let logits: Tensor<Double> = 1.5 * exam.random.normal([n])
    /// E[score²], with the derivative of the log density at a point by differences.
    func slope(_ f: (Double) -> Double) -> Double {
      let h = 0x1p-10
      return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)
    }
    func logNormal(_ z: Double, _ m: Double, _ l: Double) -> Double {
      -0.5 * ((z - m) * (z - m) * Foundation.exp(-l) + l)
    }
    func gaussian(_ l: Double, _ score: (Double) -> Double) -> Double {
      let scale = Foundation.exp(0.5 * l)
      return integral(from: -.infinity, to: .infinity) { e in
        let s = score(scale * e)
        return Foundation.exp(-0.5 * e * e) / (2 * Double.pi).squareRoot() * s * s
      }
    }
    let byMean = lambda.scalars.map { l in
      gaussian(l) { z in slope { logNormal(z, $0, l) } }
    }
    let byLogVariance = lambda.scalars.map { l in
      gaussian(l) { z in slope { logNormal(z, 0, l + $0) } }
    }
    let byLogit = logits.scalars.map { l -> Double in
      let up = slope { -Foundation.log(1 + Foundation.exp(-l - $0)) }
      let down = slope { -Foundation.log(1 + Foundation.exp(l + $0)) }
      return up * up / (1 + Foundation.exp(-l)) + down * down / (1 + Foundation.exp(l))
    }
    let answer = try exam.ask([lambda, logits], count: 3)
    try exam.expect(
      "F of the mean", answer[0], equals: Tensor(byMean), tolerance: 1e-7,
      suspects: [
        "σ for σ²": exp(-0.5 * lambda), "the variance, not its inverse": exp(lambda),
      ])
    try exam.expect(
      "F of the log variance", answer[1], equals: Tensor(byLogVariance), tolerance: 1e-7,
      suspects: ["F of the variance, not of its log": 0.5 * exp(-2 * lambda)])
    let p = sigmoid(logits)
    try exam.expect(
      "F of the logit", answer[2], equals: Tensor(byLogit), tolerance: 1e-7,
      suspects: ["F of the probability, not of its logit": 1 / (p * (1 - p))])
  }
}
