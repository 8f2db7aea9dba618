import KLDivergence
import Tensors
import Testing

@testable import VectorQuantization

private let logits = Tensor<Double>([0.4, -1.1, 0.9, 0])
private let values = Tensor<Double>([1.5, -0.7, 0.2, 2.1])

private func noise(_ count: Int, stream: UInt64) -> Tensor<Double> {
  var random = Random(seed: 98, stream: stream)
  return gumbelNoise([count, 4], random: &random)
}

@Suite("Gumbel noise")
struct GumbelSoftmaxTests {
  @Test("gumbel-max: each class is the largest as often as softmax says", arguments: 0..<4)
  func largest(index: Int) {
    let drawn = gumbelMax(logits.broadcast(to: [100_000, 4]), noise: noise(100_000, stream: 1))
    let p = softmax(logits)
    let check = Check.mean(
      "gumbel-max", of: drawn.map { $0 == index ? 1 : 0 }, is: p[index],
      planted: [
        "uniform": index == 3 ? 0.3 : 0.25, "twice the logits": softmax(2 * logits)[index],
        "the sign of the logits": index == 3 ? 0.25 : softmax(-logits)[index],
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("the noise is finite, also where the uniform number is 0")
  func finite() {
    var random = Random(seed: 99)
    let many: Tensor<Float> = gumbelNoise([1_000_000], random: &random)
    #expect(many.max() < .infinity)
    #expect(many.min() > -.infinity)
    #expect(Swift.abs(Tensor<Double>(many).mean().scalar - 0.5772156649) < 0.006)
  }

  @Test("gumbel-softmax: log ratios are differences of ℓ + g, over τ")
  func relaxed() {
    let g = noise(5, stream: 2)
    let y = gumbelSoftmax(logits, noise: g, temperature: 0.7)
    func ratios(_ scores: Tensor<Double>) -> [Double] {
      (scores - scores.sliced(axis: 1, 0..<1)).scalars
    }
    let check = Check.identity(
      "gumbel-softmax", ratios(log(y)), equals: ratios((logits + g) / 0.7),
      planted: [
        "times τ": ratios((logits + g) * 0.7),
        "the noise not divided": ratios(logits / 0.7 + g),
        "the noise forgotten": ratios(logits.broadcast(to: [5, 4]) / 0.7),
      ])
    #expect(check.passes, "\(check)")
    #expect(abs(y.sum(axis: 1) - 1).max() < 1e-15)
    let cold = gumbelSoftmax(logits, noise: g, temperature: 1e-3)
    let drawn = gumbelMax(logits.broadcast(to: [5, 4]), noise: g)
    #expect(abs(cold - Tensor.oneHot(drawn, classes: 4)).max() < 1e-6)
  }

  @Test("gumbel-softmax-backward: y (g − Σ y g) / τ")
  func backward() {
    let g = noise(3, stream: 3)
    func claim(
      _ change: @escaping (_ y: Tensor<Double>, _ c: Tensor<Double>) -> Tensor<Double>
    ) -> (Tensor<Double>, Tensor<Double>) -> Tensor<Double> {
      { change(gumbelSoftmax($0, noise: g, temperature: 0.7), $1) }
    }
    var random = Random(seed: 98, stream: 4)
    let check = Check.vectorJacobianProduct(
      "gumbel-softmax-backward", at: random.normal([3, 4]),
      of: { gumbelSoftmax($0, noise: g, temperature: 0.7) },
      vjp: claim { gumbelSoftmaxVJP(relaxed: $0, cotangent: $1, temperature: 0.7) },
      planted: [
        "no 1/τ": claim { gumbelSoftmaxVJP(relaxed: $0, cotangent: $1, temperature: 1) },
        "the mean not subtracted": claim { $0 * $1 / 0.7 },
        "only the diagonal": claim { $0 * (1 - $0) * $1 / 0.7 },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("categorical-gradient: p (f − E f)")
  func exactGradient() {
    let check = Check.gradient(
      "categorical-gradient", at: logits, of: { (softmax($0) * values).sum() },
      claim: { categoricalGradient(logits: $0, values: values) },
      planted: [
        "the mean not subtracted": { softmax($0) * values },
        "the gradient by the probabilities": { _ in values },
        "the plain mean": { softmax($0) * (values - values.mean()) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("categorical-score: unbiased, with and without a baseline", arguments: [0, 1.3])
  func score(baseline: Double) {
    let drawn = gumbelMax(logits.broadcast(to: [100_000, 4]), noise: noise(100_000, stream: 5))
    let estimates = categoricalScoreGradients(
      draws: drawn, logits: logits, values: values, baseline: baseline)
    let exact = categoricalGradient(logits: logits, values: values)
    let p = softmax(logits)
    for index in 0..<4 {
      let check = Check.mean(
        "categorical-score", of: estimates.sliced(axis: 1, index..<index + 1).scalars,
        is: exact[index],
        planted: [
          "the score without −p": p[index] * (values[index] - baseline),
          "a sign": -exact[index], "twice": 2 * exact[index],
        ])
      #expect(check.passes, "class \(index): \(check)")
    }
  }
}

@Suite("Two classes, relaxed")
struct TwoClassRelaxationTests {
  private static let cases = [(0.8, 0.3), (-1.2, 0.1), (0.5, 0.9), (2, 0.4)].map {
    TwoClassRelaxation(logit: $0, target: $1)
  }

  @Test("the exact gradient is the derivative of p f(1) + (1 − p) f(0)")
  func exact() {
    for relaxation in Self.cases {
      let t = relaxation.target
      let measured = Check.differences(at: Tensor(relaxation.logit)) {
        let p = sigmoid($0).scalar
        return p * (1 - t) * (1 - t) + (1 - p) * t * t
      }[0]
      #expect(Swift.abs(relaxation.exactGradient - measured) < 1e-11)
    }
  }

  @Test("relaxation-bias: the mean by quadrature is that of draws, and is not the exact gradient")
  func drawsAgree() {
    var random = Random(seed: 100)
    for relaxation in Self.cases {
      let draws = relaxation.estimates(uniform: random.uniform([200_000]), temperature: 1)
      let check = Check.mean(
        "relaxation-bias", of: draws.scalars, is: relaxation.moments(temperature: 1).mean,
        planted: ["unbiased": relaxation.exactGradient])
      #expect(check.passes, "\(check)")
    }
  }

  @Test("relaxation-bias: the measured bias over the predicted one goes to 1 with τ")
  func bias() {
    let tau = 1e-4
    let predicted = Self.cases.map { $0.predictedBias(temperature: tau) }
    let measured = Self.cases.map { $0.moments(temperature: tau).mean - $0.exactGradient }
    let right = zip(measured, predicted).map { $0 / $1 }
    func ratios(_ wrong: (TwoClassRelaxation) -> Double) -> [Double] {
      zip(measured, Self.cases).map { $0 / wrong($1) }
    }
    let check = Check.identity(
      "relaxation-bias", [1, 1, 1, 1], equals: right, tolerance: 1e-3,
      planted: [
        "the sign": right.map { -$0 },
        "p (1 − p) forgotten": ratios { tau * (2 * $0.probability - 1) },
        "t in the place of p": ratios {
          tau * $0.probability * (1 - $0.probability) * (2 * $0.target - 1)
        },
        "τ² for τ": ratios { tau * $0.predictedBias(temperature: tau) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("relaxation-variance: the measured variance over the predicted one goes to 1 with τ")
  func variance() {
    let tau = 1e-4
    let right = Self.cases.map {
      $0.moments(temperature: tau).variance / $0.predictedVariance(temperature: tau)
    }
    let check = Check.identity(
      "relaxation-variance", [1, 1, 1, 1], equals: right, tolerance: 3e-3,
      planted: [
        "τ² for τ": right.map { $0 * tau },
        "p (1 − p) forgotten": zip(right, Self.cases).map {
          $0 * $1.probability * (1 - $1.probability)
        },
        "t = ½ throughout": zip(right, Self.cases).map {
          let half = TwoClassRelaxation(logit: $1.logit, target: 0.5)
          return $0 * $1.predictedVariance(temperature: 1) / half.predictedVariance(temperature: 1)
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("relaxation-temperature: there the mean squared error is level")
  func temperature() {
    let relaxation = Self.cases[0]
    let (b, v) = (
      relaxation.predictedBias(temperature: 1), relaxation.predictedVariance(temperature: 1)
    )
    let counts = [1, 100, 10_000]
    // 2 b² τ − v / (N τ²), as a share of its first term.
    func slope(_ tau: Double, _ count: Int) -> Double {
      1 - v / (Double(count) * tau * tau) / (2 * b * b * tau)
    }
    func slopes(_ change: (Double) -> Double) -> [Double] {
      counts.map { slope(change(relaxation.bestTemperature(samples: $0)), $0) }
    }
    let check = Check.identity(
      "relaxation-temperature", [0, 0, 0], equals: slopes { $0 },
      planted: [
        "no factor 2": slopes { $0 * Double.exp(Double.log(2) / 3) },
        "a square root": slopes { $0 * $0.squareRoot() },
        "one draw": counts.map { slope(relaxation.bestTemperature(samples: 1), $0 + 1) },
      ])
    #expect(check.passes, "\(check)")
  }
}
