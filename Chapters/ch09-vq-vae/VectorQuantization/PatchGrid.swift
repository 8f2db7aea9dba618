import Tensors

/// Windows of an image, one about each cell of a grid.
///
/// The side of the image is `grid` cells; each window is centred on its cell, may be wider than it, and
/// sees zeros beyond the edge.
public struct PatchGrid: Sendable {
  /// The number of rows, and of columns, of an image.
  public let side: Int
  /// The number of cells along each side; the image has `grid²` cells.
  public let grid: Int
  /// The number of rows, and of columns, of a window.
  public let window: Int
  /// For each number of each window the pixel that it shows, or −1 beyond the edge.
  private let pixels: [Int]

  /// A grid; its cells must be of whole pixels, and a window is wider than a cell by an even number.
  public init(side: Int, grid: Int, window: Int) {
    let cell = side / grid
    guard side == grid * cell, window >= cell, (window - cell).isMultiple(of: 2) else {
      fatalError("PatchGrid: windows of \(window) about \(grid) cells along \(side) pixels")
    }
    (self.side, self.grid, self.window) = (side, grid, window)
    let margin = (window - cell) / 2
    pixels = (0..<grid * grid).flatMap { place in
      (0..<window * window).map { offset in
        let row = place / grid * cell - margin + offset / window
        let column = place % grid * cell - margin + offset % window
        let inside = row >= 0 && row < side && column >= 0 && column < side
        return inside ? row * side + column : -1
      }
    }
  }

  /// The number of cells of an image.
  public var count: Int { grid * grid }

  /// The length of a row of what is read from a window: its pixels, then a 1 at the cell's place.
  public var inputs: Int { window * window + count }

  /// What is read from each window of each image: `[batch, side²]` to `[batch · count, inputs]`.
  ///
  /// The images are constants: no gradient flows to them.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func callAsFunction<Scalar: TensorScalar>(_ images: Tensor<Scalar>) -> Tensor<Scalar> {
    let (batch, area, width) = (images.shape[0], window * window, inputs)
    var result = Tensor<Scalar>.zeros([batch * count, width])
    images.withUnsafeScalars { images in
      pixels.withUnsafeBufferPointer { pixels in
        result.withUnsafeMutableScalars { result in
          for row in 0..<batch * count {
            let (image, place) = (row / count * side * side, row % count)
            for offset in 0..<area {
              let pixel = pixels[place * area + offset]
              if pixel >= 0 { result[row * width + offset] = images[image + pixel] }
            }
            result[row * width + area + place] = 1
          }
        }
      }
    }
    return result
  }
}
