import EvidenceLowerBound
import FormulaClinic
import KLDivergence
import Tensors
import Testing
import VariationalAutoencoder

@Suite("What is summed, averaged and reported")
struct BookkeepingTests {
  private func noise(_ shape: Shape, _ stream: UInt64) -> Tensor<Double> {
    var random = Random(seed: 14, stream: stream)
    return random.normal(shape)
  }

  @Test("clinic-weight: averaged errors and a weighted rate are an ELBO of another variance")
  func weight() {
    let (x, decoded) = (noise([10, 30], 0), noise([10, 30], 1))
    let rate = gaussianKL(mean: noise([10, 4], 2), logVariance: noise([10, 4], 3))
    func claim(_ s: Double) -> [Double] {
      let ones = Tensor(Double.log(s))
      let likelihood = gaussianLogLikelihood(of: x, mean: decoded, logVariance: ones)
      let constant = 15 * (Double.log(s) + Double.log(2 * .pi))
      return (0.01 * (rate - likelihood - constant)).scalars
    }
    let check = Check.identity(
      "clinic-weight",
      averagedLoss(of: x, decoded: decoded, rate: rate, weight: 0.01).scalars,
      equals: averagedLossFromELBO(of: x, decoded: decoded, rate: rate, weight: 0.01).scalars,
      planted: ["variance 1": claim(1), "no ½": claim(0.3), "the weight itself": claim(0.01)])
    #expect(check.passes, "\(check)")
  }

  @Test("clinic-grey: a grey pixel's density integrates to tanh(ℓ/2)/ℓ")
  func grey() {
    let logits = Tensor([-6.0, -1.5, 0.3, 2.0, 8.0])
    // Simpson's rule with 1,000 intervals.
    let n = 1_000
    let x = Tensor<Double>.linspace(0, 1, count: n + 1).expanded(axis: 1)
    let weights = Tensor(
      [n + 1, 1], (0...n).map { $0 == 0 || $0 == n ? 1.0 : $0 % 2 == 1 ? 4 : 2 })
    let integral = (weights * exp(x * logits - softplus(logits))).sum(axis: 0) / Double(3 * n)
    let check = Check.identity(
      "clinic-grey", integral.scalars, equals: greyMass(logits: logits).scalars, tolerance: 1e-10,
      planted: [
        "a density": [1, 1, 1, 1, 1], "tanh ℓ": (tanh(logits) / logits).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("clinic-batches: batches count by their sizes")
  func batches() {
    let sizes = [30, 30, 30, 7]
    let values = noise([97], 4).scalars
    var (begin, means): (Int, [Double]) = (0, [])
    for size in sizes {
      means.append(values[begin..<begin + size].reduce(0, +) / Double(size))
      begin += size
    }
    let check = Check.identity(
      "clinic-batches", [values.reduce(0, +) / 97],
      equals: [meanOverData(batchMeans: means, sizes: sizes)],
      planted: [
        "the mean of means": [means.reduce(0, +) / 4], "one batch by all": [means[0] / 4],
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("clinic-units: a density in other units")
  func units() {
    let (mean, x) = (noise([3], 5), noise([8, 3], 6))
    let density = DiagonalGaussian(mean: mean, logVariance: noise([3], 7))
    let c = 255.0
    let scaled = DiagonalGaussian(
      mean: c * mean, logVariance: density.logVariance + 2 * Double.log(c))
    let base = density.logDensity(x)
    let check = Check.identity(
      "clinic-units", scaled.logDensity(c * x).scalars,
      equals: logDensity(inUnits: c, from: base, dimensions: 3).scalars,
      planted: [
        "no units": base.scalars, "once, not for each coordinate": (base - Double.log(c)).scalars,
      ])
    #expect(check.passes, "\(check)")
  }
}
