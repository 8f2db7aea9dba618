import Tensors

extension ExerciseSheet {
  /// Tighter bounds.
  static let chapter10 = ExerciseSheet(
    chapter: "ch10-tighter-bounds",
    [
      groupedBound, jackknife, jackknifeCoefficients, annealedVariance, coupling, mixtureRate,
      fullCovariance,
    ])

  /// log of the mean weight.
  private static func logMean(_ logWeights: [Double]) -> Double {
    logOfSum(logWeights) - Double.log(Double(logWeights.count))
  }

  private static let groupedBound = Exercise(
    "10.1", "A bound in groups", points: 2, .warmUp, function: "groupedBound",
    hints: [
      "How many draws does the logarithm of one group see? A mean of M such numbers has the same expectation.",
      "Reshape `[n, k]` to `[n, M, k / M]`; `logSumExp(axis: 2)` is then one number a group.",
      "The gradient of one group is iwae-gradient: weights that are normalised within the group. The mean "
        + "over groups divides by M.",
    ]
  ) { exam in
    let (n, groups, size) = (3, 2, 3)
    let k = groups * size
    let logWeights: Tensor<Double> = exam.random.normal([n, k])
    func value(_ row: [Double]) -> Double {
      (0..<groups).reduce(0) {
        $0 + logMean(Array(row[$1 * size..<($1 + 1) * size])) / Double(groups)
      }
    }
    let rows = logWeights.matrixRows
    let values = Tensor(rows.map(value))
    let answer = try exam.ask([logWeights, Tensor(Double(groups))], count: 2)
    try exam.expect(
      "the values for \(groups) groups of \(size)", answer[0], equals: values,
      suspects: [
        "the log of the mean of all draws, without groups": Tensor(rows.map(logMean)),
        "the sum of the weights of a group, not their mean": values + Double.log(Double(size)),
        "the ELBO: a mean of logarithms": logWeights.mean(axis: 1),
        "groups of M draws, not M groups": Tensor(
          rows.map { row in
            stride(from: 0, to: k, by: groups).reduce(0) {
              $0 + logMean(Array(row[$1..<$1 + groups])) / Double(size)
            }
          }),
      ])
    try exam.expectGradient(
      "the gradient by log w", answer[1], at: logWeights,
      of: { $0.matrixRows.reduce(0) { $0 + value($1) } })
    let low = try exam.ask([logWeights - 1_000, Tensor(Double(groups))], count: 2)
    try exam.expect("the values for weights of e⁻¹⁰⁰⁰", low[0], equals: values - 1_000)
    try exam.expect("their gradient", low[1], equals: answer[1])
  }

  private static let jackknife = Exercise(
    "10.2", "The jackknife", points: 3, .standard, function: "jackknifeBound",
    hints: [
      "Put L_k = log p(x) − v/2k + c/k² into k L_k − (k − 1) L_(k−1): what cancels?",
      "The sum of the weights without draw j is their sum less w_j. Take the largest log weight of each "
        + "datum out first, and add it again at the end: k − (k − 1) = 1 of it.",
      "By log w_i the first part gives k times a normalised weight. In the second, w_i is in all means but "
        + "that without i: a sum over j ≠ i of w_i over the sum without j.",
    ]
  ) { exam in
    let (n, k) = (3, 5)
    let logWeights: Tensor<Double> = exam.random.normal([n, k])
    func without(_ row: [Double], _ j: Int) -> Double {
      logMean(row.indices.filter { $0 != j }.map { row[$0] })
    }
    func value(_ row: [Double]) -> Double {
      let left = row.indices.map { without(row, $0) }.reduce(0, +) / Double(k)
      return Double(k) * logMean(row) - Double(k - 1) * left
    }
    let rows = logWeights.matrixRows
    let values = Tensor(rows.map(value))
    let all = Tensor(rows.map(logMean))
    let answer = try exam.ask([logWeights], count: 2)
    try exam.expect(
      "the values for \(n) data", answer[0], equals: values,
      suspects: [
        "the bound itself": all,
        "the correction is added, not subtracted": 2 * all - values,
        "2 L_k − L_(k−1): the multiples are k and k − 1": Tensor(
          rows.map { row in 2 * logMean(row) - (value(row) - Double(k) * logMean(row)) / -4 }),
        "only the last draw is left out, not each in turn": Tensor(
          rows.map { Double(k) * logMean($0) - Double(k - 1) * without($0, k - 1) }),
      ])
    try exam.expectGradient(
      "the gradient by log w", answer[1], at: logWeights,
      of: { $0.matrixRows.reduce(0) { $0 + value($1) } },
      suspects: [
        "normalised weights: the gradient of the bound itself": Tensor(
          matrixRows: rows.map { row in row.map { Double.exp($0 - logOfSum(row)) } })
      ])
    let low = try exam.ask([logWeights - 1_000], count: 2)
    try exam.expect("the values for weights of e⁻¹⁰⁰⁰", low[0], equals: values - 1_000)
    try exam.expect("their gradient", low[1], equals: answer[1])
  }

  private static let jackknifeCoefficients = Exercise(
    "10.3", "More terms of the bias", points: 3, .challenge, function: "jackknifeCoefficients",
    hints: [
      "One condition for log p(x), one for each a: m + 1 linear equations for m + 1 coefficients.",
      "Try c_j = (k − j)ᵐ b_j. Then for i = 0, …, m the sum of b_j (k − j)^(m−i) is to be 1 for i = 0 and 0 for "
        + "the others: b annuls all polynomials in j of a degree below m.",
      "What annuls every polynomial of a degree below m, and what does it make of jᵐ? Differences of order m, "
        + "whose coefficients are binomial with alternating signs.",
    ]
  ) { exam in
    for order in 1...3 {
      let k = 5 + exam.random.integer(below: 5)
      // The conditions, in powers of k / (k − j), solved by elimination.
      var system = (0...order).map { power in
        (0...order).map { j in
          (0..<power).reduce(1.0) { product, _ in product * Double(k) / Double(k - j) }
        } + [power == 0 ? 1 : 0]
      }
      for column in 0...order {
        let pivot = (column...order).max {
          Swift.abs(system[$0][column]) < Swift.abs(system[$1][column])
        }!
        system.swapAt(column, pivot)
        for row in 0...order where row != column {
          let share = system[row][column] / system[column][column]
          system[row] = zip(system[row], system[column]).map { $0 - share * $1 }
        }
      }
      let solution = Tensor((0...order).map { system[$0][order + 1] / system[$0][$0] })
      try exam.expect(
        "the coefficients for \(k) draws and order \(order)",
        try exam.ask(Tensor(Double(k)), Tensor(Double(order))), equals: solution,
        suspects: [
          "the signs do not alternate": abs(solution),
          "from the fewest draws to the most, which is the wrong way round": Tensor(
            solution.scalars.reversed()),
        ])
    }
  }

  private static let annealedVariance = Exercise(
    "10.4", "The variance of annealing", points: 3, .challenge, function: "annealedVariance",
    hints: [
      "Coordinates are independent, and so are the T terms: variances add. One term is 1/T times a quadratic "
        + "function of a Gaussian draw.",
      "The density at level τ is Gaussian with the precision r = 1 + τ (a − 1) and the mean τ a m / r. The "
        + "variance of c ε + b ε² for a standard normal ε is c² + 2 b².",
      "T times the sum is a Riemann sum of an integral over τ. Powers of r integrate easily; or show that the "
        + "variance of log p(x, z) − log q(z) at level τ is the derivative by τ of its mean.",
    ]
  ) { exam in
    let d = 3
    let means: Tensor<Double> = 0.8 * exam.random.normal([d])
    let precisions: Tensor<Double> = exp(2.2 * exam.random.uniform([d]) - 0.9)
    let grid = (-64...64).map { Double($0) / 4 }
    /// The variance of log p(x, z) − log q(z) at a level, by the trapezoidal rule.
    func variance(_ level: Double, _ m: Double, _ a: Double) -> Double {
      var sums = (0.0, 0.0, 0.0)
      for z in grid {
        let target = -0.5 * a * (z - m) * (z - m)
        let ratio = target + 0.5 * z * z
        let density = Double.exp(level * ratio - 0.5 * z * z)
        sums.0 += density
        sums.1 += density * ratio
        sums.2 += density * ratio * ratio
      }
      let mean = sums.1 / sums.0
      return sums.2 / sums.0 - mean * mean
    }
    func total(_ level: Double) -> Double {
      zip(means.scalars, precisions.scalars).reduce(0) { $0 + variance(level, $1.0, $1.1) }
    }
    lazy var limit = Tensor(integral(from: 0, to: 1, of: total))
    for levels in [1, 6] {
      let t = Double(levels)
      func sum(_ first: Int) -> Tensor<Double> {
        Tensor((first..<first + levels).reduce(0) { $0 + total(Double($1) / t) } / (t * t))
      }
      let answer = try exam.ask([means, precisions, Tensor(t)], count: 2)
      try exam.expect(
        "the variance for T = \(levels)", answer[0], equals: sum(0),
        suspects: [
          "the ratios are taken at the level after the step, not before it": sum(1),
          "each term is 1/T times a ratio, and a variance has its square": t * sum(0),
          "a standard deviation": sqrt(sum(0)),
        ])
      try exam.expect(
        "the limit of T times it", answer[1], equals: limit,
        suspects: [
          "the variance at level 0 for all levels": Tensor(total(0)),
          "the variance at level 1 for all levels": Tensor(total(1)),
        ])
    }
  }
}
