import EvidenceLowerBound
import KLDivergence
import Tensors
import Training
import VariationalAutoencoder

/// A linear-Gaussian model with random parameters, and one datum of it, `[1, data]`.
func linearExample(
  data: Int = 4, latent: Int = 2, seed: UInt64 = 11
) -> (model: LinearGaussianModel<Double>, x: Tensor<Double>, random: Random) {
  var random = Random(seed: seed, stream: 11)
  let model = LinearGaussianModel<Double>.random(data: data, latent: latent, random: &random)
  let x = model.samples(1, random: &random).x
  return (model, x, random)
}

/// An autoencoder whose decoder is affine with Gaussian pixels, so that log p(x) and p(z | x) are
/// known, and whose encoder is a random network; and the same decoder as a linear-Gaussian model.
func linearDecoderExample(
  data: Int = 4, latent: Int = 2, seed: UInt64 = 12
) -> (network: VariationalAutoencoder<Double>, model: LinearGaussianModel<Double>, random: Random) {
  var random = Random(seed: seed, stream: 12)
  var network = VariationalAutoencoder<Double>(
    Architecture(
      pixels: data, hidden: [5], latents: latent, activation: .tanh, likelihood: .gaussian),
    random: &random)
  let weight: Tensor<Double> = random.normal([latent, data])
  let bias: Tensor<Double> = random.normal([data])
  network.decoder = MultilayerPerceptron(
    layers: [Dense(weight: weight, bias: bias)], activation: .tanh)
  network.pixelLogVariance = Tensor(-0.5)
  let model = LinearGaussianModel(
    weights: weight.transposed(), bias: bias, logNoiseVariance: network.pixelLogVariance)
  return (network, model, random)
}

/// All numbers of a Gaussian: its mean, then its covariance row by row.
func numbers(_ p: FullGaussian) -> [Double] { p.mean.scalars + p.covariance.scalars }

/// The same Gaussian with another covariance.
func gaussian(_ p: FullGaussian, covariance: Tensor<Double>) -> FullGaussian {
  FullGaussian(mean: p.mean, covariance: covariance)
}

/// The mean of a list of numbers.
func average(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
