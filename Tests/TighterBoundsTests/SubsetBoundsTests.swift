import EvidenceLowerBound
import KLDivergence
import Tensors
import Testing
import TighterBounds

@Suite("More draws, a tighter bound")
struct SubsetBoundsTests {
  private let example = Example(data: 4, latent: 2, seed: 50)

  @Test("iwae-subsets: the mean weight is the mean over subsets of their mean weights")
  func subsets() {
    var random = Random(seed: 51)
    let logWeights = example.logWeights(20, 6, random: &random)
    let whole = logMeanWeight(logWeights).scalars
    let sizes = [1, 2, 3, 5, 6]
    let parts = sizes.flatMap {
      logMeanWeight(subsetLogMeans(logWeights, size: $0)).scalars
    }
    let check = Check.identity(
      "iwae-subsets", sizes.flatMap { _ in whole }, equals: parts, tolerance: 1e-13,
      planted: [
        "sums for means": sizes.flatMap { size in
          whole.map { $0 + Double.log(Double(size)) }
        },
        "the mean of logs": sizes.flatMap { subsetBound(logWeights, size: $0).scalars },
        "the first draws only": sizes.flatMap {
          logMeanWeight(logWeights.sliced(axis: 1, 0..<$0)).scalars
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("iwae-monotone: no average over smaller subsets exceeds that over larger ones")
  func monotone() {
    var random = Random(seed: 52)
    let logWeights = example.logWeights(200, 7, random: &random)
    let bounds = (1...7).map { subsetBound(logWeights, size: $0).scalars }
    // How far each bound exceeds the next: never above 0.
    func excess(_ bounds: [[Double]]) -> [Double] {
      zip(bounds, bounds.dropFirst()).flatMap { zip($0, $1).map { max(0, $0 - $1) } }
    }
    let noLogK = bounds.enumerated().map { size, row in
      row.map { $0 - Double.log(Double(size + 1)) }
    }
    let check = Check.identity(
      "iwae-monotone", excess(bounds).map { _ in 0 }, equals: excess(bounds), tolerance: 1e-12,
      planted: [
        "the other way": excess(bounds.reversed()),
        "divided by k twice": excess(noLogK),
        "single draws in place of subsets": excess(
          (1...7).map { logMeanWeight(logWeights.sliced(axis: 1, 0..<$0)).scalars }),
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("ELBO ≤ L₂ ≤ L₈ ≤ L₆₄ ≤ log p(x), each by more than four standard errors")
  func ordered() {
    var random = Random(seed: 53)
    let logWeights = example.logWeights(4_000, 64, random: &random)
    // Groups of k of the same draws: differences of neighbours vary less than the bounds.
    let values = [1, 2, 8, 64].map { k in
      logMeanWeight(logWeights.reshaped([4_000 * 64 / k, k])).reshaped([4_000, 64 / k])
        .mean(axis: 1)
    }
    for (lower, upper) in zip(values, values.dropFirst()) {
      let step = SampleSpread(upper - lower)
      #expect(step.mean > 4 * step.standardError)
    }
    let elbo = example.model.elbo(
      of: example.x,
      under: DiagonalGaussian(
        mean: example.q.mean.reshaped([1, 2]), logVariance: example.q.logVariance.reshaped([1, 2]))
    ).total.scalar
    let first = SampleSpread(values[0])
    #expect(abs(first.mean - elbo) < 4 * first.standardError)
    let last = SampleSpread(gapSamples(logWeights, logEvidence: example.logEvidence))
    #expect(last.mean > 4 * last.standardError)
  }

  @Test("iwae-gap: k times the gap approaches half the variance of the normalised weight")
  func gap() {
    let narrow = Example(data: 4, latent: 2, seed: 54)
    let variance = narrow.model.weightVariance(
      of: narrow.x,
      under: DiagonalGaussian(
        mean: narrow.q.mean.reshaped([1, 2]), logVariance: narrow.q.logVariance.reshaped([1, 2])
      ).full())
    var random = Random(seed: 55)
    let gaps = gapSamples(
      narrow.logWeights(6_000, 200, random: &random), logEvidence: narrow.logEvidence)
    let claim = leadingGap(weightVariance: variance, draws: 200)
    let check = Check.mean(
      "iwae-gap", of: (200 * gaps).scalars, is: 200 * claim,
      planted: [
        "no factor ½": 400 * claim, "a quarter": 100 * claim,
        "the standard deviation": 0.5 * variance.squareRoot(),
      ])
    #expect(check.passes, "\(check)")
  }
}
