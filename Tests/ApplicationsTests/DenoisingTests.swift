import Datasets
import EvidenceLowerBound
import KLDivergence
import Tensors
import Testing
import VariationalAutoencoder

@testable import Applications

@Suite("Denoising")
struct DenoisingTests {
  @Test(
    "denoising-bound: exactly log p(x) less the mean divergence, over all 16 ways to mask a datum")
  func bound() {
    var (left, right): ([Double], [Double]) = ([], [])
    var (noisy, clean, prior): ([Double], [Double], [Double]) = ([], [], [])
    for seed in 12..<15 as Range<UInt64> {
      var (network, model, random) = linearDecoderExample(seed: seed)
      let x: Tensor<Double> = random.normal([1, 4])
      let masks = Tensor<Double>(
        [16, 4], (0..<16).flatMap { mask in (0..<4).map { Double(mask >> $0 & 1) } })
      // The terms are quadratic in ε: the mean over ±√2 e_j is their expectation.
      let axes = 2.0.squareRoot() * Tensor<Double>.identity(2)
      let points = concatenated([axes, -axes], axis: 0)
      let order = (0..<16).flatMap { Array(repeating: $0, count: 4) }
      let corrupted = (masks * x).rows(at: order)
      let noise = points.rows(at: (0..<64).map { $0 % 4 })
      let copies = x.rows(at: Array(repeating: 0, count: 64))
      func elbo(of target: Tensor<Double>, seenAs seen: Tensor<Double>) -> Double {
        network.denoisingBound(of: target, seenAs: seen, noise: noise).elbo.mean().scalar
      }
      left.append(elbo(of: copies, seenAs: corrupted))
      let (mean, logVariance) = network.encode(masks * x)
      let q = DiagonalGaussian(mean: mean, logVariance: logVariance)
      let evidence = model.logEvidence(of: x).scalar
      right.append(evidence - average((0..<16).map { model.gap(of: x, under: q.full($0)) }))
      noisy.append(elbo(of: corrupted, seenAs: corrupted))
      clean.append(elbo(of: copies, seenAs: copies))
      prior.append(evidence)
    }
    let check = Check.identity(
      "denoising-bound", left, equals: right, tolerance: 1e-11,
      planted: [
        "the likelihood of x̃ for that of x": noisy, "the encoder sees x": clean,
        "no gap": prior,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("denoising-gap: the mean divergence is that of the average, and what z tells of x̃")
  func gap() {
    var random = Random(seed: 15, stream: 15)
    var (left, right): ([Double], [Double]) = ([], [])
    var (mixture, minus, doubled): ([Double], [Double], [Double]) = ([], [], [])
    for count in [2, 3, 5] {
      let q = DiagonalGaussian<Double>.random(batch: count, latent: 1, random: &random)
      let p = DiagonalGaussian<Double>(mean: 0.3, standardDeviation: 0.8)
      let parts = denoisingGapParts(q, posterior: p)
      left.append(gaussianKL(q, p.repeated(count)).mean().scalar)
      right.append(parts.mixture + parts.information)
      mixture.append(parts.mixture)
      minus.append(parts.mixture - parts.information)
      doubled.append(parts.mixture + 2 * parts.information)
      #expect(parts.mixture > 0)
      #expect(parts.information > 0)
      #expect(parts.information < Double.log(Double(count)), "at most which corruption it was")
    }
    let check = Check.identity(
      "denoising-gap", left, equals: right, tolerance: 1e-9,
      planted: [
        "the information left out": mixture, "its sign": minus, "its factor": doubled,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("flips turn pixels round with their probability, and none at 0")
  func flips() {
    var random = Random(seed: 16)
    let x = Tensor<Float>([2, 500], (0..<1000).map { Float($0 % 2) })
    #expect(flipped(x, probability: 0, random: &random) == x)
    let all = flipped(x, probability: 1, random: &random)
    #expect(all == 1 - x)
    let some = abs(flipped(x, probability: 0.3, random: &random) - x).mean().scalar
    #expect(abs(some - 0.3) < 0.06)
  }

  @Test("training with flips raises the bound, and repeats itself")
  func training() {
    var source = Random(seed: 17)
    let pixels = (0..<60 * 6).map { _ in UInt8(source.integer(below: 2) * 255) }
    let images = ImageSet(pixels: pixels, height: 2, width: 3)
    var random = Random(seed: 18)
    let start = VariationalAutoencoder<Float>(
      Architecture(pixels: 6, hidden: [5], latents: 2), random: &random)
    var (plain, losses) = (start, [Double]())
    var draws = Random(seed: 19)
    plain.trainDenoising(
      on: images, epochs: 20, batchSize: 20, rate: 1e-2, flipProbability: 0.2, random: &draws
    ) { losses.append($1) }
    #expect(losses.count == 20)
    #expect(losses[19] < losses[0])
    let again = {
      var (model, draws) = (start, Random(seed: 19))
      model.trainDenoising(
        on: images, epochs: 20, batchSize: 20, rate: 1e-2, flipProbability: 0.2, random: &draws)
      return model
    }()
    #expect(again.parameters == plain.parameters)
  }
}

@Suite("Denoising where all is known")
struct ExactDenoisingTests {
  @Test("clean-given-noisy: p(x | x̃) p(x̃) = p(x̃ | x) p(x) at random x")
  func clean() {
    var (left, right): ([Double], [Double]) = ([], [])
    var (marginal, noNoise): ([Double], [Double]) = ([], [])
    for seed in 20..<24 as Range<UInt64> {
      var (model, x, random) = linearExample(data: 3, seed: seed)
      let variance = 0.7
      let noisy = x + variance.squareRoot() * random.normal([1, 3])
      let channel = FullGaussian(
        mean: x.reshaped([3]), covariance: variance * Tensor.identity(3))
      let seen = FullGaussian(
        mean: model.bias,
        covariance: model.marginal.covariance + variance * Tensor.identity(3))
      let joint = channel.logDensities(noisy) + model.logEvidence(of: x)
      left.append((joint - seen.logDensities(noisy)).scalar)
      let p = model.clean(given: noisy, noiseVariance: variance)
      right.append(p.logDensities(x).scalar)
      marginal.append(gaussian(p, covariance: model.marginal.covariance).logDensities(x).scalar)
      noNoise.append(
        model.clean(given: noisy, noiseVariance: variance.squareRoot()).logDensities(x).scalar)
    }
    let check = Check.identity(
      "clean-given-noisy", left, equals: right, tolerance: 1e-10,
      planted: ["the covariance of x": marginal, "τ for τ²": noNoise])
    #expect(check.passes, "\(check)")
  }

  @Test("denoising-optimum: every encoder leaves the distance to the best one, and the remainder")
  func optimum() {
    var (left, right): ([Double], [Double]) = ([], [])
    var (wide, noRest, double): ([Double], [Double], [Double]) = ([], [], [])
    for seed in 25..<29 as Range<UInt64> {
      var (model, x, random) = linearExample(seed: seed)
      let variance = 0.5
      let noisy = x + variance.squareRoot() * random.normal([1, 4])
      let q = FullGaussian.random(dimensions: 2, random: &random)
      // The divergence is quadratic in x: its mean over these points is its expectation.
      let points = model.clean(given: noisy, noiseVariance: variance).quadraturePoints
      left.append(average((0..<8).map { model.gap(of: points.rows(at: [$0]), under: q) }))
      let best = model.bestDenoisingEncoder(of: noisy, noiseVariance: variance)
      let rest = model.denoisingRemainder(noiseVariance: variance)
      right.append(fullGaussianKL(q, best) + rest)
      let posterior = model.posterior(givenNoisy: noisy, noiseVariance: variance)
      wide.append(fullGaussianKL(q, posterior) + rest)
      noRest.append(fullGaussianKL(q, best))
      double.append(fullGaussianKL(q, best) + 2 * rest)
    }
    let check = Check.identity(
      "denoising-optimum", left, equals: right, tolerance: 1e-10,
      planted: [
        "p(z | x̃) for the best encoder": wide, "no remainder": noRest,
        "the remainder's ½ forgotten": double,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("noisy-posterior: it is the posterior of a model with the noise of both")
  func noisyPosterior() {
    var (left, right): ([Double], [Double]) = ([], [])
    var (narrow, unseen): ([Double], [Double]) = ([], [])
    for seed in 30..<33 as Range<UInt64> {
      let (model, x, _) = linearExample(seed: seed)
      var noisier = model
      noisier.logNoiseVariance = log(model.noiseVariance + 0.6)
      left += numbers(noisier.posterior(of: x))
      right += numbers(model.posterior(givenNoisy: x, noiseVariance: 0.6))
      narrow += numbers(model.bestDenoisingEncoder(of: x, noiseVariance: 0.6))
      unseen += numbers(model.posterior(of: x))
    }
    let check = Check.identity(
      "noisy-posterior", left, equals: right, tolerance: 1e-10,
      planted: ["A V Aᵀ left out": narrow, "x̃ taken for x": unseen])
    #expect(check.passes, "\(check)")
  }
}

extension DiagonalGaussian where Scalar == Double {
  /// A Gaussian of one dimension, `[1]`, as `count` rows.
  fileprivate func repeated(_ count: Int) -> DiagonalGaussian {
    let rows = Array(repeating: 0, count: count)
    return DiagonalGaussian(
      mean: mean.reshaped([1, 1]).rows(at: rows),
      logVariance: logVariance.reshaped([1, 1]).rows(at: rows))
  }
}
