import EvidenceLowerBound
import KLDivergence
import Tensors
import Testing

@Suite("The linear-Gaussian model")
struct LinearGaussianModelTests {
  /// log ∫ p(x|z) p(z) dz for one or two latent coordinates: the trapezoidal rule on a grid, which
  /// for a Gaussian integrand errs by less than rounding once the step is a fraction of its width.
  private func integrated(_ model: LinearGaussianModel<Double>, _ x: Tensor<Double>) -> Double {
    let step = 1.0 / 16
    let line = (-160...160).map { Double($0) * step }
    let grid = model.latentDimensions == 1 ? line : line.flatMap { u in line.flatMap { [u, $0] } }
    let d = model.latentDimensions
    let z = Tensor([grid.count / d, d], grid)
    let cell = Double(d) * Double.log(step)
    return model.logJoint(of: x, at: z).logSumExp(axis: 0).scalar + cell
  }

  @Test("linear-gaussian-marginal: log p(x) is the integral over z, by quadrature")
  func marginal() {
    var random = Random(seed: 20)
    var (integrals, claims): ([Double], [Double]) = ([], [])
    var (noBias, wrongNoise, prior): ([Double], [Double], [Double]) = ([], [], [])
    for latent in [1, 1, 1, 1, 2, 2, 2] {
      var model = LinearGaussianModel<Double>.random(data: 3, latent: latent, random: &random)
      model.logNoiseVariance = Tensor(-0.7)
      let x = model.samples(1, random: &random).x
      integrals.append(integrated(model, x))
      claims.append(model.logEvidence(of: x).scalar)
      var wrong = model
      wrong.bias = .zeros([3])
      noBias.append(wrong.logEvidence(of: x).scalar)
      wrong = model
      wrong.logNoiseVariance = 0.5 * model.logNoiseVariance
      wrongNoise.append(wrong.logEvidence(of: x).scalar)
      wrong = model
      wrong.weights = 2 * model.weights
      prior.append(wrong.logEvidence(of: x).scalar)
    }
    let check = Check.identity(
      "linear-gaussian-marginal", integrals, equals: claims, tolerance: 1e-11,
      planted: [
        "no bias": noBias, "σ for σ²": wrongNoise, "4 W Wᵀ for W Wᵀ": prior,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("linear-gaussian-posterior: p(x, z) / p(z|x) is p(x), wherever z is")
  func posterior() {
    var random = Random(seed: 21)
    var (evidence, bayes): ([Double], [Double]) = ([], [])
    var (noBias, noNoise, notInverse): ([Double], [Double], [Double]) = ([], [], [])
    for _ in 0..<50 {
      let model = LinearGaussianModel<Double>.random(data: 5, latent: 3, random: &random)
      let x = model.samples(1, random: &random).x
      let z: Tensor<Double> = random.normal([8, 3])
      let joint = model.logJoint(of: x, at: z)
      let p = model.posterior(of: x)
      func ratio(_ p: FullGaussian) -> [Double] { (joint - p.logDensities(z)).scalars }
      evidence += [Double](repeating: model.logEvidence(of: x).scalar, count: 8)
      bayes += ratio(p)
      var wrong = model
      wrong.bias = .zeros([5])
      noBias += ratio(FullGaussian(mean: wrong.posterior(of: x).mean, covariance: p.covariance))
      noNoise += ratio(
        FullGaussian(mean: p.mean, covariance: p.covariance / model.noiseVariance))
      notInverse += ratio(FullGaussian(mean: p.mean, covariance: p.cholesky.inverse))
    }
    let check = Check.identity(
      "linear-gaussian-posterior", evidence, equals: bayes, tolerance: 1e-10,
      planted: [
        "no bias": noBias, "M⁻¹ for σ² M⁻¹": noNoise, "M / σ² for σ² M⁻¹": notInverse,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("Samples have the mean and the covariance of the marginal")
  func samples() {
    let (model, _, _) = LowerBoundTests.example
    var random = Random(seed: 22)
    let x = model.samples(200_000, random: &random).x - model.bias
    let covariance = matmul(x, x, transposingFirst: true) / 200_000
    #expect(abs(x.mean(axis: 0)).max() < 0.02)
    #expect(abs(covariance - model.marginal.covariance).max() < 0.03)
  }
}
