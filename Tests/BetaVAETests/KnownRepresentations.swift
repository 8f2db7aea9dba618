import BetaVAE
import Tensors

/// The library's known codes of one small grid of factors.
enum Known {
  /// The sizes of the factors; 960 combinations.
  static let sizes = [3, 4, 5, 4, 4]
  /// All combinations, the last factor fastest.
  static let factors: [[Int]] = (0..<960).map { index in
    var rest = index
    return sizes.reversed().map { size in
      defer { rest /= size }
      return rest % size
    }.reversed()
  }

  static func identity(_ factors: [[Int]]) -> Tensor<Double> { codes(.identity, factors) }
  static func noisy(_ factors: [[Int]]) -> Tensor<Double> { codes(.noisy, factors) }
  static func duplicated(_ factors: [[Int]]) -> Tensor<Double> { codes(.duplicated, factors) }
  static func rotated(_ factors: [[Int]]) -> Tensor<Double> { codes(.rotated, factors) }
  static func noise(_ factors: [[Int]]) -> Tensor<Double> { codes(.noise, factors) }
  static func constant(_ factors: [[Int]]) -> Tensor<Double> { codes(.constant, factors) }

  private static func codes(_ code: KnownCode, _ factors: [[Int]]) -> Tensor<Double> {
    code.codes(factors, sizes: sizes)
  }
}
