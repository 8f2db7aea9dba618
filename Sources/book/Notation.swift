/// A symbol of the book, and the chapter and the words that introduce it.
struct Symbol {
  /// The LaTeX to look for.
  let latex: String
  /// The LaTeX to show in the table.
  let shown: String
  let meaning: String
  /// The first characters of the name of the chapter that introduces it.
  let chapter: String
  /// Words of the sentence that introduces it.
  let words: String
  /// Whether it means this in its chapter, and perhaps something else in another.
  var isLocal = false

  init(
    _ latex: String, _ meaning: String, in chapter: String, by words: String,
    as shown: String? = nil
  ) {
    self.latex = latex
    self.shown = shown ?? latex
    self.meaning = meaning
    self.chapter = chapter
    self.words = words
  }

  /// A letter with this meaning in one chapter.
  static func letter(
    _ latex: String, _ meaning: String, in chapter: String, by words: String
  ) -> Symbol {
    var symbol = Symbol(latex, meaning, in: chapter, by: words)
    symbol.isLocal = true
    return symbol
  }
}

extension Symbol {
  /// The notation of the book.
  static let all = symbols + letters

  /// What means the same in the whole book.
  ///
  /// Letters that chapters use for what they please are among `letters`; a letter with one meaning is
  /// looked for with what makes it this meaning.
  static let symbols: [Symbol] = [
    Symbol("\\nabla", "the gradient", in: "ch01", by: "the *gradient*"),
    Symbol(
      "\\bar x", "the cotangent of x: the derivative of the final number", in: "ch01",
      by: "that of its input"),
    Symbol("\\odot", "the product element by element", in: "ch01", by: "$z_i = x_i y_i$"),
    Symbol("\\ell", "logits", in: "ch01", by: "the logits"),
    Symbol(
      "\\Vert x", "the Euclidean norm", in: "ch02", by: "keeps lengths", as: "\\Vert x \\Vert"),
    Symbol(
      "\\mathrm{softplus}", "log(1 + e to the argument)", in: "ch02", by: "\\log(1 + e^\\ell)"),
    Symbol("\\mathrm{tr}", "the trace of a matrix", in: "ch02", by: "trace"),
    Symbol(
      "\\mathbb E", "the expectation, under the distribution below it", in: "ch03",
      by: "is the expectation"),
    Symbol(
      "\\mathrm{KL}", "the Kullback–Leibler divergence, in nats", in: "ch03",
      by: "This is the Kullback–Leibler divergence", as: "\\mathrm{KL}(q \\Vert p)"),
    Symbol(
      "\\mathcal N", "the Gaussian of a mean and a variance", in: "ch03", by: "a Gaussian",
      as: "\\mathcal N(\\mu, \\sigma^2)"),
    Symbol(
      "\\lambda = \\log", "the log-variance, what an encoder gives", in: "ch03",
      by: "which may be any real number", as: "\\lambda = \\log\\sigma^2"),
    Symbol(
      "\\mathrm{sigmoid}", "the logistic function, 1 / (1 + e to minus the argument)", in: "ch03",
      by: "is the logistic function"),
    Symbol(
      "\\mathrm{softmax}", "logits to probabilities", in: "ch03",
      by: "The same works for $K$ classes"),
    Symbol("\\mathbb V", "the variance", in: "ch03", by: "variance"),
    Symbol(
      "p(x \\mid z)", "the likelihood of a datum, given the latents", in: "ch04",
      by: "is drawn from"),
    Symbol(
      "\\mathrm{ELBO}", "the evidence lower bound", in: "ch04", by: "the *evidence lower bound*"),
    Symbol(
      "\\mathrm{diag}", "the diagonal matrix of a vector", in: "ch04",
      by: "has independent coordinates", as: "\\mathrm{diag}(v)"),
    Symbol(
      "q_\\phi(z)", "the distribution with parameters φ, in the end the encoder's", in: "ch05",
      by: "be a density with parameters", as: "q_\\phi"),
    Symbol(
      "p_\\theta", "the distribution with parameters θ: the decoder's", in: "ch05", by: "decoder"),
    Symbol("\\beta", "the weight of the rate", in: "ch06", by: "with the rate weighted by"),
    Symbol(
      "\\hat p", "the estimate of the evidence from k draws", in: "ch06", by: "Its logarithm,",
      as: "\\hat p_k(x)"),
    Symbol(
      "\\mathcal R", "the mean rate, in nats a datum", in: "ch07", by: "for the mean rate"),
    Symbol(
      "\\mathcal D", "the distortion, minus the mean reconstruction, in nats a datum", in: "ch07",
      by: "is called the *distortion*"),
    Symbol("\\mathrm{TC}", "the total correlation", in: "ch07", by: "*total correlation*"),
    Symbol(
      "\\mathrm{perplexity}", "how many codes, all used alike, have the entropy of those in use",
      in: "ch09", by: "So the answer is"),
    Symbol(
      "\\tilde w", "the weights of k draws, divided by their sum", in: "ch10",
      by: "*normalised weights*", as: "\\tilde w_i"),
    Symbol(
      "\\mathrm{SNR}", "mean over standard deviation of an estimator", in: "ch10",
      by: "on average to how much it scatters"),
    Symbol(
      "\\bar q", "the average of the encoder's distributions over the data", in: "ch10",
      by: "*aggregate posterior*"),
  ]
}

/// Symbols that are used before the book introduces them.
///
/// No formula of an earlier chapter may hold a symbol, unless it is local. In the chapter that
/// introduces it, the words of the introduction come before the end of the paragraph after the one of
/// the first formula with it.
func notationFaults(_ book: Book, in chapters: [Chapter]) -> [Fault] {
  let lines = book.chapters.map(formulaLines)
  func firstUse(of symbol: Symbol, in chapter: Int) -> Int? {
    lines[chapter].first { $0.holds(symbol.latex) }?.number
  }
  return book.symbols.flatMap { symbol -> [Fault] in
    guard let home = book.chapters.firstIndex(where: { $0.name.hasPrefix(symbol.chapter) }) else {
      return []
    }
    let early = (symbol.isLocal ? home..<home : 0..<home).compactMap { index in
      firstUse(of: symbol, in: index).map {
        Fault(
          file: book.chapters[index].source, line: $0,
          message: "\(symbol.latex) before \(book.chapters[home].name) introduces it")
      }
    }
    let chapter = book.chapters[home]
    guard let line = firstUse(of: symbol, in: home) else {
      return early + [
        Fault(
          file: "Sources/book/\(symbol.isLocal ? "Letters" : "Notation").swift", line: 1,
          message: "\(chapter.name) does not use \(symbol.latex), which it should introduce")
      ]
    }
    let isIntroduced = said(in: chapter, toParagraphAfter: line).contains(symbol.words)
    return early
      + (isIntroduced
        ? []
        : [
          Fault(
            file: chapter.source, line: line,
            message: "\(symbol.latex) before the words that introduce it, '\(symbol.words)'")
        ])
  }.filter { fault in
    chapters.contains { $0.source == fault.file } || chapters.count == book.chapters.count
  }
}

/// A line of a formula.
struct FormulaLine {
  /// The line of the source.
  let number: Int
  let text: String
  /// The text without what stands in another alphabet or in words, such as the N of `\mathcal N`.
  private let letters: String

  init(number: Int, text: String) {
    (self.number, self.text) = (number, text)
    let named = /\\(?:mathcal|mathbb|mathrm|text|tag)\s*(?:\{[^}]*\}|[A-Za-z])/
    letters = text.replacing(named, with: " ")
  }

  /// Whether a symbol stands in the line, and not as a part of a longer name: `\cos^2` does not hold s².
  func holds(_ symbol: String) -> Bool {
    let isLetter = symbol.first?.isLetter == true
    let text = isLetter ? letters : text
    guard text.contains(symbol) else { return false }
    return text.ranges(of: symbol).contains { range in
      let next = text[range.upperBound...].first ?? " "
      let last = text[..<range.lowerBound].last ?? " "
      return !(symbol.last?.isLetter == true && next.isLetter)
        && !(isLetter && (last.isLetter || last == "\\"))
    }
  }
}

/// The lines of all formulas of a chapter, in order.
private func formulaLines(of chapter: Chapter) -> [FormulaLine] {
  chapter.blocks.filter { $0.kind == .prose }.flatMap { block in
    Markdown(block.lines).formulas.formulas.flatMap(\.lines).map {
      FormulaLine(number: block.firstLine + $0.number, text: $0.text)
    }
  }
}

/// The prose of a chapter up to the end of the paragraph after the one of a line.
private func said(in chapter: Chapter, toParagraphAfter line: Int) -> String {
  var lines: [String] = []
  var blanks = 0
  for block in chapter.blocks where block.kind == .prose && blanks < 2 {
    for (offset, text) in block.lines.enumerated() where blanks < 2 {
      if block.firstLine + offset > line, text.trimmed.isEmpty { blanks += 1 }
      lines.append(text.trimmed)
    }
  }
  return lines.joined(separator: " ")
}
