import Datasets
import Tensors
import Testing
import VariationalAutoencoder

@testable import TighterBounds

@Suite("The published experiments")
struct PublishedRunTests {
  private let images: ImageSet

  init() throws { images = try ImageSource.digits.load().training.subset(0..<440) }

  @Test("Burda's schedule has 3,280 passes, from 10⁻³ to 10⁻⁴, and stretches")
  func schedule() {
    let setting = PublishedSetting.burda(k: 5)
    #expect(setting.passes == 3_280)
    #expect(setting.stages.map(\.passes) == [1, 3, 9, 27, 81, 243, 729, 2_187])
    #expect(setting.rate(pass: 0, of: 3_280) == 1e-3)
    #expect(setting.rate(pass: 1, of: 3_280) == setting.stages[1].rate)
    #expect(setting.rate(pass: 3, of: 3_280) == setting.stages[1].rate)
    #expect(setting.rate(pass: 4, of: 3_280) == setting.stages[2].rate)
    #expect(abs(setting.rate(pass: 3_279, of: 3_280) - 1e-4) < 1e-18)
    #expect(setting.rate(pass: 1, of: 820) == setting.rate(pass: 4, of: 3_280))
  }

  @Test("pythae's schedule drops twice in 500 passes")
  func otherSchedule() {
    let setting = PublishedSetting.pythae
    #expect(setting.passes == 500)
    #expect(setting.rate(pass: 199, of: 500) == 1e-4)
    #expect(abs(setting.rate(pass: 200, of: 500) - 6.309_573e-5) < 1e-10)
    #expect(abs(setting.rate(pass: 350, of: 500) - 3.981_072e-5) < 1e-10)
    #expect(setting.architecture.description == "784-400-(40, 40)-400-784 relu bernoulli")
  }

  @Test("the output's biases begin at the log odds of the mean pixel, within 0.001 and 0.999")
  func biases() {
    let run = PublishedRun(.burda(k: 1), passes: 1, training: images, seed: 1)
    let means = pixelMeans(images, first: 40)
    let bias = run.model.decoder.layers[2].bias
    #expect(abs(Double(bias[0]) - Double.log(0.001 / 0.999)) < 1e-5, "a corner is never inked")
    let centre = 14 * 28 + 14
    let p = means[centre]
    #expect(abs(Double(bias[centre]) - Double.log(p / (1 - p))) < 1e-5)
    let direct = images.tensor(Array(0..<40), as: Double.self).mean(axis: 0)
    #expect(abs(means - direct).max() < 1e-12)
    let limit = (6.0 / 984).squareRoot()
    let first = run.model.encoder.layers[0]
    #expect(Double(first.weight.max()) <= limit && Double(first.weight.max()) > 0.99 * limit)
    #expect(first.bias == .zeros([200]))
  }

  @Test("a run continued from its values gives the bits of one that was not interrupted")
  func continued() {
    var whole = PublishedRun(.burda(k: 2), passes: 3, training: images, seed: 7)
    _ = whole.makePass(over: images)
    var copy = whole
    let loss = whole.makePass(over: images)
    #expect(copy.makePass(over: images) == loss)
    #expect(zip(copy.model.parameters, whole.model.parameters).allSatisfy { $0 == $1 })
    #expect(copy.pass == 2)
  }

  @Test("training lowers the loss, with either objective")
  func lower() {
    var (losses, fixed): ([Double], [Double]) = ([], [])
    var run = PublishedRun(.burda(k: 5), passes: 40, training: images, seed: 3)
    for _ in 0..<8 { losses.append(run.makePass(over: images)) }
    var other = PublishedRun(.pythae, passes: 40, training: images, seed: 3)
    for _ in 0..<5 { fixed.append(other.makePass(over: images)) }
    #expect(losses.last! < losses[0])
    #expect(fixed.last! < fixed[0])
  }

  @Test("log p(x) from many draws is estimated in parts, and is finite")
  func logLikelihoods() {
    let run = PublishedRun(.burda(k: 1), passes: 1, training: images, seed: 1)
    var random = Random(seed: 9)
    var done = 0
    let values = run.model.logLikelihoods(
      of: images.subset(0..<2), binarization: .stochastic, draws: 1_500, random: &random
    ) { done = $0 }
    #expect(done == 2)
    #expect(values.allSatisfy { $0 < -100 && $0 > -500 })
  }

  @Test("the recorded table can be read, and says what is published")
  func recorded() throws {
    let rows = try PublishedResult.recorded()
    #expect(rows.prefix(3).map(\.published) == [86.76, 85.54, 84.78])
    #expect(rows.allSatisfy { $0.command.contains("--full") })
    // A measured value comes with what it takes to measure it again.
    #expect(rows.allSatisfy { $0.measured == nil || ($0.passes != nil && $0.seed != nil) })
  }
}
