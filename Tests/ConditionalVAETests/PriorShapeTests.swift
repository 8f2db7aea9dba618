import KLDivergence
import Tensors
import Testing

@testable import ConditionalVAE

private func gaussians(_ batch: Int, stream: UInt64) -> DiagonalGaussian<Double> {
  var random = Random(seed: 51, stream: stream)
  return DiagonalGaussian(mean: random.normal([batch, 3]), logVariance: random.normal([batch, 3]))
}

@Suite("The prior's shape")
struct PriorShapeTests {
  @Test("prior-standardised: the rate is the same in the coordinates where the prior is N(0, I)")
  func standardisedRate() {
    let (q, p) = (gaussians(20, stream: 1), gaussians(20, stream: 2))
    func rate(_ q: DiagonalGaussian<Double>) -> [Double] {
      gaussianKL(mean: q.mean, logVariance: q.logVariance).scalars
    }
    let right = standardised(q, by: p)
    let check = Check.identity(
      "prior-standardised", gaussianKL(q, p).scalars, equals: rate(right),
      planted: [
        "means divided by s²": rate(
          DiagonalGaussian(
            mean: (q.mean - p.mean) * exp(-p.logVariance), logVariance: right.logVariance)),
        "variances left as they are": rate(
          DiagonalGaussian(mean: right.mean, logVariance: q.logVariance)),
        "log s for log s²": rate(
          DiagonalGaussian(mean: right.mean, logVariance: q.logVariance - 0.5 * p.logVariance)),
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("optimal-prior: the least mean rate is ½ Σ (log s² − mean λ), with s² the total variance")
  func optimalPrior() {
    let q = gaussians(7, stream: 3)
    func rate(_ p: DiagonalGaussian<Double>) -> Double { gaussianKL(q, p).mean().scalar }
    let best = matchedPrior(q)
    // The total variance as that of the mixture of all q: E[z²] − E[z]².
    let second = (exp(q.logVariance) + square(q.mean)).mean(axis: 0)
    let total = second - square(q.mean.mean(axis: 0))
    let closed = 0.5 * (log(total) - q.logVariance.mean(axis: 0)).sum().scalar
    func with(_ variance: Tensor<Double>) -> [Double] {
      [rate(DiagonalGaussian(mean: best.mean, logVariance: log(variance).expanded(axis: 0)))]
    }
    let check = Check.identity(
      "optimal-prior", [rate(best)], equals: [closed],
      planted: [
        "the variance of the means forgotten": with(exp(q.logVariance).mean(axis: 0)),
        "the mean of the variances forgotten": with(square(q.mean - best.mean).mean(axis: 0)),
        "the mean log variance": with(exp(q.logVariance.mean(axis: 0))),
        "the second moment": with(second),
      ])
    #expect(check.passes, "\(check)")

    // No gradient is left, and every step away from it costs.
    let slopes = gaussianKLGradient(q, best).p
    #expect(abs(slopes.mean.sum(axis: 0)).max() < 1e-12)
    #expect(abs(slopes.logVariance.sum(axis: 0)).max() < 1e-12)
    var random = Random(seed: 51, stream: 4)
    for _ in 0..<20 {
      #expect(rate(best.mapped { $0 + 0.1 * random.normal($0.shape) }) > rate(best))
    }
  }
}
