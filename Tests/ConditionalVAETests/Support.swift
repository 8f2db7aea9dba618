import KLDivergence
import Tensors
import Training

@testable import ConditionalVAE

typealias Model = ConditionalVariationalAutoencoder<Double>

/// A model of 3 labels in which everything is known: an affine encoder and decoder, Gaussian pixels,
/// a learned prior. All parameters are random; the seed makes models differ.
func linearModel(
  pixels: Int = 4, latents: Int = 1, seed: UInt64 = 31
) -> (model: Model, random: Random) {
  var random = Random(seed: seed, stream: 1)
  let architecture = ConditionalArchitecture(
    pixels: pixels, conditions: 3, hidden: [], latents: latents, likelihood: .gaussian)
  var model = Model(architecture, random: &random)
  model.forEachParameter { $0 = $0 + 0.4 * random.normal($0.shape) }
  return (model, random)
}

/// The row of zeros and a one of a label among 3.
func label(_ index: Int, count: Int = 1) -> Tensor<Double> {
  .oneHot(Array(repeating: index, count: count), classes: 3)
}

extension ConditionalVariationalAutoencoder where Scalar == Double {
  /// The conditional ELBO of one datum, exactly, for a model that is linear in z.
  ///
  /// The reconstruction is quadratic in ε, so its mean over the 2 d points ±√d eⱼ is its expectation.
  func exactBound(of x: Tensor<Double>, given y: Tensor<Double>) -> Double {
    let axes = Double(latents).squareRoot() * Tensor<Double>.identity(latents)
    let rows = Array(repeating: 0, count: 2 * latents)
    return bound(
      of: x.rows(at: rows), given: y.rows(at: rows), noise: concatenated([axes, -axes], axis: 0)
    ).elbo.mean().scalar
  }

  /// log p(x | y) of a model with one latent, by the trapezoid rule on z from −30 to 30.
  func quadrature(of x: Tensor<Double>, given y: Tensor<Double>) -> Double {
    let (points, step) = (12_001, 0.005)
    let z = Tensor<Double>.linspace(-30, 30, count: points).reshaped([points, 1])
    let rows = Array(repeating: 0, count: points)
    let y = y.rows(at: rows)
    let terms = logLikelihood(of: x.rows(at: rows), at: z, given: y) + prior(given: y).logDensity(z)
    return terms.logSumExp(axis: 0).scalar + Double.log(step)
  }

  /// The same model with p(z | y) = N(0, I).
  var withStandardPrior: Self {
    var copy = self
    copy.priorNetwork = nil
    return copy
  }
}
