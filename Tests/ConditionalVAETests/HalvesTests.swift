import Datasets
import Tensors
import Testing
import VariationalAutoencoder

@testable import ConditionalVAE

@Suite("Halves of images, and training")
struct HalvesTests {
  @Test("the two halves of an image are its rows above and below the middle")
  func rows() {
    let x = Tensor<Double>([1, 8], [1, 2, 3, 4, 5, 6, 7, 8])
    let (upper, lower) = halves(x)
    #expect(upper.scalars == [1, 2, 3, 4])
    #expect(lower.scalars == [5, 6, 7, 8])
    let image = ImageSet(pixels: [1, 2, 3, 4, 5, 6, 7, 8], labels: [3], height: 4, width: 2)
    #expect(image.lowerHalves.pixels == [5, 6, 7, 8])
    #expect(image.lowerHalves.height == 2)
    #expect(image.lowerHalves.labels(at: [0, 0]) == [3, 3])
  }

  @Test("training raises the bound, and repeats itself")
  func training() {
    var data = Random(seed: 71)
    let x: Tensor<Float> = data.normal([200, 3])
    let y = Tensor<Float>.oneHot((0..<200).map { $0 % 2 }, classes: 2)
    let shifted = x + 3 * y.sliced(axis: 1, 0..<1)
    func run() -> (before: Double, after: Double) {
      var random = Random(seed: 72)
      var model = ConditionalVariationalAutoencoder<Float>(
        ConditionalArchitecture(
          pixels: 3, conditions: 2, hidden: [8], latents: 2, activation: .tanh,
          likelihood: .gaussian), random: &random)
      func elbo() -> Double {
        var noise = Random(seed: 73)
        return model.evaluate(shifted, given: y, random: &noise).elbo.mean().scalar
      }
      let before = elbo()
      var losses: [Double] = []
      model.train(
        count: 200, TrainingPlan(epochs: 20, batchSize: 20, rate: 1e-2), random: &random,
        batch: { indices, _ in (shifted.rows(at: indices), y.rows(at: indices)) },
        report: { _, _, loss in losses.append(loss) })
      #expect(losses.count == 20)
      #expect(losses[19] < losses[0])
      return (before, elbo())
    }
    let (first, second) = (run(), run())
    #expect(first.after > first.before + 0.3)
    #expect(first.after == second.after)
  }
}
