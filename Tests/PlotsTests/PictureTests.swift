import Datasets
import Testing

@testable import Plots

/// The chunks of a PNG file, in order, if it is one and all its checksums are right.
private func chunks(_ file: [UInt8]) -> [(type: String, data: [UInt8])]? {
  guard file.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else { return nil }
  func word(_ at: Int) -> Int { file[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
  var result: [(type: String, data: [UInt8])] = []
  var at = 8
  while at < file.count {
    let length = word(at)
    let named = Array(file[at + 4..<at + 8 + length])
    guard Int(Checksum.crc32(named)) == word(at + 8 + length) else { return nil }
    result.append((String(decoding: named.prefix(4), as: UTF8.self), Array(named.dropFirst(4))))
    at += 12 + length
  }
  return result
}

/// Width, height and unfiltered samples of a PNG file.
private func decoded(_ file: [UInt8], channels: Int) throws -> (Int, Int, [UInt8]) {
  let parts = try #require(chunks(file))
  #expect(parts.map(\.type) == ["IHDR", "IDAT", "IEND"])
  let header = parts[0].data
  let (width, height) = (Int(header[2]) << 8 | Int(header[3]), Int(header[6]) << 8 | Int(header[7]))
  #expect(Array(header[8...]) == [8, channels == 1 ? 0 : 2, 0, 0, 0])
  let rows = try zlibDecompressed(parts[1].data, outputLimit: 1 << 24)
  let stride = width * channels + 1
  try #require(rows.count == height * stride)
  return (
    width, height,
    (0..<height).flatMap { y in
      #expect(rows[y * stride] == 0)
      return rows[y * stride + 1..<(y + 1) * stride]
    }
  )
}

@Suite struct PictureTests {
  @Test(arguments: [(1, 1, 1), (1, 1, 3), (7, 3, 1), (5, 4, 3), (300, 2, 1)])
  func aPNGDecodesToTheVeryPixels(_ width: Int, _ height: Int, _ channels: Int) throws {
    let pixels = (0..<width * height * channels).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }
    let file = encodePNG(pixels, width: width, height: height, channels: channels)
    let (w, h, samples) = try decoded(file, channels: channels)
    #expect((w, h) == (width, height))
    #expect(samples == pixels)
  }

  @Test func aGridOfImagesHasWhiteSpacesAndClampedGreys() throws {
    let grid = ImageGrid(
      images: [[0, 1], [0.5, -3], [7, .nan]], height: 1, width: 2, columns: 2, spacing: 1)
    let (w, h, samples) = try decoded(grid.png(scale: 1), channels: 1)
    #expect((w, h) == (5, 3))
    #expect(
      samples == [0, 255, 255, 128, 0, 255, 255, 255, 255, 255, 255, 128, 255, 255, 255])
    let (w2, h2, large) = try decoded(grid.png(), channels: 1)
    #expect((w2, h2) == (10, 6))
    #expect(large.prefix(10) == [0, 0, 255, 255, 255, 255, 128, 128, 0, 0])
  }

  @Test func base64MatchesTheVectorsOfRFC4648() {
    let known = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]
    for (length, text) in known.enumerated() {
      #expect(base64(Array("foobar".utf8.prefix(length))) == text)
    }
  }

  @Test func sparklinesShowLeastToGreatest() {
    #expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█")
    #expect(sparkline([1, -1]) == "█▁")
    #expect(sparkline([-1e308, 1e308]) == "▁█")
  }

  @Test func sparklinesOfConstantOrUnusableNumbersAreDefined() {
    #expect(sparkline([]) == "")
    #expect(sparkline([3, 3, 3]) == "▄▄▄")
    #expect(sparkline([0, .nan, 1, .infinity]) == "▁ █ ")
    #expect(sparkline([.nan, .nan]) == "  ")
  }

  @Test func halfBlocksPairTheRowsOfAnImage() {
    let escape = "\u{1B}"
    #expect(
      halfBlocks([0, 1, 1, 0], height: 2, width: 2)
        == "\(escape)[38;2;0;0;0;48;2;255;255;255m▀\(escape)[38;2;255;255;255;48;2;0;0;0m▀"
        + "\(escape)[0m\n")
    #expect(
      halfBlocks([0, 1], height: 2, width: 1, style: .grey256)
        == "\(escape)[38;5;16;48;5;231m▀\(escape)[0m\n")
  }

  @Test func anOddLastRowHasNoBackground() {
    #expect(halfBlocks([1], height: 1, width: 1) == "\u{1B}[38;2;255;255;255m▀\u{1B}[0m\n")
    #expect(halfBlocks([1, 0, 1], height: 3, width: 1, style: .ascii) == "+\n@\n")
  }

  @Test func shadesUseNoEscapesAndStandSideBySide() {
    let images: [[Double]] = [[0, 1, 0, 1], [1, 0.5, 1, 0.5]]
    #expect(halfBlocks(images, height: 2, width: 2, gap: 2, style: .shades) == " █  █▒\n")
    #expect(halfBlocks([[Double]](), height: 2, width: 2).isEmpty)
  }

  @Test func colorMapsEndInTheirEndsAndGreyOutWhatIsNoNumber() {
    #expect(ColorMap.sequential.color(0) == [0x44, 0x01, 0x54])
    #expect(ColorMap.sequential.color(2) == [0xFD, 0xE7, 0x25])
    #expect(ColorMap.diverging.color(0.5) == [0xF7, 0xF7, 0xF7])
    #expect(ColorMap.diverging.color(.nan) == [0x8B, 0x8B, 0x8B])
  }

  @Test func theSequentialMapGrowsEvenlyLighter() {
    let light = (0...64).map { i -> Double in
      let rgb = ColorMap.sequential.color(Double(i) / 64).map(Double.init)
      return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
    }
    #expect(zip(light, light.dropFirst()).allSatisfy { $0 < $1 })
  }
}
