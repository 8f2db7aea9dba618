import Testing

@testable import Datasets

@Suite struct CompressionTests {
  @Test("inflate decodes stored, fixed and dynamic blocks made by zlib")
  func blocks() throws {
    #expect(try inflate(Fixture.stored, outputLimit: 12) == [UInt8]("stored bytes".utf8))
    #expect(try inflate(Fixture.fixed, outputLimit: 84) == Fixture.text)
    #expect(try inflate(Fixture.dynamic, outputLimit: 2000) == Fixture.file)
  }

  @Test("gunzip reads every optional header field, and all members")
  func members() throws {
    #expect(try gunzip(Fixture.gzip, outputLimit: 2000) == Fixture.file)
    let two = Fixture.gzip + Fixture.plainHeader + Fixture.dynamic + Fixture.trailer
    #expect(try gunzip(two, outputLimit: 4000) == Fixture.file + Fixture.file)
  }

  @Test("The output limit is exact: one byte less is refused, whatever the kind of block")
  func limit() throws {
    for (stream, count) in [(Fixture.stored, 12), (Fixture.fixed, 84), (Fixture.dynamic, 1296)] {
      #expect(try inflate(stream, outputLimit: count).count == count)
      #expect(throws: InputError.self) { try inflate(stream, outputLimit: count - 1) }
    }
  }

  @Test("Data that swell 160-fold stop at the limit")
  func bomb() throws {
    // One zero, then 10,000 times 258 copies of the byte before: 2.6 MB from 16 kB.
    let literal = reversedBits(0x30, 8), longest = reversedBits(0xC0 + 285 - 280, 8)
    var fields = [(value: 3, bits: 3), (literal, 8)]
    for _ in 0..<10_000 { fields += [(longest, 8), (0, 5)] }
    let bomb = packed(fields + [(0, 7)])
    #expect(try inflate(bomb, outputLimit: 3_000_000).count == 2_580_001)
    let error = #expect(throws: InputError.self) { try inflate(bomb, outputLimit: 10_000) }
    #expect(error?.message.contains("more than the 10000 bytes") == true)
  }

  @Test("Lengths and distances fall into the buckets of RFC 1951, at both ends of each")
  func buckets() {
    let lengths = [
      3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
      163, 195, 227,
    ]
    let distances = [
      1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
      2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
    ]
    for (starts, first, end, mantissaBits) in [(lengths, 3, 259, 2), (distances, 1, 32769, 1)] {
      for (symbol, start) in starts.enumerated() {
        let bucket = Bucket(symbol: symbol, mantissaBits: mantissaBits)
        let next = symbol + 1 < starts.count ? starts[symbol + 1] : end
        #expect(bucket.base + first == start)
        #expect(1 << bucket.extraBits == next - start)
        for value in [start, next - 1] {
          let found = Bucket(of: value - first, mantissaBits: mantissaBits)
          #expect(found.symbol == symbol && found.base == bucket.base)
          #expect(found.extraBits == bucket.extraBits)
        }
      }
    }
  }

  @Test(
    "What zlibCompressed writes, zlibDecompressed reads back",
    arguments: [0, 1, 2, 3, 4, 5, 257, 258, 259, 260, 1000, 32768, 40_000, 100_000])
  func roundTrip(count: Int) throws {
    var random = SplitMix(state: UInt64(count))
    let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    let few = (0..<count).map { _ in UInt8.random(in: 0...2, using: &random) }
    // 20,000 random bytes over and over: matches from farther than a short chain away.
    let far = (0..<count).map { noise[$0 % 20_000] }
    for data in [noise, few, far, [UInt8](repeating: 7, count: count)] {
      #expect(try zlibDecompressed(zlibCompressed(data), outputLimit: count) == data)
    }
  }

  @Test("zlibCompressed refers back 32,768 bytes and no farther")
  func window() throws {
    let sizes = try [32_767, 32_768, 32_769].map { distance in
      let mark = [UInt8](200..<220)
      let data = mark + [UInt8](repeating: 0, count: distance - mark.count) + mark
      let compressed = zlibCompressed(data)
      let back = try zlibDecompressed(compressed, outputLimit: data.count)
      #expect(back == data)
      return compressed.count
    }
    #expect(sizes[0] == sizes[1] && sizes[1] + 10 < sizes[2])
  }

  @Test("zlibCompressed finds repetitions, and costs at most an eighth where there are none")
  func size() {
    #expect(zlibCompressed([UInt8](repeating: 0, count: 100_000)).count < 700)
    #expect(zlibCompressed(Fixture.text).count <= 26)  // As zlib: 20 and the envelope of 6.
    var random = SplitMix(state: 1)
    let noise = (0..<10_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    #expect(zlibCompressed(noise).count < 11_250)
  }

  @Test("zlibDecompressed refuses damage in header, data and checksum, and bytes behind")
  func damagedZlib() {
    let whole = zlibCompressed(Fixture.text)
    var damaged: [[UInt8]] = [[], [0x78], whole + [0], [0x78, 0x9D] + whole[2...]]
    damaged += [[0x79, 0x9B] + whole[2...], [0x78, 0xBB] + whole[2...], whole.dropLast()]
    damaged.append(whole.dropLast() + [whole.last! ^ 1])
    for bytes in damaged {
      let error = #expect(throws: InputError.self) {
        try zlibDecompressed([UInt8](bytes), outputLimit: 1000)
      }
      #expect(error?.status == .damagedData)
    }
  }
}
