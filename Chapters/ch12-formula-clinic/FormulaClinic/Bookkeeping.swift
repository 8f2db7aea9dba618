import KLDivergence
import Tensors
import VariationalAutoencoder

/// The pixel variance for which "mean squared error over D pixels + weight · KL" is the ELBO:
/// weight · D / 2.
///
/// Equation: clinic-weight
public func impliedPixelVariance(weight: Double, pixels: Int) -> Double {
  0.5 * weight * Double(pixels)
}

/// "Mean squared error over pixels + weight · KL" of each datum: shape `[batch]`.
public func averagedLoss(
  of x: Tensor<Double>, decoded: Tensor<Double>, rate: Tensor<Double>, weight: Double
) -> Tensor<Double> {
  square(x - decoded).mean(axis: 1) + weight * rate
}

/// The same loss from an ELBO with the pixel variance s: weight · (−ELBO − ½ D log 2πs).
///
/// Equation: clinic-weight
public func averagedLossFromELBO(
  of x: Tensor<Double>, decoded: Tensor<Double>, rate: Tensor<Double>, weight: Double
) -> Tensor<Double> {
  let logVariance = Double.log(impliedPixelVariance(weight: weight, pixels: x.shape[1]))
  let likelihood = gaussianLogLikelihood(of: x, mean: decoded, logVariance: Tensor(logVariance))
  let constant = 0.5 * Double(x.shape[1]) * (logVariance + Double.log(2 * .pi))
  return weight * (rate - likelihood - constant)
}

/// ∫₀¹ exp(x ℓ − softplus ℓ) dx = tanh(ℓ/2) / ℓ: what the "density" of a grey pixel integrates to,
/// element by element, for ℓ not 0 (there it is ½).
///
/// Loaiza-Ganem & Cunningham 2019 (arXiv:1907.06845) call its inverse the normaliser.
///
/// Equation: clinic-grey
public func greyMass(logits: Tensor<Double>) -> Tensor<Double> { tanh(0.5 * logits) / logits }

/// The mean over data from the means over batches: each counts as often as its batch has data.
///
/// Equation: clinic-batches
public func meanOverData(batchMeans: [Double], sizes: [Int]) -> Double {
  let total = zip(batchMeans, sizes).reduce(0) { $0 + $1.0 * Double($1.1) }
  return total / Double(sizes.reduce(0, +))
}

/// log density of c x, from that of x with D coordinates: log p(x) − D log c.
///
/// Equation: clinic-units
public func logDensity(
  inUnits c: Double, from logDensity: Tensor<Double>, dimensions: Int
) -> Tensor<Double> {
  logDensity - Double(dimensions) * Double.log(c)
}
