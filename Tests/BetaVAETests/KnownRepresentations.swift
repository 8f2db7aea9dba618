import BetaVAE
import Tensors

/// Representations of a small grid of factors for which it is known what a score should say.
enum Known {
  /// The sizes of the factors; 2,160 combinations.
  static let sizes = [3, 4, 5, 6, 6]
  /// All combinations, the last factor fastest.
  static let factors: [[Int]] = (0..<2160).map { index in
    var rest = index
    return sizes.reversed().map { size in
      defer { rest /= size }
      return rest % size
    }.reversed()
  }

  /// Each factor in a latent of its own, with mean 0 and variance 1 over the grid.
  static func identity(_ factors: [[Int]]) -> Tensor<Double> {
    let scalars = factors.flatMap { vector in
      zip(vector, sizes).map { value, size -> Double in
        let n = Double(size)
        return (Double(value) - (n - 1) / 2) / ((n * n - 1) / 12).squareRoot()
      }
    }
    return Tensor([factors.count, sizes.count], scalars)
  }

  /// The same number for all data in each of five latents.
  static func constant(_ factors: [[Int]]) -> Tensor<Double> {
    Tensor([factors.count, 5], repeating: 0.3)
  }

  /// Each factor in two latents.
  static func duplicated(_ factors: [[Int]]) -> Tensor<Double> {
    concatenated([identity(factors), identity(factors)], axis: 1)
  }

  /// The identity turned by 45° in five planes, one after the other: nothing is lost, all is mixed.
  static func rotated(_ factors: [[Int]]) -> Tensor<Double> {
    var turn = Tensor<Double>.identity(5)
    for (p, q) in [(0, 1), (2, 3), (1, 2), (3, 4), (4, 0)] {
      var plane = Tensor<Double>.identity(5)
      let half = 0.5.squareRoot()
      (plane[p, p], plane[p, q], plane[q, p], plane[q, q]) = (half, -half, half, half)
      turn = matmul(turn, plane)
    }
    return matmul(identity(factors), turn)
  }

  /// The identity with some noise in each latent, always the same for the same factors.
  static func noisy(_ factors: [[Int]]) -> Tensor<Double> {
    identity(factors) + 0.2 * noise(factors)
  }

  /// Five latents of noise, always the same for the same factors.
  static func noise(_ factors: [[Int]]) -> Tensor<Double> {
    frozenNoise.rows(
      at: factors.map { zip($0, sizes).reduce(0) { $0 * $1.1 + $1.0 } })
  }

  private static let frozenNoise: Tensor<Double> = {
    var random = Random(seed: 72)
    return random.normal([2160, 5])
  }()
}
