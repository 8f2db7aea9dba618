import Foundation
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

  private func compare(_ pixels: [UInt8], _ values: [Double], step: Int) throws {
    let sprites = Sprites(size: 64)
    var (overlap, number) = ([Double](repeating: 0, count: 3), [Double](repeating: 0, count: 3))
    var (ours, theirs) = ([Double](repeating: 0, count: 18), [Double](repeating: 0, count: 18))
    var farthest: Float = 0
    for index in stride(from: 0, to: pixels.count / 4096, by: step) {
      let value = Array(values[5 * index..<5 * index + 5])
      let shape = Int(value[0]) - 1, scale = Int((10 * value[1] - 5).rounded())
      let image = sprites.image(
        SpriteShape(rawValue: shape)!, scale: value[1], orientation: value[2], x: value[3],
        y: value[4])
      let real = pixels[4096 * index..<4096 * (index + 1)]
      var (both, either, area, realArea) = (0.0, 0.0, 0.0, 0.0)
      for (p, q) in zip(image, real) {
        both += p >= 0.5 && q == 1 ? 1 : 0
        either += p >= 0.5 || q == 1 ? 1 : 0
        area += Double(p)
        realArea += Double(q)
        // How far from a half the coverage is where the rounded pixels differ.
        if (p >= 0.5) != (q == 1) { farthest = max(farthest, Swift.abs(p - 0.5)) }
      }
      overlap[shape] += both / either
      number[shape] += 1
      ours[6 * shape + scale] += area
      theirs[6 * shape + scale] += realArea
    }
    for shape in 0..<3 { #expect(overlap[shape] / number[shape] > 0.99) }
    #expect(zip(ours, theirs).allSatisfy { Swift.abs($0 / $1 - 1) < 0.005 })
    #expect(farthest < 0.5)
  }
}
