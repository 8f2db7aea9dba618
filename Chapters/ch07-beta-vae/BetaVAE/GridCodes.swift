import Datasets
import Tensors

/// What a score asks of a representation when it draws data itself: the codes `[number, d]` of data
/// with the given vectors of factors.
public typealias Representation = ([[Int]]) -> Tensor<Double>

/// The codes of all sprites of a grid, computed once, so that a score can draw from them at will.
public struct GridCodes: Sendable {
  /// The grid.
  public let sprites: Sprites
  /// The code of each image of the grid, in its order: `[count, d]`.
  public let codes: Tensor<Double>
  /// The factors of each image of the grid, in its order.
  public let factors: [[Int]]

  /// Encodes all images of a grid, 500 at a time.
  ///
  /// - Parameters:
  ///   - sprites: The grid.
  ///   - encode: From images `[batch, pixels]` to codes `[batch, d]`: for a variational autoencoder,
  ///     the means of q(z | x).
  public init(_ sprites: Sprites, encode: (Tensor<Float>) -> Tensor<Float>) {
    self.sprites = sprites
    factors = (0..<sprites.count).map { sprites.factors(at: $0) }
    let parts = stride(from: 0, to: sprites.count, by: 500).map { begin in
      let end = Swift.min(begin + 500, sprites.count)
      return Tensor<Double>(encode(sprites.images(indices: Array(begin..<end))))
    }
    codes = concatenated(parts, axis: 0)
  }

  /// The codes of the images with these factors: `[number, d]`.
  public func callAsFunction(_ factors: [[Int]]) -> Tensor<Double> {
    codes.rows(at: factors.map { sprites.index(of: $0) })
  }
}
