import KLDivergence
import Tensors
import VariationalAutoencoder

/// The bound with its rate weighted: the mean over data of reconstruction − β rate, in nats.
///
/// At β = 1 this is the ELBO. Shapes: `[batch]` in the bound, β `[]`, the result `[]`.
///
/// Equation: beta-objective
public func betaBound<Scalar>(_ bound: Bound<Scalar>, beta: Tensor<Scalar>) -> Tensor<Scalar> {
  bound.reconstruction.mean() - beta * bound.rate.mean()
}

/// The derivative of `betaBound` by β: minus the mean rate, shape `[]`.
///
/// Equation: beta-derivative
public func betaBoundDerivative<Scalar>(_ bound: Bound<Scalar>) -> Tensor<Scalar> {
  -bound.rate.mean()
}

/// Minus the bound with a capacity: D + γ |R − C|, D and R means over data; all shapes `[]`.
///
/// The bars stand around the mean rate, not around each datum's. Burgess et al. 2018
/// (arXiv:1804.03599), equation 8.
///
/// Equation: capacity-objective
public func capacityLoss<Scalar>(
  distortion: Tensor<Scalar>, rate: Tensor<Scalar>, capacity: Tensor<Scalar>, gamma: Scalar
) -> Tensor<Scalar> {
  distortion + gamma * abs(rate - capacity)
}

/// The gradient of `capacityLoss` by each datum's reconstruction and rate, for a mean rate that is
/// not C: −1/B and γ sign(R − C) / B, both of shape `[batch]`.
///
/// Equation: capacity-gradient
public func capacityLossGradient<Scalar>(
  _ bound: Bound<Scalar>, capacity: Scalar, gamma: Scalar
) -> (reconstruction: Tensor<Scalar>, rate: Tensor<Scalar>) {
  let shape = bound.rate.shape
  let share = 1 / Scalar(shape[0])
  let push = bound.rate.mean().scalar > capacity ? gamma : -gamma
  return (Tensor(shape, repeating: -share), Tensor(shape, repeating: push * share))
}

/// A capacity that rises evenly from 0 nats to `last` and then stays.
public struct CapacitySchedule: Sendable {
  /// The capacity at the end, in nats.
  public let last: Double
  /// The number of steps of the rise.
  public let steps: Int

  /// A rise to `last` nats over a number of steps.
  public init(to last: Double, over steps: Int) { (self.last, self.steps) = (last, steps) }

  /// The capacity in step `step`, from 0.
  public func callAsFunction(_ step: Int) -> Double {
    last * min(1, Double(step) / Double(max(steps, 1)))
  }
}

/// The β of the bound that a loss of the form "mean over pixels + weight × KL" really is.
///
/// - Parameters:
///   - weight: The factor in front of the divergence.
///   - pixels: D, the number of pixels that the likelihood's term is averaged over (1 if summed).
///   - latents: d, the number of latents that the divergence is averaged over (1 if summed).
///   - pixelVariance: The variance s² of a pixel, if the first term is a squared error; nil if it
///     is a cross-entropy.
///
/// w D / d for a cross-entropy, w D / (2 s² d) for a squared error.
///
/// Equation: effective-beta
public func effectiveBeta(
  weight: Double, pixels: Int, latents: Int = 1, pixelVariance: Double? = nil
) -> Double {
  let scale = pixelVariance.map { 1 / (2 * $0) } ?? 1
  return weight * Double(pixels) / Double(latents) * scale
}

/// The loss that is found in many programs: the squared error averaged over pixels, plus a weight
/// times the divergence, which is averaged over latents or summed; both averaged over the batch.
///
/// Shapes: x and its prediction `[batch, pixels]`, μ and λ `[batch, d]`, the result `[]`.
///
/// Equation: effective-beta
public func averagedLoss<Scalar>(
  of x: Tensor<Scalar>, predicted: Tensor<Scalar>, mean: Tensor<Scalar>,
  logVariance: Tensor<Scalar>, weight: Scalar, overLatents: Bool
) -> Tensor<Scalar> {
  let divergence = gaussianKL(mean: mean, logVariance: logVariance).mean()
  let parts = overLatents ? Scalar(mean.shape[1]) : 1
  return square(x - predicted).mean() + weight * divergence / parts
}
