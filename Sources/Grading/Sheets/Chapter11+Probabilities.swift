import Tensors

extension ExerciseSheet {
  static let bitsBack = Exercise(
    "11.4", "Bits back", points: 2, .standard, function: "bitsBack",
    hints: [
      "For one z: bits for z, plus bits for x given z, less the bits that come back. Then the mean under q.",
      "In nats the mean is minus a bound that you know well. What is the gap of that bound?",
      "Bits are nats over log 2. A term with q = 0 is 0, and needs care: log 0 is −∞, and 0 times it is not a "
        + "number. Add a 1 to the zeros before the log.",
    ]
  ) { exam in
    let (n, k) = (3, 4)
    func softmax(_ row: [Double]) -> [Double] { row.map { Double.exp($0 - logOfSum(row)) } }
    let priors = softmax((exam.random.normal([k]) as Tensor<Double>).scalars)
    let likelihood: Tensor<Double> = 2 * exam.random.normal([n, k]) - 5
    // Each row has one 0, in another place.
    let q = (exam.random.normal([n, k]) as Tensor<Double>).matrixRows.enumerated().map { i, row in
      let weights = row.enumerated().map { $0.offset == i ? 0 : Double.exp($0.element) }
      return weights.map { $0 / weights.reduce(0, +) }
    }
    let joint = likelihood.matrixRows.map { row in zip(row, priors).map { $0 + Double.log($1) } }
    let bit = Double.log(2)
    func means(_ value: (Int, Int) -> Double) -> Tensor<Double> {
      Tensor(
        (0..<n).map { i in
          (0..<k).reduce(0) { q[i][$1] > 0 ? $0 + q[i][$1] * value(i, $1) : $0 }
        })
    }
    let sent = means { i, z in -joint[i][z] / bit }
    let back = means { i, z in -Double.log(q[i][z]) / bit }
    let shortest = Tensor(joint.map { -logOfSum($0) / bit })
    let bits = sent - back
    let answer = try exam.ask(
      [log(Tensor(priors)), likelihood, Tensor(matrixRows: q)], count: 2)
    try exam.expect(
      "the net bits of \(n) data", answer[0], equals: bits,
      suspects: [
        "nats": bit * bits,
        "no bits come back": sent,
        "the bits that come back are added": sent + back,
        "z is sent for nothing": means { i, z in -likelihood[i, z] / bit } - back,
        "−log₂ p(x), as if q were the posterior": shortest,
      ])
    try exam.expect(
      "the excess over −log₂ p(x)", answer[1], equals: bits - shortest,
      suspects: [
        "nats": bit * (bits - shortest),
        "the divergence of q from the prior, not from the posterior": means { i, z in
          Double.log(q[i][z] / priors[z]) / bit
        },
      ])
  }

  static let wrongSpread = Exercise(
    "11.5", "A chain with the wrong spread", points: 3, .challenge, function: "wrongSpreadChain",
    hints: [
      "Write the posterior mean of z as an affine function of the missing coordinate u. One step of the chain "
        + "then takes u to F u + a constant + noise. What is F?",
      "The mean at rest solves u = F u + constant. The variance at rest solves S = F² S + the variance of the noise, "
        + "which has two parts.",
      "With the precision r = 1 + ‖w‖²/s²: F = w_m²/(s² r), and a step adds κ w_m²/r + s². For κ = 1 put "
        + "1 + F with s² (1 + F) = s² + w_m²/r into the quotient.",
    ]
  ) { exam in
    let count = 4
    var weights: Tensor<Double> = exam.random.normal([count])
    let bias: Tensor<Double> = exam.random.normal([count])
    let datum: Tensor<Double> = exam.random.normal([count])
    let noise = 0.4 + (exam.random.uniform([]) as Tensor<Double>).scalar
    let missing = exam.random.integer(below: count)
    // So that the chain remembers: F is not near 0.
    weights[missing] += weights[missing] < 0 ? -0.7 : 0.7
    let (w, b) = (weights.scalars, bias.scalars)
    /// Mean and variance of z given x with the missing coordinate replaced, by the trapezoidal rule.
    func posterior(_ u: Double) -> (mean: Double, variance: Double) {
      var x = datum.scalars
      x[missing] = u
      var sums = (0.0, 0.0, 0.0)
      for i in -256...256 {
        let z = Double(i) / 20
        let errors = (0..<count).reduce(0.0) { sum, j in
          let error = x[j] - w[j] * z - b[j]
          return sum + error * error
        }
        let density = Double.exp(-0.5 * z * z - 0.5 * errors / noise)
        sums.0 += density
        sums.1 += density * z
        sums.2 += density * z * z
      }
      let mean = sums.1 / sums.0
      return (mean, sums.2 / sums.0 - mean * mean)
    }
    // The posterior mean is affine in u, its variance constant.
    let (zero, one) = (posterior(0), posterior(1))
    let slope = one.mean - zero.mean
    let share = w[missing] * slope
    let place = w[missing] * zero.mean + b[missing]
    for spread in [1, 0.3 + 2 * (exam.random.uniform([]) as Tensor<Double>).scalar] {
      let added = spread * w[missing] * w[missing] * zero.variance + noise
      var (mean, variance) = (0.0, 0.0)
      for _ in 0..<3_000 {
        (mean, variance) = (share * mean + place, share * share * variance + added)
      }
      let answer = try exam.ask(
        [
          weights, bias, Tensor(noise), datum, Tensor(Double(missing)), Tensor(spread),
        ], count: 2)
      let label = spread == 1 ? "κ = 1" : "κ other than 1"
      try exam.expect(
        "the mean for " + label, answer[0], equals: Tensor(mean),
        suspects: [
          "one step from 0, not where the chain comes to rest": Tensor(place),
          "one step from b, not where the chain comes to rest": Tensor(
            share * b[missing] + place),
          "the bias b alone": Tensor(b[missing]),
          "one step from the number that stood there": Tensor(
            share * datum.scalars[missing] + place),
        ])
      let exact = (zero.variance * w[missing] * w[missing] + noise) / (1 - share * share)
      try exam.expect(
        "the variance for " + label, answer[1], equals: Tensor(variance),
        suspects: [
          "what one step adds, not what the chain comes to": Tensor(added),
          "1/(1 − F) for 1/(1 − F²)": Tensor(added / (1 - share)),
          "the noise of the pixel is missing": Tensor((added - noise) / (1 - share * share)),
          "the variance for κ = 1": Tensor(exact),
          "a standard deviation": Tensor(variance.squareRoot()),
        ])
    }
  }

  static let pixelEntropy = Exercise(
    "11.6", "How grey is a cold pixel?", points: 2, .standard, function: "pixelEntropy",
    hints: [
      "Write −log π and −log(1 − π) as softplus functions of u = ℓ/T, then take their mean.",
      "By u the entropy has a short derivative: the logarithms' derivatives cancel. Then u by T.",
      "The entropy is softplus(u) − u π, and its derivative by u is −u π (1 − π). The product π (1 − π) is "
        + "sigmoid(u) sigmoid(−u), with no 1 − π that rounds.",
    ]
  ) { exam in
    let n = 5
    let logits: Tensor<Double> = 2 * exam.random.normal([n])
    let t = 0.5 + (exam.random.uniform([]) as Tensor<Double>).scalar
    /// The entropy, smaller probability first.
    func entropy(_ logit: Double, _ t: Double) -> Double {
      let u = -Swift.abs(logit) / t
      let rare = Double.sigmoid(u)
      return (rare > 0 ? -rare * Double.log(rare) : 0)
        - (1 - rare) * (rare < 1e-8 ? -rare : Double.log(1 - rare))
    }
    let values = Tensor(logits.scalars.map { entropy($0, t) })
    let slopes = Tensor(
      logits.scalars.map { logit in
        Check.differences(at: Tensor(t)) { entropy(logit, $0.scalar) }[0]
      })
    let answer = try exam.ask([logits, Tensor(t)], count: 2)
    try exam.expect(
      "the entropy of \(n) pixels", answer[0], equals: values,
      suspects: [
        "bits, not nats": values / Double.log(2),
        "the temperature is left out": Tensor(logits.scalars.map { entropy($0, 1) }),
        "T times ℓ, not ℓ over T": Tensor(logits.scalars.map { entropy($0, 1 / t) }),
        "one of the two colours only": -sigmoid(logits / t) * log(sigmoid(logits / t)),
      ])
    try exam.expect(
      "its derivative by T", answer[1], equals: slopes, tolerance: 1e-7,
      suspects: [
        "the derivative by ℓ": -(t / logits) * slopes,
        "the derivative by log T": t * slopes,
        "the derivative by 1/T": -(t * t) * slopes,
      ])
    let strong = Tensor<Double>([30, -30, 4, -4])
    let cold = try exam.ask([strong, Tensor(0.01)], count: 2)
    try exam.expect("the entropy at T = 0.01", cold[0], equals: .zeros([4]))
    try exam.expect("its derivative at T = 0.01", cold[1], equals: .zeros([4]))
  }
}
