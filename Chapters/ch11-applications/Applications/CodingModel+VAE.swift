import KLDivergence
import Reparameterization
import Tensors
import VariationalAutoencoder

extension VariationalAutoencoder where Scalar == Float {
  /// The model as tables: latents in bins of equal prior mass, pixels that are 0 or 1.
  ///
  /// The receiver must have these very parameters, and get these very bits from them.
  public func codingModel(_ bins: LatentBins, pixelPrecision: Int = 16) -> CodingModel {
    guard likelihood == .bernoulli else { fatalError("codingModel: pixels must be Bernoulli") }
    return CodingModel(
      prior: Array(repeating: .uniform(bits: bins.bits), count: latents),
      posterior: { x in
        let (mean, logVariance) = encode(Tensor([1, x.count], x.map { Float($0) }))
        let sigma = exp(0.5 * logVariance)
        return zip(mean.scalars, sigma.scalars).map {
          bins.table(mean: Double($0), standardDeviation: Double($1))
        }
      },
      likelihood: { z in
        let centres = z.map { Float(bins.centres[$0]) }
        return expectedPixels(Tensor([1, z.count], centres)).scalars.map {
          .bernoulli(Double($0), precision: pixelPrecision)
        }
      })
  }

  /// Both parts of the length of each datum with bins, in nats, for the z that the noise draws: the rate
  /// log Q(i | x) + log K, and the distortion −log p(x | centre of bin i).
  ///
  /// - Parameters:
  ///   - x: Pixels, `[batch, pixels]`.
  ///   - noise: ε, `[batch, d]`.
  /// - Returns: One pair for each datum.
  public func binnedLengths(
    of x: Tensor<Float>, noise: Tensor<Float>, _ bins: LatentBins
  ) -> (rate: [Double], distortion: [Double]) {
    let (mean, logVariance) = encode(x)
    let (m, s) = (mean.scalars, exp(0.5 * logVariance).scalars)
    let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise).scalars
    var rate = [Double](repeating: 0, count: x.shape[0])
    let centres = z.indices.map { index -> Float in
      let bin = bins.index(of: Double(z[index]))
      let q = bins.probability(
        of: bin, mean: Double(m[index]), standardDeviation: Double(s[index]))
      rate[index / latents] += Double.log(q) + Double.log(Double(bins.count))
      return Float(bins.centres[bin])
    }
    let reconstruction = logLikelihood(of: x, given: Tensor(mean.shape, centres))
    return (rate, reconstruction.scalars.map { -Double($0) })
  }
}
