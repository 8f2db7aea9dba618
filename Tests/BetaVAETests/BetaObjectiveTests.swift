import KLDivergence
import Tensors
import Testing
import Training

@testable import BetaVAE
@testable import VariationalAutoencoder

/// A small model, four binary data, and noise.
private func example(
  _ likelihood: Likelihood = .bernoulli
) -> (model: VariationalAutoencoder<Double>, x: Tensor<Double>, noise: Tensor<Double>) {
  var random = Random(seed: 72)
  let architecture = Architecture(
    pixels: 6, hidden: [5], latents: 3, activation: .tanh, likelihood: likelihood)
  var model = VariationalAutoencoder<Double>(architecture, random: &random)
  model.forEachParameter { $0 = $0 + 0.3 * random.normal($0.shape) }
  let uniform: Tensor<Double> = random.uniform([4, 6])
  let x = Tensor<Double>([4, 6], uniform.scalars.map { $0 < 0.5 ? 0 : 1 })
  return (model, x, random.normal([4, 3]))
}

/// The two terms of a bound as a point to differentiate at.
private func bound(_ terms: [Tensor<Double>]) -> Bound<Double> {
  Bound(reconstruction: terms[0], rate: terms[1])
}

/// The loss with a capacity of the data of a bound.
private func capacityLoss(_ bound: Bound<Double>, capacity: Double, gamma: Double) -> Tensor<
  Double
> {
  BetaVAE.capacityLoss(
    distortion: -bound.reconstruction.mean(), rate: bound.rate.mean(), capacity: Tensor(capacity),
    gamma: gamma)
}

@Suite("The bound with its rate weighted")
struct BetaObjectiveTests {
  @Test("beta-objective: it is minus the loss that models are trained on")
  func objective() {
    let (model, x, noise) = example()
    let bound = model.bound(of: x, noise: noise)
    let betas = [0, 0.5, 1, 4]
    func weighted(_ value: (Double) -> Double) -> [Double] { betas.map(value) }
    let (reconstruction, rate) = (bound.reconstruction.mean().scalar, bound.rate.mean().scalar)
    let check = Check.identity(
      "beta-objective", weighted { betaBound(bound, beta: Tensor($0)).scalar },
      equals: weighted { -model.loss(of: x, noise: noise, beta: $0).scalar },
      planted: [
        "β on both terms": weighted { $0 * (reconstruction - rate) },
        "summed over the batch": weighted { 4 * (reconstruction - $0 * rate) },
        "β forgotten": weighted { _ in reconstruction - rate },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("beta-derivative: minus the mean rate")
  func derivative() {
    let (model, x, noise) = example()
    let bound = model.bound(of: x, noise: noise)
    let check = Check.gradient(
      "beta-derivative", at: Tensor(1.5), of: { betaBound(bound, beta: $0) },
      claim: { _ in betaBoundDerivative(bound) },
      planted: [
        "a sign": { _ in -betaBoundDerivative(bound) },
        "a mean over latents": { _ in betaBoundDerivative(bound) / 3 },
        "a sum over data": { _ in -bound.rate.sum() },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("capacity-objective: D + γ |R − C|, on either side of C")
  func capacity() {
    let (model, x, noise) = example()
    let bound = model.bound(of: x, noise: noise)
    let (d, r) = (-bound.reconstruction.mean().scalar, bound.rate.mean().scalar)
    // Between the least and the greatest rate of a datum too, where the bars' place matters.
    let capacities = [0, (bound.rate.min() + r) / 2, (bound.rate.max() + r) / 2, 10 * r]
    let check = Check.identity(
      "capacity-objective",
      capacities.map { capacityLoss(bound, capacity: $0, gamma: 30).scalar },
      equals: capacities.map { d + 30 * Swift.abs(r - $0) },
      planted: [
        "no bars": capacities.map { d + 30 * (r - $0) },
        "bars about each datum's rate": capacities.map { capacity in
          d + 30 * abs(bound.rate - capacity).mean().scalar
        },
        "γ forgotten": capacities.map { d + Swift.abs(r - $0) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("capacity-gradient: γ sign(R − C) / B at each rate", arguments: [0.4, 1.6])
  func capacityGradient(part: Double) {
    let (model, x, noise) = example()
    let start = model.bound(of: x, noise: noise)
    let capacity = part * start.rate.mean().scalar
    let claim = { (terms: [Tensor<Double>]) -> [Tensor<Double>] in
      let gradient = capacityLossGradient(bound(terms), capacity: capacity, gamma: 30)
      return [gradient.reconstruction, gradient.rate]
    }
    let check = Check.gradient(
      "capacity-gradient", at: [start.reconstruction, start.rate],
      of: { capacityLoss(bound($0), capacity: capacity, gamma: 30) }, claim: claim,
      planted: [
        "the sign of the push": { [claim($0)[0], -claim($0)[1]] },
        "γ forgotten": { [claim($0)[0], claim($0)[1] / 30] },
        "a sum over data": { claim($0).map { 4 * $0 } },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("the capacity rises evenly and then stays")
  func schedule() {
    let schedule = CapacitySchedule(to: 20, over: 8)
    #expect([0, 1, 4, 8, 9, 1_000].map { schedule($0) } == [0, 2.5, 10, 20, 20, 20])
    #expect(CapacitySchedule(to: 5, over: 0)(0) == 0)
    #expect(CapacitySchedule(to: 5, over: 0)(1) == 5)
  }

  @Test(
    "effective-beta: the averaged loss is the bound at β = w D / (2 s² d), times 2 s² / D",
    arguments: [true, false])
  func effective(overLatents: Bool) {
    var (model, x, noise) = example(.gaussian)
    let (pixelVariance, weight) = (0.3, 0.05)
    model.pixelLogVariance = Tensor(Double.log(pixelVariance))
    func averaged(_ model: VariationalAutoencoder<Double>) -> Tensor<Double> {
      let (mean, logVariance) = model.encode(x)
      let z = mean + exp(0.5 * logVariance) * noise
      return averagedLoss(
        of: x, predicted: model.decode(z), mean: mean, logVariance: logVariance, weight: weight,
        overLatents: overLatents)
    }
    // The gradients by everything but the pixels' variance, which the averaged loss does not know.
    func flat(_ gradient: VariationalAutoencoder<Double>, times scale: Double) -> [Double] {
      gradient.parameters.dropLast().flatMap(\.scalars).map { $0 * scale }
    }
    func scaled(_ beta: Double, _ scale: Double = 2 * 0.3 / 6) -> [Double] {
      flat(model.lossGradient(of: x, noise: noise, beta: beta), times: scale)
    }
    let latents = overLatents ? 3 : 1
    let beta = effectiveBeta(
      weight: weight, pixels: 6, latents: latents, pixelVariance: pixelVariance)
    let found = flat(valueAndGradient(at: model, of: averaged).gradient, times: 1)
    let check = Check.identity(
      "effective-beta", found, equals: scaled(beta),
      planted: [
        "the weight taken for β": scaled(weight),
        "no factor 2": scaled(2 * beta),
        "s for s²": scaled(beta * pixelVariance.squareRoot()),
        "another count of latents": scaled(overLatents ? 3 * beta : beta / 3),
      ])
    #expect(check.passes, "\(check)")
  }
}
