import Datasets

/// Pixels as a PNG file: 8 bits a sample, one channel (grey) or three (red, green, blue).
func encodePNG(_ pixels: [UInt8], width: Int, height: Int, channels: Int) -> [UInt8] {
  guard width > 0, height > 0, pixels.count == width * height * channels else {
    fatalError("encodePNG: \(height) × \(width) × \(channels), \(pixels.count) samples")
  }
  var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  func append(_ type: String, _ data: [UInt8]) {
    let named = Array(type.utf8) + data
    file += bigEndian(UInt32(data.count)) + named + bigEndian(Checksum.crc32(named))
  }
  let colorType: UInt8 = channels == 1 ? 0 : 2
  append("IHDR", bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, colorType, 0, 0, 0])
  let stride = width * channels
  let rows = (0..<height).flatMap { [0] + pixels[$0 * stride..<($0 + 1) * stride] }
  append("IDAT", zlibCompressed(rows))
  append("IEND", [])
  return file
}

/// Pixels with each one repeated `scale` × `scale` times.
func enlarged(
  _ pixels: [UInt8], width: Int, height: Int, channels: Int = 1, scale: Int
) -> [UInt8] {
  (0..<height * scale).flatMap { y in
    (0..<width * scale).flatMap { x in
      let start = (y / scale * width + x / scale) * channels
      return pixels[start..<start + channels]
    }
  }
}

private func bigEndian(_ word: UInt32) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
}

/// Bytes as text, six bits a character (RFC 4648).
func base64(_ bytes: [UInt8]) -> String {
  let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  for i in stride(from: 0, to: bytes.count, by: 3) {
    let part = bytes[i..<min(i + 3, bytes.count)]
    let word = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
    for k in 0..<4 {
      text.append(k <= part.count ? digits[word >> (18 - 6 * k) & 63] : UInt8(ascii: "="))
    }
  }
  return String(decoding: text, as: UTF8.self)
}

/// A PNG inside an SVG, stretched to a size; its pixels stay sharp unless `smooth`.
func imageElement(
  _ png: [UInt8], x: Double, y: Double, width: Double, height: Double, smooth: Bool = false
) -> String {
  let style =
    smooth ? "" : " style=\"image-rendering:optimizeSpeed;image-rendering:pixelated\""
  return "<image x=\"\(fixed(x))\" y=\"\(fixed(y))\" width=\"\(fixed(width))\""
    + " height=\"\(fixed(height))\" preserveAspectRatio=\"none\"\(style)"
    + " href=\"data:image/png;base64,\(base64(png))\"/>\n"
}
