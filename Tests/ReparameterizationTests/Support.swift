import Reparameterization
import Tensors

/// Where the estimators are tested in one dimension: μ = 0.7, λ = −0.4.
let testMean = Tensor([0.7])
let testLogVariance = Tensor([-0.4])

/// The functions that the estimators are tested on.
let testFunctions: [KnownExpectation] = [.square, .exponential(rate: 0.8), .sine]

extension Tensor {
  /// One column of a matrix.
  func column(_ index: Int) -> [Scalar] { sliced(axis: 1, index..<index + 1).scalars }
}

/// The five-point Gauss–Hermite rule on a grid of `dimensions` axes: noise `[5ᵈ, d]` and weights
/// `[5ᵈ, 1]` that sum to 1.
///
/// Weighted sums over it are expectations under N(0, I), exact for polynomials of degree up to nine
/// in each coordinate.
func gaussHermite(dimensions: Int) -> (noise: Tensor<Double>, weights: Tensor<Double>) {
  let root = 10.0.squareRoot()
  let (near, far) = ((5 - root).squareRoot(), (5 + root).squareRoot())
  let (heavy, light) = ((7 + 2 * root) / 60, (7 - 2 * root) / 60)
  let nodes = [-far, -near, 0, near, far]
  let weights = [light, heavy, 8.0 / 15, heavy, light]
  var grid: [(point: [Double], weight: Double)] = [([], 1)]
  for _ in 0..<dimensions {
    grid = grid.flatMap { cell in
      zip(nodes, weights).map { (cell.point + [$0], cell.weight * $1) }
    }
  }
  return (
    Tensor([grid.count, dimensions], grid.flatMap(\.point)),
    Tensor([grid.count, 1], grid.map(\.weight))
  )
}
