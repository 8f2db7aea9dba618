import Datasets
import Foundation
import Tensors
import Testing
import Training

@testable import VariationalAutoencoder

@Suite("The same bits", .serialized)
struct SameBitsTests {
  /// The CRC-32 of all parameters after training on 400 digits for two epochs.
  private func fingerprint(threads: Int) throws -> UInt32 {
    let before = Parallel.threads
    defer { Parallel.threads = before }
    Parallel.threads = threads
    let images = try ImageSource.digits.load().training.subset(0..<400)
    var random = Random(seed: 17)
    var model = VariationalAutoencoder<Float>(Architecture(), random: &random)
    model.train(on: images, TrainingPlan(epochs: 2), random: &random)
    let bits = model.parameters.flatMap { $0.scalars.map(\.bitPattern) }
    return Checksum.crc32(bits.flatMap { word in (0..<4).map { UInt8(word >> (8 * $0) & 255) } })
  }

  @Test("a training run ends with the same bits on one thread and on several")
  func threads() throws {
    let one = try fingerprint(threads: 1)
    #expect(try fingerprint(threads: 2) == one)
    #expect(try fingerprint(threads: 3) == one)
  }

  @Test("a training run ends with the bits on record, whatever the machine and the build")
  func onRecord() throws {
    // If you changed a kernel's order of operations, or the random numbers, on purpose, this is
    // where you say so: run the test and write the new value here.
    let found = try fingerprint(threads: 2)
    #expect(found == 72_183_339)
  }
}
