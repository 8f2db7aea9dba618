import KLDivergence
import Tensors
import Testing

private typealias Gaussian = DiagonalGaussian<Double>

/// A batch of Gaussians on d dimensions with random means and log-variances.
private func randomGaussians(_ batch: Int, _ d: Int, stream: UInt64) -> Gaussian {
  var random = Random(seed: 11, stream: stream)
  return Gaussian(mean: random.normal([batch, d]), logVariance: random.normal([batch, d]))
}

/// E_q[log q − log p] of each Gaussian of a batch on one dimension, by quadrature.
private func quadrature(_ q: Gaussian, _ p: Gaussian) -> [Double] {
  (0..<q.mean.count).map { i in
    func row(_ g: Gaussian) -> Gaussian { g.mapped { $0.rows(at: [i]).reshaped([1]) } }
    return quadratureKL(row(q)) { row(p).logDensity($0.expanded(axis: 1)) }.scalar
  }
}

@Suite("Gaussians with independent coordinates")
struct GaussianKLTests {
  @Test("gaussian-kl: the closed form is E_q[log q − log p] by quadrature, for 40 Gaussians")
  func closedForm() {
    let q = randomGaussians(40, 1, stream: 0)
    let (mean, logVariance) = (q.mean, q.logVariance)
    let p = Gaussian(mean: .zeros([40, 1]), logVariance: .zeros([40, 1]))
    func terms(_ x: Tensor<Double>) -> [Double] { (0.5 * x).sum(axis: 1).scalars }
    let check = Check.identity(
      "gaussian-kl", quadrature(q, p),
      equals: gaussianKL(mean: mean, logVariance: logVariance).scalars,
      planted: [
        "no factor ½": terms(2 * (square(mean) + exp(logVariance) - 1 - logVariance)),
        "sign of λ": terms(square(mean) + exp(logVariance) - 1 + logVariance),
        "σ for σ²": terms(square(mean) + exp(0.5 * logVariance) - 1 - logVariance),
        "σ for λ": gaussianKL(mean: mean, logVariance: q.standardDeviation).scalars,
        "no −1": terms(square(mean) + exp(logVariance) - logVariance),
        "arguments swapped": gaussianKL(p, q).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("gaussian-kl-sigma: as a function of σ it is the same divergence")
  func closedFormBySigma() {
    let q = randomGaussians(40, 3, stream: 1)
    let sigma = q.standardDeviation
    let check = Check.identity(
      "gaussian-kl-sigma", gaussianKL(mean: q.mean, logVariance: q.logVariance).scalars,
      equals: gaussianKL(mean: q.mean, standardDeviation: sigma).scalars,
      planted: [
        "σ for σ²": (0.5 * (square(q.mean) + sigma - 1) - log(sigma)).sum(axis: 1).scalars,
        "½ log σ": (0.5 * (square(q.mean) + square(sigma) - 1 - log(sigma))).sum(axis: 1).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("kl-gradient: μ and ½ (e^λ − 1)")
  func gradient() {
    let check = Check.vectorJacobianProduct(
      "kl-gradient", at: randomGaussians(4, 5, stream: 2),
      of: { gaussianKL(mean: $0.mean, logVariance: $0.logVariance) },
      vjp: { q, g in
        let (mean, logVariance) = gaussianKLGradient(mean: q.mean, logVariance: q.logVariance)
        let g = g.expanded(axis: 1)
        return Gaussian(mean: g * mean, logVariance: g * logVariance)
      },
      planted: [
        "no factor ½ at λ": { q, g in
          let g = g.expanded(axis: 1)
          return Gaussian(mean: g * q.mean, logVariance: g * (exp(q.logVariance) - 1))
        },
        "sign of the 1": { q, g in
          let g = g.expanded(axis: 1)
          return Gaussian(mean: g * q.mean, logVariance: 0.5 * g * (exp(q.logVariance) + 1))
        },
        "σ for σ²": { q, g in
          let g = g.expanded(axis: 1)
          return Gaussian(mean: g * q.mean, logVariance: 0.5 * g * (q.standardDeviation - 1))
        },
        "mean over latents": { q, g in
          let (mean, logVariance) = gaussianKLGradient(mean: q.mean, logVariance: q.logVariance)
          let g = g.expanded(axis: 1) / 5
          return Gaussian(mean: g * mean, logVariance: g * logVariance)
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("kl-gradient-sigma: μ and σ − 1/σ")
  func gradientBySigma() {
    let q = randomGaussians(4, 5, stream: 3)
    let check = Check.vectorJacobianProduct(
      "kl-gradient-sigma", at: [q.mean, q.standardDeviation],
      of: { gaussianKL(mean: $0[0], standardDeviation: $0[1]) },
      vjp: { at, g in
        let (mean, sigma) = gaussianKLGradient(mean: at[0], standardDeviation: at[1])
        return [g.expanded(axis: 1) * mean, g.expanded(axis: 1) * sigma]
      },
      planted: [
        "1/σ² for 1/σ": { at, g in
          let g = g.expanded(axis: 1)
          return [g * at[0], g * (at[1] - 1 / square(at[1]))]
        },
        "½ (σ² − 1), the derivative by λ": { at, g in
          let g = g.expanded(axis: 1)
          return [g * at[0], 0.5 * g * (square(at[1]) - 1)]
        },
        "no 1/σ": { at, g in [g.expanded(axis: 1) * at[0], g.expanded(axis: 1) * at[1]] },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("gaussian-kl-general: the closed form is E_q[log q − log p] by quadrature, for 40 pairs")
  func closedFormOfTwo() {
    let (q, p) = (randomGaussians(40, 1, stream: 4), randomGaussians(40, 1, stream: 5))
    let square = square(q.mean - p.mean)
    let logRatio = p.logVariance - q.logVariance
    func half(_ x: Tensor<Double>) -> [Double] { (0.5 * x).sum(axis: 1).scalars }
    let check = Check.identity(
      "gaussian-kl-general", quadrature(q, p), equals: gaussianKL(q, p).scalars,
      planted: [
        "arguments swapped": gaussianKL(p, q).scalars,
        "means not divided by p's variance": half(
          logRatio + exp(-logRatio) + square - 1),
        "variance of q for that of p": half(
          logRatio + (exp(q.logVariance) + square) * exp(-q.logVariance) - 1),
        "sign of the log ratio": half(
          (exp(q.logVariance) + square) * exp(-p.logVariance) - 1 - logRatio),
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("gaussian-kl-general-gradient: by the means and log-variances of q and of p")
  func gradientOfTwo() {
    typealias Claim = ([Gaussian], Tensor<Double>) -> [Gaussian]
    func claim(
      _ change: @escaping (_ q: inout Gaussian, _ p: inout Gaussian, _ at: [Gaussian]) -> Void
    ) -> Claim {
      { at, g in
        var (q, p) = gaussianKLGradient(at[0], at[1])
        change(&q, &p, at)
        return [q, p].map { $0.mapped { g.expanded(axis: 1) * $0 } }
      }
    }
    let check = Check.vectorJacobianProduct(
      "gaussian-kl-general-gradient",
      at: [randomGaussians(3, 4, stream: 6), randomGaussians(3, 4, stream: 7)],
      of: { gaussianKL($0[0], $0[1]) }, vjp: claim { _, _, _ in },
      planted: [
        "sign of the mean of p": claim { q, p, _ in p.mean = q.mean },
        "no factor ½ at λ of q": claim { q, _, _ in q.logVariance = 2 * q.logVariance },
        "no squared distance at λ of p": claim { _, p, at in
          p.logVariance = 0.5 * (1 - exp(at[0].logVariance - at[1].logVariance))
        },
        "σ for σ² under the mean": claim { q, _, at in
          q.mean = (at[0].mean - at[1].mean) / at[1].standardDeviation
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("kl-additivity: a sum over coordinates is the divergence with a diagonal covariance")
  func additivity() {
    let (q, p) = (randomGaussians(20, 6, stream: 8), randomGaussians(20, 6, stream: 9))
    func full(_ g: Gaussian, _ row: Int) -> FullGaussian {
      let g = g.mapped { $0.rows(at: [row]).reshaped([6]) }
      return FullGaussian(mean: g.mean, covariance: Tensor.identity(6) * exp(g.logVariance))
    }
    let whole = (0..<20).map { fullGaussianKL(full(q, $0), full(p, $0)) }
    let sums = gaussianKL(q, p)
    let check = Check.identity(
      "kl-additivity", whole, equals: sums.scalars,
      planted: [
        "mean over coordinates": (sums / 6).scalars,
        "one coordinate dropped": gaussianKL(
          q.mapped { $0.sliced(axis: 1, 0..<5) }, p.mapped { $0.sliced(axis: 1, 0..<5) }
        ).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("The general form with p = N(0, I) is the form of one argument, in Float as in Double")
  func specialCase() {
    let q = randomGaussians(10, 7, stream: 10)
    let zero = Tensor<Double>.zeros([10, 7])
    let one = gaussianKL(mean: q.mean, logVariance: q.logVariance)
    #expect(abs(one - gaussianKL(q, Gaussian(mean: zero, logVariance: zero))).max() < 1e-13)
    let single = gaussianKL(mean: Tensor<Float>(q.mean), logVariance: Tensor<Float>(q.logVariance))
    #expect(abs(Tensor<Double>(single) / one - 1).max() < 1e-6)
    #expect(gaussianKL(mean: zero, logVariance: zero) == .zeros([10]))
  }

  @Test("The contour of a level has that divergence all around", arguments: [0.1, 0.5, 1, 2])
  func contour(level: Double) {
    let curve = gaussianKLContour(level: level)
    let values = gaussianKL(
      mean: Tensor(curve.mean).expanded(axis: 1),
      standardDeviation: Tensor(curve.standardDeviation).expanded(axis: 1))
    #expect(abs(values - level).max() < 1e-12)
    #expect(curve.standardDeviation.min()! < 1 && curve.standardDeviation.max()! > 1)
  }
}
