/// A symbol that means the same in the whole book.
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
}

extension Symbol {
  /// The notation of the book.
  ///
  /// Letters that chapters use for what they please (x, i, λ for eigenvalues) are not here; a letter
  /// with one meaning is looked for with what makes it this meaning.
  static let all: [Symbol] = [
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
    Symbol("\\mathbb V", "the variance", in: "ch03", by: "variance"),
    Symbol(
      "p(x \\mid z)", "the likelihood of a datum, given the latents", in: "ch04",
      by: "is drawn from"),
    Symbol(
      "\\mathrm{ELBO}", "the evidence lower bound", in: "ch04", by: "the *evidence lower bound*"),
    Symbol(
      "q_\\phi(z)", "the distribution with parameters φ, in the end the encoder's", in: "ch05",
      by: "be a density with parameters", as: "q_\\phi"),
    Symbol(
      "p_\\theta", "the distribution with parameters θ: the decoder's", in: "ch05", by: "decoder"),
    Symbol("\\beta", "the weight of the rate", in: "ch06", by: "with the rate weighted by"),
  ]
}

/// Symbols that are used before the book introduces them.
///
/// No formula of an earlier chapter may hold a symbol. In the chapter that introduces it, the words of
/// the introduction come before the end of the paragraph after the one of the first formula with it.
func notationFaults(_ book: Book, in chapters: [Chapter]) -> [Fault] {
  book.symbols.flatMap { symbol -> [Fault] in
    guard let home = book.chapters.firstIndex(where: { $0.name.hasPrefix(symbol.chapter) }) else {
      return []
    }
    let early = book.chapters[..<home].compactMap { chapter in
      firstUse(of: symbol, in: chapter).map {
        Fault(
          file: chapter.source, line: $0,
          message: "\(symbol.latex) before \(book.chapters[home].name) introduces it")
      }
    }
    let chapter = book.chapters[home]
    guard let line = firstUse(of: symbol, in: chapter) else {
      return early + [
        Fault(
          file: "Sources/book/Notation.swift", line: 1,
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

/// The line of the first formula with a symbol.
private func firstUse(of symbol: Symbol, in chapter: Chapter) -> Int? {
  for block in chapter.blocks where block.kind == .prose {
    for line in Markdown(block.lines).formulas.formulas.flatMap(\.lines) {
      let uses = line.text.ranges(of: symbol.latex).contains { range in
        let next = range.upperBound < line.text.endIndex ? line.text[range.upperBound] : " "
        return !(symbol.latex.last?.isLetter == true && next.isLetter)
      }
      if uses { return block.firstLine + line.number }
    }
  }
  return nil
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

extension Symbol {
  /// Letters whose meaning depends on the chapter, with what they mean where.
  static let shared: [(symbol: String, meaning: String)] = [
    ("x, D", "a datum and its number of coordinates; in chapter 1 any input"),
    ("z, d", "its latent (in chapter 2 its code) and their number; in chapter 1 any output"),
    ("B, N", "the data in a batch; all data"),
    ("\\mathcal D, \\mathcal R, C", "distortion, rate and capacity in chapter 7, in nats a datum"),
    ("\\theta, \\phi", "the weights of the decoder and of the encoder"),
    ("\\varepsilon", "the rounding unit in chapter 1; standard normal noise from chapter 4 on"),
    (
      "\\sigma",
      "the logistic function in chapters 1 and 2; a standard deviation from chapter 3 on, in"
        + " chapter 4 that of the noise of x"
    ),
    ("\\lambda", "an eigenvalue in chapter 2; log σ² from chapter 3 on"),
    ("\\mu", "the mean of q; in chapter 4 that of the posterior"),
    (
      "m, Q",
      "the mean and the covariance of q in chapter 4; m the decoder's means in chapter 6, and the"
        + " mean of the prior in chapter 8"
    ),
    ("y, K", "a condition, such as a label, and the number of labels, in chapter 8"),
    ("S, P, M", "covariance and precision of the posterior, and σ² P, in chapter 4"),
    ("\\delta", "a cotangent in chapters 2 and 6; a difference of means in chapters 3 and 5"),
  ]
}
