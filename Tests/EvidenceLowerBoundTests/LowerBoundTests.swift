import EvidenceLowerBound
import KLDivergence
import Tensors
import Testing

@Suite("The evidence lower bound")
struct LowerBoundTests {
  /// 300 random models with two random q each.
  static let cases: [BoundCase] = {
    var random = Random(seed: 4)
    return BoundCase.random(300, random: &random)
  }()

  @Test("elbo-jensen: the bound never exceeds log p(x), in 600 random cases")
  func jensen() {
    let cases = Self.cases
    // How far each candidate exceeds log p(x); a lower bound never does.
    func excess(_ candidate: (BoundCase) -> Double) -> [Double] {
      cases.map { max(0, candidate($0) - $0.logEvidence) }
    }
    let check = Check.identity(
      "elbo-jensen", cases.map { _ in 0 }, equals: excess(\.jensen), tolerance: 1e-10,
      planted: [
        "the sign of the divergence": excess { $0.reconstruction + $0.rate },
        "no divergence": excess(\.reconstruction),
        "twice the gap added": excess { $0.jensen + 2 * $0.gap },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("elbo-identity: log p(x) = ELBO + KL(q‖p(z|x)) to 1e-10, in 600 random cases")
  func identity() {
    let cases = Self.cases
    let check = Check.identity(
      "elbo-identity", cases.map(\.logEvidence), equals: cases.map { $0.elbo + $0.gap },
      tolerance: 1e-10,
      planted: [
        "the sign of the gap": cases.map { $0.elbo - $0.gap },
        "no gap": cases.map(\.elbo),
        "the rate for the gap": cases.map { $0.elbo + $0.rate },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("elbo-reconstruction-rate: it is E_q[log p(x, z)] plus the entropy of q")
  func reconstructionAndRate() {
    let cases = Self.cases
    let check = Check.identity(
      "elbo-reconstruction-rate", cases.map(\.jensen), equals: cases.map(\.elbo),
      tolerance: 1e-11,
      planted: [
        "the sign of the rate": cases.map { $0.reconstruction + $0.rate },
        "half the rate": cases.map { $0.reconstruction - 0.5 * $0.rate },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("At the exact posterior the gap is zero and the bound is log p(x)")
  func tight() {
    var random = Random(seed: 5)
    for _ in 0..<50 {
      let model = LinearGaussianModel<Double>.random(data: 5, latent: 3, random: &random)
      let x = model.samples(1, random: &random).x
      let exact = BoundCase(model, x, model.posterior(of: x))
      #expect(abs(exact.gap) < 1e-12)
      #expect(abs(exact.elbo - exact.logEvidence) < 1e-10 * max(1, abs(exact.logEvidence)))
    }
  }

  @Test("linear-gaussian-elbo: E_q[log p(x|z)] is its average over the quadrature points of q")
  func expectedLogLikelihood() {
    var random = Random(seed: 6)
    var (exact, diagonal, full): ([Double], [Double], [Double]) = ([], [], [])
    var (noSpread, noConstant, noisy): ([Double], [Double], [Double]) = ([], [], [])
    for _ in 0..<100 {
      let model = LinearGaussianModel<Double>.random(data: 6, latent: 3, random: &random)
      let x = model.samples(1, random: &random).x
      let q = DiagonalGaussian<Double>.random(latent: 3, random: &random)
      let r = FullGaussian.random(dimensions: 3, random: &random)
      exact.append(model.logLikelihood(of: x, at: q.full().quadraturePoints).mean().scalar)
      exact.append(model.logLikelihood(of: x, at: r.quadraturePoints).mean().scalar)
      diagonal.append(model.expectedLogLikelihood(of: x, under: q).scalar)
      full.append(model.elbo(of: x, under: r).reconstruction.scalar)
      let constant = 3 * (Double.log(2 * .pi) + model.logNoiseVariance.scalar)
      for (mean, right) in [(q.mean, diagonal.last!), (r.mean.reshaped([1, 3]), full.last!)] {
        noSpread.append(model.logLikelihood(of: x, at: mean).scalar)
        noConstant.append(right + constant)
        let scale = model.noiseVariance.scalar.squareRoot()
        noisy.append((right + constant) * scale - constant)
      }
    }
    let check = Check.identity(
      "linear-gaussian-elbo", exact, equals: zip(diagonal, full).flatMap { [$0, $1] },
      tolerance: 1e-11,
      planted: [
        "z = m, without the spread of q": noSpread,
        "without ½ D log 2πσ²": noConstant,
        "σ for σ²": noisy,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("elbo-importance: the weight p(x, z) / q(z) has expectation p(x)")
  func importanceWeights() {
    let (model, x, q) = Self.example
    var random = Random(seed: 7)
    let z = q.samples(100_000, random: &random)
    let evidence = model.logEvidence(of: x).scalar
    let weights = exp(model.logWeights(of: x, at: z, under: q) - evidence)
    let elbo = model.elbo(of: x, under: q).total.scalar
    let check = Check.mean(
      "elbo-importance", of: weights.scalars, is: 1,
      planted: [
        "exp(ELBO) for p(x)": Double.exp(elbo - evidence),
        "half": 0.5,
        "without 1 / q(z)": exp(model.logJoint(of: x, at: z) - evidence).mean().scalar,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("elbo-unbiased: the log weight has the ELBO as its expectation")
  func unbiased() {
    let (model, x, q) = Self.example
    var random = Random(seed: 8)
    let z = q.samples(100_000, random: &random)
    let elbo = model.elbo(of: x, under: q)
    let check = Check.mean(
      "elbo-unbiased", of: model.logWeights(of: x, at: z, under: q).scalars,
      is: elbo.total.scalar,
      planted: [
        "log p(x)": model.logEvidence(of: x).scalar,
        "the sign of the rate": (elbo.reconstruction + elbo.rate).scalar,
        "z = m": (model.logLikelihood(of: x, at: q.mean) - elbo.rate).scalar,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("At the exact posterior every weight is p(x): no variance at all")
  func constantWeights() {
    // One latent coordinate, so that the posterior is a diagonal Gaussian.
    var random = Random(seed: 9)
    let model = LinearGaussianModel<Double>.random(data: 4, latent: 1, random: &random)
    let x = model.samples(1, random: &random).x
    let q = nearestDiagonal(to: model.posterior(of: x))
    let logWeights = model.logWeights(of: x, at: q.samples(1000, random: &random), under: q)
    let evidence = model.logEvidence(of: x).scalar
    #expect(abs(logWeights - evidence).max() < 1e-11)
  }

  @Test("elbo-gap-variance: a shifted posterior leaves ½ log(1 + variance of its weights)")
  func gapAndVariance() {
    var random = Random(seed: 10)
    var (gaps, variances): ([Double], [Double]) = ([], [])
    for _ in 0..<100 {
      let model = LinearGaussianModel<Double>.random(data: 5, latent: 3, random: &random)
      let x = model.samples(1, random: &random).x
      let posterior = model.posterior(of: x)
      let shift: Tensor<Double> = random.normal([3])
      let q = FullGaussian(
        mean: posterior.mean + 0.3 * shift, covariance: posterior.covariance)
      gaps.append(model.gap(of: x, under: q))
      variances.append(model.weightVariance(of: x, under: q))
    }
    let check = Check.identity(
      "elbo-gap-variance", gaps,
      equals: variances.map { gapOfShiftedPosterior(weightVariance: $0) },
      tolerance: 1e-10,
      planted: [
        "without ½": variances.map { Double.log(1 + $0) },
        "the first order alone": variances.map { 0.5 * $0 },
        "the sign": variances.map { -0.5 * Double.log(1 + $0) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("weight-variance: the closed form is that of samples, and infinite for a narrow q")
  func weightVariance() {
    let (model, x, q) = Self.example
    var random = Random(seed: 11)
    let evidence = model.logEvidence(of: x).scalar
    let z = q.samples(200_000, random: &random)
    let weights = exp(model.logWeights(of: x, at: z, under: q) - evidence)
    let claim = model.weightVariance(of: x, under: q.full())
    let check = Check.mean(
      "weight-variance", of: square(weights - 1).scalars, is: claim,
      planted: ["half": 0.5 * claim, "without − 1": claim + 1])
    #expect(check.passes, "\(check)")
    let narrow = DiagonalGaussian(mean: q.mean, logVariance: q.logVariance - 3)
    #expect(model.weightVariance(of: x, under: narrow.full()) == .infinity)
  }

  @Test("The importance-weighted bound rises from the ELBO towards log p(x)")
  func importanceWeightedBound() {
    let (model, x, q) = Self.example
    var random = Random(seed: 12)
    let z = q.samples(64_000, random: &random)
    let logWeights = model.logWeights(of: x, at: z, under: q)
    let bounds = [1, 4, 16, 64].map {
      logMeanWeight(logWeights.reshaped([64_000 / $0, $0])).mean().scalar
    }
    let evidence = model.logEvidence(of: x).scalar
    #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 })
    #expect(bounds.last! < evidence + 0.01)
    #expect(abs(bounds[0] - logWeights.mean().scalar) < 1e-12)
  }

  @Test("Float and Double run the same text")
  func float() {
    let (model, x, q) = Self.example
    let single = LinearGaussianModel<Float>(
      weights: Tensor(model.weights), bias: Tensor(model.bias),
      logNoiseVariance: Tensor(model.logNoiseVariance))
    let narrow = DiagonalGaussian<Float>(
      mean: Tensor(q.mean), logVariance: Tensor(q.logVariance))
    let bound = single.elbo(of: Tensor(x), under: narrow).total.scalar
    let exact = model.elbo(of: x, under: q).total.scalar
    #expect(abs(Double(bound) - exact) < 1e-5 * abs(exact))
  }

  /// A model of three data and two latent dimensions, a datum, and a q that is wide enough for its
  /// weights to have a variance.
  static let example: (LinearGaussianModel<Double>, Tensor<Double>, DiagonalGaussian<Double>) = {
    let model = LinearGaussianModel<Double>(
      weights: Tensor([3, 2], [1, 0.6, 0.5, 1, 0.8, -0.2]), bias: Tensor([0.5, -0.5, 0]),
      logNoiseVariance: Tensor(-0.5))
    let q = DiagonalGaussian<Double>(
      mean: Tensor([1, 2], [0.3, -0.1]), logVariance: Tensor([1, 2], [-0.7, -0.5]))
    return (model, Tensor([1, 3], [1.1, 0.2, 0.4]), q)
  }()
}
