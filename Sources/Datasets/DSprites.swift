/// Images of dSprites itself (Matthey, Higgins, Hassabis & Lerchner 2017), with their factors.
///
/// An archive holds the arrays `imgs`, `[n, 64, 64]`, of 0 and 1; `latents_classes`, which value each
/// factor of an image has, counted from 0; and `latents_values`, what that value is. The latter two have
/// a row for each image. Its columns are shape, scale, orientation, x and y; in the complete data set
/// the colour, which is always white, comes first.
///
///     let sprites = try DSprites(contentsOf: "dsprites_downsampled.npz")
///     sprites.images.tensor([0, 1], as: Float.self)  // [2, 64 · 64], black and white
///     sprites.factors[0]                             // in the order of Sprites.factorNames
///
/// The complete archive, 737,280 images or 3 GB, is more than is read here. With NumPy, save a part of
/// it: every 13th image for instance, which leaves no value of a factor out.
///
///     z = numpy.load("dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz")
///     names = ["imgs", "latents_classes", "latents_values"]
///     numpy.savez_compressed("part.npz", **{name: z[name][::13] for name in names})
public struct DSprites: Sendable {
  /// The images: 64 × 64 bytes each, 0 or 255. Their labels are the shapes.
  public let images: ImageSet
  /// The factors of each image, counted from 0, in the order of `Sprites.factorNames`: `[count][5]`.
  public let factors: [[Int]]
  /// What the factors of each image mean, as `Sprites.values(of:)` says it: `[count][5]`.
  public let values: [[Double]]
  /// The number of values of each factor: one more than the largest that occurs.
  public let factorSizes: [Int]
  /// The number of images.
  public var count: Int { images.count }

  /// The number of rows and of columns of an image.
  static let size = 64
  /// How large the number of a factor's value may be; dSprites has at most 40 values.
  private static let largestClass = 0xFFFF

  /// Reads the archive at `path`, whose images may have `byteLimit` bytes; the message of any error
  /// begins with the path.
  ///
  /// Throws 66 if it is not there or unreadable; 65 if it is too large, damaged, or otherwise not an
  /// archive of dSprites.
  public init(contentsOf path: String, byteLimit: Int = IDX.byteLimit) throws(InputError) {
    do throws(InputError) {
      try self.init(NPZ(readFile(path, byteLimit: byteLimit)), byteLimit: byteLimit)
    } catch {
      throw error.naming(path, remedy: "give an archive of dSprites, or a part of one")
    }
  }

  /// The images and factors in an archive, whose images may have `byteLimit` bytes.
  ///
  /// Throws (65) if an array is missing or damaged, or if the arrays do not fit each other.
  public init(_ archive: NPZ, byteLimit: Int = IDX.byteLimit) throws(InputError) {
    let pixels = try Self.pixels(archive.array("imgs", byteLimit: byteLimit))
    let count = pixels.count / (Self.size * Self.size)
    let (classes, values) = (try archive.array(Self.classes), try archive.array(Self.values))
    for (name, array) in [(Self.classes, classes), (Self.values, values)] {
      guard array.shape == [count, 5] || array.shape == [count, 6] else {
        throw .damagedData(
          "\(name): the shape \(array.shape), not 5 factors (6 with the colour) of \(count) images")
      }
    }
    guard classes.shape == values.shape else {
      throw .damagedData(
        "\(Self.values): the shape \(values.shape), unlike that of \(Self.classes)")
    }
    let whole = try naming(Self.classes) { () throws(InputError) in try classes.integers() }
    (factors, factorSizes) = try Self.factors(whole, count)
    let numbers = try naming(Self.values) { () throws(InputError) in try values.doubles() }
    self.values = try Self.values(numbers, of: factors)
    images = ImageSet(
      pixels: pixels, labels: factors.map { UInt8($0[0]) }, height: Self.size, width: Self.size)
  }

  private static let (classes, values) = ("latents_classes", "latents_values")

  // MARK: Arrays

  /// The pixels as bytes 0 and 255.
  private static func pixels(_ array: NPY) throws(InputError) -> [UInt8] {
    guard array.shape.count == 3, array.shape[1...] == [size, size], array.shape[0] > 0 else {
      throw .damagedData("imgs: the shape \(array.shape), not [images, \(size), \(size)]")
    }
    var pixels = try naming("imgs") { () throws(InputError) in try array.byteValues() }
    for index in pixels.indices {
      guard pixels[index] <= 1 else {
        throw .damagedData(
          "imgs: a pixel of image \(index / (size * size)) is \(pixels[index]), not 0 or 1")
      }
      pixels[index] *= 255
    }
    return pixels
  }

  /// The factors of each image, without the colour, and how many values each has.
  private static func factors(
    _ classes: [Int], _ count: Int
  ) throws(InputError) -> (factors: [[Int]], sizes: [Int]) {
    let columns = classes.count / count
    var (factors, sizes): ([[Int]], [Int]) = ([], [0, 0, 0, 0, 0])
    factors.reserveCapacity(count)
    for image in 0..<count {
      let row = classes[image * columns..<(image + 1) * columns]
      if columns == 6, let colour = row.first, colour != 0 {
        throw .damagedData("\(Self.classes): image \(image) has the colour \(colour), not 0, white")
      }
      let own = [Int](row.suffix(5))
      for (factor, value) in own.enumerated() {
        let last = factor == 0 ? SpriteShape.allCases.count - 1 : largestClass
        guard 0 <= value, value <= last else {
          let name = Sprites.factorNames[factor]
          throw .damagedData(
            "\(Self.classes): image \(image) has the \(name) \(value), not 0 to \(last)")
        }
        sizes[factor] = max(sizes[factor], value + 1)
      }
      factors.append(own)
    }
    return (factors, sizes)
  }

  /// The values of each image, the shapes counted from 0.
  ///
  /// Throws unless each is one that the factor can have, and the same wherever its number is the same:
  /// rows in another order than the images would be noticed.
  private static func values(
    _ numbers: [Double], of factors: [[Int]]
  ) throws(InputError) -> [[Double]] {
    let columns = numbers.count / factors.count
    let turn = 2 * Double.pi
    let limits = [1.0...3.0, 0...1, 0...turn.nextUp, 0...1, 0...1]
    var known = [[Int: Double]](repeating: [:], count: 5)
    var values: [[Double]] = []
    values.reserveCapacity(factors.count)
    for image in factors.indices {
      var own = [Double](numbers[image * columns..<(image + 1) * columns].suffix(5))
      for factor in own.indices {
        let (name, number) = (Sprites.factorNames[factor], factors[image][factor])
        guard limits[factor].contains(own[factor]) else {
          throw .damagedData(
            "\(Self.values): image \(image) has the \(name) \(own[factor]), "
              + "not \(limits[factor].lowerBound) to \(limits[factor].upperBound)")
        }
        let expected = factor == 0 ? Double(number + 1) : known[factor][number] ?? own[factor]
        guard own[factor] == expected else {
          throw .damagedData(
            "\(Self.values): image \(image) has the \(name) \(own[factor]), "
              + "where number \(number) stands for \(expected)")
        }
        known[factor][number] = expected
      }
      own[0] -= 1
      values.append(own)
    }
    return values
  }
}

/// What `body` gives; an error of it begins with the name of an array.
private func naming<Result>(
  _ name: String, _ body: () throws(InputError) -> Result
) throws(InputError) -> Result {
  do {
    return try body()
  } catch {
    throw InputError(error.status, "\(name): \(error.message)")
  }
}
