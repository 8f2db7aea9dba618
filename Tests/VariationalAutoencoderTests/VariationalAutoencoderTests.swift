import Datasets
import KLDivergence
import Reparameterization
import Tensors
import Testing
import Training

@testable import VariationalAutoencoder

/// Every combination that the chapter offers, small: 6 pixels, 2 latents.
private let architectures: [Architecture] = Likelihood.allCases.flatMap { likelihood in
  [([4], Activation.tanh), ([5, 3], .sigmoid), ([5, 4, 3], .tanh), ([8], .relu)].map {
    Architecture(pixels: 6, hidden: $0, latents: 2, activation: $1, likelihood: likelihood)
  }
}

private func example(
  _ architecture: Architecture
) -> (model: VariationalAutoencoder<Double>, x: Tensor<Double>, noise: Tensor<Double>) {
  var random = Random(seed: 21)
  var model = VariationalAutoencoder<Double>(architecture, random: &random)
  // Biases away from zero, so that none is checked at a special point.
  model.forEachParameter { $0 = $0 + 0.2 * random.normal($0.shape) }
  let uniform: Tensor<Double> = random.uniform([3, 6])
  let x = Tensor([3, 6], uniform.scalars.map { $0 < 0.5 ? 0.0 : 1.0 })
  return (model, x, random.normal([3, 2]))
}

@Suite("The variational autoencoder")
struct VariationalAutoencoderTests {
  @Test("vae-gradient: every parameter's gradient by hand", arguments: architectures.indices)
  func gradient(index: Int) {
    let (model, x, noise) = example(architectures[index])
    let without = {
      (
        model: VariationalAutoencoder<Double>,
        change: (inout VariationalAutoencoder<Double>) -> Void
      ) in
      var gradient = model.lossGradient(of: x, noise: noise, beta: 0.7)
      change(&gradient)
      return gradient
    }
    let check = Check.gradient(
      "vae-gradient", at: model, of: { $0.loss(of: x, noise: noise, beta: 0.7) },
      claim: { $0.lossGradient(of: x, noise: noise, beta: 0.7) },
      planted: [
        "the rate's weight forgotten": { $0.lossGradient(of: x, noise: noise, beta: 1) },
        "the rate left out": { $0.lossGradient(of: x, noise: noise, beta: 0) },
        "summed over the batch": {
          $0.lossGradient(of: x, noise: noise, beta: 0.7).mapped { 3 * $0 }
        },
        "no path through the sample's scale": {
          $0.lossGradient(of: x, noise: .zeros([3, 2]), beta: 0.7)
        },
        "the encoder's gradient stopped": {
          without($0) { $0.encoder = $0.encoder.mapped { .zeros($0.shape) } }
        },
      ], step: 0x1p-14)
    #expect(check.passes, "\(check)")
  }

  @Test("dense-backward: xᵀδ, the sum of δ, and δWᵀ")
  func denseBackward() {
    var random = Random(seed: 22)
    let layer = Dense<Double>(4, 3, initialization: .torch, random: &random)
    let x: Tensor<Double> = random.normal([5, 4])
    let point = [x, layer.weight, layer.bias]
    let dense = { (p: [Tensor<Double>]) in Dense(weight: p[1], bias: p[2]) }
    let claim = { (p: [Tensor<Double>], delta: Tensor<Double>) -> [Tensor<Double>] in
      let (gradient, before) = dense(p).backward(input: p[0], delta: delta)
      return [before, gradient.weight, gradient.bias]
    }
    let check = Check.vectorJacobianProduct(
      "dense-backward", at: point, of: { dense($0)($0[0]) }, vjp: claim,
      planted: [
        "mean of δ instead of its sum": { p, delta in
          let right = claim(p, delta)
          return [right[0], right[1], right[2] / 5]
        },
        "x's gradient forgotten": { p, delta in
          let right = claim(p, delta)
          return [0 * right[0], right[1], right[2]]
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test(
    "vae-elbo: reconstruction minus rate is the Monte Carlo average of log p(x, z) − log q(z | x)")
  func elboIsTheExpectedLogRatio() {
    let (model, x, _) = example(architectures[0])
    let samples = 20_000
    let copies = x.sliced(axis: 0, 0..<1).broadcast(to: [samples, 6])
    var random = Random(seed: 23)
    let noise: Tensor<Double> = random.normal([samples, 2])
    let bound = model.bound(of: copies, noise: noise)
    // The same draws of z, and both densities of z evaluated instead of integrated.
    let (mean, logVariance) = model.encode(copies)
    let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise)
    let zero = Tensor<Double>(0)
    let ratios =
      model.logLikelihood(of: copies, given: z)
      + diagonalGaussianLogDensity(of: z, mean: zero, logVariance: zero)
      - diagonalGaussianLogDensity(of: z, mean: mean, logVariance: logVariance)
    let rate = bound.rate[0]
    let check = Check.mean(
      "vae-elbo", of: (ratios - bound.reconstruction).scalars,
      is: (bound.elbo - bound.reconstruction)[0],
      planted: [
        "the rate with the wrong sign": rate,
        "the rate forgotten": 0,
        "the rate averaged over latents": -rate / 2,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("importance-log-likelihood rises with k to the log p(x) that quadrature finds")
  func importanceSamplingReachesQuadrature() {
    // One latent: p(x) = ∫ p(x | z) N(z; 0, 1) dz by the trapezoid rule on [−10, 10].
    var random = Random(seed: 25)
    var model = VariationalAutoencoder<Double>(
      Architecture(pixels: 6, hidden: [4], latents: 1, activation: .tanh), random: &random)
    model.forEachParameter { $0 = 1.5 * $0 + 0.3 * random.normal($0.shape) }
    let x = Tensor<Double>([1, 6], [1, 0, 1, 1, 0, 0])
    let (points, step) = (4_001, 0.005)
    let z = Tensor<Double>.linspace(-10, 10, count: points).reshaped([points, 1])
    let zero = Tensor<Double>(0)
    let terms =
      model.logLikelihood(of: x, given: z)
      + diagonalGaussianLogDensity(of: z, mean: zero, logVariance: zero)
    let exact = terms.logSumExp(axis: 0).scalar + Double.log(step)
    let weights = model.logWeights(x, samples: 200_000, random: &random)
    let estimate = importanceLogLikelihood(weights, k: 200_000).scalar
    let elbo = weights.mean().scalar
    // The spread of the estimate by the delta method: the weights' relative deviation over √k.
    let relative = exp(weights - exact)
    let deviation = square(relative - 1).mean().scalar.squareRoot() / 200_000.0.squareRoot()
    let check = Check.identity(
      "importance-log-likelihood", [estimate], equals: [exact], tolerance: 5 * deviation,
      planted: [
        "the mean of log weights": [elbo],
        "not divided by k": [exact + Double.log(200_000)],
      ])
    #expect(check.passes, "\(check)")
    #expect(elbo < exact)
  }

  @Test("importance-log-likelihood stays finite where every weight underflows")
  func importanceExtremes() {
    let weights = Tensor<Double>([1, 3], [-2_000, -2_001, -2_002])
    let exact = -2_000 + Double.log((1 + Double.exp(-1) + Double.exp(-2)) / 3)
    #expect(Double.exp(-2_000) == 0)
    #expect(Swift.abs(importanceLogLikelihood(weights, k: 3).scalar - exact) < 1e-9)
  }

  @Test("names, tensors and shapes of every architecture agree", arguments: architectures.indices)
  func names(index: Int) {
    let (model, x, noise) = example(architectures[index])
    #expect(model.parameterNames.count == model.parameters.count)
    #expect(Set(model.parameterNames).count == model.parameterNames.count)
    #expect(model.bound(of: x, noise: noise).elbo.shape == [3])
    #expect(model.expectedPixels(noise).shape == [3, 6])
  }

  @Test("the book's architecture has 652,824 parameters")
  func parameterCount() {
    var random = Random(seed: 1)
    let model = VariationalAutoencoder<Float>(Architecture(), random: &random)
    #expect(model.parameterCount == 652_824)
    #expect(Architecture().description == "784-400-(20, 20)-400-784 relu bernoulli")
  }

  @Test(
    "an evaluation of images is that of their numbers, part by part, and comes back from its own")
  func evaluationOfImages() {
    var random = Random(seed: 27)
    let model = VariationalAutoencoder<Float>(
      Architecture(pixels: 6, hidden: [4], latents: 3), random: &random)
    for count in [1, 499, 500, 501, 1_203] {
      let pixels = (0..<6 * count).map { UInt8($0 * $0 % 251) }
      let images = ImageSet(pixels: pixels, height: 2, width: 3)
      for binarization in [Binarization.none, .threshold, .stochastic] {
        var (first, second) = (Random(seed: 28), Random(seed: 28))
        // Drawn part by part: whole blocks of random numbers are used up by each.
        var drawn = Random(seed: 1, stream: 100)
        let parts = stride(from: 0, to: count, by: 500).map { begin in
          binarization(
            images.tensor(Array(begin..<min(begin + 500, count)), as: Float.self), using: &drawn)
        }
        let whole = model.evaluate(concatenated(parts, axis: 0), random: &first)
        let streamed = model.evaluate(images, binarization, random: &second)
        #expect(streamed.numbers == whole.numbers)
        #expect(first.position == second.position)
        let back = Evaluation(numbers: whole.numbers)
        #expect(back.numbers == whole.numbers && back.elbo == whole.elbo)
        #expect(back.ratePerLatent.count == 3 && back.meanVariance == whole.meanVariance)
      }
    }
  }

  @Test("active units count the latents whose posterior mean moves")
  func activeUnits() {
    var random = Random(seed: 26)
    var model = VariationalAutoencoder<Double>(
      Architecture(pixels: 6, hidden: [4], latents: 3, activation: .tanh), random: &random)
    // The third latent ignores its input: a collapsed unit.
    var weight = model.mean.weight
    for row in 0..<4 { weight[row, 2] = 0 }
    model.mean = Dense(weight: weight, bias: Tensor([0, 0, 0.5]))
    let x: Tensor<Double> = random.uniform([700, 6])
    let evaluation = model.evaluate(x, random: &random)
    #expect(evaluation.meanVariance[2] < 1e-20)
    #expect(evaluation.activeUnits == evaluation.meanVariance.count { $0 > 0.01 })
    #expect(Swift.abs(evaluation.rate - evaluation.ratePerLatent.reduce(0, +)) < 1e-12)
    let rate = gaussianKL(mean: model.encode(x).mean, logVariance: model.encode(x).logVariance)
    #expect(Swift.abs(evaluation.rate - rate.mean().scalar) < 1e-10)
  }
}
