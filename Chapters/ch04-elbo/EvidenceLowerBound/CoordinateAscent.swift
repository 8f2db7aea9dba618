import KLDivergence
import Tensors

/// The Gaussian with independent coordinates that is nearest to N(μ, S) in KL(q‖p): mean μ, and
/// variances 1 / (S⁻¹)ⱼⱼ.
///
/// Equation: mean-field-best
public func nearestDiagonal(to p: FullGaussian) -> DiagonalGaussian<Double> {
  let d = p.dimensions
  let precision = p.cholesky.inverse
  return DiagonalGaussian(
    mean: p.mean.reshaped([1, d]),
    logVariance: Tensor([1, d], (0..<d).map { -Double.log(precision[$0, $0]) }))
}

/// What the best q with independent coordinates still leaves of a posterior with precision matrix P,
/// of shape `[d, d]`: ½ (Σ log Pⱼⱼ − log det P) nats.
///
/// Equation: mean-field-gap
public func meanFieldGap(precision: Tensor<Double>) -> Double {
  let diagonal = (0..<precision.shape[0]).map { Double.log(precision[$0, $0]) }
  return 0.5 * (diagonal.reduce(0, +) - Cholesky(precision).logDeterminant)
}

extension LinearGaussianModel {
  /// q with coordinate j of every datum moved to where the bound is highest, the others held:
  /// mⱼ = wⱼᵀ (x − b − Σ wₖ mₖ, k ≠ j) / (‖wⱼ‖² + σ²) and vⱼ = σ² / (‖wⱼ‖² + σ²).
  ///
  /// Equation: coordinate-ascent
  public func ascended(
    _ q: DiagonalGaussian<Scalar>, coordinate j: Int, for x: Tensor<Scalar>
  ) -> DiagonalGaussian<Scalar> {
    var (mean, logVariance) = (q.mean, q.logVariance)
    let column = weights.sliced(axis: 1, j..<j + 1)
    let noise = noiseVariance.scalar
    let stiffness = square(column).sum().scalar + noise
    // The residual without the contribution of coordinate j, along column j: [batch, 1].
    let own = matmul(mean.sliced(axis: 1, j..<j + 1), column, transposingSecond: true)
    let target = matmul(x - decoded(mean) + own, column) / stiffness
    for datum in 0..<mean.shape[0] {
      mean[datum, j] = target[datum, 0]
      logVariance[datum, j] = Scalar.log(noise / stiffness)
    }
    return DiagonalGaussian(mean: mean, logVariance: logVariance)
  }

  /// q after `sweeps` rounds of ascent over all its coordinates in order.
  public func ascended(
    _ q: DiagonalGaussian<Scalar>, sweeps: Int, for x: Tensor<Scalar>
  ) -> DiagonalGaussian<Scalar> {
    (0..<sweeps * latentDimensions).reduce(q) { q, step in
      ascended(q, coordinate: step % latentDimensions, for: x)
    }
  }
}

// Ascent in the model too.
extension LinearGaussianModel where Scalar == Double {
  /// The model after one step of expectation–maximisation on x `[batch, data]`, b held at its value.
  ///
  /// The bound is made tight by the exact posteriors, and then maximised over W and σ²:
  /// W = (Σ (x − b) μᵀ) (Σ (S + μ μᵀ))⁻¹ and σ² = Σ (‖x − b − W μ‖² + tr(W S Wᵀ)) / (N D).
  ///
  /// Equation: em-step
  public func maximized(for x: Tensor<Double>) -> LinearGaussianModel {
    let (means, covariance) = (posteriorMeans(of: x), posteriorCovariance)
    let batch = Double(x.shape[0])
    let moments = matmul(means, means, transposingFirst: true) + batch * covariance
    let products = matmul(means, x - bias, transposingFirst: true)
    var next = self
    next.weights = Cholesky(moments).solve(products).transposed()
    let residual = x - next.decoded(means)
    let spread = (matmul(next.weights, covariance) * next.weights).sum()
    next.logNoiseVariance = log((square(residual).sum() + batch * spread) / Double(x.count))
    return next
  }
}

/// The highest likelihood that a linear-Gaussian model with `latent` coordinates reaches on data whose
/// covariance matrix has the given eigenvalues, and the noise variance that reaches it.
///
/// σ² is the mean of the eigenvalues after the `latent` largest; the likelihood is the mean of
/// log p(x) over the data, in nats. Tipping & Bishop 1999, section 3.2 and appendix A.
///
/// Equation: ppca-maximum
public func maximumLikelihood(
  eigenvalues: [Double], latent: Int
) -> (noiseVariance: Double, logEvidence: Double) {
  let sorted = eigenvalues.sorted(by: >)
  let discarded = sorted.dropFirst(latent)
  let noise = discarded.reduce(0, +) / Double(discarded.count)
  let logDeterminant =
    sorted.prefix(latent).reduce(0) { $0 + Double.log($1) }
    + Double(discarded.count) * Double.log(noise)
  let dimensions = Double(sorted.count)
  return (noise, -0.5 * (dimensions * (1 + Double.log(2 * .pi)) + logDeterminant))
}

/// Data of shape `[count, eigenvalues.count]` whose mean is zero and whose covariance matrix (divided
/// by `count`) has exactly the given eigenvalues, up to rounding, in no special directions.
///
/// Normal noise is centred and whitened by its own Cholesky factor, stretched, and reflected.
public func dataWithCovariance(
  eigenvalues: [Double], count: Int, random: inout Random
) -> Tensor<Double> {
  let d = eigenvalues.count
  let noise: Tensor<Double> = random.normal([count, d])
  let centred = noise - noise.mean(axis: 0)
  let covariance = matmul(centred, centred, transposingFirst: true) / Double(count)
  // For L Lᵀ = covariance, the rows of (centred L⁻ᵀ) have covariance I. L⁻¹ = Lᵀ (L Lᵀ)⁻¹.
  let cholesky = Cholesky(covariance)
  let inverseFactor = matmul(cholesky.factor, cholesky.inverse, transposingFirst: true)
  let white = matmul(centred, inverseFactor, transposingSecond: true)
  let stretched = white * Tensor(eigenvalues.map { $0.squareRoot() })
  let normal: Tensor<Double> = random.normal([d, 1])
  let reflection =
    Tensor.identity(d)
    - 2 * matmul(normal, normal, transposingSecond: true) / square(normal).sum()
  return matmul(stretched, reflection)
}
