import Tensors

/// White shapes on black with known factors of variation: shape, scale, orientation, x and y.
///
/// The images are those of dSprites (Matthey, Higgins, Hassabis & Lerchner 2017) in their geometry:
/// the same three shapes at the same scales, turned around the same points and moved over the same
/// range, whatever the size of the image. Two things differ. A pixel is the part of it that the shape
/// covers, from 0 to 1, where dSprites has only 0 and 1. And the orientations divide a turn evenly,
/// where dSprites has both 0 and 2π, so that no two of ours are the same by construction. (A square
/// and an ellipse look the same after a quarter and half a turn, as they do in dSprites.)
///
/// Images are drawn when they are asked for, so that a grid of any number of them costs nothing.
///
///     let sprites = Sprites(size: 32)
///     sprites.factorSizes                            // [3, 6, 40, 32, 32]
///     sprites.image(factors: [2, 5, 0, 16, 16])      // an upright heart in the middle
public struct Sprites: Sendable {
  /// What the factors are called, in the order that every vector of factors has.
  public static let factorNames = ["shape", "scale", "orientation", "x", "y"]
  /// How many points stand for the outline of an ellipse or a heart.
  ///
  /// A chord lies inside its arc by at most |r″| Δt² / 8, for a curve r(t) of which Δt is one step.
  /// With |r″| ≤ 0.46 of the image's side for the heart and 0.2 for the ellipse, and Δt = 2π / 1024,
  /// that is 2.2 · 10⁻⁶ of the side: 1.4 · 10⁻⁴ pixels in an image of 64 × 64.
  static let outlinePoints = 1024

  /// The number of rows and of columns of an image.
  public let size: Int
  /// The number of values of each factor, in the order of `factorNames`.
  public let factorSizes: [Int]
  /// The number of images: the product of `factorSizes`.
  public let count: Int
  private let outlines: [[SIMD2<Double>]]

  /// A grid of sprites; with the defaults, the numbers of values are those of dSprites.
  ///
  /// - Parameters:
  ///   - size: The number of rows and of columns of an image.
  ///   - scales: The number of scales, evenly from 0.5 to 1; a single one is 1.
  ///   - orientations: The number of orientations, evenly from 0 to just before a whole turn.
  ///   - positions: The number of places in each direction, evenly over the middle half of the image;
  ///     a single one is the centre.
  public init(size: Int = 32, scales: Int = 6, orientations: Int = 40, positions: Int = 32) {
    let sizes = [SpriteShape.allCases.count, scales, orientations, positions, positions]
    guard size > 0, sizes.allSatisfy({ $0 > 0 }) else {
      fatalError("Sprites: size \(size), \(sizes) values of \(Self.factorNames)")
    }
    (self.size, factorSizes) = (size, sizes)
    count = sizes.reduce(1, *)
    outlines = SpriteShape.allCases.map { $0.outline(count: Self.outlinePoints) }
  }

  /// The number of pixels of each image.
  public var pixelsPerImage: Int { size * size }

  // MARK: Factors

  /// The factors of image `index`: the last, y, changes from each image to the next.
  public func factors(at index: Int) -> [Int] {
    guard 0 <= index, index < count else { fatalError("Sprites: image \(index) of \(count)") }
    var (rest, factors) = (index, factorSizes)
    for factor in factors.indices.reversed() {
      (rest, factors[factor]) = rest.quotientAndRemainder(dividingBy: factorSizes[factor])
    }
    return factors
  }

  /// The index of the image with these factors.
  public func index(of factors: [Int]) -> Int {
    check(factors)
    return zip(factors, factorSizes).reduce(0) { $0 * $1.1 + $1.0 }
  }

  /// What the factors mean: the number of the shape, the scale in [0.5, 1], the orientation in
  /// [0, 2π), counterclockwise as seen, and x (to the right) and y (downwards) in [0, 1].
  public func values(of factors: [Int]) -> [Double] {
    check(factors)
    func part(_ factor: Int, single: Double) -> Double {
      let last = factorSizes[factor] - 1
      return last == 0 ? single : Double(factors[factor]) / Double(last)
    }
    return [
      Double(factors[0]), 0.5 + 0.5 * part(1, single: 1),
      2 * .pi * Double(factors[2]) / Double(factorSizes[2]), part(3, single: 0.5),
      part(4, single: 0.5),
    ]
  }

  /// `number` vectors of factors, each factor equally likely to have each of its values.
  public func randomFactors(_ number: Int, random: inout Random) -> [[Int]] {
    (0..<number).map { _ in factorSizes.map { random.integer(below: $0) } }
  }

  private func check(_ factors: [Int]) {
    guard factors.count == factorSizes.count,
      zip(factors, factorSizes).allSatisfy({ 0 <= $0 && $0 < $1 })
    else { fatalError("Sprites: no image has the factors \(factors), of \(factorSizes) values") }
  }

  // MARK: Images

  /// The image with these factors: values in [0, 1], row-major, `[size, size]`.
  public func image(factors: [Int]) -> [Float] {
    let values = values(of: factors)
    return image(
      SpriteShape(rawValue: factors[0])!, scale: values[1], orientation: values[2], x: values[3],
      y: values[4])
  }

  /// The image of a shape at any scale in (0, 1], any orientation, and any x and y in [0, 1].
  public func image(
    _ shape: SpriteShape, scale: Double, orientation: Double, x: Double, y: Double
  ) -> [Float] {
    guard scale > 0, scale <= 1, 0 <= x, x <= 1, 0 <= y, y <= 1 else {
      fatalError("Sprites: a \(shape) of scale \(scale) at x = \(x), y = \(y)")
    }
    let (side, cosine, sine) = (Double(size), Double.cos(orientation), Double.sin(orientation))
    let centre = side * SIMD2(0.25 + 0.5 * x, 0.25 + 0.5 * y)
    let corners = outlines[shape.rawValue].map { point in
      centre + scale * side
        * SIMD2(cosine * point.x + sine * point.y, cosine * point.y - sine * point.x)
    }
    return coverage(of: corners, size: size)
  }

  /// The images with these indices, in this order: values in [0, 1], `[batch, size · size]`.
  public func images(indices: [Int]) -> Tensor<Float> {
    images(factors: indices.map(factors(at:)))
  }

  /// The images with these factors, in this order: values in [0, 1], `[batch, size · size]`.
  public func images(factors: [[Int]]) -> Tensor<Float> {
    Tensor([factors.count, pixelsPerImage], factors.flatMap(image(factors:)))
  }

  /// The images with these indices, rounded to bytes; their labels are the shapes.
  public func imageSet(indices: [Int]) -> ImageSet {
    let factors = indices.map(factors(at:))
    return ImageSet(
      pixels: factors.flatMap { image(factors: $0).map { UInt8((255 * $0).rounded()) } },
      labels: factors.map { UInt8($0[0]) }, height: size, width: size)
  }
}
