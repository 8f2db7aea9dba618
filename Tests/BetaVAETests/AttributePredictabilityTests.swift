import Tensors
import Testing

@testable import BetaVAE

@Suite("Separated attribute predictability")
struct AttributePredictabilityTests {
  @Test("regression-r2: the squared correlation is what the best line explains, found by steps")
  func regression() {
    var random = Random(seed: 75)
    var (closed, fitted, slopes, correlations, centred):
      ([Double], [Double], [Double], [Double], [Double])
    (closed, fitted, slopes, correlations, centred) = ([], [], [], [], [])
    for number in 0..<40 {
      let z = random.normal([30], as: Double.self) + Double(number % 3)
      let v = 0.1 * Double(number) * z + random.normal([30], as: Double.self) - 1
      closed.append(squaredCorrelation(z.scalars, v.scalars))
      // E(v − a − b z)² is quadratic in a and b: coordinate descent over each in turn finds its minimum.
      var (a, b) = (0.0, 0.0)
      for _ in 0..<300 {
        a = (v - b * z).mean().scalar
        b = ((v - a) * z).mean().scalar / square(z).mean().scalar
      }
      let spread = square(v - v.mean()).mean().scalar
      fitted.append(1 - square(v - a - b * z).mean().scalar / spread)
      slopes.append(b)
      correlations.append(closed[number].squareRoot())
      let through = (v * z).mean().scalar / square(z).mean().scalar
      centred.append(1 - square(v - through * z).mean().scalar / spread)
    }
    let check = Check.identity(
      "regression-r2", fitted, equals: closed, tolerance: 1e-11,
      planted: [
        "not squared": correlations, "the slope": slopes, "a line through the origin": centred,
        "what is left": closed.map { 1 - $0 },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("sap: of signs with noise of known size, in closed form")
  func sap() {
    // Latents v₀ + a w, v₀ + b w and v₁ + c w with independent signs v₀, v₁, w: R² = 1 / (1 + a²).
    let cases = [(0.0, 1.0, 0.5), (2, 0.5, 0), (1, 1, 3), (0.25, 4, 1)]
    func scores(_ a: Double, _ b: Double, _ c: Double) -> [Double] {
      [a, b, c].map { 1 / (1 + $0 * $0) }
    }
    let measured = cases.map { a, b, c in
      let signs = (0..<8).map { index in (0..<3).map { Double(2 * (index >> $0 & 1) - 1) } }
      let codes = signs.flatMap { [$0[0] + a * $0[2], $0[0] + b * $0[2], $0[1] + c * $0[2]] }
      let factors = signs.map { [$0[0] > 0 ? 1 : 0, $0[1] > 0 ? 1 : 0] }
      return attributePredictability(codes: Tensor([8, 3], codes), factors: factors)
    }
    let all = cases.map(scores)
    let check = Check.identity(
      "sap", measured, equals: all.map { (abs($0[0] - $0[1]) + $0[2]) / 2 },
      planted: [
        "correlations": all.map {
          (abs($0[0].squareRoot() - $0[1].squareRoot()) + $0[2].squareRoot()) / 2
        },
        "no second latent": all.map { (max($0[0], $0[1]) + $0[2]) / 2 },
        "sum over factors": all.map { abs($0[0] - $0[1]) + $0[2] },
        "best over all": all.map { $0.max()! },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("A categorical factor has no order: intervals find it where a line does not")
  func categorical() {
    let values = [1, 0, 2, 0, 1, 2].flatMap { [$0, $0] }
    let z = values.map { [0.0, 2, 1][$0] }  // Classes 0, 2, 1 along the line.
    #expect(intervalAccuracy(z, labels: values) == 1)
    #expect(squaredCorrelation(z, values.map(Double.init)) < 0.3)
    let perfect = attributePredictability(
      codes: Known.identity(Known.factors), factors: Known.factors, categorical: [0])
    // The other latents are right on a third of the classes, as any answer is.
    #expect(abs(perfect - (2 / 3.0 + 4) / 5) < 1e-12)
  }

  @Test("Interval accuracy is the best over all ways to cut, by trying them all")
  func intervals() {
    var random = Random(seed: 76)
    for _ in 0..<40 {
      let labels = (0..<9).map { _ in random.integer(below: 3) }
      let z = (0..<9).map { _ in Double(random.integer(below: 6)) }
      let counts = (0..<3).map { label in labels.count { $0 == label } }
      let classes = Double(counts.count { $0 > 0 })
      var best = 0.0
      for first in -1...6 {
        for second in first...6 {
          for answers in 0..<27 {
            let right = zip(z, labels).reduce(0) { sum, pair in
              let place = Int(pair.0) < first ? 0 : Int(pair.0) < second ? 1 : 2
              let answer = [answers % 3, answers / 3 % 3, answers / 9][place]
              return sum + (answer == pair.1 ? 1 / (classes * Double(counts[answer])) : 0)
            }
            best = max(best, right)
          }
        }
      }
      let expected = Set(z).count > 1 ? best : 0
      // Two classes may be cut into two intervals only.
      let found = intervalAccuracy(z, labels: labels)
      #expect(classes == 3 ? abs(found - expected) < 1e-12 : found <= expected + 1e-12)
    }
  }

  @Test("What does not vary predicts nothing and is not predicted")
  func degenerate() {
    #expect(squaredCorrelation([0.1, 0.1, 0.1], [0, 1, 2]) == 0)
    #expect(squaredCorrelation([0, 1, 2], [7, 7, 7]) == 0)
    #expect(intervalAccuracy([2, 2], labels: [0, 1]) == 0)
    #expect(attributePredictability(codes: Tensor([1, 1], [3]), factors: [[0]]) == 0)
  }
}
