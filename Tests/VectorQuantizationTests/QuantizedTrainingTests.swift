import Datasets
import Tensors
import Testing

@testable import VectorQuantization

@Suite("Training a quantised autoencoder", .serialized)
struct QuantizedTrainingTests {
  private func trained(
    _ rule: CodebookRule, threads: Int = 2
  ) throws -> (model: QuantizedAutoencoder<Float>, progress: [QuantizedProgress]) {
    let before = Parallel.threads
    defer { Parallel.threads = before }
    Parallel.threads = threads
    let images = try ImageSource.digits.load().training.subset(0..<200)
    var random = Random(seed: 101)
    var architecture = QuantizedArchitecture()
    architecture.codes = 16
    var model = QuantizedAutoencoder<Float>(architecture, random: &random)
    var (plan, progress) = (QuantizedPlan(epochs: 3), [QuantizedProgress]())
    plan.batchSize = 50
    plan.rule = rule
    model.train(on: images, plan, random: &random) { report, _ in progress.append(report) }
    return (model, progress)
  }

  @Test("the loss falls, under both rules for the codebook")
  func falls() throws {
    for rule in [CodebookRule.gradient, .movingAverage(decay: 0.9, reviveBelow: 1)] {
      let (model, progress) = try trained(rule)
      #expect(progress.map(\.epoch) == [1, 2, 3])
      #expect(progress[2].loss < progress[0].loss)
      let x: Tensor<Float> = try ImageSource.digits.load().test.tensor([0, 1, 2])
      let value = model.evaluate(x)
      #expect(value.assignments.count == 48)
      #expect(value.usage.perplexity >= 1)
      #expect(value.elbo == value.reconstruction - value.uniformRate)
    }
  }

  @Test("a training run ends with the same bits on one thread and on several")
  func threads() throws {
    let rule = CodebookRule.movingAverage(decay: 0.9, reviveBelow: 1)
    let one = try trained(rule, threads: 1).model.parameters
    #expect(try trained(rule, threads: 3).model.parameters == one)
  }
}
