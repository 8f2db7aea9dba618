import Datasets
import Foundation
import Tensors
import Testing
import TighterBounds
import Training
import VariationalAutoencoder

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

  @Test("a run that goes on from its checkpoint gives the bits of one that was not interrupted")
  func continued() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (file, early) = (folder.path + "/run", folder.path + "/early")
    var whole = PublishedRun(.burda(k: 2), passes: 3, training: images, seed: 7)
    var losses: [Double] = []
    try whole.train(on: images, checkpoint: Checkpoint(saving: file)) { pass, loss, _ in
      losses.append(loss)
      // The file holds the pass before this one.
      if pass == 2 { try? FileManager.default.copyItem(atPath: file, toPath: early) }
    }
    var rest = PublishedRun(.burda(k: 2), passes: 3, training: images, seed: 7)
    var again: [Double] = []
    try rest.train(on: images, checkpoint: Checkpoint(resuming: early)) { _, loss, _ in
      again.append(loss)
    }
    #expect(again == Array(losses.dropFirst()))
    #expect(zip(rest.model.parameters, whole.model.parameters).allSatisfy { $0 == $1 })
  }

  @Test("a step is that of the loss's gradient and Adam", arguments: [true, false])
  func steps(weighted: Bool) throws {
    let setting = weighted ? PublishedSetting.burda(k: 2) : .pythae
    let few = images.subset(0..<(setting.heldOut + 30))
    var run = PublishedRun(setting, passes: 1, training: few, seed: 4)
    var (model, random) = (run.model, Random(seed: 4, stream: 1))
    // The model's weights come first from the same generator.
    if weighted {
      let means = pixelMeans(few, first: 30)
      _ = VariationalAutoencoder<Float>.glorot(
        setting.architecture, pixelMeans: means, random: &random)
    } else {
      _ = VariationalAutoencoder<Float>(setting.architecture, random: &random)
    }
    var adam = Adam<Float>(rate: setting.rate(pass: 0, of: 1), epsilon: setting.epsilon)
    for batch in Batches(count: 30, size: setting.batchSize, random: &random) {
      let x = setting.binarization(few.tensor(batch, as: Float.self), using: &random)
      let d = model.latents
      let gradient = valueAndGradient(at: model) { model in
        weighted
          ? model.importanceWeightedLoss(of: x, noise: random.normal([2, batch.count, d]))
          : model.loss(of: x, noise: random.normal([batch.count, d]))
      }.gradient
      adam.update(&model, gradient: gradient)
    }
    try run.train(on: few, checkpoint: Checkpoint()) { _, _, _ in }
    #expect(zip(run.model.parameters, model.parameters).allSatisfy { $0 == $1 })
  }

  @Test("training lowers the loss, with either objective")
  func lower() throws {
    for setting in [PublishedSetting.burda(k: 5), .pythae] {
      var (losses, rates): ([Double], [Double]) = ([], [])
      var run = PublishedRun(setting, passes: 6, training: images, seed: 3)
      try run.train(on: images, checkpoint: Checkpoint()) { _, loss, rate in
        losses.append(loss)
        rates.append(rate)
      }
      #expect(losses.last! < losses[0])
      #expect(rates == (0..<6).map { setting.rate(pass: $0, of: 6) })
    }
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
