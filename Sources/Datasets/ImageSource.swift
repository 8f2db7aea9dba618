import Foundation

/// The sets of 28 × 28 images that the programs can use.
///
/// `digits` is part of the package; the files of the others are yours to provide. They are looked
/// for under their official names, compressed (`.gz`) or not, in the folder that `load(from:)` is
/// given or else in a subfolder of the one that the environment variable `VAE_DATA_DIR` names:
///
///     $VAE_DATA_DIR/mnist/            train-images-idx3-ubyte  train-labels-idx1-ubyte
///     $VAE_DATA_DIR/fashion-mnist/    t10k-images-idx3-ubyte   t10k-labels-idx1-ubyte
///     $VAE_DATA_DIR/binarized-mnist/  train-images-idx3-ubyte  test-images-idx3-ubyte
public enum ImageSource: String, CaseIterable, Sendable {
  /// 5,000 digits of MNIST, 500 of each class: 4,000 to train on and 1,000 to test with.
  ///
  /// Their labels run 0, 1, …, 9, 0, 1, …, so every tenfold prefix of either part is balanced.
  case digits
  /// MNIST: 60,000 digits to train on, 10,000 to test with.
  case mnist
  /// Fashion-MNIST: 60,000 pieces of clothing to train on, 10,000 to test with.
  case fashion
  /// The fixed binarization of MNIST: 50,000 and 10,000 digits without labels; pixels 0 or 255.
  case binarized

  /// The environment variable that names the folder of all data sets.
  public static let environmentVariable = "VAE_DATA_DIR"

  /// The images to train on and those to test with, read from `directory` if that is given (which
  /// `digits` does not need, and ignores).
  ///
  /// Throws 66 if a folder or file is missing or unreadable, 65 if a file is damaged; the message
  /// names the file.
  public func load(
    from directory: String? = nil
  ) throws(InputError) -> (training: ImageSet, test: ImageSet) {
    try load(from: directory, environment: ProcessInfo.processInfo.environment)
  }

  func load(
    from directory: String?, environment: [String: String]
  ) throws(InputError) -> (training: ImageSet, test: ImageSet) {
    if self == .digits {
      let all = try readImages(
        embedded("mnist-5k-images-idx3-ubyte.gz"), embedded("mnist-5k-labels-idx1-ubyte.gz"))
      guard all.count == 5000 else {
        throw .damagedData("the package holds \(all.count) digits, not 5000; fetch it again")
      }
      return (all.subset(0..<4000), all.subset(4000..<5000))
    }
    let folder = try folder(directory, environment)
    let testName = self == .binarized ? "test" : "t10k"
    return (try readPart("train", in: folder), try readPart(testName, in: folder))
  }

  private func readPart(_ part: String, in folder: String) throws(InputError) -> ImageSet {
    let images = try find("\(part)-images-idx3-ubyte", in: folder)
    guard self == .binarized else {
      return try readImages(images, find("\(part)-labels-idx1-ubyte", in: folder))
    }
    let set = try readImages(images, nil)
    if let index = set.pixels.firstIndex(where: { $0 > 1 }) {
      let image = index / set.pixelsPerImage
      throw .damagedData("a pixel of image \(image) is \(set.pixels[index]), not 0 or 1")
        .naming(images)
    }
    return ImageSet(pixels: set.pixels.map { 255 * $0 }, height: set.height, width: set.width)
  }

  // MARK: Finding files

  private var folderName: String {
    switch self {
    case .digits, .mnist: "mnist"
    case .fashion: "fashion-mnist"
    case .binarized: "binarized-mnist"
    }
  }

  private var remedy: String {
    "give the folder with --data-dir, or set \(Self.environmentVariable)"
      + " to the folder that holds \(folderName)/"
  }

  private func folder(
    _ directory: String?, _ environment: [String: String]
  ) throws(InputError) -> String {
    var folder = directory
    if folder == nil, let all = environment[Self.environmentVariable], !all.isEmpty {
      folder = all + "/" + folderName
    }
    guard let folder else {
      throw .missingInput("no folder to read train-images-idx3-ubyte(.gz) from; \(remedy)")
    }
    var isDirectory: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory)
    guard exists, isDirectory.boolValue else {
      throw .missingInput(
        "\(folder): no such folder, looking for train-images-idx3-ubyte(.gz); \(remedy)")
    }
    return folder
  }

  private func find(_ name: String, in folder: String) throws(InputError) -> String {
    for path in ["\(folder)/\(name)", "\(folder)/\(name).gz"]
    where FileManager.default.fileExists(atPath: path) { return path }
    throw .missingInput("\(folder)/\(name)(.gz): no such file; \(remedy)")
  }
}

private func embedded(_ name: String) throws(InputError) -> String {
  let url =
    Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Resources")
    ?? Bundle.module.url(forResource: name, withExtension: nil)
  guard let url else { throw .missingInput("\(name): not in the package; fetch it again") }
  return url.path
}

/// The 28 × 28 images in one file with, unless that is nil, the labels in another.
func readImages(_ imagePath: String, _ labelPath: String?) throws(InputError) -> ImageSet {
  let images = try IDX(contentsOf: imagePath, rank: 3)
  guard images.dimensions[1...] == [28, 28] else {
    let size = "\(images.dimensions[1]) × \(images.dimensions[2])"
    throw .damagedData("its images are \(size), not 28 × 28").naming(imagePath)
  }
  var labels: [UInt8]?
  if let labelPath {
    let values = try IDX(contentsOf: labelPath, rank: 1).values
    guard values.count == images.dimensions[0] else {
      throw .damagedData("\(values.count) labels for the \(images.dimensions[0]) images beside it")
        .naming(labelPath)
    }
    if let index = values.firstIndex(where: { $0 > 9 }) {
      throw .damagedData("label \(index) is \(values[index]), above 9").naming(labelPath)
    }
    labels = values
  }
  return ImageSet(pixels: images.values, labels: labels, height: 28, width: 28)
}
