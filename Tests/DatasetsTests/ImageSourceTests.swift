import Foundation
import Testing

@testable import Datasets

@Suite struct ImageSourceTests {
  @Test("The embedded digits are 5,000 of 28 × 28, the published ones by CRC, 500 of each class")
  func digits() throws {
    let (training, test) = try ImageSource.digits.load()
    #expect((training.count, test.count) == (4000, 1000))
    #expect((training.height, training.width, test.height, test.width) == (28, 28, 28, 28))
    #expect(Checksum.crc32(training.pixels + test.pixels) == 0xC3A3_4328)
    let labels = try #require(training.labels) + #require(test.labels)
    #expect(labels == (0..<5000).map { UInt8($0 % 10) })
  }

  @Test("subset takes pixels and labels in the order asked for, with repeats")
  func subset() {
    let set = ImageSet(pixels: (0..<24).map { $0 }, labels: [5, 6, 7, 8], height: 2, width: 3)
    let chosen = set.subset([3, 0, 3])
    let last: [UInt8] = [18, 19, 20, 21, 22, 23]
    #expect(chosen.pixels == last + [0, 1, 2, 3, 4, 5] + last)
    #expect(chosen.labels == [8, 5, 8])
    #expect((chosen.count, chosen.height, chosen.width) == (3, 2, 3))
    #expect(set.subset(1..<3).pixels == (6..<18).map { $0 })
    #expect(set.subset([]).count == 0)
    #expect([UInt8](set[3]) == last)
  }

  @Test("The folder given goes before the variable, and plain files are as good as compressed ones")
  func folders() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/mnist", withIntermediateDirectories: true)
      try writeSet(folder, labels: [1, 2])
      try writeSet(folder + "/mnist", labels: [3, 4], compressed: true)
      let environment = ["VAE_DATA_DIR": folder]
      let given = try ImageSource.mnist.load(from: folder, environment: environment)
      #expect(given.training.labels == [1, 2] && given.test.labels == [1, 2])
      #expect(given.training.pixels == pixels)
      let found = try ImageSource.mnist.load(from: nil, environment: environment)
      #expect(found.training.labels == [3, 4] && found.training.pixels == pixels)
    }
  }

  @Test("Binarized pixels of 1 become 255, and a pixel of 2 is refused")
  func binarized() throws {
    try withTemporaryFolder { folder in
      var bits = pixels.map { $0 & 1 }
      try write(idx([2, 28, 28], bits), folder + "/train-images-idx3-ubyte")
      try write(idx([2, 28, 28], bits), folder + "/test-images-idx3-ubyte")
      let set = try ImageSource.binarized.load(from: folder).training
      #expect(set.labels == nil && set.pixels == bits.map { $0 == 1 ? 255 : 0 })
      bits[1000] = 2
      let path = folder + "/test-images-idx3-ubyte"
      try write(idx([2, 28, 28], bits), path)
      let error = #expect(throws: InputError.self) { try ImageSource.binarized.load(from: folder) }
      expect(error, .damagedData, path, "a pixel of image 1 is 2, not 0 or 1")
    }
  }

  @Test(
    "Without a folder, with a wrong one or an empty one, the error is 66 and says what to do",
    arguments: [ImageSource.mnist, .fashion, .binarized])
  func missing(source: ImageSource) throws {
    try withTemporaryFolder { folder in
      let none = folder + "/none"
      let cases: [(directory: String?, environment: [String: String], says: String)] = [
        (nil, [:], "no folder to read train-images-idx3-ubyte(.gz) from"),
        (nil, ["VAE_DATA_DIR": ""], "no folder to read"),
        (nil, ["VAE_DATA_DIR": none], none + "/"),
        (none, [:], none + ": no such folder"),
        (folder, [:], folder + "/train-images-idx3-ubyte(.gz): no such file"),
      ]
      for (directory, environment, says) in cases {
        let error = #expect(throws: InputError.self) {
          try source.load(from: directory, environment: environment)
        }
        expect(error, .missingInput, "", says)
        expect(error, .missingInput, "", "--data-dir")
        expect(error, .missingInput, "", "VAE_DATA_DIR to the folder that holds")
      }
    }
  }

  @Test("A set with one file missing, wrong or damaged is refused, and the file named")
  func damagedSet() throws {
    let labels = "/t10k-labels-idx1-ubyte", images = "/train-images-idx3-ubyte"
    let cases: [(file: String, bytes: [UInt8]?, status: Datasets.ExitStatus, says: String)] = [
      (labels, nil, .missingInput, "no such file"),
      (labels, idx([3], [0, 1, 2]), .damagedData, "3 labels for the 2 images"),
      (labels, idx([2], [9, 10]), .damagedData, "label 1 is 10, above 9"),
      (labels, idx([2, 28, 28], pixels), .damagedData, "rank 3, not 1"),
      (images, idx([2], [0, 1]), .damagedData, "rank 1, not 3"),
      (images, idx([1, 56, 28], pixels), .damagedData, "its images are 56 × 28, not 28 × 28"),
      (images, idx([1, 28, 56], pixels), .damagedData, "its images are 28 × 56, not 28 × 28"),
      (images, idx([2, 28, 28], pixels.dropLast()), .damagedData, "but 1567 follow"),
    ]
    for (file, bytes, status, says) in cases {
      try withTemporaryFolder { folder in
        try writeSet(folder, labels: [1, 2])
        try FileManager.default.removeItem(atPath: folder + file)
        if let bytes { try write(bytes, folder + file) }
        let error = #expect(throws: InputError.self) { try ImageSource.fashion.load(from: folder) }
        expect(error, status, folder + file, says)
      }
    }
  }

  /// Two images.
  private let pixels = (0..<1568).map { UInt8($0 % 251) }

  private func writeSet(_ folder: String, labels: [UInt8], compressed: Bool = false) throws {
    for part in ["train", "t10k"] {
      for (name, file) in [
        ("images-idx3-ubyte", idx([2, 28, 28], pixels)), ("labels-idx1-ubyte", idx([2], labels)),
      ] {
        let path = "\(folder)/\(part)-\(name)"
        if compressed { try write(gzipped(file), path + ".gz") } else { try write(file, path) }
      }
    }
  }

  /// A gzip member around the DEFLATE stream that `zlibCompressed` writes.
  private func gzipped(_ bytes: [UInt8]) -> [UInt8] {
    let trailer = packed([(Int(Checksum.crc32(bytes)), 32), (bytes.count, 32)])
    return Fixture.plainHeader + zlibCompressed(bytes).dropFirst(2).dropLast(4) + trailer
  }
}
