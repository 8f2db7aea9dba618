import Tensors

extension ExerciseSheet {
  /// Codes from a codebook.
  static let chapter09 = ExerciseSheet(
    chapter: "ch09-vq-vae",
    [rotation, softEncoder, coldGumbel, residual, spreadStart, scalarQuantisation])

  private static let rotation = Exercise(
    "9.1", "The rotation trick", points: 3, .standard, function: "rotationTrick",
    hints: [
      "R is held, so R z is linear in z. What is the gradient of an inner product of g with a linear map?",
      "The transpose of a rotation turns back. You need the rotation for any vector, not only for z: split "
        + "it into its part in the plane of z and e and the rest.",
      "Or write the rotation as two reflections: one through the bisector of the two directions, and one "
        + "along a direction itself. Reflections are I − 2 r rᵀ; transpose the product, and keep the factor.",
    ]
  ) { exam in
    let (n, d) = (4, 3)
    let z: Tensor<Double> = exam.random.normal([n, d])
    let e: Tensor<Double> = 1.5 * exam.random.normal([n, d])
    let g: Tensor<Double> = exam.random.normal([n, d])
    func length(_ a: [Double]) -> Double { inner(a, a).squareRoot() }
    /// `a` turned as `from` is turned into the direction of `to`, times the ratio of their lengths.
    func turned(_ a: [Double], from: [Double], to: [Double]) -> [Double] {
      // An orthonormal basis u, v of the plane, in which the rotation is a rotation by an angle.
      let (before, after) = (length(from), length(to))
      let u = from.map { $0 / before }
      let cosine = inner(u, to) / after
      let rest = zip(to, u).map { $0 / after - cosine * $1 }
      let sine = length(rest)
      let v = rest.map { $0 / sine }
      let (p, q) = (inner(a, u), inner(a, v))
      let (byU, byV) = (p * cosine - q * sine - p, p * sine + q * cosine - q)
      return a.indices.map { (a[$0] + byU * u[$0] + byV * v[$0]) * after / before }
    }
    let (zs, es, gs) = (z.matrixRows, e.matrixRows, g.matrixRows)
    func all(_ body: (Int) -> [Double]) -> Tensor<Double> {
      Tensor(matrixRows: (0..<n).map(body))
    }
    let ratios = (0..<n).map { length(es[$0]) / length(zs[$0]) }
    let answer = try exam.ask([z, e, g], count: 2)
    try exam.expect(
      "the value R z", answer[0], equals: e,
      suspects: [
        "z itself": z,
        "the direction of e with the length of z": all { i in es[i].map { $0 / ratios[i] } },
      ])
    try exam.expectGradient(
      "the cotangent of z", answer[1], at: z,
      of: { moved in
        let rows = moved.matrixRows
        return (0..<n).reduce(0) {
          $0 + inner(gs[$1], turned(rows[$1], from: zs[$1], to: es[$1]))
        }
      },
      suspects: [
        "R g: the transpose is missing": all { turned(gs[$0], from: zs[$0], to: es[$0]) },
        "g itself: the plain straight-through rule": g,
        "the ratio of the lengths is the wrong way up": all {
          turned(gs[$0], from: es[$0], to: zs[$0])
        },
        "the rotation alone, without the ratio of the lengths": all { i in
          turned(gs[i], from: es[i], to: zs[i]).map { $0 * ratios[i] }
        },
      ])
  }

  private static let softEncoder = Exercise(
    "9.2", "A soft encoder", points: 2, .standard, function: "softEncoderRate",
    hints: [
      "With u = 1/K the divergence is log K less the entropy of q.",
      "First by the logits s: what is the derivative of Σ q log q when q = softmax(s)? Then s by z.",
      "The derivative by a logit is q_k (log q_k + H). Take log q_k from the logits less their "
        + "log-sum-exp, never from q: then 0 · log 0 does not occur.",
    ]
  ) { exam in
    let (n, k, d) = (4, 5, 2)
    let z: Tensor<Double> = exam.random.normal([n, d])
    let e: Tensor<Double> = exam.random.normal([k, d])
    let t = 0.5 + (exam.random.uniform([]) as Tensor<Double>).scalar
    let codes = e.matrixRows
    func entropy(_ row: [Double], _ t: Double) -> Double {
      let logits = codes.map { -squaredDistance(row, $0) / (2 * t) }
      let total = logOfSum(logits)
      return logits.reduce(0) { $0 - Double.exp($1 - total) * ($1 - total) }
    }
    let most = Double.log(Double(k))
    func rates(_ z: Tensor<Double>, _ t: Double) -> [Double] {
      z.matrixRows.map { most - entropy($0, t) }
    }
    let answer = try exam.ask([z, e, Tensor(t)], count: 2)
    let expected = Tensor(rates(z, t))
    try exam.expect(
      "the rate of \(n) positions", answer[0], equals: expected,
      suspects: [
        "the entropy of q, not what it lacks of log K": most - expected,
        "bits, not nats": expected / Double.log(2),
        "another temperature: T for 2T": Tensor(rates(z, 0.5 * t)),
      ])
    try exam.expectGradient(
      "its gradient by z", answer[1], at: z, of: { rates($0, t).reduce(0, +) })
    let cold = try exam.ask([z, e, Tensor(1e-4)], count: 2)
    try exam.expect(
      "the rate at T = 0.0001", cold[0], equals: Tensor(rates(z, 1e-4)), tolerance: 1e-7)
    try exam.expect(
      "its gradient at T = 0.0001", cold[1].scalars.allSatisfy(\.isFinite),
      otherwise: "is not finite", diagnosis: "0 · log 0, where q underflows?")
  }

  private static let coldGumbel = Exercise(
    "9.3", "Straight-through Gumbel in the cold", points: 2, .standard,
    function: "coldHardGumbel",
    hints: [
      "Write the mean as an integral over u, and substitute s = (ℓ + u) / τ, as section 9.9 does.",
      "As τ → 0 the density of u goes to its value at −ℓ, which is p (1 − p). The hard draw depends on the "
        + "sign of s only.",
      "The integral of y (1 − y) over s > 0 is the integral of 1 over y from ½ to 1. The exact derivative "
        + "is p (1 − p)(f(1) − f(0)): compare the two for a cubic f.",
    ]
  ) { exam in
    let n = 5
    let logits: Tensor<Double> = exam.random.normal([n])
    var coefficients: Tensor<Double> = 1 + 0.5 * exam.random.normal([n, 3])
    coefficients[0, 2] = 0
    let rows = coefficients.matrixRows
    func density(_ u: Double) -> Double { Double.sigmoid(u) * Double.sigmoid(-u) }
    // The mean at τ = 10⁻⁹, by quadrature in s: an error of that order.
    let tau = 1e-9
    func share(_ logit: Double, from lower: Double, to upper: Double) -> Double {
      integral(from: lower, to: upper) { s in density(s) * density(tau * s - logit) }
    }
    let limit = Tensor(
      zip(logits.scalars, rows).map { logit, f in
        f[0] * share(logit, from: -.infinity, to: 0)
          + (f[0] + 2 * f[1] + 3 * f[2]) * share(logit, from: 0, to: .infinity)
      })
    let exact = Tensor(
      Check.differences(at: logits) { moved in
        zip(moved.scalars, rows).reduce(0) { $0 + Double.sigmoid($1.0) * $1.1.reduce(0, +) }
      })
    let answer = try exam.ask([logits, coefficients], count: 2)
    let variances = Tensor(logits.scalars.map(density))
    try exam.expect(
      "the limit of the mean", answer[0], equals: limit, tolerance: 1e-7,
      suspects: [
        "the exact derivative, not where the estimates go": exact,
        "p (1 − p) is missing": limit / variances,
        "f′(1) alone, as if all draws were of the first class": variances
          * Tensor(rows.map { $0[0] + 2 * $0[1] + 3 * $0[2] }),
      ])
    try exam.expect(
      "the bias that is left", answer[1], equals: limit - exact, tolerance: 1e-7,
      suspects: ["the bias over p (1 − p)": (limit - exact) / variances])
  }

  private static let residual = Exercise(
    "9.4", "Residual quantisation", points: 2, .warmUp, function: "residualCodes",
    hints: [
      "Nothing new is needed: the same step again, on what the last step left.",
      "`codebooks.sliced(axis: 0, i..<i + 1)` holds one codebook; reshape it to `[K, d]`.",
      "`nearestCodes` of the chapter and `rows(at:)` do one step. Subtract the code before the next.",
    ]
  ) { exam in
    let (n, m, k, d) = (20, 3, 4, 2)
    let z: Tensor<Double> = exam.random.normal([n, d])
    let scales = Tensor<Double>([m, 1, 1], [1, 0.5, 0.25])
    let books: Tensor<Double> = scales * exam.random.normal([m, k, d])
    let codes = books.reshaped([m * k, d]).matrixRows
    func best(_ stage: Int, _ score: ([Double]) -> Double) -> Int {
      (0..<k).min { score(codes[stage * k + $0]) < score(codes[stage * k + $1]) }!
    }
    var (indices, left, apart): ([[Double]], [[Double]], [[Double]]) = ([], [], [])
    var crossed: [[Double]] = []
    for row in z.matrixRows {
      var (rest, crossedRest) = (row, row)
      var (chosen, crossedChosen): ([Double], [Double]) = ([], [])
      for stage in 0..<m {
        let place = best(stage) { squaredDistance(rest, $0) }
        chosen.append(Double(place))
        rest = zip(rest, codes[stage * k + place]).map { $0 - $1 }
        let other = best(stage) { -inner(crossedRest, $0) }
        crossedChosen.append(Double(other))
        crossedRest = zip(crossedRest, codes[stage * k + other]).map { $0 - $1 }
      }
      indices.append(chosen)
      left.append(rest)
      crossed.append(crossedChosen)
      apart.append((0..<m).map { stage in Double(best(stage) { squaredDistance(row, $0) }) })
    }
    let residual = Tensor(matrixRows: left)
    let answer = try exam.ask([z, books], count: 2)
    try exam.expect(
      "the indices of \(n) encodings", answer[0], equals: Tensor(matrixRows: indices),
      suspects: [
        "every codebook quantises z, not what is left": Tensor(matrixRows: apart),
        "the largest inner product, without ½ ‖e‖²": Tensor(matrixRows: crossed),
        "counted from 1": Tensor(matrixRows: indices) + 1,
      ])
    try exam.expect(
      "what is left of them", answer[1], equals: residual,
      suspects: ["the sum of the codes, not what it lacks of z": z - residual])
  }

  private static let spreadStart = Exercise(
    "9.5", "A better start", points: 2, .standard, function: "spreadStart",
    hints: [
      "The squared distances of all pairs are the tensor `[n, m]` of ‖z − e‖²; the nearest is a minimum over "
        + "its second axis, which is minus the maximum of minus it.",
      "For the expectation, average over the code the sum over encodings: a double sum of squared distances.",
      "Write z_i − z_j = (z_i − mean) − (z_j − mean), square, and sum over both: the cross term is 0.",
    ]
  ) { exam in
    let (n, d) = (8, 2)
    let z: Tensor<Double> = exam.random.normal([n, d])
    let chosen = z.rows(at: [0, 3, 5])
    let (points, codes) = (z.matrixRows, chosen.matrixRows)
    func shares(_ weight: ([Double]) -> Double) -> Tensor<Double> {
      let weights = points.map { point in weight(codes.map { squaredDistance(point, $0) }) }
      let total = weights.reduce(0, +)
      return Tensor(weights.map { $0 / total })
    }
    let answer = try exam.ask([z, chosen], count: 2)
    try exam.expect(
      "the probabilities of the next code", answer[0], equals: shares { $0.min()! },
      suspects: [
        "distances, not their squares": shares { $0.min()!.squareRoot() },
        "the distance to the farthest of the chosen codes": shares { $0.max()! },
        "the distances to all chosen codes added up": shares { $0.reduce(0, +) },
        "the distance to the code chosen last": shares { $0.last! },
      ])
    // Every encoding in turn is the first code.
    let costs = points.map { code in points.reduce(0) { $0 + squaredDistance($1, code) } }
    let expected = costs.reduce(0, +) / Double(n)
    try exam.expect(
      "the expected cost of the first code", answer[1], equals: Tensor(expected),
      suspects: [
        "the sum of squared distances to the mean: a code is not the mean": Tensor(expected / 2),
        "a mean over encodings where a sum is meant": Tensor(expected / Double(n)),
      ])
  }

  private static let scalarQuantisation = Exercise(
    "9.6", "No codebook", points: 2, .standard, function: "scalarQuantised",
    hints: [
      "Which level is y, if levels count from 0 at −1 to L − 1 at 1? Solve the line, then round.",
      "Only the rounding is passed straight through. The tanh before it has a derivative.",
      "Digits in base L: go through the coordinates, multiply what you have by L, add the next.",
    ]
  ) { exam in
    for levels in [4, 5] {
      let (n, d) = (6, 3)
      let z: Tensor<Double> = exam.random.normal([n, d])
      let g: Tensor<Double> = exam.random.normal([n, d])
      let step = 2 / Double(levels - 1)
      let grid = (0..<levels).map { -1 + step * Double($0) }
      let y = tanh(z).matrixRows
      let digits = y.map { row in
        row.map { value in
          grid.indices.min { Swift.abs(grid[$0] - value) < Swift.abs(grid[$1] - value) }!
        }
      }
      func code(_ digits: [Int]) -> Double { Double(digits.reduce(0) { $0 * levels + $1 }) }
      func values(_ digits: [[Int]]) -> Tensor<Double> {
        Tensor(matrixRows: digits.map { $0.map { grid[$0] } })
      }
      let answer = try exam.ask([z, Tensor(Double(levels)), g], count: 3)
      try exam.expect(
        "the values with \(levels) levels", answer[0], equals: values(digits),
        suspects: [
          "rounded down, not to the nearest": values(
            y.map { $0.map { value in grid.lastIndex { $0 <= value } ?? 0 } }),
          "y before rounding": tanh(z),
          "L levels inside −1 … 1, without the ends": Tensor(
            matrixRows: y.map {
              $0.map { value in
                let place = ((value + 1) / 2 * Double(levels)).rounded(.down)
                return (2 * place + 1) / Double(levels) - 1
              }
            }),
        ])
      try exam.expect(
        "the codes with \(levels) levels", answer[1], equals: Tensor(digits.map(code)),
        suspects: [
          "the last coordinate is taken for the most significant digit": Tensor(
            digits.map { code($0.reversed()) }),
          "levels counted from 1": Tensor(digits.map { code($0.map { $0 + 1 }) }),
        ])
      try exam.expectGradient(
        "the cotangent of z with \(levels) levels", answer[2], at: z,
        of: { (g * tanh($0)).sum().scalar },
        suspects: ["g itself: the derivative of tanh is missing": g])
    }
  }
}
