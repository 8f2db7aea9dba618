import Foundation
import Tensors
import Testing

@testable import Grading

/// What an examination says of answers whose mistake is known.
@Suite("Diagnoses")
struct DiagnosisTests {
  private let right = Tensor<Double>([2, 3], [0.5, -1.25, 2, 0.001, 3.5, -0.75])

  /// The finding about an answer, where `right` is right.
  private func finding(
    _ answer: Tensor<Double>, suspects: KeyValuePairs<String, Tensor<Double>> = [:]
  ) -> Finding? {
    var exam = Examination(seed: 1) { $0 }
    do {
      try exam.expect("it", answer, equals: right, suspects: suspects)
      #expect(exam.held == ["it"])
      return nil
    } catch let finding as Finding {
      #expect(exam.held.isEmpty)
      return finding
    } catch {
      Issue.record("\(error)")
      return nil
    }
  }

  @Test("a right answer has none, rounding included")
  func rightAnswer() {
    #expect(finding(right) == nil)
    #expect(finding(right * (1 + 1e-10)) == nil)
    #expect(finding(right + 1e-10) == nil)
  }

  @Test(
    "one factor everywhere is named",
    arguments: [
      (-1.0, "a sign"), (2, "a factor of 2"), (0.5, "a factor of ½"),
      (-2, "a sign and a factor of 2"), (-0.5, "a sign and a factor of ½"),
      (1.0 / 6, "1/6 of it: a mean where a sum is meant?"),
      (3, "3 times it: a sum where a mean is meant?"), (0, "nothing arrives: all of it is 0"),
      (1.7, "the same wrong factor everywhere"),
    ] as [(Double, String)])
  func factors(factor: Double, meaning: String) {
    let finding = finding(factor * right)
    #expect(finding?.diagnosis == meaning)
    #expect(finding?.place == "[0, 0]")
    #expect(finding?.expected == 0.5)
    #expect(finding?.ratio.map { abs($0 - factor) < 1e-12 } == true)
  }

  @Test("a constant that is missing is named, and noise is not")
  func constants() {
    let constant = finding(right + 0.5 * Double.log(2 * .pi))
    #expect(constant?.diagnosis?.hasPrefix("the same difference everywhere") == true)
    var random = Random(seed: 1, stream: 1)
    let noise: Tensor<Double> = random.normal([2, 3])
    #expect(finding(right + noise).map { $0.diagnosis == nil } == true)
  }

  @Test("the first coordinate that is wrong is named, however small it is")
  func places() {
    var scalars = right.scalars
    scalars[3] = -0.001
    let finding = finding(Tensor([2, 3], scalars))
    #expect(finding?.place == "[1, 0]")
    #expect(finding?.ratio == -1)
    #expect(finding?.description == "it at [1, 0]: expected 0.001, found -0.001, ratio -1.0")
  }

  @Test("a known mistake comes before a general one, and only if all of it fits")
  func suspects() {
    #expect(finding(2 * right, suspects: ["σ for σ²": 2 * right])?.diagnosis == "σ for σ²")
    #expect(finding(-right, suspects: ["σ for σ²": 2 * right])?.diagnosis == "a sign")
    #expect(
      finding(2 * right, suspects: ["another shape": 2 * right.reshaped([6])])?.diagnosis
        == "a factor of 2")
  }

  @Test("what is no number is said to be none")
  func notNumbers() {
    var scalars = right.scalars
    scalars[5] = .nan
    let nan = finding(Tensor([2, 3], scalars))
    #expect(nan?.place == "[1, 2]")
    #expect(nan?.diagnosis?.hasPrefix("not a number") == true)
    scalars[5] = .infinity
    #expect(finding(Tensor([2, 3], scalars))?.diagnosis?.hasPrefix("infinite") == true)
    #expect(finding(right * Double.nan)?.place == "[0, 0]")
  }

  @Test("a shape is not compared with another, whatever the numbers are")
  func shapes() {
    let flat = finding(right.reshaped([6]))
    #expect(flat?.message == "the shape is [6], not [2, 3]")
    #expect(flat?.diagnosis == nil)
    #expect(finding(right.sum(axis: 0))?.diagnosis == "a sum or mean over the wrong axis?")
    #expect(finding(right.sum())?.message == "the shape is [], not [2, 3]")
  }

  @Test("samples: a sign, σ for σ², right on average only, another distribution, too few")
  func samples() {
    var random = Random(seed: 2, stream: 1)
    let noise: Tensor<Double> = random.normal([4000])
    let (mean, deviation) = (0.7, 1.5)
    func finding(_ samples: Tensor<Double>) -> Finding? {
      var exam = Examination(seed: 1) { $0 }
      do {
        try exam.expectSamples(
          "samples", samples, count: 4000, mean: mean, variance: deviation * deviation,
          fourthMoment: 3 * pow(deviation, 4),
          distribution: { 0.5 * erfc((mean - $0) / (deviation * 2.0.squareRoot())) },
          suspects: ["σ² for σ": pow(deviation, 4)])
        return nil
      } catch {
        return error as? Finding
      }
    }
    #expect(finding(mean + deviation * noise) == nil)
    #expect(finding(deviation * noise - mean)?.diagnosis == "a sign")
    #expect(finding(mean + deviation * deviation * noise)?.diagnosis == "σ² for σ")
    #expect(
      finding(mean + 1.1 * deviation * noise)?.diagnosis
        == "right on average, but with the wrong variance")
    let signs = Tensor(noise.scalars.map { $0 < 0 ? -1.0 : 1.0 })
    #expect(
      finding(mean + deviation * signs)?.diagnosis
        == "right mean and variance, but another distribution")
    #expect(finding(Tensor([mean]))?.message == "there are 1 of them, not 4000")
    #expect(finding(mean + deviation * Double.nan * noise)?.message == "nan is among them")
  }

  @Test("a gradient is compared with differences, at every coordinate")
  func gradients() {
    let point = Tensor<Double>([0.3, -1.2])
    func finding(_ gradient: Tensor<Double>) -> Finding? {
      var exam = Examination(seed: 1) { $0 }
      do {
        try exam.expectGradient(
          "the gradient", gradient, at: point,
          of: { $0.scalars[0] * $0.scalars[0] * $0.scalars[1] })
        return nil
      } catch {
        return error as? Finding
      }
    }
    let right = Tensor<Double>([2 * 0.3 * -1.2, 0.09])
    #expect(finding(right) == nil)
    #expect(finding(-right)?.diagnosis == "a sign")
    #expect(finding(Tensor([right.scalars[0], 0.3]))?.place == "[1]")
  }
}
