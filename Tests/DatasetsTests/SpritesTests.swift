import Tensors
import Testing

@testable import Datasets

@Suite struct SpritesTests {
  private let small = Sprites(size: 16, scales: 2, orientations: 5, positions: 3)

  @Test("The grid has every vector of factors once, y fastest, and each finds its index again")
  func indices() {
    let all = (0..<small.count).map { small.factors(at: $0) }
    #expect(small.factorSizes == [3, 2, 5, 3, 3] && small.count == 270)
    #expect(Set(all).count == 270)
    #expect(all.map { small.index(of: $0) } == Array(0..<270))
    #expect(
      Array(all.prefix(4)) == [
        [0, 0, 0, 0, 0], [0, 0, 0, 0, 1], [0, 0, 0, 0, 2], [0, 0, 0, 1, 0],
      ])
    let full = Sprites()
    #expect(full.count == 737_280 && full.factors(at: full.count - 1) == [2, 5, 39, 31, 31])
    #expect(Sprites.factorNames.count == full.factorSizes.count)
  }

  @Test("A grid of one value a factor holds each shape at full scale in the middle")
  func single() {
    let one = Sprites(size: 8, scales: 1, orientations: 1, positions: 1)
    #expect(one.count == 3)
    #expect(one.values(of: [1, 0, 0, 0, 0]) == [1, 1, 0, 0.5, 0.5])
    #expect(
      Sprites(size: 1, scales: 1, orientations: 1, positions: 1).image(factors: [0, 0, 0, 0, 0])
        == [0.09])
  }

  @Test("Values run evenly from 0.5 to 1, around the turn without its end, and from 0 to 1")
  func values() {
    let sprites = Sprites(scales: 6, orientations: 4, positions: 3)
    #expect(sprites.values(of: [2, 0, 0, 0, 2]) == [2, 0.5, 0, 0, 1])
    #expect(sprites.values(of: [0, 5, 3, 1, 0]) == [0, 1, 1.5 * .pi, 0.5, 0])
  }

  @Test(
    "An image sums to the area of its shape, wherever it is and however it is turned",
    arguments: SpriteShape.allCases)
  func areas(shape: SpriteShape) {
    for size in [7, 32, 64] {
      let sprites = Sprites(size: size, scales: 3, orientations: 7, positions: 4)
      for index in stride(
        from: shape.rawValue * sprites.count / 3, to: (shape.rawValue + 1) * sprites.count / 3,
        by: 11)
      {
        let factors = sprites.factors(at: index)
        let scale = sprites.values(of: factors)[1] * Double(size)
        let sum = sprites.image(factors: factors).reduce(0) { $0 + Double($1) }
        // An inscribed polygon of n points leaves out (2π/n)²/6 of an ellipse: 6.3e-6.
        #expect(abs(sum / (shape.area * scale * scale) - 1) < 2e-5)
      }
    }
  }

  @Test("1024 points for an outline are within the bound stated of the curve", arguments: [32, 64])
  func outlines(size: Int) {
    let sprites = Sprites(size: size)
    for shape in [SpriteShape.ellipse, .heart] {
      let fine = shape.outline(count: 64 * Sprites.outlinePoints)
      for orientation in [0, 0.3, 1.1] {
        let (cosine, sine) = (Double.cos(orientation), Double.sin(orientation))
        let centre = SIMD2(repeating: 0.47 * Double(size))
        let corners = fine.map {
          centre + Double(size) * SIMD2(cosine * $0.x + sine * $0.y, cosine * $0.y - sine * $0.x)
        }
        let image = sprites.image(shape, scale: 1, orientation: orientation, x: 0.44, y: 0.44)
        let error = distance(image, coverage(of: corners, size: size))
        // Such a strip along the longest way through a pixel.
        #expect(error < 2.2e-6 * Float(size) * 1.42)
      }
    }
  }

  @Test("A centre moves over the middle half of the image, x to the right and y downwards")
  func positions() {
    let sprites = Sprites(size: 20)
    for (x, y) in [(0.0, 0.0), (1.0, 0.25), (0.33, 1.0)] {
      let image = sprites.image(.square, scale: 0.7, orientation: 0.2, x: x, y: y).map(Double.init)
      let sum = image.reduce(0, +)
      var (across, down) = (0.0, 0.0)
      for (pixel, value) in image.enumerated() {
        across += (Double(pixel % 20) + 0.5) * value / sum
        down += (Double(pixel / 20) + 0.5) * value / sum
      }
      // Pixels cut by the outline move the centroid of an image a little from that of the shape.
      #expect(abs(across - (5 + 10 * x)) < 0.05 && abs(down - (5 + 10 * y)) < 0.05)
    }
  }

  @Test("A quarter turn of the shape is a quarter turn of the image, counterclockwise")
  func quarterTurn() {
    let sprites = Sprites(size: 24)
    for shape in SpriteShape.allCases {
      let image = sprites.image(shape, scale: 1, orientation: 0.4, x: 0.5, y: 0.5)
      let turned = sprites.image(shape, scale: 1, orientation: 0.4 + .pi / 2, x: 0.5, y: 0.5)
      let columns = (0..<24).map { column in (0..<24).map { image[24 * $0 + 23 - column] } }
      let expected = Array(columns.joined())
      #expect(distance(turned, expected) < 1e-6)
      let again = sprites.image(
        shape, scale: 1, orientation: 0.4 + 2 * .pi / Double(shape.symmetry), x: 0.5, y: 0.5)
      #expect(distance(image, again) < 1e-6)
    }
  }

  @Test("An upright heart has its two lobes above and its tip below")
  func heart() {
    let image = Sprites(size: 64).image(.heart, scale: 1, orientation: 0, x: 0.5, y: 0.5)
    let widths = (0..<64).map { row in image[row * 64..<row * 64 + 64].reduce(0, +) }
    let rows = widths.indices.filter { widths[$0] > 0 }
    #expect(widths[rows.first! + 1] > 4 && widths[rows.last! - 1] < 1)
    // Between the lobes, above the notch, nothing is covered.
    #expect(image[(rows.first! + 1) * 64 + 32] == 0 && image[32 * 64 + 32] == 1)
    let mirrored = (0..<64).flatMap { row in image[row * 64..<row * 64 + 64].reversed() }
    #expect(distance(image, mirrored) < 1e-6)
  }

  @Test("Rows of a batch are the images in the order asked for, and bytes are rounded")
  func batches() {
    let batch = small.images(indices: [269, 0, 100])
    #expect(batch.shape == [3, 256])
    #expect(Array(batch.scalars[256..<512]) == small.image(factors: [0, 0, 0, 0, 0]))
    #expect(
      small.images(factors: [small.factors(at: 269)]).scalars == Array(batch.scalars.prefix(256)))
    #expect(small.images(indices: []).shape == [0, 256])
    let set = small.imageSet(indices: [269, 0, 100])
    #expect(set.labels == [2, 0, 1] && (set.count, set.height, set.width) == (3, 16, 16))
    #expect(zip(set.pixels, batch.scalars).allSatisfy { abs(Float($0) - 255 * $1) <= 0.5001 })
  }

  @Test("Random factors repeat with the seed, and each value comes as often as the others")
  func randomFactors() {
    var first = Random(seed: 71), second = Random(seed: 71)
    let drawn = small.randomFactors(20_000, random: &first)
    #expect(drawn == small.randomFactors(20_000, random: &second))
    #expect(drawn != small.randomFactors(20_000, random: &first))
    for (factor, size) in small.factorSizes.enumerated() {
      let p = 1 / Double(size)
      for value in 0..<size {
        let part = Double(drawn.count { $0[factor] == value }) / 20_000
        #expect(abs(part - p) < 5 * (p * (1 - p) / 20_000).squareRoot())
      }
    }
  }

  /// The largest difference of two pixels in the same place.
  private func distance(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).reduce(0) { max($0, Swift.abs($1.0 - $1.1)) }
  }
}
