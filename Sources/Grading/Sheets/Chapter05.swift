import Foundation
import KLDivergence
import Tensors

extension ExerciseSheet {
  /// Gradients through samples.
  static let chapter05 = ExerciseSheet(
    chapter: "ch05-reparameterization",
    [bySigma, laplace, walls, gamma, antithetic, triangular])

  /// The variance of a function of a standard normal, by quadrature.
  private static func normalVariance(_ function: (Double) -> Double) -> Double {
    func mean(_ f: (Double) -> Double) -> Double {
      let factor = 1 / (2 * Double.pi).squareRoot()
      return factor
        * integral(from: -.infinity, to: .infinity) { f($0) * Foundation.exp(-0.5 * $0 * $0) }
    }
    let centre = mean(function)
    return mean { (function($0) - centre) * (function($0) - centre) }
  }

  private static let bySigma = Exercise(
    "5.1", "By σ", points: 2, .standard, function: "deviationVariances",
    hints: [
      "∂z/∂σ is ε. The score by σ is the derivative of −log σ − (z − μ)²/2σ².",
      "Write both estimators in ε alone, and collect powers: odd moments of ε vanish.",
      "You need E[(ε² − 1)²], E[ε² (ε² − 1)²] and E[ε⁴ (ε² − 1)²]; the mean of both estimators is 2σ.",
    ]
  ) { exam in
    let n = 4
    let mean: Tensor<Double> = exam.random.normal([n])
    let deviation = exp(0.5 * exam.random.normal([n])) as Tensor<Double>
    let pairs = Array(zip(mean.scalars, deviation.scalars))
    let pathwise = Tensor(pairs.map { m, s in normalVariance { 2 * (m + s * $0) * $0 } })
    let score = Tensor(
      pairs.map { m, s in normalVariance { (m + s * $0) * (m + s * $0) * ($0 * $0 - 1) / s } })
    let answer = try exam.ask([mean, deviation], count: 2)
    try exam.expect(
      "the variance of the pathwise estimator", answer[0], equals: pathwise,
      suspects: [
        "the second moment: the mean's square is not taken away": pathwise
          + 4 * square(deviation),
        "the standard deviation of the estimator": sqrt(pathwise),
        "the estimator by λ": 0.25 * square(deviation) * pathwise,
      ])
    try exam.expect(
      "the variance of the score function's", answer[1], equals: score,
      suspects: [
        "the second moment: the mean's square is not taken away": score + 4 * square(deviation),
        "the estimator by λ": 0.25 * square(deviation) * score,
      ])
  }

  private static let laplace = Exercise(
    "5.2", "Laplace", points: 2, .standard, function: "reparameterizeLaplace",
    hints: [
      "Solve u = F(z) for z on either side of the median, u = ½.",
      "z − m is b times something that depends on u only.",
      "By β = log b: b's own derivative by β is b.",
    ]
  ) { exam in
    let n = 6
    let location: Tensor<Double> = exam.random.normal([n])
    let logScale: Tensor<Double> = 0.5 * exam.random.normal([n])
    let uniform = 0.02 + 0.46 * exam.random.uniform([n]) + Tensor<Double>([0, 0.5, 0, 0.5, 0, 0.5])
    func inverse(_ u: Double, _ m: Double, _ beta: Double) -> Double {
      let b = Foundation.exp(beta)
      func share(_ z: Double) -> Double {
        z < m ? 0.5 * Foundation.exp((z - m) / b) : 1 - 0.5 * Foundation.exp(-(z - m) / b)
      }
      var (low, high) = (m - 40 * b, m + 40 * b)
      for _ in 0..<120 {
        let z = 0.5 * (low + high)
        if share(z) < u { low = z } else { high = z }
      }
      return 0.5 * (low + high)
    }
    func draws(_ m: Tensor<Double>, _ beta: Tensor<Double>) -> Tensor<Double> {
      Tensor((0..<n).map { inverse(uniform[$0], m[$0], beta[$0]) })
    }
    let z = draws(location, logScale)
    let answer = try exam.ask([location, logScale, uniform], count: 3)
    try exam.expect(
      "z", answer[0], equals: z, tolerance: 1e-7,
      suspects: [
        "mirrored: u for 1 − u": 2 * location - z,
        "b is missing": location + (z - location) / exp(logScale),
      ])
    try exam.expectGradient(
      "its derivative by m", answer[1], at: location, of: { draws($0, logScale).sum().scalar })
    try exam.expectGradient(
      "its derivative by β", answer[2], at: logScale,
      of: { draws(location, $0).sum().scalar },
      suspects: ["by b, not by its logarithm": (z - location) / exp(logScale)])
    let count = 4_000
    let uniforms: Tensor<Double> = exam.random.uniform([count])
    let samples = try exam.ask([.zeros([count]), .zeros([count]), uniforms], count: 3)[0]
    try exam.expectSamples(
      "draws with m = 0 and b = 1", samples, count: count, mean: 0, variance: 2, fourthMoment: 24,
      distribution: { $0 < 0 ? 0.5 * Foundation.exp($0) : 1 - 0.5 * Foundation.exp(-$0) },
      suspects: ["b for the standard deviation, which is √2 b": 1])
  }

  private static let walls = Exercise(
    "5.3", "Between walls", points: 3, .challenge, function: "truncatedGradients",
    hints: [
      "F(z(φ); φ) = u for all φ. Differentiate both sides by φ: there are two terms on the left.",
      "So dz/dφ = −(∂F/∂φ) / q(z). F is a quotient of differences of Φ; both parts depend on φ.",
      "Check the walls: there F is 0 or 1 for all φ, so both derivatives are 0. Far from narrow walls they are "
        + "1 and (z − μ)/σ.",
    ]
  ) { exam in
    let draws = (exam.random.uniform([8]) as Tensor<Double>).scalars
    let (mean, deviation) = (draws[0] - 0.5, 0.6 + draws[1])
    let (lower, upper) = (-1 - 0.5 * draws[2], 0.8 + draws[3])
    let z = Tensor(draws[4...].map { lower + (0.05 + 0.9 * $0) * (upper - lower) })
    func density(_ x: Double, _ m: Double, _ s: Double) -> Double {
      Foundation.exp(-0.5 * (x - m) * (x - m) / (s * s))
    }
    func share(_ x: Double, _ m: Double, _ s: Double) -> Double {
      let below = integral(from: lower, to: x) { density($0, m, s) }
      return below / (below + integral(from: x, to: upper) { density($0, m, s) })
    }
    /// z of a share, by Newton's method from a start nearby.
    func moved(_ start: Double, _ u: Double, _ m: Double, _ s: Double) -> Double {
      let mass = integral(from: lower, to: upper) { density($0, m, s) }
      var x = start
      for _ in 0..<6 { x -= (share(x, m, s) - u) * mass / density(x, m, s) }
      return x
    }
    let shares = z.scalars.map { share($0, mean, deviation) }
    func derivatives(_ move: (Double, Double, Double) -> Double) -> Tensor<Double> {
      let h = 0x1p-8
      return Tensor(
        zip(z.scalars, shares).map { z, u in
          let near = move(z, u, h) - move(z, u, -h)
          let far = move(z, u, 2 * h) - move(z, u, -2 * h)
          return (8 * near - far) / (12 * h)
        })
    }
    let byMean = derivatives { moved($0, $1, mean + $2, deviation) }
    let byDeviation = derivatives { moved($0, $1, mean, deviation + $2) }
    let inputs = [z, Tensor(mean), Tensor(deviation), Tensor(lower), Tensor(upper)]
    let answer = try exam.ask(inputs, count: 2)
    try exam.expect(
      "the derivative by μ", answer[0], equals: byMean, tolerance: 1e-7,
      suspects: ["1, as without walls": .ones(z.shape), "a sign": -byMean])
    try exam.expect(
      "the derivative by σ", answer[1], equals: byDeviation, tolerance: 1e-7,
      suspects: [
        "(z − μ)/σ, as without walls": (z - mean) / deviation,
        "by log σ": deviation * byDeviation, "a sign": -byDeviation,
      ])
  }

  private static let gamma = Exercise(
    "5.4", "Gamma by rejection", points: 3, .standard, function: "gammaProposal",
    hints: [
      "Both d and c depend on α; dc/dα follows from c² = 1/(9d).",
      "Write w = 1 + c ε, so z = d w³. Differentiate as a product.",
      "The set of draws that are taken moves with α as well: the mean of dz/dα leaves that out.",
    ]
  ) { exam in
    let alpha = 1.2 + 3 * (exam.random.uniform([]) as Tensor<Double>).scalar
    let n = 8_000
    let noise: Tensor<Double> = exam.random.normal([n])
    let uniform: Tensor<Double> = exam.random.uniform([n])
    func draw(_ alpha: Double, _ e: Double) -> Double {
      let d = alpha - 1.0 / 3
      let w = 1 + e / (9 * d).squareRoot()
      return d * w * w * w
    }
    let few = noise.sliced(axis: 0, 0..<6)
    let answer = try exam.ask([Tensor(alpha), noise, uniform], count: 3)
    try exam.expect(
      "z of all proposals", answer[0], equals: Tensor(noise.scalars.map { draw(alpha, $0) }))
    try exam.expect(
      "the shapes", answer[1].shape == [n] && answer[2].shape == [n],
      otherwise: "they are \(answer[1].shape) and \(answer[2].shape), not [\(n)]")
    try exam.expect(
      "dz/dα", answer[2].sliced(axis: 0, 0..<6),
      equals: Tensor(
        few.scalars.map { e in
          Check.differences(at: Tensor(alpha)) { draw($0.scalar, e) }[0]
        }), tolerance: 1e-7,
      suspects: [
        "c is held": Tensor(few.scalars.map { draw(alpha, $0) / (alpha - 1.0 / 3) })
      ])
    try exam.expect(
      "the decisions", answer[1].scalars.allSatisfy { $0 == 0 || $0 == 1 },
      otherwise: "some are neither 0 nor 1")
    let taken = zip(answer[0].scalars, answer[1].scalars).filter { $0.1 == 1 }.map(\.0)
    try exam.expect(
      "that nearly all are taken", taken.count > n * 9 / 10 && taken.count < n,
      otherwise: "\(taken.count) of \(n) are",
      diagnosis: taken.count == n ? "nothing is rejected" : "the test is turned round?")
    func below(_ t: Double) -> Double {
      guard t > 0 else { return 0 }
      return integral(from: 0, to: t) { z in
        Foundation.exp((alpha - 1) * Foundation.log(z) - z)
      } / Foundation.tgamma(alpha)
    }
    // A table of the distribution function, so that it is not integrated for each of the draws.
    let top = 40.0
    let table = (0...400).map { below(top * Double($0) / 400) }
    func distribution(_ t: Double) -> Double {
      let place = Swift.min(Swift.max(t, 0) / top * 400, 399.999)
      let i = Int(place)
      return table[i] + (place - Double(i)) * (table[i + 1] - table[i])
    }
    try exam.expectSamples(
      "the draws that are taken", Tensor(taken), count: taken.count, mean: alpha, variance: alpha,
      fourthMoment: 3 * alpha * alpha + 6 * alpha, distribution: distribution)
  }

  private static let antithetic = Exercise(
    "5.5", "Antithetic noise", points: 2, .warmUp, function: "antitheticVariances",
    hints: [
      "The estimate by λ from one draw is 2z · ½ σ ε. Multiply it out in ε.",
      "What is odd in ε cancels in a pair.",
      "The variance of ε² is 2; odd and even parts are uncorrelated.",
    ]
  ) { exam in
    let n = 5
    let mean: Tensor<Double> = 1.5 * exam.random.normal([n])
    let logVariance: Tensor<Double> = 0.7 * exam.random.normal([n])
    let pairs = zip(mean.scalars, logVariance.scalars).map { ($0, Foundation.exp(0.5 * $1)) }
    func estimate(_ m: Double, _ s: Double, _ e: Double) -> Double { (m + s * e) * s * e }
    let pair = Tensor(
      pairs.map { m, s in
        normalVariance { 0.5 * (estimate(m, s, $0) + estimate(m, s, -$0)) }
      })
    let single = Tensor(pairs.map { m, s in normalVariance { estimate(m, s, $0) } })
    let answer = try exam.ask([mean, logVariance], count: 2)
    try exam.expect(
      "the variance of an antithetic pair", answer[0], equals: pair,
      suspects: [
        "half of it, as if the two were independent": 0.5 * pair, "by μ it is 0": 0 * pair,
        "σ for σ²": sqrt(pair) * 2.0.squareRoot(),
      ])
    try exam.expect(
      "the variance of two independent draws", answer[1], equals: 0.5 * single,
      suspects: ["that of one draw": single, "by μ": 2 * exp(logVariance)])
  }

  private static let triangular = Exercise(
    "5.6", "Full covariance", points: 2, .standard, function: "fullCovariance",
    hints: [
      "ε = C⁻¹ (z − μ) is known here. The density of z is that of ε over |det C|.",
      "zᵢ depends on Cᵢⱼ with the factor εⱼ: which matrix product collects gᵢ εⱼ over the batch?",
      "The determinant of a triangular matrix is the product of its diagonal; the entropy is a constant "
        + "plus its logarithm.",
    ]
  ) { exam in
    let (n, d) = (4, 3)
    let noise: Tensor<Double> = exam.random.normal([n, d])
    let g: Tensor<Double> = exam.random.normal([n, d])
    let lower = Tensor<Double>([d, d], (0..<d * d).map { $0 / d >= $0 % d ? 1 : 0 })
    let eye = Tensor<Double>.identity(d)
    let random: Tensor<Double> = exam.random.normal([d, d])
    let factor = (lower - eye) * random + eye * exp(0.4 * random)
    let covariance = matmul(factor, factor, transposingSecond: true)
    let z = matmul(noise, factor, transposingSecond: true)
    let q = FullGaussian(mean: .zeros([d]), covariance: covariance)
    let expected = Tensor((0..<n).map { q.logDensity(z.rows(at: [$0]).reshaped([d])) })
    let answer = try exam.ask([noise, factor, g], count: 3)
    try exam.expect(
      "log q(z)", answer[0], equals: expected,
      suspects: [
        "the determinant is missing": expected + 0.5 * q.cholesky.logDeterminant,
        "twice the log determinant": expected - 0.5 * q.cholesky.logDeterminant,
      ])
    try exam.expectGradient(
      "the cotangent of C", answer[1], at: factor,
      of: { (g * matmul(noise, lower * $0, transposingSecond: true)).sum().scalar },
      suspects: [
        "above the diagonal it should be 0": matmul(g, noise, transposingFirst: true),
        "its transpose": (lower * matmul(g, noise, transposingFirst: true)).transposed(),
      ])
    try exam.expectGradient(
      "the derivative of the entropy", answer[2], at: factor,
      of: { moved in
        let c = lower * moved
        let covariance = matmul(c, c, transposingSecond: true)
        return 0.5 * Cholesky(covariance).logDeterminant
      },
      suspects: ["that of the log density": -1 * eye / (eye * factor).sum(axis: 1)])
  }
}
