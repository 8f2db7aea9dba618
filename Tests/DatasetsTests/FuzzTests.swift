import Testing

@testable import Datasets

@Suite struct FuzzTests {
  @Test("Every single flipped bit of a gzip file is noticed, but for those that fill up a byte")
  func everyBit() throws {
    let whole = Fixture.gzip
    var unnoticed: [Int] = []
    for bit in 0..<8 * whole.count {
      var damaged = whole
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      do throws(InputError) {
        let values = try IDX(damaged, rank: 3).values
        #expect(values == Fixture.values)  // Those bits mean nothing.
        unnoticed.append(bit)
      } catch {
        #expect(error.status == .damagedData)
      }
    }
    let endOfData = 8 * (Fixture.header.count + Fixture.dynamic.count)
    #expect(unnoticed.count < 8)
    #expect(unnoticed.allSatisfy { endOfData - 8 < $0 && $0 < endOfData })
  }

  @Test("Every proper prefix of a file is refused, compressed or not")
  func everyPrefix() {
    for whole in [Fixture.gzip, Fixture.file] {
      for count in whole.indices {
        let error = #expect(throws: InputError.self) {
          try IDX([UInt8](whole.prefix(count)), rank: 3)
        }
        #expect(error?.status == .damagedData)
      }
    }
  }

  @Test("Every flipped bit in the header of a plain file is noticed")
  func everyHeaderBit() {
    for bit in 0..<128 {
      var damaged = Fixture.file
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: InputError.self) { try IDX(damaged, rank: 3) }
    }
  }

  @Test(
    "5,000 mutations of each kind of stream decode or throw, and stay within the limit",
    arguments: ["stored", "fixed", "dynamic", "gzip"])
  func mutations(kind: String) throws {
    let whole = try #require(Fixture.streams[kind])
    var random = SplitMix(state: 0xDA7A), thrown = 0
    for _ in 0..<5000 {
      let damaged = mutated(whole, &random)
      do throws(InputError) {
        let isMember = isGzip(damaged)
        let data =
          try isMember
          ? gunzip(damaged, outputLimit: 4096) : inflate(damaged, outputLimit: 4096)
        #expect(data.count <= 4096)
      } catch {
        thrown += 1
        #expect(error.status == .damagedData)
      }
    }
    #expect(thrown > 2500)
  }

  @Test("20,000 random streams decode or throw")
  func noise() {
    var random = SplitMix(state: 2), decoded = 0
    for _ in 0..<20_000 {
      let count = Int.random(in: 0...60, using: &random)
      let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      if (try? inflate(noise, outputLimit: 4096)) != nil { decoded += 1 }
    }
    #expect(decoded < 1000)
  }
}

/// One to four changes: a flipped bit, a random byte, a lost or doubled stretch, a cut.
func mutated(_ whole: [UInt8], _ random: inout SplitMix) -> [UInt8] {
  var bytes = whole
  for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
    let index = bytes.indices.randomElement(using: &random)!
    let stretch = index..<min(bytes.count, index + Int.random(in: 1...9, using: &random))
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &random)
    case 1: bytes[index] = UInt8.random(in: 0...255, using: &random)
    case 2: bytes.removeSubrange(stretch)
    case 3: bytes.insert(contentsOf: bytes[stretch], at: index)
    default: bytes.removeSubrange(index...)
    }
  }
  return bytes
}
