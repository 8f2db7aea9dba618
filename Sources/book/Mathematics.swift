/// A formula in prose: its source by lines.
struct Formula {
  /// Each line with its number, counted from 0 within the block.
  var lines: [(number: Int, text: String)]
  var isDisplay = false

  /// The whole source in one line.
  var text: String { lines.map(\.text).joined(separator: " ") }
}

/// Something in a block that is not as it should be, and its line within the block.
typealias Complaint = (line: Int, message: String)

extension Markdown {
  /// All formulas, displays and those between dollar signs, in order; and where dollar signs do
  /// not pair.
  var formulas: (formulas: [Formula], complaints: [Complaint]) {
    var (formulas, complaints): ([Formula], [Complaint]) = ([], [])
    for display in displays {
      let body = zip(display.range, display.lines).dropFirst().dropLast(display.isClosed ? 1 : 0)
      formulas.append(Formula(lines: body.map { ($0, $1) }, isDisplay: true))
      if !display.isClosed {
        complaints.append((display.range.lowerBound, "a display without its closing $$"))
      }
    }
    for paragraph in paragraphs {
      let (found, isOpen) = inlineFormulas(of: paragraph)
      formulas += found
      for formula in found where formula.text.isEmpty {
        complaints.append((formula.lines[0].number, "$$ that is not alone on its line"))
      }
      if let isOpen { complaints.append((isOpen, "a dollar sign without its partner")) }
    }
    return (formulas.sorted { $0.lines[0].number < $1.lines[0].number }, complaints)
  }

  /// The lines of text, split where a line is blank or something else stands between.
  private var paragraphs: [[Int]] {
    var result: [[Int]] = [[]]
    for line in text {
      if let last = result[result.count - 1].last, last + 1 != line { result.append([]) }
      if lines[line].trimmed.isEmpty {
        result.append([])
      } else {
        result[result.count - 1].append(line)
      }
    }
    return result
  }

  /// The formulas between single dollar signs, and the line of a dollar sign left over.
  private func inlineFormulas(of paragraph: [Int]) -> ([Formula], Int?) {
    var formulas: [Formula] = []
    var open: Formula?
    var codeFence = 0
    for line in paragraph {
      var rest = lines[line][...]
      if open != nil { open?.lines.append((line, "")) }
      while let character = rest.popFirst() {
        if character == "`", open == nil {
          let ticks = 1 + rest.prefix { $0 == "`" }.count
          rest = rest.dropFirst(ticks - 1)
          codeFence = codeFence == 0 ? ticks : codeFence == ticks ? 0 : codeFence
        } else if codeFence > 0 {
          continue
        } else if character == "$" {
          if let formula = open { formulas.append(formula) }
          open = open == nil ? Formula(lines: [(line, "")]) : nil
        } else if character == "\\", rest.first == "$" {
          rest = rest.dropFirst()
        } else if var formula = open {
          formula.lines[formula.lines.count - 1].text.append(character)
          open = formula
        }
      }
    }
    return (formulas, open?.lines[0].number)
  }
}

extension Formula {
  /// What some reader of Markdown or of LaTeX would stumble over.
  var complaints: [Complaint] {
    var complaints: [Complaint] = []
    var open: [(line: Int, what: String)] = []
    func close(_ what: String, _ line: Int) {
      guard let last = open.popLast() else { return complaints.append((line, "\(what) too many")) }
      if last.what != what {
        complaints.append((line, "\(what) where \(last.what) should come first"))
      }
    }
    for (index, (number, text)) in lines.enumerated() {
      if isDisplay || index > 0 {
        let start = text.trimmed
        if let first = start.first, "=-+#>*".contains(first) || start.starts(with: /\d+[.)]/) {
          complaints.append((number, "a line of a formula begins with '\(first)'"))
        }
      }
      var previous: Character = " "
      var rest = text[...]
      while let character = rest.popFirst() {
        switch character {
        case "\\":
          let command = String(rest.prefix { $0.isASCII && $0.isLetter })
          rest = rest.dropFirst(command.count)
          switch command {
          case "":
            complaints.append((number, "a backslash before '\(rest.first ?? " ")', not a letter"))
            rest = rest.dropFirst()
          case "left": open.append((number, "\\right"))
          case "right": close("\\right", number)
          case "begin": open.append((number, "\\end\(rest.prefix { $0 != "}" })}"))
          case "end": close("\\end\(rest.prefix { $0 != "}" })}", number)
          default: break
          }
          previous = command.last ?? " "
          continue
        case "{": open.append((number, "}"))
        case "}": close("}", number)
        case "_", "*":
          if !(previous.isLetter || previous.isNumber) {
            complaints.append((number, "'\(character)' after '\(previous)', not a letter or digit"))
          }
        case "<", ">":
          complaints.append((number, "'\(character)' in a formula: write \\lt or \\gt"))
        case "|": complaints.append((number, "'|' in a formula: write \\mid, \\vert or \\Vert"))
        case "]" where rest.first == "(": complaints.append((number, "']' before '(' is a link"))
        default: break
        }
        previous = character
      }
    }
    return complaints + open.map { ($0.line, "\($0.what) is missing") }
  }
}
