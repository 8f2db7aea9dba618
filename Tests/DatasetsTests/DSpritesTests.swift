import Foundation
import Testing

@testable import Datasets

/// The arrays of a small archive, each of which a test may change.
struct SpriteParts {
  var names = ["imgs", "latents_classes", "latents_values"]
  var imageShape = "(4, 64, 64)"
  var pixels = (0..<4 * 4096).map { UInt8($0 / 4096 > 0 && $0 % (5 + $0 / 4096) == 0 ? 1 : 0) }
  var columns = 5
  var imageType = "|u1"
  var classes: [[Int]] = [[0, 2, 0, 0, 0], [0, 2, 0, 0, 1], [1, 5, 9, 3, 1], [2, 0, 39, 3, 0]]
  var values: [[Double]] = [
    [1, 0.7, 0, 0, 0], [1, 0.7, 0, 0, 0.25], [2, 1, 1.5, 0.75, 0.25], [3, 0.5, 2 * .pi, 0.75, 0],
  ]

  /// The archive's bytes: the images deflated, the rest stored.
  var archive: [UInt8] {
    func shape(_ rows: Int) -> String { "(\(rows), \(columns))" }
    let classes = self.classes.flatMap { $0 }.flatMap { NumPy.little($0, 8) }
    let values = self.values.flatMap { $0 }.flatMap {
      NumPy.little(Int(bitPattern: UInt($0.bitPattern)), 8)
    }
    let arrays = [
      NumPy.npy(imageType, imageShape, pixels),
      NumPy.npy("<i8", shape(self.classes.count), classes),
      NumPy.npy("<f8", shape(self.values.count), values),
    ]
    return NumPy.zip(
      zip(names, arrays).enumerated().map { place, member in
        NumPy.Member(name: member.0 + ".npy", data: member.1, method: place == 0 ? 8 : 0)
      })
  }

  func changed(_ change: (inout SpriteParts) -> Void) -> SpriteParts {
    var parts = self
    change(&parts)
    return parts
  }
}

/// An archive with one thing wrong, and what the error must say of it.
struct WrongParts: CustomTestStringConvertible, Sendable {
  let testDescription: String, says: String
  let archive: [UInt8]

  init(_ what: String, _ says: String, _ change: (inout SpriteParts) -> Void) {
    (testDescription, self.says) = (what, says)
    archive = SpriteParts().changed(change).archive
  }
}

@Suite struct DSpritesTests {
  @Test("Images, factors and values of an archive, with and without the colour")
  func reads() throws {
    let parts = SpriteParts()
    let coloured = parts.changed {
      $0.columns = 6
      $0.classes = $0.classes.map { [0] + $0 }
      $0.values = $0.values.map { [1] + $0 }
    }
    for one in [parts, coloured] {
      let sprites = try DSprites(NPZ(one.archive))
      #expect(sprites.count == 4)
      #expect((sprites.images.height, sprites.images.width) == (64, 64))
      #expect(sprites.images.pixels == parts.pixels.map { 255 * $0 })
      #expect(sprites.images.labels == [0, 0, 1, 2])
      #expect(sprites.factors == parts.classes)
      #expect(sprites.factorSizes == [3, 6, 40, 4, 2])
      #expect(sprites.values == parts.values.map { [$0[0] - 1] + $0[1...] })
    }
  }

  @Test("One image is enough, and truth values will do for pixels")
  func one() throws {
    let parts = SpriteParts().changed {
      ($0.imageShape, $0.imageType) = ("(1, 64, 64)", "|b1")
      $0.pixels = Array($0.pixels.suffix(4096))
      ($0.classes, $0.values) = ([$0.classes[0]], [$0.values[0]])
    }
    let sprites = try DSprites(NPZ(parts.archive))
    #expect(sprites.count == 1 && sprites.factorSizes == [1, 3, 1, 1, 1])
    #expect(sprites.images.pixels == parts.pixels.map { 255 * $0 })
  }

  @Test("The factors and values of a written grid of our own sprites come back")
  func ours() throws {
    let grid = Sprites(size: 64, scales: 2, orientations: 2, positions: 1)
    let factors = (0..<grid.count).map(grid.factors(at:))
    let parts = SpriteParts().changed {
      $0.imageShape = "(\(grid.count), 64, 64)"
      $0.pixels = factors.flatMap { grid.image(factors: $0).map { $0 < 0.5 ? 0 : 1 } }
      ($0.classes, $0.values) = (factors, factors.map(grid.values(of:)))
      for image in $0.values.indices { $0.values[image][0] += 1 }
    }
    let sprites = try DSprites(NPZ(parts.archive))
    #expect(sprites.factors == factors && sprites.factorSizes == grid.factorSizes)
    #expect(sprites.values == factors.map(grid.values(of:)))
  }

  private static let wrong: [WrongParts] = [
    WrongParts("no images", "it has no array imgs, only images, latents_classes") {
      $0.names[0] = "images"
    },
    WrongParts("no classes", "it has no array latents_classes, only imgs, classes") {
      $0.names[1] = "classes"
    },
    WrongParts("no values", "it has no array latents_values, only imgs, latents_classes, x") {
      $0.names[2] = "x"
    },
    WrongParts("another size", "imgs: the shape [16, 32, 32], not [images, 64, 64]") {
      $0.imageShape = "(16, 32, 32)"
    },
    WrongParts("rows of pixels", "imgs: the shape [4, 4096], not [images, 64, 64]") {
      $0.imageShape = "(4, 4096)"
    },
    WrongParts("no image at all", "imgs: the shape [0, 64, 64]") {
      ($0.imageShape, $0.pixels) = ("(0, 64, 64)", [])
      ($0.classes, $0.values) = ([], [])
    },
    WrongParts("signed pixels", "imgs: its values are of type |i1, not bytes") {
      $0.imageType = "|i1"
    },
    WrongParts("a grey pixel", "imgs: a pixel of image 2 is 128, not 0 or 1") {
      $0.pixels[2 * 4096 + 7] = 128
    },
    WrongParts("a row of classes too few", "latents_classes: the shape [3, 5], not 5 factors") {
      $0.classes.removeLast()
    },
    WrongParts("a row of values too many", "latents_values: the shape [5, 5], not 5 factors") {
      $0.values.append($0.values[0])
    },
    WrongParts("four factors", "latents_classes: the shape [4, 4], not 5 factors (6 with the") {
      $0.columns = 4
      $0.classes = $0.classes.map { Array($0.dropLast()) }
      $0.values = $0.values.map { Array($0.dropLast()) }
    },
    WrongParts("a red sprite", "latents_classes: image 3 has the colour 1, not 0, white") {
      $0.columns = 6
      $0.classes = $0.classes.map { [$0[0] == 2 ? 1 : 0] + $0 }
      $0.values = $0.values.map { [1] + $0 }
    },
    WrongParts("a fourth shape", "latents_classes: image 1 has the shape 3, not 0 to 2") {
      $0.classes[1][0] = 3
    },
    WrongParts("a class below 0", "latents_classes: image 2 has the x -1, not 0 to 65535") {
      $0.classes[2][3] = -1
    },
    WrongParts("a class past all", "latents_classes: image 0 has the scale 9000000, not 0 to") {
      $0.classes[0][1] = 9_000_000
    },
    WrongParts("a scale above 1", "latents_values: image 2 has the scale 1.5, not 0.0 to 1.0") {
      $0.values[2][1] = 1.5
    },
    WrongParts("no number", "latents_values: image 0 has the y nan, not 0.0 to 1.0") {
      $0.values[0][4] = .nan
    },
    WrongParts("another shape's value", "image 3 has the shape 1.0, where number 2 stands for 3.0")
    {
      $0.values[3][0] = 1
    },
    WrongParts("values of other images", "image 1 has the scale 0.6, where number 2 stands for 0.7")
    {
      $0.values[1][1] = 0.6
    },
  ]

  @Test("What does not fit is refused with status 65 and one line", arguments: wrong)
  func refuses(parts: WrongParts) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/sprites.npz"
      try write(parts.archive, path)
      let error = #expect(throws: InputError.self) { try DSprites(contentsOf: path) }
      expect(error, .damagedData, path + ": ", parts.says)
      #expect(error?.message.hasSuffix("; give an archive of dSprites, or a part of one") == true)
    }
  }

  @Test("Five factors beside six are refused")
  func columns() throws {
    let (five, six) = (SpriteParts(), SpriteParts().changed { $0.columns = 6 })
    let classes = NumPy.npy("<i8", "(4, 5)", five.classes.joined().flatMap { NumPy.little($0, 8) })
    let values = NumPy.npy("<f8", "(4, 6)", [UInt8](repeating: 0, count: 4 * six.columns * 8))
    let archive = NumPy.zip([
      NumPy.Member(name: "imgs.npy", data: NumPy.npy("|u1", five.imageShape, five.pixels)),
      NumPy.Member(name: "latents_classes.npy", data: classes),
      NumPy.Member(name: "latents_values.npy", data: values),
    ])
    let error = #expect(throws: InputError.self) { try DSprites(NPZ(archive)) }
    expect(error, .damagedData, "latents_values: the shape [4, 6], unlike that of latents_c", "")
  }

  @Test("A file that is not there is status 66; one that is cut short or too large, 65")
  func files() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/sprites.npz"
      let missing = #expect(throws: InputError.self) { try DSprites(contentsOf: path) }
      expect(missing, .missingInput, path + ": ", "no such file")
      let whole = SpriteParts().archive
      try write(whole.dropLast(9), path)
      let cut = #expect(throws: InputError.self) { try DSprites(contentsOf: path) }
      expect(cut, .damagedData, path + ": ", "a ZIP archive without its end")
      try write(whole, path)
      let large = #expect(throws: InputError.self) {
        try DSprites(contentsOf: path, byteLimit: 4 * 4096)
      }
      expect(large, .damagedData, path + ": ", "imgs: larger than the 16384 bytes allowed")
      #expect(try DSprites(contentsOf: path).count == 4)
    }
  }
}
