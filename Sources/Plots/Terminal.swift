/// Pictures for a terminal.

/// What a terminal can show.
public enum TerminalStyle: Sendable {
  /// 24-bit greys, by escape sequences.
  case trueColor
  /// The 26 greys of a 256-colour terminal, by escape sequences.
  case grey256
  /// The characters ` ░▒▓█`, without escape sequences: for a file, or a page.
  case shades
  /// ASCII characters alone.
  case ascii
}

/// Images side by side as text, two rows of pixels to a line, each line ended by a newline.
///
/// A ▀ shows one pixel in its own colour and the one below it in its background's.
/// The styles without colour show the mean of the two.
/// - Parameters:
///   - images: each of height · width values in [0, 1], row-major.
///   - gap: columns between images.
public func halfBlocks(
  _ images: [[Double]], height: Int, width: Int, gap: Int = 1, style: TerminalStyle = .trueColor
) -> String {
  for (i, image) in images.enumerated() where image.count != height * width {
    fatalError("halfBlocks: \(height) × \(width) pixels, \(image.count) values in image \(i)")
  }
  guard !images.isEmpty, width > 0, gap >= 0 else { return "" }
  var text = ""
  for y in stride(from: 0, to: height, by: 2) {
    let parts = images.map { image in
      let upper = image[y * width..<(y + 1) * width].map { $0 }
      let lower = y + 1 < height ? Array(image[(y + 1) * width..<(y + 2) * width]) : nil
      return halfBlockLine(upper, lower, style: style)
    }
    text += parts.joined(separator: String(repeating: " ", count: gap)) + "\n"
  }
  return text
}

/// One image as text.
public func halfBlocks(
  _ image: [Double], height: Int, width: Int, style: TerminalStyle = .trueColor
) -> String {
  halfBlocks([image], height: height, width: width, style: style)
}

/// One line of an image; the last row of an odd number has nothing below it.
private func halfBlockLine(_ upper: [Double], _ lower: [Double]?, style: TerminalStyle) -> String {
  var (text, state) = ("", "")
  for (i, value) in upper.enumerated() {
    let above = greyLevel(value)
    let below = lower.map { greyLevel($0[i]) }
    switch style {
    case .shades, .ascii:
      let ramp = Array(style == .ascii ? " .:-=+*#%@" : " ░▒▓█")
      let mean = (Int(above) + Int(below ?? above) + 1) / 2
      text.append(ramp[mean * ramp.count / 256])
    case .trueColor, .grey256:
      let isTrue = style == .trueColor
      func color(_ level: UInt8) -> String {
        if isTrue { return "2;\(level);\(level);\(level)" }
        let step = (Int(level) * 25 + 127) / 255
        return "5;\(step == 0 ? 16 : step == 25 ? 231 : 231 + step)"
      }
      let escape =
        "\u{1B}[38;\(color(above))" + (below.map { ";48;\(color($0))" } ?? "") + "m"
      if escape != state { text += escape }
      state = escape
      text += "▀"
    }
  }
  return state.isEmpty ? text : text + "\u{1B}[0m"
}

/// Numbers as a row of bars, ▁ for the least and █ for the greatest.
///
/// Equal numbers are all ▄; a number that is not finite is a space.
public func sparkline(_ values: [Double]) -> String {
  let bars = Array("▁▂▃▄▅▆▇█")
  let finite = values.filter(\.isFinite)
  guard let least = finite.min(), let most = finite.max() else {
    return String(repeating: " ", count: values.count)
  }
  return String(
    values.map { value in
      guard value.isFinite else { return " " }
      guard most > least else { return bars[3] }
      // Halved, so that the difference of huge numbers does not overflow.
      let share = (value / 2 - least / 2) / (most / 2 - least / 2)
      return bars[min(Int(share * 8), 7)]
    })
}
