import EvidenceLowerBound
import KLDivergence
import Tensors

/// A linear-Gaussian model with one datum and a q that is not its posterior.
struct Example {
  let model: LinearGaussianModel<Double>
  let x: Tensor<Double>
  let q: DiagonalGaussian<Double>

  init(data: Int, latent: Int, seed: UInt64, widened: Double = 0.3) {
    var random = Random(seed: seed)
    var model = LinearGaussianModel<Double>.random(data: data, latent: latent, random: &random)
    model.logNoiseVariance = Tensor(0.5)
    x = model.samples(1, random: &random).x
    self.model = model
    let nearest = nearestDiagonal(to: model.posterior(of: x))
    q = DiagonalGaussian(
      mean: nearest.mean.reshaped([latent]) + 0.3,
      logVariance: nearest.logVariance.reshaped([latent]) + widened)
  }

  var logEvidence: Double { model.logEvidence(of: x).scalar }

  func logJoint(_ z: Tensor<Double>) -> Tensor<Double> { model.logJoint(of: x, at: z) }

  /// log w of n groups of k draws from q: shape `[n, k]`.
  func logWeights(_ n: Int, _ k: Int, random: inout Random) -> Tensor<Double> {
    let z = q.samples(n * k, random: &random)
    return model.logWeights(of: x, at: z, under: q).reshaped([n, k])
  }
}
