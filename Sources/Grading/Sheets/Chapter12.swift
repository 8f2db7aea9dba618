import Tensors

extension ExerciseSheet {
  /// The formula clinic.
  static let chapter12 = ExerciseSheet(
    chapter: "ch12-formula-clinic",
    [averagedTwice, oneVariance, continuousBernoulli, normalisers, softplusOutput])

  /// Where a function changes its sign, by bisection.
  private static func root(
    from lower: Double, to upper: Double, of function: (Double) -> Double
  ) -> Double {
    var (low, high) = (lower, upper)
    let rises = function(upper) > 0
    for _ in 0..<80 {
      let middle = 0.5 * (low + high)
      if (function(middle) > 0) == rises { high = middle } else { low = middle }
    }
    return 0.5 * (low + high)
  }

  private static let averagedTwice = Exercise(
    "12.1", "The same wrong loss, twice", points: 1, .warmUp, function: "averagedTwice",
    hints: [
      "Write −log p(x|z) with the pixel variance s². What stands before ‖x − m‖²?",
      "Multiply the averaged loss by a number that makes the squared errors agree, as clinic-weight does. What "
        + "then stands before KL?",
    ]
  ) { exam in
    let pixels = 20 + exam.random.integer(below: 30)
    let latents = 2 + exam.random.integer(below: 6)
    let n = 4
    let variances: Tensor<Double> = exp(exam.random.normal([n]))
    let (size, width) = (Double(pixels), Double(latents))
    // Two data with one averaged loss; the β-VAE too must hold them equal.
    let (first, second) = ((error: 9.0, rate: 1.0), (error: 9 - size / width, rate: 2.0))
    func loss(_ datum: (error: Double, rate: Double), _ s: Double, _ beta: Double) -> Double {
      datum.error / (2 * s) + beta * datum.rate
    }
    func beta(_ s: Double) -> Double {
      (loss(first, s, 0) - loss(second, s, 0)) / (second.rate - first.rate)
    }
    let expected = Tensor(variances.scalars.map(beta))
    let answer = try exam.ask(
      [Tensor(size), Tensor(width), variances], count: 2)
    try exam.expect(
      "β for \(pixels) pixels and \(latents) latents", answer[0], equals: expected,
      suspects: [
        "D and d are exchanged": expected * (width / size) * (width / size),
        "1/d alone: the mean over pixels is forgotten": 0 * expected + 1 / width,
        "D/d: the pixel variance and its 2 are forgotten": 0 * expected + size / width,
        "1/β": 1 / expected,
        "s for s²": expected * sqrt(variances),
      ])
    try exam.expect(
      "the variance for which β is 1", answer[1],
      equals: Tensor(root(from: 1e-3, to: 1e3) { beta($0) - 1 }),
      suspects: ["a standard deviation": sqrt(Tensor(root(from: 1e-3, to: 1e3) { beta($0) - 1 }))])
  }

  private static let oneVariance = Exercise(
    "12.2", "One variance for all", points: 3, .standard, function: "oneVarianceForAll",
    hints: [
      "With the precision P of the posterior, E_q of (z − m)ᵀ P (z − m) is (μ − m)ᵀ P (μ − m) plus the trace of "
        + "P times the covariance of q. Only one part holds μ.",
      "What is left of the divergence is ½ (a tr P − 2 − log det P − 2 log a). Set the derivative by a to 0.",
      "For two variances the trace is v₁ P₁₁ + v₂ P₂₂. At either minimum the trace part is 2, and cancels the −2; "
        + "logarithms stay.",
    ]
  ) { exam in
    let weights: Tensor<Double> = exam.random.normal([3, 2])
    let noise = 0.3 + (exam.random.uniform([]) as Tensor<Double>).scalar
    let gram = matmul(weights, weights, transposingFirst: true) / noise
    let p = (1 + gram[0, 0], gram[0, 1], 1 + gram[1, 1])
    let determinant = p.0 * p.2 - p.1 * p.1
    // Three points and weights for each latent, exact for polynomials of a degree below 6.
    let points = [(-3.0.squareRoot(), 1.0 / 6), (0, 2.0 / 3), (3.0.squareRoot(), 1.0 / 6)]
    func divergence(_ v: Double, _ w: Double) -> Double {
      var sum = -0.5 * (Double.log(v * w) + Double.log(determinant))
      for (e, first) in points {
        for (f, second) in points {
          let (x, y) = (v.squareRoot() * e, w.squareRoot() * f)
          let form = p.0 * x * x + 2 * p.1 * x * y + p.2 * y * y
          sum += first * second * 0.5 * (form - e * e - f * f)
        }
      }
      return sum
    }
    func best(_ function: @escaping (Double) -> Double) -> Double {
      Double.exp(
        root(from: -12, to: 6) { at in
          Check.differences(at: Tensor(at)) { function(Double.exp($0.scalar)) }[0]
        })
    }
    let answer = try exam.ask([weights, Tensor(noise)], count: 3)
    let a = best { divergence($0, $0) }
    let (v, w) = (best { divergence($0, 1) }, best { divergence(1, $0) })
    let shared = divergence(a, a)
    let marginals = (p.2 / determinant, p.0 / determinant)
    try exam.expect(
      "the one variance", answer[0], equals: Tensor(a),
      suspects: [
        "the mean of the posterior's variances: best for the other divergence": Tensor(
          0.5 * (marginals.0 + marginals.1)),
        "the harmonic mean of the posterior's variances S₁₁ and S₂₂, where 1/P₁₁ and 1/P₂₂ are meant":
          Tensor(2 / (1 / marginals.0 + 1 / marginals.1)),
        "the mean of v₁ and v₂": Tensor(0.5 * (v + w)),
        "their geometric mean": Tensor((v * w).squareRoot()),
        "a precision": Tensor(1 / a),
        "σ for σ²": Tensor(a.squareRoot()),
      ])
    try exam.expect(
      "the divergence with one variance", answer[1], equals: Tensor(shared),
      suspects: [
        "what it costs beyond the best independent latents": Tensor(shared - divergence(v, w))
      ])
    try exam.expect(
      "the divergence with two variances", answer[2], equals: Tensor(divergence(v, w)),
      suspects: [
        "the variances of the posterior are not the best": Tensor(
          divergence(marginals.0, marginals.1)),
        "what one variance costs beyond it": Tensor(shared - divergence(v, w)),
      ])
  }

  private static let continuousBernoulli = Exercise(
    "12.3", "The continuous Bernoulli", points: 3, .standard, function: "continuousBernoulli",
    hints: [
      "The integral of e^(xℓ) over x from 0 to 1 is (e^ℓ − 1)/ℓ. Its logarithm is what to subtract from xℓ.",
      "Take the larger of ℓ and 0 out of that logarithm first; what is left is even in ℓ, so |ℓ| will do.",
      "The gradient is x less the mean of x, and the mean is 1/(1 − e^(−ℓ)) − 1/ℓ. Near ℓ = 0 expand it: "
        + "½ + ℓ/12 − ℓ³/720 + … . The logarithm is ℓ/2 + ℓ²/24 − ℓ⁴/2880 + … .",
    ]
  ) { exam in
    let special: [Double] = [0, 1e-6, -1e-4, 0.01, 40, -40, 700, -700]
    let drawn: Tensor<Double> = 3 * exam.random.normal([4])
    let logits = Tensor(drawn.scalars + special)
    let x: Tensor<Double> = exam.random.uniform([logits.count])
    func logMass(_ l: Double) -> Double {
      let most = Swift.max(l, 0)
      return most + Double.log(integral(from: 0, to: 1) { Double.exp($0 * l - most) })
    }
    func value(_ x: Double, _ l: Double) -> Double { x * l - logMass(l) }
    let answer = try exam.ask([x, logits], count: 2)
    let pixels = Array(zip(x.scalars, logits.scalars))
    let expected = Tensor(pixels.map(value))
    // Each depends on its own ℓ only.
    let slopes = pixels.map { x, l in
      Check.differences(at: Tensor(l)) { value(x, $0.scalar) }[0]
    }
    let cross = x * logits - softplus(logits)
    try exam.expect(
      "the log density for ℓ of \(logits.count) kinds", answer[0], equals: expected,
      suspects: [
        "minus the cross-entropy, not normalised": cross,
        "the normaliser is on the wrong side": 2 * cross - expected,
      ])
    try exam.expect(
      "its gradient by ℓ", answer[1], equals: Tensor(slopes), tolerance: 1e-7,
      suspects: ["x − sigmoid(ℓ): the gradient of the cross-entropy": x - sigmoid(logits)])
  }

  private static let normalisers = Exercise(
    "12.4", "Losses that are likelihoods", points: 2, .standard, function: "lossNormalisers",
    hints: [
      "The first is a Gaussian: which variance has it? The second is twice an integral from 0.",
      "e to the minus of the third is 1/cosh²(w r): the derivative of a function of chapter 1, over w.",
      "For the last use polar coordinates, in which an area is r dr dφ, and an integration by parts.",
    ]
  ) { exam in
    let n = 2
    let weights: Tensor<Double> = exp(0.5 * exam.random.normal([n]))
    let losses: [(Double, Double) -> Double] = [
      { w, r in w * r * r },
      { w, r in w * r },
      { w, r in 2 * w * r + 2 * Double.log(0.5 + 0.5 * Double.exp(-2 * w * r)) },
    ]
    func lines(_ loss: (Double, Double) -> Double) -> Tensor<Double> {
      Tensor(
        weights.scalars.map { w in
          Double.log(2 * integral(from: 0, to: .infinity) { Double.exp(-loss(w, $0)) })
        })
    }
    /// Over the plane: four times a quarter of it, row by row.
    func planes() -> Tensor<Double> {
      Tensor(
        weights.scalars.map { w in
          let quarter = integral(from: 0, to: .infinity) { x in
            w * x > 40
              ? 0
              : integral(from: 0, to: .infinity) { y in
                let distance = w * (x * x + y * y).squareRoot()
                return distance > 40 ? 0 : Double.exp(-distance)
              }
          }
          return Double.log(4 * quarter)
        })
    }
    let found = try exam.ask(weights)
    guard found.shape == [n, 4] else {
      throw Finding("log Z", message: "the shape is \(found.shape), not \([n, 4])")
    }
    let names = ["squared error", "absolute error", "log cosh", "distance over two pixels"]
    for (column, name) in names.enumerated() {
      let claim = found.sliced(axis: 1, column..<column + 1).reshaped([n])
      let truth = column < 3 ? lines(losses[column]) : planes()
      try exam.expect(
        "log Z of the " + name, claim, equals: truth, tolerance: 1e-7,
        suspects: [
          "Z, not its logarithm": exp(truth),
          "half of Z: negative residuals are missing": truth - Double.log(2),
          "Z of ½ w r²": truth + 0.5 * Double.log(2),
          "Z of one pixel, squared: the two are not independent": 2 * Double.log(2)
            - 2 * log(weights),
        ])
    }
  }

  private static let softplusOutput = Exercise(
    "12.5", "Another output for σ", points: 2, .standard, function: "softplusRate",
    hints: [
      "The rate is ½ (μ² + σ² − 1 − 2 log σ): put σ = softplus(ρ) in. The derivative of softplus is sigmoid.",
      "By σ the rate has the derivative σ − 1/σ. The quotient sigmoid(ρ)/softplus(ρ) needs care where both are 0.",
      "For very negative ρ softplus(ρ) = e^ρ (1 − ½ e^ρ + …). So log σ is ρ there, and the quotient is 1.",
    ]
  ) { exam in
    let (n, d) = (3, 2)
    let mean: Tensor<Double> = exam.random.normal([n, d])
    let output: Tensor<Double> = 1.5 * exam.random.normal([n, d])
    /// KL(N(m, s²) ‖ N(0, 1)) by quadrature, from log s.
    func divergence(_ m: Double, _ logS: Double) -> Double {
      let s = Double.exp(logS)
      return integral(from: -.infinity, to: .infinity) { e in
        let z = m + s * e
        return Double.exp(-0.5 * e * e) * (0.5 * (z * z - e * e) - logS)
          / (2 * Double.pi).squareRoot()
      }
    }
    func logSigma(_ output: Double) -> Double {
      output < -30 ? output : Double.log(Double.softplus(output))
    }
    func rate(_ m: Double, _ output: Double) -> Double { divergence(m, logSigma(output)) }
    func rates(_ output: Tensor<Double>) -> Tensor<Double> {
      Tensor(
        zip(mean.matrixRows, output.matrixRows).map { means, outputs in
          zip(means, outputs).reduce(0) { $0 + rate($1.0, $1.1) }
        })
    }
    // Each coordinate is in one term only.
    func slopes(_ output: Tensor<Double>) -> Tensor<Double> {
      Tensor(
        [n, d],
        zip(mean.scalars, output.scalars).map { m, rho in
          Check.differences(at: Tensor(rho)) { rate(m, $0.scalar) }[0]
        })
    }
    let answer = try exam.ask([mean, output], count: 2)
    let sigma = softplus(output)
    let expected = rates(output)
    try exam.expect(
      "the rate of \(n) data", answer[0], equals: expected,
      suspects: [
        "log σ for log σ²": expected + 0.5 * log(sigma).sum(axis: 1),
        "σ for σ²": expected + 0.5 * (sigma - square(sigma)).sum(axis: 1),
        "ρ is read as log σ²": 0.5 * (square(mean) + exp(output) - 1 - output).sum(axis: 1),
        "a mean over latents where a sum is meant": expected / Double(d),
      ])
    try exam.expect(
      "its gradient by ρ", answer[1], equals: slopes(output), tolerance: 1e-7,
      suspects: [
        "the gradient by σ: the derivative of softplus is missing": sigma - 1 / sigma,
        "the gradient by log σ²": 0.5 * (square(sigma) - 1),
        "log σ for log σ²": (sigma - 0.5 / sigma) * sigmoid(output),
      ])
    let low = Tensor<Double>([n, d], [-800, -40, -800, 0.5, -40, -800])
    let cold = try exam.ask([mean, low], count: 2)
    try exam.expect("the rate for ρ down to −800", cold[0], equals: rates(low))
    try exam.expect(
      "its gradient for ρ down to −800", cold[1], equals: slopes(low), tolerance: 1e-7)
  }
}
