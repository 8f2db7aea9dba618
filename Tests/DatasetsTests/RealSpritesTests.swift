import Foundation
import Tensors
import Testing

@testable import Datasets

private let folder = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "shared/data/dsprites").path

private func isThere(_ file: String) -> Bool {
  FileManager.default.fileExists(atPath: folder + "/" + file)
}

/// The generator beside images of dSprites itself, which are 64 × 64 and black and white.
@Suite struct RealSpritesTests {
  @Test(
    "Areas, outlines and places are those of dSprites, for every 37th image of a full grid",
    .enabled(if: isThere("dsprites_downsampled.npz"), "no ../shared/data/dsprites"))
  func grid() throws {
    let archive = try NPZ(contentsOf: folder + "/dsprites_downsampled.npz")
    let images = try archive.array("imgs"), values = try archive.array("latents_values").doubles()
    #expect(images.shape == [46_080, 64, 64] && values.count == 5 * 46_080)
    let classes = try archive.array("latents_classes")
    #expect(try classes.shape == [46_080, 5] && classes.integers().max() == 15)
    // Grids of the same numbers of values are enumerated in the same order.
    let same = Sprites(size: 64, scales: 6, orientations: 10, positions: 16)
    #expect(same.count == 46_080)
    #expect(try same.factors(at: 31_415) == Array(classes.integers()[5 * 31_415..<5 * 31_416]))
    try compare(images.byteValues(), values, step: 37)
  }

  @Test(
    "The same for every 20th image of a random subset, with all 40 orientations",
    .enabled(if: isThere("dsprites_subset.npz"), "no ../shared/data/dsprites"))
  func subset() throws {
    let archive = try NPZ(contentsOf: folder + "/dsprites_subset.npz")
    #expect(try archive.array("imgs").shape == [20_000, 64, 64])
    let error = #expect(throws: InputError.self) { try archive.array("metadata") }
    expect(error, .damagedData, folder, "metadata: its values are of type |O, Python objects")
    try compare(
      archive.array("imgs").byteValues(), archive.array("latents_values").doubles(), step: 20)
  }

  /// Compares every `step`th of some images of dSprites with those that the generator draws for the same
  /// values of the factors, shape by shape.
  private func compare(_ pixels: [UInt8], _ values: [Double], step: Int) throws {
    let (sprites, all) = (Sprites(size: 64), ImageSet(pixels: pixels, height: 64, width: 64))
    var random = Random(seed: 0)  // Which a threshold does not use.
    func blackAndWhite(_ x: Tensor<Float>) -> Tensor<Float> {
      Binarization.threshold(x, using: &random)
    }
    for shape in SpriteShape.allCases {
      let indices = stride(from: 0, to: all.count, by: step).filter {
        Int(values[5 * $0]) == shape.rawValue + 1
      }
      let drawn = indices.map { index in
        let v = values[5 * index..<5 * index + 5].map { $0 }
        return Tensor(
          [1, 4096], sprites.image(shape, scale: v[1], orientation: v[2], x: v[3], y: v[4]))
      }
      let ours = concatenated(drawn, axis: 0)
      let (real, rounded) = (blackAndWhite(255 * all.tensor(indices)), blackAndWhite(ours))
      let both = (real * rounded).sum(axis: 1)
      let overlap = both / (real.sum(axis: 1) + rounded.sum(axis: 1) - both)
      #expect(overlap.mean().scalar > 0.99 && overlap.min() > 0.8)
      // Black and white pixels make areas that scatter by 1 to 4 % from image to image.
      #expect(Swift.abs((ours.sum() / real.sum()).scalar - 1) < 0.005)
      // Where the rounded pixels differ, this is how far from a half the part covered is.
      let farthest = (abs(real - rounded) * abs(ours - 0.5)).max()
      #expect(farthest < (shape == .ellipse ? 0.05 : 0.5))
    }
  }
}
