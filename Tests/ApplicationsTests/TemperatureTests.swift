import Datasets
import EvidenceLowerBound
import KLDivergence
import Tensors
import Testing

@testable import Applications

@Suite("Temperature")
struct TemperatureTests {
  private let temperatures = [0.1, 0.5, 1, 1.7]

  @Test("temperature-prior: log p(z) / T, up to a constant")
  func prior() {
    var random = Random(seed: 75)
    let z: Tensor<Double> = random.normal([5, 3])
    let standard = temperedPrior(latents: 3, temperature: 1)
    /// log density at each point less that at the origin.
    func height(_ p: DiagonalGaussian<Double>) -> Tensor<Double> {
      p.logDensity(z) - p.logDensity(.zeros([5, 3]))
    }
    func tempered(_ power: (Double) -> Double) -> [Double] {
      temperatures.flatMap { height(temperedPrior(latents: 3, temperature: power($0))).scalars }
    }
    let check = Check.identity(
      "temperature-prior", temperatures.flatMap { (height(standard) / $0).scalars },
      equals: tempered { $0 }, tolerance: 1e-11,
      planted: [
        "T for its root: a standard deviation": tempered { $0 * $0 },
        "the root of T": tempered { $0.squareRoot() }, "1/T": tempered { 1 / $0 },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("temperature-entropy: that of the Gaussian N(0, T I)")
  func entropies() {
    func closed(_ change: (Double) -> Double) -> [Double] {
      temperatures.map { temperedEntropy(latents: 3, temperature: 1) + change($0) }
    }
    let check = Check.identity(
      "temperature-entropy",
      temperatures.map {
        FullGaussian(mean: .zeros([3]), covariance: $0 * Tensor.identity(3)).entropyInNats
      },
      equals: temperatures.map { temperedEntropy(latents: 3, temperature: $0) },
      planted: [
        "d log T": closed { 3 * Double.log($0) }, "½ d T": closed { 1.5 * ($0 - 1) },
        "the sign": closed { -1.5 * Double.log($0) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("temperature-divergence: gaussian-kl at μ = 0 and λ = log T")
  func divergence() {
    func all(_ value: (Double) -> Double) -> [Double] { temperatures.map { 1.5 * value($0) } }
    let check = Check.identity(
      "temperature-divergence",
      temperatures.map {
        let p = temperedPrior(latents: 3, temperature: $0)
        return gaussianKL(p, temperedPrior(latents: 3, temperature: 1)).scalar
      },
      equals: temperatures.map { temperatureDivergence(latents: 3, temperature: $0) },
      planted: [
        "the ½ forgotten": all { 2 * ($0 - 1 - Double.log($0)) },
        "T² for T": all { $0 * $0 - 1 - Double.log($0) },
        "turned round": all { 1 / $0 - 1 + Double.log($0) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("pixel-temperature: π^(1/T) over the sum of both powers")
  func pixels() {
    let logits = Tensor<Double>.linspace(-4, 4, count: 9)
    let p = sigmoid(logits)
    func all(_ value: (Double) -> Tensor<Double>) -> [Double] {
      temperatures.flatMap { value($0).scalars }
    }
    func power(_ x: Tensor<Double>, _ t: Double) -> Tensor<Double> { exp(log(x) / t) }
    let check = Check.identity(
      "pixel-temperature", all { power(p, $0) / (power(p, $0) + power(1 - p, $0)) },
      equals: all { temperedPixels(logits: logits, temperature: $0) },
      planted: [
        "ℓ T": all { sigmoid(logits * $0) }, "not normalised": all { power(p, $0) },
        "π / T": all { p / $0 },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("pair-distance: the mean over all pairs, counted")
  func pairs() {
    var random = Random(seed: 76)
    var (left, right): ([Double], [Double]) = ([], [])
    var (biased, half): ([Double], [Double]) = ([], [])
    for n in [2, 3, 10] {
      let x: Tensor<Double> = random.normal([n, 4])
      var sum = 0.0
      for i in 0..<n {
        for j in 0..<n { sum += square(x.rows(at: [i]) - x.rows(at: [j])).sum().scalar }
      }
      left.append(sum / Double(n * (n - 1)))
      right.append(meanPairDistance(x))
      biased.append(meanPairDistance(x) * Double(n - 1) / Double(n))
      half.append(meanPairDistance(x) / 2)
    }
    let check = Check.identity(
      "pair-distance", left, equals: right,
      planted: ["divided by n": biased, "the 2 forgotten": half])
    #expect(check.passes, "\(check)")
  }

  @Test("label-information: the entropies differ by the mean divergence from the average")
  func labels() {
    var random = Random(seed: 77)
    let raw = exp(2 * random.normal([6, 4]) as Tensor<Double>)
    let p = raw / raw.sum(axis: 1).expanded(axis: 1)
    let average = p.mean(axis: 0)
    let divergence = (p * log(p / average)).sum(axis: 1).mean().scalar
    let reverse = (average * log(average / p)).sum(axis: 1).mean().scalar
    let (whole, parts) = labelEntropies(p)
    let check = Check.identity(
      "label-information", [whole - parts], equals: [divergence],
      planted: [
        "the divergence turned round": [reverse], "the entropy of the average": [whole],
        "the average entropy": [parts],
      ])
    #expect(check.passes, "\(check)")
    #expect(labelEntropies(Tensor<Double>.oneHot([0, 1], classes: 2)).average == 0)
  }

  @Test("the classifier learns to tell two patterns, and repeats itself")
  func classifier() {
    let images = ImageSet(
      pixels: (0..<40).flatMap { [0, 255, $0 % 2 == 0 ? 255 : 0, 0] as [UInt8] },
      labels: (0..<40).map { UInt8($0 % 2) }, height: 2, width: 2)
    var (first, second) = (Random(seed: 78), Random(seed: 78))
    let a = DigitClassifier(on: images, classes: 2, hidden: 8, epochs: 200, random: &first)
    let b = DigitClassifier(on: images, classes: 2, hidden: 8, epochs: 200, random: &second)
    let x: Tensor<Float> = images.tensor([0, 1, 2])
    #expect(a.labels(x) == [0, 1, 0])
    #expect(a.probabilities(x) == b.probabilities(x))
    #expect(abs(a.probabilities(x).sum(axis: 1) - 1).max() < 1e-12)
  }
}
