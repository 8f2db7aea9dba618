import EvidenceLowerBound
import KLDivergence
import Tensors

/// An encoder that is affine with one covariance: q(z | x) = N(K x + k, Q).
public struct AffineEncoder: Sendable {
  /// K: shape `[latent, data]`.
  public var slope: Tensor<Double>
  /// k: shape `[latent]`.
  public var offset: Tensor<Double>
  /// Q: shape `[latent, latent]`.
  public var covariance: Tensor<Double>

  /// An encoder of its parameters.
  public init(slope: Tensor<Double>, offset: Tensor<Double>, covariance: Tensor<Double>) {
    (self.slope, self.offset, self.covariance) = (slope, offset, covariance)
  }
}

/// Which coordinates of data are missing; all others are seen.
public struct MissingCoordinates: Sendable {
  /// The indices of what is missing, in ascending order.
  public let missing: [Int]
  /// The indices of what is seen, in ascending order.
  public let seen: [Int]

  /// The given ones of `count` are missing.
  public init(_ missing: [Int], of count: Int) {
    self.missing = missing.sorted()
    seen = (0..<count).filter { !missing.contains($0) }
  }

  /// The missing columns of a matrix.
  func missingPart(_ x: Tensor<Double>) -> Tensor<Double> {
    x.transposed().rows(at: missing).transposed()
  }

  /// The seen columns of a matrix.
  func seenPart(_ x: Tensor<Double>) -> Tensor<Double> {
    x.transposed().rows(at: seen).transposed()
  }

  /// A datum `[1, data]` with its missing coordinates, `[missing]`, replaced.
  func filled(_ x: Tensor<Double>, with values: Tensor<Double>) -> Tensor<Double> {
    var all = x.scalars
    for (place, value) in zip(missing, values.scalars) { all[place] = value }
    return Tensor(x.shape, all)
  }
}

// Imputation where all is known. Indices o and m are for seen and missing rows of W and b.
extension LinearGaussianModel where Scalar == Double {
  /// The encoder p(z | x) itself.
  public var exactEncoder: AffineEncoder {
    let slope = posteriorSlope
    let offset = -matmul(slope, bias.reshaped([dataDimensions, 1]))
    return AffineEncoder(
      slope: slope, offset: offset.reshaped([latentDimensions]), covariance: posteriorCovariance)
  }

  /// The model of a part of the coordinates, which has the rows of W and b that belong to them.
  func restricted(to coordinates: [Int]) -> LinearGaussianModel {
    LinearGaussianModel(
      weights: weights.rows(at: coordinates),
      bias: bias.reshaped([dataDimensions, 1]).rows(at: coordinates)
        .reshaped([coordinates.count]), logNoiseVariance: logNoiseVariance)
  }

  /// p(x_m | x_o) = N(W_m m_o + b_m, W_m P_o W_mᵀ + σ² I), with N(m_o, P_o) the posterior p(z | x_o).
  ///
  /// Equation: missing-given-seen
  public func missing(
    _ part: MissingCoordinates, given x: Tensor<Double>
  ) -> FullGaussian {
    let p = restricted(to: part.seen).posterior(of: part.seenPart(x))
    let decoder = restricted(to: part.missing)
    let count = part.missing.count
    let spread = matmul(
      decoder.weights, matmul(p.covariance, decoder.weights, transposingSecond: true))
    return FullGaussian(
      mean: decoder.decoded(p.mean.reshaped([1, latentDimensions])).reshaped([count]),
      covariance: 0.5 * (spread + spread.transposed()) + noiseVariance * Tensor.identity(count))
  }

  /// Where one step of pseudo-Gibbs takes a Gaussian over the missing coordinates: z from q(z | x), then
  /// x_m from p(x_m | z).
  ///
  /// With F = W_m K_m: mean F times the mean, plus what x_o gives; covariance
  /// F S Fᵀ + W_m Q W_mᵀ + σ² I for a covariance S.
  ///
  /// Equation: gibbs-step
  public func gibbsStep(
    _ distribution: FullGaussian, _ part: MissingCoordinates, given x: Tensor<Double>,
    encoder: AffineEncoder
  ) -> FullGaussian {
    let decoder = restricted(to: part.missing)
    let count = part.missing.count
    let complete = part.filled(x, with: distribution.mean)
    let code = matmul(complete, encoder.slope, transposingSecond: true) + encoder.offset
    let f = contraction(part, encoder: encoder)
    let carried = matmul(f, matmul(distribution.covariance, f, transposingSecond: true))
    let drawn = matmul(
      decoder.weights, matmul(encoder.covariance, decoder.weights, transposingSecond: true))
    let sum = carried + drawn
    return FullGaussian(
      mean: decoder.decoded(code).reshaped([count]),
      covariance: 0.5 * (sum + sum.transposed()) + noiseVariance * Tensor.identity(count))
  }

  /// F = W_m K_m, by which each step of pseudo-Gibbs shrinks the error of the mean: shape
  /// `[missing, missing]`.
  ///
  /// Equation: gibbs-rate
  public func contraction(
    _ part: MissingCoordinates, encoder: AffineEncoder
  ) -> Tensor<Double> {
    matmul(weights.rows(at: part.missing), part.missingPart(encoder.slope))
  }

  /// The Gaussian that `steps` steps of pseudo-Gibbs lead to, from a start.
  public func gibbsSteps(
    _ steps: Int, from start: FullGaussian, _ part: MissingCoordinates, given x: Tensor<Double>,
    encoder: AffineEncoder
  ) -> FullGaussian {
    (0..<steps).reduce(start) { current, _ in
      gibbsStep(current, part, given: x, encoder: encoder)
    }
  }
}
