import Tensors

extension ExerciseSheet {
  /// Applications.
  static let chapter11 = ExerciseSheet(
    chapter: "ch11-applications",
    [smoothArea, shell, transport, bitsBack, wrongSpread, pixelEntropy])

  private static let smoothArea = Exercise(
    "11.1", "A smooth area", points: 2, .warmUp, function: "smoothArea",
    hints: [
      "What is sigmoid(u/T) for T → 0, when u is positive, negative, and 0? Compare with auc-mann-whitney.",
      "All differences at once: `anomalous.expanded(axis: 1) - normal` has the shape `[m, n]`.",
      "A pair has the derivative p (1 − p) / T by a and minus that by s, p being its sigmoid. Sum over the pairs "
        + "that a score is in, and divide by the number of all pairs.",
    ]
  ) { exam in
    let (n, m) = (4, 3)
    let normal: Tensor<Double> = exam.random.normal([n])
    let anomalous: Tensor<Double> = 0.5 + exam.random.normal([m])
    let t = 0.4 + (exam.random.uniform([]) as Tensor<Double>).scalar
    func area(_ s: Tensor<Double>, _ a: Tensor<Double>) -> Double {
      let (normal, anomalous) = (s.scalars, a.scalars)
      return anomalous.reduce(0) { sum, a in
        normal.reduce(sum) { $0 + Double.sigmoid((a - $1) / t) }
      } / Double(n * m)
    }
    let expected = Tensor(area(normal, anomalous))
    let answer = try exam.ask([normal, anomalous, Tensor(t)], count: 3)
    try exam.expect(
      "the mean over \(n * m) pairs", answer[0], equals: expected,
      suspects: [
        "normal scores above anomalies": 1 - expected,
        "a sum over pairs where a mean is meant": Double(n * m) * expected,
      ])
    try exam.expectGradient(
      "its gradient by normal scores", answer[1], at: normal, of: { area($0, anomalous) })
    try exam.expectGradient(
      "its gradient by anomalous scores", answer[2], at: anomalous, of: { area(normal, $0) })
    // Whole numbers, so that scores tie; the limit is a count.
    let few = Tensor<Double>((0..<n).map { _ in Double(exam.random.integer(below: 3)) } + [1])
    let other = Tensor<Double>((0..<m).map { _ in Double(exam.random.integer(below: 3)) } + [1])
    let pairs = other.scalars.flatMap { a in few.scalars.map { a - $0 } }
    let wins = Double(pairs.count { $0 > 0 }) + 0.5 * Double(pairs.count { $0 == 0 })
    let cold = try exam.ask([few, other, Tensor(1e-3)], count: 3)
    try exam.expect(
      "the mean at T = 0.001 of scores that tie", cold[0],
      equals: Tensor(wins / Double(pairs.count)))
  }

  private static let shell = Exercise(
    "11.2", "Back on the shell", points: 2, .standard, function: "backOnShell",
    hints: [
      "One coordinate first: what is the variance of Σ wᵢ zᵢ when the zᵢ have the correlations R?",
      "All d coordinates have that variance, and the squared norm is the sum of their squares.",
      "To have the variance 1 again, divide by the standard deviation of a coordinate. It is the same for all "
        + "latents, and does not ask how long this combination happens to be.",
    ]
  ) { exam in
    let (k, d) = (3, 4)
    // A covariance L Lᵀ with 1 on its diagonal.
    var factor: Tensor<Double> = exam.random.normal([k, k])
    for i in 0..<k {
      factor[i, i] = 0.5 + Swift.abs(factor[i, i])
      for j in i + 1..<k { factor[i, j] = 0 }
    }
    let rows = factor.matrixRows.map { row in
      let length = inner(row, row).squareRoot()
      return row.map { $0 / length }
    }
    let correlations = Tensor(matrixRows: rows.map { a in rows.map { inner(a, $0) } })
    let noise: Tensor<Double> = exam.random.normal([k, d])
    let latents = matmul(Tensor(matrixRows: rows), noise)
    let weights: Tensor<Double> = exam.random.normal([k]) + 0.5
    // Points and weights that are exact for the second moments of k independent normal numbers.
    let nodes = [(-1.0, 0.5), (1.0, 0.5)]
    var square = 0.0
    for (a, p) in nodes {
      for (b, q) in nodes {
        for (c, r) in nodes {
          let sum = inner(weights.scalars, rows.map { inner($0, [a, b, c]) })
          square += p * q * r * sum * sum
        }
      }
    }
    let w = weights.scalars
    let expected = Tensor(Double(d) * square)
    let plain = (weights.expanded(axis: 1) * latents).sum(axis: 0)
    let answer = try exam.ask([latents, correlations, weights], count: 2)
    try exam.expect(
      "E‖Σ w z‖²", answer[0], equals: expected,
      suspects: [
        "correlations are left out": Tensor(Double(d) * inner(w, w)),
        "one coordinate's": Tensor(square),
        "the norm of these latents, not what is expected of such": Tensor(
          inner(plain.scalars, plain.scalars)),
        "a norm, not its square": sqrt(expected),
      ])
    try exam.expect(
      "the combination, back on the shell", answer[1], equals: plain / square.squareRoot(),
      suspects: [
        "not rescaled": plain,
        "every combination gets the length √d, which N(0, I) does not do": plain
          * (Double(d) / inner(plain.scalars, plain.scalars)).squareRoot(),
        "divided by the variance, not by its root": plain / square,
        "divided by the expected norm: a length of 1, not of √d": plain / sqrt(expected),
        "correlations are left out": plain / inner(w, w).squareRoot(),
      ])
  }

  private static let transport = Exercise(
    "11.3", "Shape as well as place", points: 3, .standard, function: "transported",
    hints: [
      "Make z standard normal first. What takes N(m₀, L₀ L₀ᵀ) there? And what from there to N(m₁, L₁ L₁ᵀ)?",
      "Products and inverses of lower triangular matrices are lower triangular. Solve with L₀ line by line; do "
        + "not invert it.",
      "With z = m₀ + L₀ ε the step z′ − z is affine in ε. Its mean square is that of the constant part plus the "
        + "sum of all squared entries of the matrix before ε.",
    ]
  ) { exam in
    let (n, d) = (3, 3)
    func factor(_ random: inout Random) -> Tensor<Double> {
      var l: Tensor<Double> = 0.5 * random.normal([d, d])
      for i in 0..<d {
        l[i, i] = 0.6 + Swift.abs(l[i, i])
        for j in i + 1..<d { l[i, j] = 0 }
      }
      return l
    }
    let (m0, l0): (Tensor<Double>, Tensor<Double>) = (
      exam.random.normal([d]), factor(&exam.random)
    )
    let (m1, l1): (Tensor<Double>, Tensor<Double>) = (
      exam.random.normal([d]), factor(&exam.random)
    )
    let c0 = matmul(l0, l0, transposingSecond: true)
    let c1 = matmul(l1, l1, transposingSecond: true)
    func carried(_ t: Tensor<Double>) -> Tensor<Double> {
      matmul(t, matmul(c0, t, transposingSecond: true))
    }
    let codes: Tensor<Double> = exam.random.normal([n, d])
    // m₀, and m₀ moved along each axis: they tell T.
    let probes = concatenated([m0.reshaped([1, d]), m0 + Tensor.identity(d)], axis: 0)
    let all = concatenated([probes, codes], axis: 0)
    let answer = try exam.ask([all, m0, l0, m1, l1], count: 2)
    guard answer[0].shape == all.shape else {
      throw Finding(
        "the moved codes", message: "the shape is \(answer[0].shape), not \(all.shape)")
    }
    let start = answer[0].rows(at: [0]).reshaped([d])
    try exam.expect(
      "where m₀ goes", start, equals: m1,
      suspects: [
        "the mean is not moved": m0, "m₁ is added, but m₀ is not taken away": m0 + m1,
        "the wrong way round": 2 * m0 - m1,
      ])
    let t = (answer[0].rows(at: Array(1...d)) - m1).transposed()
    try exam.expect(
      "T C₀ Tᵀ, the covariance of moved codes", carried(t), equals: c1,
      suspects: [
        "only the place is moved": c0,
        "L₀ is not undone": carried(l1),
        "covariances where their factors are meant: C₁ for L₁": matmul(
          c1, c1, transposingSecond: true),
      ])
    let above = (0..<d).flatMap { i in (i + 1..<d).map { t[i, $0] } }
    try exam.expect(
      "T is lower triangular", above.allSatisfy { Swift.abs($0) <= 1e-9 },
      otherwise: "above the diagonal stands \(above.first { Swift.abs($0) > 1e-9 } ?? 0)",
      diagnosis: "right covariance, but by another matrix")
    try exam.expect(
      "its diagonal is positive", (0..<d).allSatisfy { t[$0, $0] > 0 },
      otherwise: "it is not", diagnosis: "a sign")
    try exam.expect(
      "the other codes", answer[0].sliced(axis: 0, d + 1..<d + 1 + n),
      equals: m1 + matmul(codes - m0, t, transposingSecond: true))
    // With points and weights that are exact for second moments.
    var distance = 0.0
    for signs in 0..<1 << d {
      let e = (0..<d).map { signs >> $0 & 1 == 1 ? 1.0 : -1.0 }
      let z = m0 + (l0 * Tensor(e)).sum(axis: 1)
      let moved = m1 + (t * (z - m0)).sum(axis: 1)
      distance += square(moved - z).sum().scalar / Double(1 << d)
    }
    let place = square(m1 - m0).sum()
    try exam.expect(
      "E‖z′ − z‖²", answer[1], equals: Tensor(distance),
      suspects: [
        "the distance of the means alone": place,
        "the part of the means is missing": distance - place,
        "T − 1 for (T − 1) L₀: codes with covariance 1": place
          + square(t - Tensor.identity(d)).sum(),
        "a distance, not its square": sqrt(Tensor(distance)),
      ])
  }
}
