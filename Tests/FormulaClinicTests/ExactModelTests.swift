import EvidenceLowerBound
import FormulaClinic
import KLDivergence
import Reparameterization
import Tensors
import Testing

private typealias Model = LinearGaussianModel<Double>
private typealias Gaussian = DiagonalGaussian<Double>

@Suite("Claims about the linear-Gaussian model")
struct ExactModelTests {
  private let model: Model
  private let x: Tensor<Double>
  private let q: Gaussian

  init() {
    var random = Random(seed: 13)
    model = Model.random(data: 4, latent: 2, random: &random)
    x = model.samples(1, random: &random).x
    q = Gaussian.random(latent: 2, random: &random)
  }

  private func noise(_ count: Int, _ stream: UInt64) -> Tensor<Double> {
    var random = Random(seed: 13, stream: stream)
    return random.normal([count, 2])
  }

  @Test("clinic-posterior-peak: the posterior's density at its mean, which is not log p(x)")
  func peak() {
    var random = Random(seed: 13, stream: 1)
    var (left, right, evidence, sign): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
    for _ in 0..<10 {
      let model = Model.random(data: 4, latent: 2, random: &random)
      let x = model.samples(1, random: &random).x
      let posterior = model.posterior(of: x)
      left.append(posterior.logDensity(posterior.mean))
      right.append(model.posteriorPeak)
      evidence.append(model.logEvidence(of: x).scalar)
      sign.append(model.posteriorPeak + posterior.cholesky.logDeterminant)
    }
    let check = Check.identity(
      "clinic-posterior-peak", left, equals: right, tolerance: 1e-10,
      planted: ["log p(x)": evidence, "the determinant's sign": sign])
    #expect(check.passes, "\(check)")
  }

  /// q with another λ.
  private func moved(_ logVariance: Tensor<Double>) -> Gaussian {
    Gaussian(mean: q.mean, logVariance: logVariance)
  }

  /// Reconstruction − β rate, for a λ.
  private func weighted(_ logVariance: Tensor<Double>, beta: Double) -> Tensor<Double> {
    let bound = model.elbo(of: x, under: moved(logVariance))
    return (bound.reconstruction - beta * bound.rate).sum()
  }

  /// Its claimed gradient.
  private func slope(_ logVariance: Tensor<Double>, beta: Double) -> Tensor<Double> {
    model.weightedGradientByLogVariance(under: moved(logVariance), beta: beta)
  }

  @Test("clinic-mse: without the rate, every variance is driven down")
  func squaredErrorAlone() {
    let check = Check.gradient(
      "clinic-mse", at: q.logVariance, of: { weighted($0, beta: 0) },
      claim: { slope($0, beta: 0) },
      planted: [
        "that of the ELBO": { slope($0, beta: 1) },
        "σ for σ²": { -0.5 * exp(0.5 * $0) * model.signal },
      ])
    #expect(check.passes, "\(check)")
    #expect(slope(q.logVariance, beta: 0).max() < 0)
  }

  @Test("clinic-mean-latents: a rate averaged over d latents is β = 1/d")
  func meanOverLatents() {
    let check = Check.gradient(
      "clinic-mean-latents", at: q.logVariance, of: { weighted($0, beta: 0.5) },
      claim: { slope($0, beta: 0.5) },
      planted: [
        "that of the ELBO": { slope($0, beta: 1) },
        "all of it averaged": { 0.5 * slope($0, beta: 1) },
      ])
    #expect(check.passes, "\(check)")
    let best = log(model.bestVariances(beta: 0.5)).reshaped([1, 2])
    #expect(abs(slope(best, beta: 0.5)).max() < 1e-14)
  }

  @Test("clinic-score: without a path the mean of the estimates is the gradient")
  func score() {
    let exact = (model.elboGradientByMean(of: x, under: q) + q.mean)[0, 0]
    let estimates = model.scoreEstimates(of: x, under: q, noise: noise(200_000, 2))
    let check = Check.mean(
      "clinic-score", of: estimates.sliced(axis: 1, 0..<1).reshaped([200_000]).scalars, is: exact,
      planted: ["it vanishes": 0, "a sign": -exact])
    #expect(check.passes, "\(check)")
  }

  @Test("clinic-path: the gradient by μ is the gradient by z, averaged")
  func path() {
    let draws = noise(8, 3)
    let check = Check.gradient(
      "clinic-path", at: q.mean,
      of: { mean in
        let z = reparameterize(mean: mean, logVariance: q.logVariance, noise: draws)
        return model.logLikelihood(of: x, at: z).mean()
      },
      claim: { mean in
        let moved = Gaussian(mean: mean, logVariance: q.logVariance)
        return model.pathEstimates(of: x, under: moved, noise: draws).mean(axis: 0).reshaped([1, 2])
      },
      planted: [
        "no gradient through z": { 0 * $0 },
        "at the mean, not at z": { mean in
          matmul(x - model.decoded(mean), model.weights) / model.noiseVariance
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("clinic-draws: the gradient of the bound from k draws")
  func draws() {
    let draws = noise(6, 4)
    func gradient(_ mean: Tensor<Double>, k: Int) -> Tensor<Double> {
      let moved = Gaussian(mean: mean, logVariance: q.logVariance)
      return model.importanceGradient(of: x, under: moved, noise: draws, draws: k)
        .mean(axis: 0).reshaped([1, 2])
    }
    let check = Check.gradient(
      "clinic-draws", at: q.mean,
      of: { mean in
        let moved = Gaussian(mean: mean, logVariance: q.logVariance)
        let z = reparameterize(mean: mean, logVariance: q.logVariance, noise: draws)
        return logMeanWeight(model.logWeights(of: x, at: z, under: moved).reshaped([1, 6])).sum()
      },
      claim: { gradient($0, k: 6) },
      planted: ["the mean over draws": { gradient($0, k: 1) }, "sum": { 6 * gradient($0, k: 6) }])
    #expect(check.passes, "\(check)")
  }

  @Test("clinic-means: data have D σ² more than decoder means")
  func means() {
    var random = Random(seed: 13, stream: 5)
    var model = model
    model.logNoiseVariance = Tensor(0.2)  // so large that its absence shows
    let x = model.samples(20_000, random: &random).x
    let squares = square(x - model.bias).sum(axis: 1).scalars
    let expected = model.expectedSquares
    let check = Check.mean(
      "clinic-means", of: squares, is: expected.data,
      planted: [
        "decoder means": expected.means,
        "σ² once": expected.means + model.noiseVariance.scalar,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("clinic-blur: a direction is shrunk by 1 − σ² / variance")
  func blur() {
    let direction = Tensor([0.6, 0.0, 0.8])
    var (left, right, none, twice): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
    for (eigenvalue, s) in [(2.0, 0.5), (1.0, 0.9), (0.4, 0.1), (0.3, 0.7)] {
      let model = Model.best(along: direction, eigenvalue: eigenvalue, noiseVariance: s)
      let x = direction.reshaped([1, 3])
      left.append((model.decoded(model.posteriorMeans(of: x)) * x).sum().scalar)
      right.append(shrinkage(eigenvalue: eigenvalue, noiseVariance: s))
      none.append(1)
      twice.append(shrinkage(eigenvalue: eigenvalue, noiseVariance: s / 2))
    }
    let check = Check.identity(
      "clinic-blur", left, equals: right, planted: ["not at all": none, "by half": twice])
    #expect(check.passes, "\(check)")
  }

  @Test("clinic-beta: the rate of the best linear model falls with log β, to 0")
  func betaRate() {
    let direction = Tensor([0.6, 0.0, 0.8])
    var (left, right, fixed, twice): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
    for (eigenvalue, s, beta) in [
      (2.0, 0.1, 1.0), (1.0, 0.1, 4.0), (1.0, 0.05, 8.0), (0.5, 0.2, 4),
    ] {
      let model = Model.best(along: direction, eigenvalue: eigenvalue, noiseVariance: beta * s)
      // Two data with the variance `eigenvalue` along the direction.
      let x =
        eigenvalue.squareRoot()
        * concatenated(
          [direction.reshaped([1, 3]), -direction.reshaped([1, 3])], axis: 0)
      let variance = model.posteriorCovariance.broadcast(to: [2, 1])
      left.append(
        gaussianKL(mean: model.posteriorMeans(of: x), logVariance: log(variance)).mean().scalar)
      right.append(bestRate(eigenvalue: eigenvalue, noiseVariance: s, beta: beta))
      fixed.append(bestRate(eigenvalue: eigenvalue, noiseVariance: s, beta: 1))
      twice.append(2 * right.last!)
    }
    let check = Check.identity(
      "clinic-beta", left, equals: right, planted: ["whatever β is": fixed, "no ½": twice])
    #expect(check.passes, "\(check)")
  }

  @Test("clinic-overfit: with the exact posterior the bound still overfits by D/n")
  func overfit() {
    var random = Random(seed: 13, stream: 6)
    let marginal = model.marginal
    let differences = (0..<3_000).map { _ in
      let x = marginal.samples(10, random: &random)
      let fitted = FullGaussian(
        mean: x.sliced(axis: 0, 0..<5).mean(axis: 0), covariance: marginal.covariance)
      let bounds = fitted.logDensities(x)
      return bounds.sliced(axis: 0, 0..<5).mean().scalar
        - bounds.sliced(axis: 0, 5..<10).mean().scalar
    }
    let expected = expectedOverfit(dimensions: 4, count: 5)
    let check = Check.mean(
      "clinic-overfit", of: differences, is: expected,
      planted: ["the rate prevents it": 0, "½ D/n": expected / 2])
    #expect(check.passes, "\(check)")
  }
}
