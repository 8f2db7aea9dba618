/// A table in plain text: columns of numbers are aligned right, columns of words left.
package struct TextTable {
  let header: [String]
  let rows: [[String]]

  /// A table whose rows have as many cells as its header.
  package init(header: [String], rows: [[String]]) {
    self.header = header
    self.rows = rows
  }

  /// The table's lines: the header, a rule, the rows; without spaces at their ends.
  package func lines() -> [String] {
    let all = [header] + rows
    let columns = header.indices.map { column in all.map { oneLine($0[column]) } }
    let padded = columns.map { cells in
      let width = cells.map(displayWidth).max() ?? 0
      let right = isNumeric(cells.dropFirst())
      let rule = String(repeating: "─", count: width)
      let body = cells.map { cell in
        let space = String(repeating: " ", count: width - displayWidth(cell))
        return right ? space + cell : cell + space
      }
      return [body[0], rule] + body.dropFirst()
    }
    return (0..<all.count + 1).map { row in
      let line = padded.map { $0[row] }.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}

/// Whether a column holds numbers: at least one, and nothing else but blanks and dashes.
package func isNumeric(_ cells: some Sequence<String>) -> Bool {
  var numbers = 0
  for cell in cells where !["", "-", "–", "—"].contains(cell) {
    guard isNumber(cell) else { return false }
    numbers += 1
  }
  return numbers > 0
}

/// Whether a cell is one number, with its unit sign or its error if it has any: "−3.2", "97 %",
/// "1.5×", "0.10 ± 0.02".
private func isNumber(_ cell: String) -> Bool {
  let parts = cell.split(separator: "±", omittingEmptySubsequences: false)
  return parts.count <= 2
    && parts.allSatisfy { part in
      var digits = part.drop { $0 == " " }
      while let last = digits.last, " %×".contains(last) { digits.removeLast() }
      return Double(digits.replacing("−", with: "-")) != nil
    }
}

/// How many columns a terminal gives to a text: one a character, two if it is Chinese, Japanese,
/// Korean or a picture, none for a lone combining mark or a control character.
package func displayWidth(_ text: String) -> Int {
  text.reduce(0) { width, character in
    let scalar = character.unicodeScalars.first!
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .control, .format: return width
    default: return width + (isWide(scalar.value) ? 2 : 1)
    }
  }
}

private func isWide(_ code: UInt32) -> Bool {
  switch code {
  case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
    true
  default: false
  }
}

/// The text with every line break made a space.
package func oneLine(_ text: String) -> String {
  text.split(omittingEmptySubsequences: false) { $0.isNewline }.joined(separator: " ")
}
