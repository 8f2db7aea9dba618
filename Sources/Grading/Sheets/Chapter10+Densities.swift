import Tensors

extension ExerciseSheet {
  static let coupling = Exercise(
    "10.5", "An affine coupling layer", points: 2, .standard, function: "affineCoupling",
    hints: [
      "Write the Jacobian in four blocks, A and B before against A and B after. Which block is zero?",
      "A triangular matrix has the product of its diagonal as determinant; s depends on A only.",
      "For the inverse: A is known, so s and t are. Solve for B.",
    ]
  ) { exam in
    let (n, d, h) = (4, 5, 2)
    let z: Tensor<Double> = exam.random.normal([n, d])
    let scale: Tensor<Double> = exam.random.normal([h, d - h])
    let shift: Tensor<Double> = exam.random.normal([h, d - h])
    let columns = (scale.transposed().matrixRows, shift.transposed().matrixRows)
    func layer(_ row: [Double], exponent sign: Double = 1) -> [Double] {
      let first = Array(row[0..<h])
      return first
        + (0..<d - h).map { j in
          let s = Double.tanh(inner(first, columns.0[j]))
          return Double.exp(sign * s) * row[h + j] + inner(first, columns.1[j])
        }
    }
    func all(_ x: Tensor<Double>) -> Tensor<Double> {
      Tensor(matrixRows: x.matrixRows.map { layer($0) })
    }
    /// log |det| of the Jacobian at a point, from differences, by elimination.
    func logDeterminant(_ row: [Double]) -> Double {
      var matrix = (0..<d).map { i in
        Check.differences(at: Tensor(row)) { layer($0.scalars)[i] }
      }
      var sum = 0.0
      for column in 0..<d {
        let pivot = (column..<d).max {
          Swift.abs(matrix[$0][column]) < Swift.abs(matrix[$1][column])
        }!
        matrix.swapAt(column, pivot)
        sum += Double.log(Swift.abs(matrix[column][column]))
        for row in column + 1..<d {
          let share = matrix[row][column] / matrix[column][column]
          matrix[row] = zip(matrix[row], matrix[column]).map { $0 - share * $1 }
        }
      }
      return sum
    }
    let answer = try exam.ask([z, scale, shift], count: 3)
    try exam.expect(
      "the layer's output", answer[0], equals: all(z),
      suspects: [
        "e⁻ˢ for eˢ": Tensor(matrixRows: z.matrixRows.map { layer($0, exponent: -1) })
      ])
    let determinants = Tensor(z.matrixRows.map(logDeterminant))
    try exam.expect(
      "the log determinant", answer[1], equals: determinants, tolerance: 1e-7,
      suspects: ["the determinant, not its logarithm": exp(determinants)])
    guard answer[2].shape == z.shape else {
      throw Finding("the points that go to z", message: "the shape is \(answer[2].shape)")
    }
    try exam.expect(
      "what the layer makes of the points that go to z", all(answer[2]), equals: z,
      suspects: ["the layer was applied once more": all(all(z))])
  }

  static let mixtureRate = Exercise(
    "10.6", "A bound on the rate", points: 3, .challenge, function: "mixtureRateBound",
    hints: [
      "Put the inequality into E_q[log q − log p]. Each component then contributes KL(q‖p_c), which has a "
        + "closed form (chapter 3).",
      "Minimise Σ ω_c (KL_c + log ω_c − log π_c) with Σ ω_c = 1: a Lagrange multiplier, or write it as a "
        + "divergence of ω from something, plus a constant.",
      "At the best ω all KL_c + log ω_c − log π_c are equal. So ω_c is proportional to π_c times an "
        + "exponential, and the bound is minus the log of what makes it sum to 1.",
    ]
  ) { exam in
    let (n, k, d) = (3, 3, 2)
    let mean: Tensor<Double> = exam.random.normal([n, d])
    let logVariance: Tensor<Double> = 0.5 * exam.random.normal([n, d]) - 0.5
    let logits: Tensor<Double> = exam.random.normal([k])
    let means: Tensor<Double> = exam.random.normal([k, d])
    let logVariances: Tensor<Double> = 0.5 * exam.random.normal([k, d])
    /// KL(N(m, e^l) ‖ N(o, e^r)) by quadrature.
    func divergence(_ m: Double, _ l: Double, _ o: Double, _ r: Double) -> Double {
      let deviation = Double.exp(0.5 * l)
      return integral(from: -.infinity, to: .infinity) { e in
        let z = m + deviation * e
        let ratio = 0.5 * (r - l - e * e + (z - o) * (z - o) * Double.exp(-r))
        return Double.exp(-0.5 * e * e) * ratio / (2 * Double.pi).squareRoot()
      }
    }
    func divergences(_ i: Int, reversed: Bool) -> [Double] {
      (0..<k).map { c in
        (0..<d).reduce(0) {
          let q = (mean[i, $1], logVariance[i, $1])
          let p = (means[c, $1], logVariances[c, $1])
          return $0 + (reversed ? divergence(p.0, p.1, q.0, q.1) : divergence(q.0, q.1, p.0, p.1))
        }
      }
    }
    let logProportions = logits.scalars.map { $0 - logOfSum(logits.scalars) }
    func bound(_ rates: [Double], _ logWeights: [Double]) -> Double {
      (0..<k).reduce(0) {
        $0 + Double.exp(logWeights[$1]) * (rates[$1] + logWeights[$1] - logProportions[$1])
      }
    }
    /// The weights of the smallest bound, by mirror descent with half the full step.
    func smallest(_ rates: [Double]) -> [Double] {
      var logWeights = [Double](repeating: -Double.log(Double(k)), count: k)
      for _ in 0..<80 {
        let moved = (0..<k).map {
          logWeights[$0] - 0.5 * (rates[$0] + logWeights[$0] - logProportions[$0])
        }
        logWeights = moved.map { $0 - logOfSum(moved) }
      }
      return logWeights
    }
    let answer = try exam.ask([mean, logVariance, logits, means, logVariances], count: 2)
    let rates = (0..<n).map { divergences($0, reversed: false) }
    let best = rates.map(smallest)
    let reversed = (0..<n).map { divergences($0, reversed: true) }
    func forAll(_ value: (Int) -> Double) -> Tensor<Double> { Tensor((0..<n).map(value)) }
    try exam.expect(
      "the bound of \(n) data", answer[0], equals: forAll { bound(rates[$0], best[$0]) },
      suspects: [
        "the best single component: its weight is 1": forAll { i in
          (0..<k).map { rates[i][$0] - logProportions[$0] }.min()!
        },
        "the weights are those of the prior, which is not the best choice": forAll {
          bound(rates[$0], logProportions)
        },
        "equal weights, which is not the best choice": forAll {
          bound(rates[$0], [Double](repeating: -Double.log(Double(k)), count: k))
        },
        "the divergences of the components from q, not of q from them": forAll {
          bound(reversed[$0], smallest(reversed[$0]))
        },
        "log ω is forgotten": forAll { i in
          (0..<k).reduce(0) {
            $0 + Double.exp(best[i][$1]) * (rates[i][$1] - logProportions[$1])
          }
        },
      ])
    try exam.expect(
      "the best weights", answer[1],
      equals: Tensor(matrixRows: best.map { $0.map { Double.exp($0) } }),
      suspects: [
        "the proportions of the prior": Tensor(
          matrixRows: best.map { _ in logProportions.map { Double.exp($0) } }),
        "their logarithms": Tensor(matrixRows: best),
      ])
  }

  static let fullCovariance = Exercise(
    "10.7", "No score, full covariance", points: 4, .challenge,
    function: "fullCovarianceGradient",
    hints: [
      "dreg needs, for each draw, the derivative of log w along the path, with the parameters inside log w "
        + "held. So log q(z) is differentiated by z only.",
      "log q(z) is −½ ‖C⁻¹(z − μ)‖² and a constant, and C⁻¹(z − μ) = ε. Mind which of C⁻¹ and C⁻ᵀ the chain "
        + "rule gives, and solve the triangular system from its last line.",
      "By C, an entry of row i and column j moves coordinate i of z by ε_j: an outer product for each draw, "
        + "weighted with the square of the normalised weight, of which the lower triangle counts.",
    ]
  ) { exam in
    let (k, d) = (5, 3)
    let mean: Tensor<Double> = exam.random.normal([d])
    let noise: Tensor<Double> = exam.random.normal([k, d])
    var factor: Tensor<Double> = 0.4 * exam.random.normal([d, d])
    for i in 0..<d {
      factor[i, i] = 0.6 + Swift.abs(factor[i, i])
      for j in i + 1..<d { factor[i, j] = 0 }
    }
    let root: Tensor<Double> = exam.random.normal([d, d])
    let precision = (matmul(root, root, transposingSecond: true) + Tensor.identity(d)).matrixRows
    let centre = (exam.random.normal([d]) as Tensor<Double>).scalars
    let draws = noise.matrixRows
    func slope(_ z: [Double]) -> [Double] {
      precision.map { -inner($0, zip(z, centre).map { $0 - $1 }) }
    }
    func logJoint(_ z: [Double]) -> Double {
      0.5 * inner(zip(z, centre).map { $0 - $1 }, slope(z))
    }
    /// C⁻¹ v, from the first line.
    func solved(_ v: [Double]) -> [Double] {
      var x: [Double] = []
      for i in 0..<d {
        x.append((v[i] - (0..<i).reduce(0) { $0 + factor[i, $1] * x[$1] }) / factor[i, i])
      }
      return x
    }
    func point(_ mean: [Double], _ factor: Tensor<Double>, _ e: [Double]) -> [Double] {
      (0..<d).map { i in mean[i] + (0...i).reduce(0) { $0 + factor[i, $1] * e[$1] } }
    }
    let points = draws.map { point(mean.scalars, factor, $0) }
    // log q, up to a constant, with its parameters held.
    func logDensity(_ z: [Double]) -> Double {
      let e = solved(zip(z, mean.scalars).map { $0 - $1 })
      return -0.5 * inner(e, e)
    }
    // Any log weights will do: the estimate takes them as they are.
    let logWeights = (exam.random.normal([k]) as Tensor<Double>).scalars
    let shares = logWeights.map { Double.exp($0 - logOfSum(logWeights)) }
    /// Σ of a power of each share times log w along the path.
    func path(_ mean: Tensor<Double>, _ factor: Tensor<Double>, _ shares: [Double]) -> Double {
      zip(shares, draws).reduce(0) {
        let z = point(mean.scalars, factor, $1.1)
        return $0 + $1.0 * (logJoint(z) - logDensity(z))
      }
    }
    let squares = shares.map { $0 * $0 }
    let slopes = points.map(slope)
    func sum(_ terms: (Int) -> [Double]) -> Tensor<Double> {
      (0..<k).reduce(Tensor.zeros([d])) { $0 + squares[$1] * Tensor(terms($1)) }
    }
    let answer = try exam.ask(
      [Tensor(logWeights), Tensor(matrixRows: slopes), factor, noise], count: 2)
    try exam.expectGradient(
      "the estimate by μ", answer[0], at: mean, of: { path($0, factor, squares) },
      suspects: [
        "first powers of the weights: the path derivative": Tensor(
          Check.differences(at: mean) { path($0, factor, shares) }),
        "the slope of log q is missing": sum { slopes[$0] },
        "C⁻¹ for C⁻ᵀ": sum { zip(slopes[$0], solved(draws[$0])).map { $0 + $1 } },
        "ε itself, without C⁻ᵀ": sum { zip(slopes[$0], draws[$0]).map { $0 + $1 } },
        "the slope of log q with the wrong sign": 2 * sum { slopes[$0] }
          - Tensor(Check.differences(at: mean) { path($0, factor, squares) }),
      ])
    try exam.expectGradient(
      "the estimate by C", answer[1], at: factor, of: { path(mean, $0, squares) },
      suspects: [
        "first powers of the weights: the path derivative": Tensor(
          [d, d], Check.differences(at: factor) { path(mean, $0, shares) })
      ])
  }
}
