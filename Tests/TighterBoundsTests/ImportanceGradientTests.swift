import EvidenceLowerBound
import KLDivergence
import Reparameterization
import Tensors
import Testing
import TighterBounds

@Suite("Gradients of the importance-weighted bound")
struct ImportanceGradientTests {
  private let plane = Example(data: 3, latent: 2, seed: 60)
  private let line = Example(data: 3, latent: 1, seed: 61)

  /// One number for each row: g · (1, −0.7), so that one check sees both parameters.
  private func projected(_ gradients: Tensor<Double>) -> [Double] {
    (gradients * Tensor([1, -0.7])).sum(axis: 1).scalars
  }

  /// The exact gradient for two draws, projected.
  private var exact: Double {
    let (byMean, byLogVariance) = valueAndGradient(at: line.q.mean, line.q.logVariance) {
      exactTwoDrawBound(of: line.logJoint, mean: $0, logVariance: $1)
    }.gradient
    return byMean.scalar - 0.7 * byLogVariance.scalar
  }

  private func draws(_ count: Int, _ k: Int, seed: UInt64) -> ImportanceDraws {
    var random = Random(seed: seed)
    return ImportanceDraws(
      of: line.logJoint, mean: line.q.mean, logVariance: line.q.logVariance,
      noise: random.normal([count, k, 1]))
  }

  @Test("iwae-plain: Σ w̃ (path − score) is the derivative of the bound at given noise")
  func plain() {
    var random = Random(seed: 62)
    let noise: Tensor<Double> = random.normal([3, 4, 2])
    func summed(
      _ q: DiagonalGaussian<Double>, _ choice: (ImportanceDraws) -> Tensor<Double>
    ) -> DiagonalGaussian<Double> {
      let all = choice(
        ImportanceDraws(
          of: plane.logJoint, mean: q.mean, logVariance: q.logVariance, noise: noise)
      ).sum(axis: 0)
      return DiagonalGaussian(
        mean: all.sliced(axis: 0, 0..<2), logVariance: all.sliced(axis: 0, 2..<4))
    }
    let check = Check.gradient(
      "iwae-plain", at: plane.q,
      of: { q in
        let z = reparameterize(
          mean: q.mean, logVariance: q.logVariance, noise: noise.reshaped([12, 2]))
        return logMeanWeight((plane.logJoint(z) - q.logDensity(z)).reshaped([3, 4])).sum()
      },
      claim: { summed($0, \.plain) },
      planted: [
        "without the score": { summed($0, \.pathDerivative) },
        "the score's sign": { summed($0) { $0.pathDerivative + $0.weightedScore } },
        "squared weights": { summed($0, \.doublyReparameterized) },
        "equal weights": { summed($0) { ($0.paths - $0.scores).mean(axis: 1) } },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("dreg: squared weights give the exact gradient on average; the path derivative does not")
  func doublyReparameterized() {
    let draws = draws(200_000, 2, seed: 63)
    let check = Check.mean(
      "dreg", of: projected(draws.doublyReparameterized), is: exact,
      planted: [
        "the path derivative": projected(draws.pathDerivative).reduce(0, +) / 200_000,
        "weights not squared, halved": projected(draws.pathDerivative).reduce(0, +) / 400_000,
        "the sign": -exact,
        "the score, squared weights too": projected(
          (square(draws.weights) * (draws.paths - draws.scores)).sum(axis: 1)
        ).reduce(0, +) / 200_000,
      ])
    #expect(check.passes, "\(check)")
    let plain = GradientStatistics(draws.plain)
    let mean = plain.mean * Tensor([1, -0.7])
    #expect(abs(mean.sum().scalar - exact) < 0.02 * Swift.abs(exact))
  }

  @Test("weighted-score: E Σ w̃ score = E Σ (w̃ − w̃²) path")
  func weightedScore() {
    let draws = draws(200_000, 3, seed: 64)
    func mean(_ samples: Tensor<Double>) -> Double {
      projected(samples).reduce(0, +) / 200_000
    }
    let check = Check.mean(
      "weighted-score", of: projected(draws.weightedScore - draws.weightedScorePath), is: 0,
      planted: [
        "w̃ in place of w̃ − w̃²": mean(draws.pathDerivative - draws.weightedScorePath),
        "w̃² in place of w̃ − w̃²": mean(draws.doublyReparameterized - draws.weightedScorePath),
        "a score of mean 0": -mean(draws.weightedScorePath),
        "the sign": mean(draws.weightedScore + draws.weightedScorePath),
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("path-bias: the path derivative misses the exact gradient by E Σ (w̃ − w̃²) path")
  func pathBias() {
    let draws = draws(200_000, 2, seed: 65)
    let bias = projected(draws.weightedScorePath).reduce(0, +) / 200_000
    let check = Check.mean(
      "path-bias", of: projected(draws.pathDerivative - draws.weightedScorePath), is: exact,
      planted: [
        "no bias": exact - bias, "twice": exact + bias, "the sign": exact - 2 * bias,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("forward-score: E_q[w path] / p(x) is the mean score under the posterior")
  func forwardScore() {
    let draws = draws(200_000, 1, seed: 68)
    let ratios = exp(draws.logWeights - line.logEvidence).expanded(axis: 2)
    let posterior = line.model.posterior(of: line.x)
    let claim = posteriorScore(posterior, under: line.q)
    let (byMean, byLogVariance) = (claim[0], claim[1])
    let variance = Double.exp(line.q.logVariance.scalar)
    let narrow = 0.5 * (posterior.covariance.scalar / variance - 1)
    let check = Check.mean(
      "forward-score", of: projected((ratios * draws.paths).sum(axis: 1)),
      is: byMean - 0.7 * byLogVariance,
      planted: [
        "the sign": -byMean + 0.7 * byLogVariance,
        "no distance of the means in the variance": byMean - 0.7 * narrow,
        "no factor ½": byMean - 1.4 * byLogVariance,
        "the gradient of the ELBO": projected(draws.paths.sum(axis: 1)).reduce(0, +) / 200_000,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("for one draw the path derivative is unbiased: the exact gradient of chapter 4")
  func oneDraw() {
    let draws = draws(100_000, 1, seed: 66)
    let q = DiagonalGaussian(
      mean: line.q.mean.reshaped([1, 1]), logVariance: line.q.logVariance.reshaped([1, 1]))
    let exact =
      line.model.elboGradientByMean(of: line.x, under: q).scalar
      - 0.7 * line.model.elboGradientByLogVariance(of: line.x, under: q).scalar
    for estimates in [draws.plain, draws.pathDerivative, draws.doublyReparameterized] {
      let spread = SampleSpread(Tensor(projected(estimates)))
      #expect(abs(spread.mean - exact) < 4 * spread.standardError)
    }
  }

  @Test("signal-to-noise: it falls as 1/√k for the plain estimator, and rises as √k for the others")
  func signalToNoiseRates() {
    let ks = [8, 16, 32, 64, 128]
    let ratios = ks.map { k -> [Double] in
      var random = Random(seed: 67, stream: UInt64(k))
      let noise: Tensor<Double> = random.normal([4_000, k, 2])
      let draws = ImportanceDraws(
        of: plane.logJoint, mean: plane.q.mean, logVariance: plane.q.logVariance, noise: noise)
      let signal = draws.doublyReparameterized.mean(axis: 0)
      let model = biasGradients(of: plane.model, at: plane.x, under: plane.q, noise: noise)
      return [
        signalToNoise(draws.plain, signal: signal), signalToNoise(draws.doublyReparameterized),
        signalToNoise(model),
      ]
    }
    let slopes = (0..<3).map { which in
      logLogSlope(x: ks.map(Double.init), y: ratios.map { $0[which] })
    }
    let check = Check.identity(
      "signal-to-noise", slopes, equals: [-0.5, 0.5, 0.5], tolerance: 0.1,
      planted: [
        "no fall": [0, 0.5, 0.5], "no rise": [-0.5, 0, 0.5], "as 1/k": [-1, 0.5, 0.5],
        "the model's falls too": [-0.5, 0.5, -0.5],
      ])
    #expect(check.passes, "\(check)")
  }
}
