import KLDivergence
import Tensors

// What this chapter asks of the Gaussians of chapter 3. A `DiagonalGaussian` whose tensors have shape
// `[batch, latent]` is one q(z|x) for each datum.

extension DiagonalGaussian {
  /// `batch` copies of the prior N(0, I) on `latent` dimensions.
  public static func prior(batch: Int = 1, latent: Int) -> DiagonalGaussian {
    DiagonalGaussian(mean: .zeros([batch, latent]), logVariance: .zeros([batch, latent]))
  }

  /// `batch` Gaussians with standard normal means and log-variances.
  public static func random(batch: Int = 1, latent: Int, random: inout Random) -> DiagonalGaussian {
    let mean: Tensor<Scalar> = random.normal([batch, latent])
    return DiagonalGaussian(mean: mean, logVariance: random.normal([batch, latent]))
  }

  /// v = exp λ: shape `[batch, latent]`.
  public var variance: Tensor<Scalar> { exp(logVariance) }
}

extension DiagonalGaussian where Scalar == Double {
  /// The Gaussian of one datum with its covariance written as a matrix.
  public func full(_ datum: Int = 0) -> FullGaussian {
    let latent = mean.shape[1]
    let variance = self.variance
    var covariance = Tensor<Double>.zeros([latent, latent])
    for j in 0..<latent { covariance[j, j] = variance[datum, j] }
    return FullGaussian(mean: mean.row(datum), covariance: covariance)
  }
}

extension FullGaussian {
  /// A Gaussian on `dimensions` dimensions with a standard normal mean and the covariance
  /// A Aᵀ / dimensions + ⅒ I, the elements of A standard normal.
  public static func random(dimensions: Int, random: inout Random) -> FullGaussian {
    let mean: Tensor<Double> = random.normal([dimensions])
    let a: Tensor<Double> = random.normal([dimensions, dimensions])
    let spread = matmul(a, a, transposingSecond: true) / Double(dimensions)
    return FullGaussian(mean: mean, covariance: spread + 0.1 * Tensor.identity(dimensions))
  }

  /// Points whose average of f is E[f(z)] exactly, for every polynomial f of degree at most 2.
  ///
  /// They are m ± √d times each column of the Cholesky factor: shape `[2 d, d]`.
  public var quadraturePoints: Tensor<Double> {
    let offsets = Double(dimensions).squareRoot() * cholesky.factor.transposed()
    return concatenated([mean + offsets, mean - offsets], axis: 0)
  }

  /// The entropy −E[log q(z)] in nats: ½ (d log 2πe + log det Σ).
  public var entropyInNats: Double {
    0.5 * (Double(dimensions) * (1 + Double.log(2 * .pi)) + cholesky.logDeterminant)
  }
}

extension Tensor {
  /// Row `index` of a matrix: shape `[columns]`.
  func row(_ index: Int) -> Tensor {
    sliced(axis: 0, index..<index + 1).reshaped([shape[1]])
  }
}
