import Testing

@testable import Datasets

@Suite struct ChecksumTests {
  @Test("CRC-32 gives the check value of the CRC catalogue, and zlib's for 1,027 bytes")
  func crc32() {
    #expect(Checksum.crc32([UInt8]("123456789".utf8)) == 0xCBF4_3926)
    let long = (0..<1024).map { UInt8($0 & 255) } + [UInt8]("abc".utf8)
    #expect(Checksum.crc32(long) == 0xC2FA_A2A6)
    #expect(Checksum.crc32([]) == 0)
  }

  @Test("CRC-32 of a range is that of the bytes in it, at every start and length")
  func crc32OfRange() {
    let all = [UInt8]("123456789abcdef".utf8)
    for start in 0...all.count {
      for end in start...all.count {
        #expect(Checksum.crc32(all, in: start..<end) == Checksum.crc32([UInt8](all[start..<end])))
      }
    }
  }

  @Test("Adler-32 gives the published value, and does not overflow on 100,000 bytes of 255")
  func adler32() {
    #expect(Checksum.adler32([UInt8]("Wikipedia".utf8)) == 0x11E6_0398)
    #expect(Checksum.adler32([UInt8](repeating: 255, count: 100_000)) == 0x149A_302C)
    #expect(Checksum.adler32([]) == 1)
  }
}
