/// Text in a figure: escaping, superscripts, widths and line breaks.

/// The text with the five characters escaped that XML reserves, and without those that it forbids.
func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    case "\n", "\t", "\r": result += " "
    case _ where scalar.value < 0x20 || scalar.value & 0xFFFE == 0xFFFE: break
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// Splits `10^{−3}` and `p_{θ}` into pieces, each at level 0, 1 (superscript) or −1 (subscript).
func levels(_ text: String) -> [(text: String, level: Int)] {
  var pieces: [(text: String, level: Int)] = []
  var plain = ""
  var rest = Substring(text)
  while let first = rest.first {
    if first == "^" || first == "_", rest.dropFirst().first == "{",
      let close = rest.firstIndex(of: "}")
    {
      if !plain.isEmpty { pieces.append((plain, 0)) }
      plain = ""
      let inner = rest[rest.index(rest.startIndex, offsetBy: 2)..<close]
      pieces.append((String(inner), first == "^" ? 1 : -1))
      rest = rest[rest.index(after: close)...]
    } else {
      plain.append(first)
      rest.removeFirst()
    }
  }
  return plain.isEmpty ? pieces : pieces + [(plain, 0)]
}

/// The text without its markup, for titles that screen readers speak.
func spoken(_ text: String) -> String { levels(text).map(\.text).joined() }

/// A generous estimate of how wide a text is drawn, in pixels: no font is at hand to ask.
func textWidth(_ text: String, size: Double = 13, bold: Bool = false) -> Double {
  var width = 0.0
  for (piece, level) in levels(text) {
    var ems = 0.0
    for character in piece {
      switch character {
      case " ", "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!", "(", ")", "[", "]":
        ems += 0.36
      case "f", "r", "t", "-", "/": ems += 0.42
      case "m", "w", "M", "W", "@", "—", "%", "→": ems += 0.95
      case "A"..."Z": ems += 0.7
      default: ems += character.unicodeScalars.first!.value >= 0x2E80 ? 1.05 : 0.62
      }
    }
    width += ems * size * (level == 0 ? 1 : 0.75)
  }
  return bold ? width * 1.08 : width
}

/// Breaks a text at spaces into lines no wider than `width`, where a word allows it.
func wrapped(_ text: String, width: Double, size: Double = 13, bold: Bool = false) -> [String] {
  var lines: [String] = []
  for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
    if let last = lines.last, textWidth(last + " " + word, size: size, bold: bold) <= width {
      lines[lines.count - 1] = last + " " + word
    } else {
      lines.append(String(word))
    }
  }
  return lines
}

/// Where a text stands relative to its x coordinate.
enum Anchor: String { case start, middle, end }

/// One line of text as SVG; y is its baseline.
func textElement(
  _ text: String, x: Double, y: Double, anchor: Anchor = .start, size: Double = 13,
  class style: String = "", rotated: Double = 0
) -> String {
  var attributes = "x=\"\(fixed(x))\" y=\"\(fixed(y))\""
  if anchor != .start { attributes += " text-anchor=\"\(anchor)\"" }
  if size != 13 { attributes += " style=\"font-size:\(fixed(size))px\"" }
  if !style.isEmpty { attributes += " class=\"\(style)\"" }
  if rotated != 0 {
    attributes += " transform=\"rotate(\(fixed(rotated)) \(fixed(x)) \(fixed(y)))\""
  }
  var body = ""
  var height = 0
  for (piece, level) in levels(text) {
    let shift = Double(height - level) * (0.36 * size)
    height = level
    if shift == 0, level == 0 {
      body += escaped(piece)
    } else {
      let small = level == 0 ? "" : " style=\"font-size:\(fixed(0.75 * size))px\""
      body += "<tspan dy=\"\(fixed(shift))\"\(small)>\(escaped(piece))</tspan>"
    }
  }
  return "<text \(attributes)>\(body)</text>\n"
}
