import Foundation
import Testing

@testable import Datasets

/// The folder beside the package that may hold the real data sets.
private let realData = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "shared/data").path

private func isThere(_ folder: String) -> Bool {
  FileManager.default.fileExists(atPath: realData + "/" + folder)
}

/// The expected CRC-32s are Python's `zlib.crc32` of the pixels (those of `binarized` times 255).
@Suite struct RealFilesTests {
  @Test(
    "The official MNIST files give the published counts and classes, and hold our digits",
    .enabled(if: isThere("mnist"), "no folder ../shared/data/mnist beside the package"))
  func mnist() throws {
    let (training, test) = try ImageSource.mnist.load(from: realData + "/mnist")
    #expect((training.count, test.count) == (60_000, 10_000))
    #expect(
      classCounts(training) == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    #expect(classCounts(test) == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    #expect(Checksum.crc32(training.pixels) == 0xF363_9B56)
    #expect(Checksum.crc32(test.pixels) == 0xE4CA_5F57)

    var labels: [UInt32: UInt8] = [:]
    for index in 0..<training.count {
      labels[checksum(training, index)] = training.labels![index]
    }
    let digits = try ImageSource.digits.load()
    for part in [digits.training, digits.test] {
      #expect((0..<part.count).allSatisfy { labels[checksum(part, $0)] == part.labels![$0] })
    }
  }

  @Test(
    "The official Fashion-MNIST files give the published counts and classes",
    .enabled(if: isThere("fashion-mnist"), "no folder ../shared/data/fashion-mnist"))
  func fashion() throws {
    let (training, test) = try ImageSource.fashion.load(
      from: nil, environment: ["VAE_DATA_DIR": realData])
    #expect(classCounts(training) == [Int](repeating: 6000, count: 10))
    #expect(classCounts(test) == [Int](repeating: 1000, count: 10))
    #expect(Checksum.crc32(training.pixels) == 0xAE65_DCCD)
    #expect(Checksum.crc32(test.pixels) == 0x1272_8439)
  }

  @Test(
    "The fixed binarization gives 50,000 and 10,000 digits of black and white",
    .enabled(if: isThere("binarized-mnist"), "no folder ../shared/data/binarized-mnist"))
  func binarized() throws {
    let (training, test) = try ImageSource.binarized.load(from: realData + "/binarized-mnist")
    #expect((training.count, test.count) == (50_000, 10_000))
    #expect(Checksum.crc32(training.pixels) == 0x019D_9379)
    #expect(Checksum.crc32(test.pixels) == 0xA359_6B0B)
    #expect(training.labels == nil && test.labels == nil)
  }

  private func checksum(_ set: ImageSet, _ index: Int) -> UInt32 {
    Checksum.crc32(set.pixels, in: index * set.pixelsPerImage..<(index + 1) * set.pixelsPerImage)
  }

  private func classCounts(_ set: ImageSet) -> [Int] {
    set.labels!.reduce(into: [Int](repeating: 0, count: 10)) { $0[Int($1)] += 1 }
  }
}
