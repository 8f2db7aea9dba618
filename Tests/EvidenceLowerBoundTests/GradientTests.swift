import EvidenceLowerBound
import KLDivergence
import Tensors
import Testing

@Suite("The gradient of the bound")
struct GradientTests {
  private let model: LinearGaussianModel<Double>
  private let x: Tensor<Double>
  private let q: DiagonalGaussian<Double>

  init() {
    var random = Random(seed: 30)
    model = .random(data: 5, latent: 3, random: &random)
    x = model.samples(4, random: &random).x
    q = .random(batch: 4, latent: 3, random: &random)
  }

  private func q(mean: Tensor<Double>) -> DiagonalGaussian<Double> {
    DiagonalGaussian(mean: mean, logVariance: q.logVariance)
  }

  private func q(logVariance: Tensor<Double>) -> DiagonalGaussian<Double> {
    DiagonalGaussian(mean: q.mean, logVariance: logVariance)
  }

  private func changed(
    _ change: (inout LinearGaussianModel<Double>) -> Void
  ) -> LinearGaussianModel<Double> {
    var copy = model
    change(&copy)
    return copy
  }

  @Test("elbo-gradient-mean: Wᵀ r / σ² − m")
  func mean() {
    let sigma = sqrt(model.noiseVariance)
    let check = Check.vectorJacobianProduct(
      "elbo-gradient-mean", at: q.mean, of: { model.elbo(of: x, under: q(mean: $0)).total },
      vjp: { m, g in model.elboGradientByMean(of: x, under: q(mean: m)) * g.expanded(axis: 1) },
      planted: [
        "the prior's pull, sign": { m, g in
          (model.elboGradientByMean(of: x, under: q(mean: m)) + 2 * m) * g.expanded(axis: 1)
        },
        "no pull of the prior": { m, g in
          (model.elboGradientByMean(of: x, under: q(mean: m)) + m) * g.expanded(axis: 1)
        },
        "σ for σ²": { m, g in
          let pull = model.elboGradientByMean(of: x, under: q(mean: m)) + m
          return (pull * sigma - m) * g.expanded(axis: 1)
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("elbo-gradient-logvariance: ½ (1 − v − v ‖w‖² / σ²)")
  func logVariance() {
    let lengths = square(model.weights).sum(axis: 0)
    let check = Check.vectorJacobianProduct(
      "elbo-gradient-logvariance", at: q.logVariance,
      of: { model.elbo(of: x, under: q(logVariance: $0)).total },
      vjp: { l, g in
        model.elboGradientByLogVariance(of: x, under: q(logVariance: l)) * g.expanded(axis: 1)
      },
      planted: [
        "z = m: no spread in the reconstruction": { l, g in
          0.5 * (1 - exp(l)) * g.expanded(axis: 1)
        },
        "by v, not by log v": { l, g in
          model.elboGradientByLogVariance(of: x, under: q(logVariance: l)) / exp(l)
            * g.expanded(axis: 1)
        },
        "no entropy": { l, g in
          (model.elboGradientByLogVariance(of: x, under: q(logVariance: l)) - 0.5)
            * g.expanded(axis: 1)
        },
        "‖w‖ for ‖w‖²": { l, g in
          0.5 * (1 - exp(l) * (1 + sqrt(lengths) / model.noiseVariance)) * g.expanded(axis: 1)
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("elbo-gradient-weights: Σ (r mᵀ − W diag v) / σ²")
  func weights() {
    let spread = q.variance.sum(axis: 0)
    let check = Check.gradient(
      "elbo-gradient-weights", at: model.weights,
      of: { w in changed { $0.weights = w }.elbo(of: x, under: q).total.sum() },
      claim: { w in changed { $0.weights = w }.elboGradientByWeights(of: x, under: q) },
      planted: [
        "no spread of q": { w in
          changed { $0.weights = w }.elboGradientByWeights(of: x, under: q)
            + w * spread / model.noiseVariance
        },
        "the sign of the spread": { w in
          changed { $0.weights = w }.elboGradientByWeights(of: x, under: q)
            + 2 * w * spread / model.noiseVariance
        },
        "σ for σ²": { w in
          changed { $0.weights = w }.elboGradientByWeights(of: x, under: q)
            * sqrt(model.noiseVariance)
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("elbo-gradient-bias: Σ r / σ²")
  func bias() {
    let check = Check.gradient(
      "elbo-gradient-bias", at: model.bias,
      of: { b in changed { $0.bias = b }.elbo(of: x, under: q).total.sum() },
      claim: { b in changed { $0.bias = b }.elboGradientByBias(of: x, under: q) },
      planted: [
        "mean for sum over the batch": { b in
          changed { $0.bias = b }.elboGradientByBias(of: x, under: q) / 4
        },
        "σ for σ²": { b in
          changed { $0.bias = b }.elboGradientByBias(of: x, under: q) * sqrt(model.noiseVariance)
        },
        "residual without W m": { b in (x - b).sum(axis: 0) / model.noiseVariance },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("elbo-gradient-noise: ½ Σ ((‖r‖² + Σ v ‖w‖²) / σ² − D)")
  func noise() {
    func claim(_ l: Tensor<Double>) -> Tensor<Double> {
      changed { $0.logNoiseVariance = l }.elboGradientByLogNoiseVariance(of: x, under: q)
    }
    let spread = (q.variance * square(model.weights).sum(axis: 0)).sum()
    let check = Check.gradient(
      "elbo-gradient-noise", at: model.logNoiseVariance,
      of: { l in changed { $0.logNoiseVariance = l }.elbo(of: x, under: q).total.sum() },
      claim: claim,
      planted: [
        "no ½ D log 2πσ²": { claim($0) + 0.5 * Double(x.count) },
        "no spread of q": { claim($0) - 0.5 * spread / exp($0) },
        "by σ², not by log σ²": { claim($0) / exp($0) },
        "one datum's D for the batch's": { claim($0) + 0.5 * Double(x.count - 5) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("fisher-identity: the gradient of log p(x) is a posterior expectation")
  func fisher() {
    let claim = model.logEvidenceGradient(of: x)
    let best = (0..<4).map { nearestDiagonal(to: model.posterior(of: row($0))) }
    let diagonal = DiagonalGaussian(
      mean: concatenated(best.map(\.mean), axis: 0),
      logVariance: concatenated(best.map(\.logVariance), axis: 0))
    let means = DiagonalGaussian(
      mean: diagonal.mean, logVariance: Tensor(diagonal.mean.shape, repeating: -1000))
    func elboGradient(_ q: DiagonalGaussian<Double>) -> [Double] {
      let gradient = LinearGaussianModel(
        weights: model.elboGradientByWeights(of: x, under: q),
        bias: model.elboGradientByBias(of: x, under: q),
        logNoiseVariance: model.elboGradientByLogNoiseVariance(of: x, under: q))
      return gradient.parameters.flatMap(\.scalars)
    }
    // log p(x) has no tape (it goes through a Cholesky factor), so the central differences decide.
    let check = Check.identity(
      "fisher-identity",
      Check.differences(at: model) { $0.logEvidence(of: x).sum().scalar },
      equals: claim.parameters.flatMap(\.scalars), tolerance: 1e-9,
      planted: [
        "the best diagonal q for the posterior": elboGradient(diagonal),
        "the posterior's mean for the posterior": elboGradient(means),
        "the prior for the posterior": elboGradient(.prior(batch: 4, latent: 3)),
        "the sign": claim.parameters.flatMap { (-$0).scalars },
      ])
    #expect(check.passes, "\(check)")
  }

  private func row(_ i: Int) -> Tensor<Double> { x.sliced(axis: 0, i..<i + 1) }
}
