import KLDivergence
import Tensors
import Testing
import VariationalAutoencoder

@testable import ConditionalVAE

@Suite("The conditional ELBO where log p(x | y) is known")
struct ExactConditionalTests {
  @Test("conditional-linear-gaussian: the density is the integral over z, by quadrature")
  func marginal() {
    var (left, right): ([Double], [Double]) = ([], [])
    var (standard, noNoise, noLabel): ([Double], [Double], [Double]) = ([], [], [])
    for seed in 31..<35 as Range<UInt64> {
      var (model, random) = linearModel(seed: seed)
      for y in 0..<3 {
        let x: Tensor<Double> = random.normal([1, 4])
        left.append(model.quadrature(of: x, given: label(y)))
        right.append(model.exactLogLikelihood(of: x, given: label(y)).scalar)
        standard.append(
          model.withStandardPrior.exactLogLikelihood(of: x, given: label(y)).scalar)
        noLabel.append(model.exactLogLikelihood(of: x, given: label((y + 1) % 3)).scalar)
        let p = model.exactDistribution(given: label(y))
        let wide = FullGaussian(
          mean: p.mean,
          covariance: p.covariance + exp(model.pixelLogVariance) * Tensor.identity(4))
        noNoise.append(wide.logDensities(x).scalar)
      }
    }
    let check = Check.identity(
      "conditional-linear-gaussian", left, equals: right,
      planted: [
        "the prior taken for N(0, I)": standard, "the pixels' variance counted twice": noNoise,
        "another label": noLabel,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("conditional-posterior: p(z | x, y) p(x | y) = p(x | z, y) p(z | y) at random z")
  func posterior() {
    var (left, right): ([Double], [Double]) = ([], [])
    var (standard, prior): ([Double], [Double]) = ([], [])
    for (latents, seed) in [(1, 31), (2, 32), (3, 33)] as [(Int, UInt64)] {
      var (model, random) = linearModel(latents: latents, seed: seed)
      for y in 0..<3 {
        let x: Tensor<Double> = random.normal([1, 4])
        let z: Tensor<Double> = random.normal([1, latents])
        let p = model.prior(given: label(y))
        left.append(
          model.logLikelihood(of: x, at: z, given: label(y)).scalar + p.logDensity(z).scalar)
        let evidence = model.exactLogLikelihood(of: x, given: label(y)).scalar
        func product(_ model: Model) -> Double {
          evidence + model.exactPosterior(of: x, given: label(y)).logDensities(z).scalar
        }
        right.append(product(model))
        standard.append(product(model.withStandardPrior))
        prior.append(evidence + p.logDensity(z).scalar)
      }
    }
    let check = Check.identity(
      "conditional-posterior", left, equals: right, tolerance: 1e-11,
      planted: ["the prior taken for N(0, I)": standard, "the prior for the posterior": prior])
    #expect(check.passes, "\(check)")
  }

  @Test("conditional-gap: log p(x | y) less the ELBO is KL(q ‖ p(z | x, y))")
  func gap() {
    var (left, right): ([Double], [Double]) = ([], [])
    var (toPrior, none): ([Double], [Double]) = ([], [])
    for (latents, seed) in [(1, 31), (2, 32), (3, 33), (3, 34)] as [(Int, UInt64)] {
      var (model, random) = linearModel(latents: latents, seed: seed)
      for y in 0..<3 {
        let x: Tensor<Double> = random.normal([1, 4])
        let bound = model.exactBound(of: x, given: label(y))
        left.append(model.exactLogLikelihood(of: x, given: label(y)).scalar - bound)
        right.append(model.exactGap(of: x, given: label(y)))
        toPrior.append(
          gaussianKL(model.encode(x, given: label(y)), model.prior(given: label(y))).scalar)
        none.append(0)
      }
    }
    let check = Check.identity(
      "conditional-gap", left, equals: right,
      planted: ["the divergence to the prior": toPrior, "no gap at all": none])
    #expect(check.passes, "\(check)")
    #expect(left.allSatisfy { $0 >= 0 }, "the ELBO is a bound")
  }

  @Test("conditional-elbo: reconstruction less rate averages to log p(x | y) less the gap")
  func bound() {
    var (model, random) = linearModel(latents: 2)
    let (x, y): (Tensor<Double>, Tensor<Double>) = (random.normal([1, 4]), label(1))
    let samples = 20_000
    let copies = Array(repeating: 0, count: samples)
    let bound = model.bound(
      of: x.rows(at: copies), given: y.rows(at: copies), noise: random.normal([samples, 2]))
    let exact = model.exactLogLikelihood(of: x, given: y).scalar
    let right = exact - model.exactGap(of: x, given: y)
    let rate = bound.rate[0]
    let standard = gaussianKL(
      model.encode(x, given: y), model.withStandardPrior.prior(given: y)
    ).scalar
    let check = Check.mean(
      "conditional-elbo", of: bound.elbo.scalars, is: right,
      planted: [
        "the rate added": right + 2 * rate, "the rate to N(0, I)": right + rate - standard,
        "log p(x | y) itself": exact,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("conditional-weights: their mean is p(x | y), whatever the encoder")
  func weights() {
    var (model, random) = linearModel(latents: 2, seed: 36)
    let (x, y): (Tensor<Double>, Tensor<Double>) = (random.normal([1, 4]), label(2))
    // An encoder that is wrong, but wide enough for the weights to have a variance.
    model.logVariance = model.logVariance.mapped { 0 * $0 + 0.5 }
    let exact = model.exactLogLikelihood(of: x, given: y).scalar
    let logWeights = model.logWeights(x, given: y, samples: 200_000, random: &random)
    func other(_ model: Model, _ y: Tensor<Double>) -> Double {
      Double.exp(model.exactLogLikelihood(of: x, given: y).scalar - exact)
    }
    let check = Check.mean(
      "conditional-weights", of: exp(logWeights - exact).scalars, is: 1,
      planted: [
        "the prior taken for N(0, I)": other(model.withStandardPrior, y),
        "another label": other(model, label(0)),
        "the exponential of the mean log weight": Double.exp(logWeights.mean().scalar - exact),
      ])
    #expect(check.passes, "\(check)")
    #expect(abs(importanceLogLikelihood(logWeights, k: 200_000).scalar - exact) < 0.05)
  }

  @Test("weights of several data at once belong to their own data and conditions")
  func weightsOfSeveral() {
    var (model, random) = linearModel(latents: 1)
    let x: Tensor<Double> = random.normal([5, 4])
    let y = Tensor<Double>.oneHot([0, 1, 2, 0, 1], classes: 3)
    // The exact posterior of a linear model with one latent is one that its encoder can give.
    model = model.withExactEncoder
    let weights = model.logWeights(x, given: y, samples: 400, random: &random)
    #expect(weights.shape == [5, 400])
    let exact = model.exactLogLikelihood(of: x, given: y).expanded(axis: 1)
    #expect(abs(weights - exact).max() < 1e-10, "every weight is p(x | y) under the posterior")
  }
}

extension ConditionalVariationalAutoencoder where Scalar == Double {
  /// A linear model of one latent with the encoder that gives its exact posterior for a learned prior
  /// whose variance does not depend on the condition.
  var withExactEncoder: Self {
    var copy = self
    let network = priorNetwork!.layers[0]
    var priorWeight = network.weight
    for row in 0..<priorWeight.shape[0] { priorWeight[row, 1] = 0 }
    copy.priorNetwork!.layers[0].weight = priorWeight
    let (pixels, conditions) = (pixelCount, priorWeight.shape[0])
    // The mean is affine in (x, y): read it off at the origin and at the unit vectors.
    func mean(_ x: Tensor<Double>, _ y: Tensor<Double>) -> Double {
      copy.exactPosterior(of: x, given: y).mean.scalar
    }
    let (x0, y0) = (Tensor<Double>.zeros([1, pixels]), Tensor<Double>.zeros([1, conditions]))
    let origin = mean(x0, y0)
    let slopes =
      (0..<pixels).map { mean(Tensor.oneHot([$0], classes: pixels), y0) - origin }
      + (0..<conditions).map { mean(x0, Tensor.oneHot([$0], classes: conditions)) - origin }
    copy.mean.weight = Tensor([pixels + conditions, 1], slopes)
    copy.mean.bias = Tensor([origin])
    let variance = copy.exactPosterior(of: x0, given: y0).covariance.scalar
    copy.logVariance.weight = .zeros([pixels + conditions, 1])
    copy.logVariance.bias = Tensor([Double.log(variance)])
    return copy
  }

  private var pixelCount: Int { decoder.layers.last!.bias.count }
}
