import EvidenceLowerBound
import FormulaClinic
import KLDivergence
import Reparameterization
import Tensors
import Testing

private typealias Gaussian = DiagonalGaussian<Double>

private func noise(_ shape: Shape, _ stream: UInt64) -> Tensor<Double> {
  var random = Random(seed: 12, stream: stream)
  return random.normal(shape)
}

@Suite("Formulas of rates and of Gaussians")
struct RateFormulasTests {
  private let q = Gaussian(mean: noise([20, 3], 0), logVariance: noise([20, 3], 1))

  @Test("clinic-sign: reconstruction + rate exceeds log p(x) by 2 rate − gap")
  func sign() {
    var random = Random(seed: 12, stream: 2)
    let cases = BoundCase.random(50, random: &random)
    let left = cases.map { $0.reconstruction + $0.rate - $0.logEvidence }
    let (rate, gap) = (Tensor(cases.map(\.rate)), Tensor(cases.map(\.gap)))
    let check = Check.identity(
      "clinic-sign", left, equals: flippedExcess(rate: rate, gap: gap).scalars, tolerance: 1e-10,
      planted: [
        "a bound: minus the gap": (-gap).scalars, "the rate once": (rate - gap).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("clinic-entropy: the rate is a cross-entropy less an entropy")
  func entropy() {
    let (mean, logVariance) = (q.mean, q.logVariance)
    let check = Check.identity(
      "clinic-entropy", gaussianKL(mean: mean, logVariance: logVariance).scalars,
      equals: rateFromEntropy(mean: mean, logVariance: logVariance).scalars,
      planted: [
        "the circulating sum": (0.5 * (logVariance + 1).sum(axis: 1)).scalars,
        "the entropy's sign":
          (rateFromEntropy(mean: mean, logVariance: logVariance)
          + 2 * diagonalEntropy(logVariance: logVariance)).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("clinic-misscaled: the divergence of N(μ, σ⁴) from N(μ, σ²)")
  func misscaled() {
    let drawn = Gaussian(mean: q.mean, logVariance: 2 * q.logVariance)
    let check = Check.identity(
      "clinic-misscaled", gaussianKL(drawn, q).scalars,
      equals: misscaledCost(logVariance: q.logVariance).scalars,
      planted: [
        "free: σ² for σ": [Double](repeating: 0, count: 20),
        "arguments swapped": gaussianKL(q, drawn).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("clinic-noise: the rate of what is drawn, less the rate that is reported")
  func noiseScale() {
    let t = 0.3
    let drawn = q.logVariance + 2 * Double.log(t)
    let left =
      gaussianKL(mean: q.mean, logVariance: drawn)
      - gaussianKL(mean: q.mean, logVariance: q.logVariance)
    let check = Check.identity(
      "clinic-noise", left.scalars,
      equals: unreportedRate(logVariance: q.logVariance, noiseScale: t).scalars,
      planted: [
        "a free setting": [Double](repeating: 0, count: 20),
        "τ for τ²": (0.5 * (exp(q.logVariance) * (t - 1) - 2 * Double.log(t)).sum(axis: 1)).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("clinic-product: the fourth moment of a product of two noises is 9")
  func product() {
    let samples = noise([40_000], 3) * noise([40_000], 4)
    let fourth = square(square(samples)).scalars
    let check = Check.mean(
      "clinic-product", of: fourth, is: productFourthMoment(factors: 2),
      planted: ["that of one noise": productFourthMoment(factors: 1), "added": 6])
    #expect(check.passes, "\(check)")
  }

  @Test("clinic-log-sigma: λ = 2 log σ")
  func logSigma() {
    let sigma = q.standardDeviation
    let check = Check.identity(
      "clinic-log-sigma", q.logVariance.reshaped([60]).scalars,
      equals: logVariance(ofStandardDeviation: sigma).reshaped([60]).scalars,
      planted: [
        "−σ": (-sigma).reshaped([60]).scalars, "log σ": log(sigma).reshaped([60]).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("clinic-isotropic: the cost of one variance, and that no other is better")
  func isotropic() {
    let v = q.variance
    func cost(_ s: Tensor<Double>) -> [Double] {
      let shared = log(s).expanded(axis: 1) + Tensor<Double>.zeros([20, 3])
      return gaussianKL(Gaussian(mean: q.mean, logVariance: shared), q).scalars
    }
    let best = bestSharedVariance(v)
    let check = Check.identity(
      "clinic-isotropic", cost(best), equals: sharedVarianceCost(v).scalars,
      planted: [
        "free": [Double](repeating: 0, count: 20), "the mean variance": cost(v.mean(axis: 1)),
      ])
    #expect(check.passes, "\(check)")
    for other in [0.9, 1.1] {
      #expect(zip(cost(other * best), cost(best)).allSatisfy { $0 > $1 })
    }
  }

  @Test("clinic-halves: each datum's μ and λ are those that it has alone")
  func halves() {
    let output = noise([2, 6], 5)
    func flat(_ pair: (mean: Tensor<Double>, logVariance: Tensor<Double>)) -> [Double] {
      pair.mean.reshaped([pair.mean.count]).scalars
        + pair.logVariance.reshaped([pair.logVariance.count]).scalars
    }
    let rows = (0..<2).map { meanAndLogVariance(output.sliced(axis: 0, $0..<$0 + 1)) }
    let alone = rows.flatMap { $0.mean.scalars } + rows.flatMap { $0.logVariance.scalars }
    let check = Check.identity(
      "clinic-halves", alone, equals: flat(meanAndLogVariance(output)),
      planted: [
        "unpacked along the batch": output.reshaped([12]).scalars,
        "halves swapped": Array(alone[6...] + alone[..<6]),
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("clinic-discriminator: its best value is 2 JS − log 4")
  func discriminator() {
    var (left, right, divergences): ([Double], [Double], [Double]) = ([], [], [])
    for stream in 0..<20 as Range<UInt64> {
      let q = softmax(noise([1, 8], 10 + stream)).reshaped([8])
      let p = softmax(noise([1, 8], 40 + stream)).reshaped([8])
      left.append(bestDiscriminatorValue(q, p).scalar)
      right.append(2 * jensenShannon(q, p).scalar - Double.log(4))
      divergences.append(categoricalKL(q, p).scalar)
    }
    let check = Check.identity(
      "clinic-discriminator", left, equals: right,
      planted: [
        "the KL divergence": divergences,
        "JS once": right.map { 0.5 * ($0 - Double.log(4)) },
      ])
    #expect(check.passes, "\(check)")
  }
}
