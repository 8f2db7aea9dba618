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
    let real = try DSprites(contentsOf: folder + "/dsprites_downsampled.npz")
    // Grids of the same numbers of values are enumerated in the same order.
    let same = Sprites(size: 64, scales: 6, orientations: 10, positions: 16)
    #expect(real.count == 46_080 && real.factorSizes == same.factorSizes)
    #expect((0..<real.count).allSatisfy { real.factors[$0] == same.factors(at: $0) })
    #expect(real.values[31_415][..<2] == same.values(of: real.factors[31_415])[..<2])
    try compare(real, step: 37)
  }

  @Test(
    "The same for every 20th image of a random subset, with all 40 orientations",
    .enabled(if: isThere("dsprites_subset.npz"), "no ../shared/data/dsprites"))
  func subset() throws {
    let path = folder + "/dsprites_subset.npz"
    let error = #expect(throws: InputError.self) { try NPZ(contentsOf: path).array("metadata") }
    expect(error, .damagedData, path, "metadata: its values are of type |O, Python objects")
    let real = try DSprites(contentsOf: path)
    #expect(real.count == 20_000 && real.factorSizes == [3, 6, 40, 32, 32])
    try compare(real, step: 20)
  }

  /// Compares every `step`th of some images of dSprites with those that the generator draws for the same
  /// values of the factors, shape by shape.
  private func compare(_ all: DSprites, step: Int) throws {
    let sprites = Sprites(size: 64)
    var random = Random(seed: 0)  // Which a threshold does not use.
    func blackAndWhite(_ x: Tensor<Float>) -> Tensor<Float> {
      Binarization.threshold(x, using: &random)
    }
    for shape in SpriteShape.allCases {
      let indices = stride(from: 0, to: all.count, by: step).filter {
        all.factors[$0][0] == shape.rawValue
      }
      let drawn = indices.map { index in
        let v = all.values[index]
        return Tensor(
          [1, 4096], sprites.image(shape, scale: v[1], orientation: v[2], x: v[3], y: v[4]))
      }
      let ours = concatenated(drawn, axis: 0)
      let (real, rounded) = (blackAndWhite(all.images.tensor(indices)), blackAndWhite(ours))
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
