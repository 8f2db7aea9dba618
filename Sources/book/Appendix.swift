/// A page after the chapters: a table that the checks of the book keep right, and how to read it.
struct Appendix {
  /// The folder's name, such as `appendix-notation`.
  let name: String
  let title: String
  /// The page below its heading.
  let body: String

  var folder: String { "Chapters/" + name }
  var page: String { folder + "/README.md" }
  /// What the page is for, in a line.
  let purpose: String
}

extension Book {
  /// The pages after the chapters, in order.
  var appendices: [Appendix] {
    [
      Appendix(
        name: "appendix-notation", title: "A · Notation", body: notation,
        purpose: "what each symbol means, and which chapter introduces it"),
      Appendix(
        name: "appendix-names", title: "B · Names in PyTorch and JAX", body: names,
        purpose: "what does the same there, and what differs"),
      Appendix(
        name: "appendix-instructors", title: "C · For instructors", body: instructors,
        purpose: "a plan by weeks; how to hand out, collect and grade the homework"),
    ]
  }

  /// Folder and title of each page that the contents list, in order.
  var contents: [(folder: String, title: String)] {
    chapters.map { ($0.folder, $0.title) } + appendices.map { ($0.folder, $0.title) }
  }

  /// A link from an appendix to a chapter, or its words where the book has no such chapter.
  func link(_ number: Int, _ words: String? = nil) -> String {
    let words = words ?? "chapter \(number)"
    return chapter(number).map { "[\(words)](../\($0.name)/README.md)" } ?? words
  }

  private func chapter(_ number: Int) -> Chapter? {
    chapters.first { $0.number == number }
  }
}

// The two tables of symbols.
extension Book {
  private var notation: String {
    let everywhere = symbols.filter { !$0.isLocal }.compactMap { symbol -> String? in
      guard let chapter = chapters.first(where: { $0.name.hasPrefix(symbol.chapter) }) else {
        return nil
      }
      return "| $\(symbol.shown)$ | \(symbol.meaning) | \(link(chapter.number, chapter.title)) |"
    }
    var letters: [(shown: String, meanings: [String])] = []
    for symbol in symbols where symbol.isLocal {
      guard let chapter = chapters.first(where: { $0.name.hasPrefix(symbol.chapter) }) else {
        continue
      }
      if letters.last?.shown != symbol.shown { letters.append((symbol.shown, [])) }
      letters[letters.count - 1].meanings.append(
        "\(link(chapter.number, "\(chapter.number)")): \(symbol.meaning)")
    }
    let rows = letters.map { "| $\($0.shown)$ | \($0.meanings.joined(separator: "<br>")) |" }
    return [
      notationHead, "## Everywhere",
      (["| symbol | meaning | introduced in |", "| --- | --- | --- |"] + everywhere)
        .joined(separator: "\n"),
      "## From chapter to chapter",
      "The number before each meaning is that of the chapter that gives it to the letter. A letter keeps"
        + " its meaning up to the next number.",
      (["| letter | meaning |", "| --- | --- |"] + rows).joined(separator: "\n"),
    ].joined(separator: "\n\n")
  }

  private var notationHead: String {
    #"""
    There are two tables. What is in the first means the same in the whole book; no chapter uses it
    before the one beside it, which says what it is. The alphabet is short, so the letters of the
    second mean what their chapter says. `swift run book --check` reads every formula against both
    tables, and finds a symbol that stands before the words that introduce it.

    What holds throughout:

    - **Units.** $\log$ is the natural logarithm, so that entropies, divergences and bounds are in
      nats. Divide by $\log 2$ for bits.
    - **Sums and means.** Sums run over pixels and over latents, means over data; a bound is in
      nats for each datum. Who averages over pixels as well changes what the rate weighs, by a
      factor that \#(link(7)) works out.
    - **Spread.** The second argument of $\mathcal N$ is a variance or a covariance matrix, never a
      standard deviation. A network gives the logarithm of the *variance*,
      $\lambda = \log \sigma^2$; therefore $\sigma = e^{\lambda / 2}$.
    - **Probabilities.** A network that describes binary pixels or classes gives logits $\ell$,
      which may be any numbers. Their sigmoid or softmax is the probability.
    - **Rows and columns.** In a network a datum is a row $x$, a layer computes $x W + b$, and $W$
      has a row for each input. In a linear-Gaussian model (\#(link(4)) and those that use it) $x$
      is a column and the mean is $W z + b$.
    - **Indices.** As a rule $n$ counts data, $i$ pixels or draws, $j$ latents, $k$ classes or
      codes.
    - **Bars and hats.** A bar marks a cotangent in \#(link(1, "chapters 1")) and \#(link(5, "5")),
      a frozen copy in \#(link(9)), and else an average. A hat marks an estimate.
    """#
  }
}

// What other libraries call it.
extension Book {
  private var names: String {
    func code(_ name: String?) -> String { name.map { "`\($0)`" } ?? "" }
    let tables = NamePair.tables.map { title, pairs in
      let rows = pairs.map {
        "| `\($0.here)` | \(code($0.torch)) | \(code($0.jax)) | \($0.note) |"
      }
      return
        (["## \(title)", "", "| here | PyTorch | JAX | what differs |"]
        + ["| --- | --- | --- | --- |"] + rows).joined(separator: "\n")
    }
    let absent = MissingName.all.map {
      "| \(code($0.torch)) | \(code($0.jax)) | \($0.instead) |"
    }
    let last = ["## What is not here", "", "| PyTorch | JAX | instead |", "| --- | --- | --- |"]
    return ([namesHead] + tables + [(last + absent).joined(separator: "\n")])
      .joined(separator: "\n\n")
  }

  private var namesHead: String {
    #"""
    For readers who know PyTorch or JAX: what does the same there, and what to watch for when you
    carry a program over. JAX itself has few layers, optimisers and losses; where its column is
    empty, libraries on top of it (Flax, Optax, Distrax) have one. That every name in the first
    column is declared in this package is tested; `.ci/names` looks the others up in PyTorch and
    JAX themselves.

    Most mistakes in carrying over are not about names, but about conventions:

    - **Sums against means.** Here a likelihood and a divergence are sums over pixels and over
      latents, one number a datum, and only data are averaged. PyTorch's losses average over
      *everything* unless told `reduction="sum"` or `"none"`. A rate that is summed beside a
      likelihood that is averaged over 784 pixels weighs 784 times too much: it is a β-VAE with
      $\beta = 784$ (\#(link(7))). PyTorch's `Normal` and `Bernoulli` and JAX's `logpdf` sum
      nothing: one number a coordinate.
    - **Signs.** Here functions return log-likelihoods, to be raised; there, losses, to be lowered.
    - **Log-variance against σ.** Here a Gaussian is $(\mu, \lambda)$ with
      $\lambda = \log \sigma^2$. PyTorch's `Normal` and JAX's `norm` take
      $\sigma = e^{\lambda / 2}$, `gaussian_nll_loss` takes $\sigma^2 = e^\lambda$, and
      `MultivariateNormal` a covariance matrix, its inverse, or a factor of it.
    - **Logits against probabilities.** What a network says of pixels or classes is logits here,
      and the likelihoods take these, as functions that end in `with_logits` do. PyTorch's
      `binary_cross_entropy` takes probabilities, and cuts their logarithms off at −100.
    - **Shapes.** Here an image is a row of pixels, one row of pixels after the other,
      `[batch, height · width]`; PyTorch's layers for images take
      `[batch, channels, height, width]` (NCHW), Flax's take NHWC. A grey image has the same order
      of pixels in all three: reshape it. A `Dense` keeps its weight as `[in, out]`, PyTorch's
      `Linear` as `[out, in]`: transpose it.
    - **Random numbers.** Here a `Random` is handed in and moves on. A key of JAX does not move:
      who uses it twice gets the same numbers twice, so split it. PyTorch has one generator behind
      everything, unless you hand one in.
    - **Precision.** `Float` and `Double` are `float32` and `float64` there. JAX makes 32 bits of
      both unless `jax_enable_x64` is set, and a gradient check is then hopeless.
    """#
  }
}
