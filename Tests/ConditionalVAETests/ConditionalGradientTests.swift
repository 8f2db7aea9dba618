import KLDivergence
import Reparameterization
import Tensors
import Testing
import Training
import VariationalAutoencoder

@testable import ConditionalVAE

/// Every combination that the chapter offers, small: 6 pixels, 3 labels, 2 latents.
private let architectures: [ConditionalArchitecture] = Likelihood.allCases.flatMap { likelihood in
  let shapes: [([Int], ConditionalPrior, Activation)] = [
    ([4], .learned(hidden: []), .tanh), ([5, 3], .learned(hidden: [4]), .sigmoid),
    ([], .learned(hidden: []), .tanh), ([4], .standard, .tanh),
  ]
  return shapes.map {
    ConditionalArchitecture(
      pixels: 6, conditions: 3, hidden: $0.0, latents: 2, prior: $0.1, activation: $0.2,
      likelihood: likelihood)
  }
}

private func example(
  _ architecture: ConditionalArchitecture
) -> (model: Model, x: Tensor<Double>, y: Tensor<Double>, noise: Tensor<Double>) {
  var random = Random(seed: 41)
  var model = Model(architecture, random: &random)
  model.forEachParameter { $0 = $0 + 0.3 * random.normal($0.shape) }
  let uniform: Tensor<Double> = random.uniform([3, 6])
  let x = Tensor([3, 6], uniform.scalars.map { $0 < 0.5 ? 0.0 : 1.0 })
  return (model, x, .oneHot([2, 0, 1], classes: 3), random.normal([3, 2]))
}

@Suite("The gradient of the conditional ELBO")
struct ConditionalGradientTests {
  @Test(
    "conditional-gradient: every parameter's gradient by hand", arguments: architectures.indices)
  func gradient(index: Int) {
    let (model, x, y, noise) = example(architectures[index])
    func changed(_ model: Model, _ change: (inout Model) -> Void) -> Model {
      var gradient = model.lossGradient(of: x, given: y, noise: noise)
      change(&gradient)
      return gradient
    }
    let check = Check.gradient(
      "conditional-gradient", at: model, of: { $0.loss(of: x, given: y, noise: noise) },
      claim: { $0.lossGradient(of: x, given: y, noise: noise) },
      planted: [
        "another label at every datum": {
          $0.lossGradient(of: x, given: .oneHot([0, 1, 2], classes: 3), noise: noise)
        },
        "summed over the batch": {
          $0.lossGradient(of: x, given: y, noise: noise).mapped { 3 * $0 }
        },
        "no path through the draw's scale": {
          $0.lossGradient(of: x, given: y, noise: .zeros([3, 2]))
        },
        "the encoder's heads stopped": {
          changed($0) { $0.mean = $0.mean.mapped { .zeros($0.shape) } }
        },
      ], step: 0x1p-13)
    #expect(check.passes, "\(check)")
  }

  @Test("conditional-gradient: what reaches the means and log variances of both Gaussians")
  func cotangents() {
    var random = Random(seed: 42)
    let point: [DiagonalGaussian<Double>] = (0..<2).map { _ in
      DiagonalGaussian(mean: random.normal([3, 2]), logVariance: random.normal([3, 2]))
    }
    let noise: Tensor<Double> = random.normal([3, 2])
    let a: Tensor<Double> = random.normal([3, 2])
    // A stand-in for the likelihood with known slopes: −log p(x | z, y) = Σ cos(a z), over B = 3.
    func draw(_ q: DiagonalGaussian<Double>) -> Tensor<Double> {
      reparameterize(mean: q.mean, logVariance: q.logVariance, noise: noise)
    }
    typealias Pair = [DiagonalGaussian<Double>]
    func claim(_ p: Pair) -> Pair {
      let delta = -(a * sin(a * draw(p[0]))) / 3
      let (encoder, prior) = conditionalCotangents(p[0], p[1], noise: noise, delta: delta)
      return [encoder, prior]
    }
    let check = Check.gradient(
      "conditional-gradient", at: point,
      of: { (cos(a * draw($0[0])).sum(axis: 1) + gaussianKL($0[0], $0[1])).mean() },
      claim: claim,
      planted: [
        "the prior held fixed": { [claim($0)[0], $0[1].mapped { .zeros($0.shape) }] },
        "the rate to N(0, I)": {
          let zero = $0[1].mapped { .zeros($0.shape) }
          return [claim([$0[0], zero])[0], claim($0)[1]]
        },
        "the prior's mean pulled with the encoder's sign": {
          let right = claim($0)
          return [
            right[0],
            DiagonalGaussian(mean: -right[1].mean, logVariance: right[1].logVariance),
          ]
        },
        "the distance of the means forgotten at the prior's variance": {
          let right = claim($0)
          let bare = 0.5 * (1 - exp($0[0].logVariance - $0[1].logVariance)) / 3
          return [right[0], DiagonalGaussian(mean: right[1].mean, logVariance: bare)]
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("the hand-derived gradient is zero where there is no path: a standard prior has no network")
  func standardPrior() {
    let (model, x, y, noise) = example(architectures[3])
    #expect(model.priorNetwork == nil)
    #expect(model.lossGradient(of: x, given: y, noise: noise).priorNetwork == nil)
    #expect(model.prior(given: y).mean == .zeros([3, 2]))
  }

  @Test("names, tensors and shapes of every architecture agree", arguments: architectures.indices)
  func names(index: Int) {
    let (model, x, y, noise) = example(architectures[index])
    #expect(model.parameterNames.count == model.parameters.count)
    #expect(Set(model.parameterNames).count == model.parameterNames.count)
    #expect(model.bound(of: x, given: y, noise: noise).elbo.shape == [3])
    #expect(model.expectedPixels(noise, given: y).shape == [3, 6])
  }

  @Test("a new model's learned prior is N(0, I), and its last layer learns")
  func newPrior() {
    var random = Random(seed: 43)
    let model = Model(
      ConditionalArchitecture(
        pixels: 6, conditions: 3, hidden: [4], latents: 2, prior: .learned(hidden: [5])),
      random: &random)
    let y = Tensor<Double>.oneHot([0, 1, 2], classes: 3)
    #expect(model.prior(given: y).mean == .zeros([3, 2]))
    #expect(model.prior(given: y).logVariance == .zeros([3, 2]))
    let x = Tensor<Double>([3, 6], repeating: 1)
    let gradient = model.lossGradient(of: x, given: y, noise: random.normal([3, 2]))
    #expect(abs(gradient.priorNetwork!.layers[1].weight).max() > 0)
  }
}
