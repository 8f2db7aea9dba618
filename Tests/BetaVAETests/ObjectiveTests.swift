import Datasets
import KLDivergence
import Tensors
import Testing
import Training
import VariationalAutoencoder

@testable import BetaVAE

@Suite("Training under an objective")
struct ObjectiveTests {
  private static func example() -> (
    model: VariationalAutoencoder<Double>, x: Tensor<Double>, noise: Tensor<Double>
  ) {
    var random = Random(seed: 80)
    let model = VariationalAutoencoder<Double>(
      pixels: 6, encoder: [5, 4], decoder: [4, 5, 6], latents: 2, random: &random)
    let uniform: Tensor<Double> = random.uniform([5, 6])
    let x = Tensor<Double>([5, 6], uniform.scalars.map { $0 < 0.5 ? 0 : 1 })
    return (model, x, random.normal([5, 2]))
  }

  @Test("tc-objective: at β = 1 it is minus the ELBO, and each β above adds one estimate of TC")
  func totalCorrelation() {
    let (model, x, noise) = Self.example()
    let (mean, logVariance) = model.encode(x)
    let tc = minibatchTotalCorrelation(
      mean + exp(0.5 * logVariance) * noise, mean: mean, logVariance: logVariance,
      logWeights: MinibatchWeights.stratified.logWeights(batch: 5, of: 20)
    ).scalar
    let elbo = model.bound(of: x, noise: noise).elbo.mean().scalar
    let betas = [1, 2, 6.0]
    func values(_ value: (Double) -> Double) -> [Double] { betas.map(value) }
    let check = Check.identity(
      "tc-objective",
      values {
        model.loss(
          of: x, noise: noise, objective: .totalCorrelation(beta: $0), setting: Tensor($0),
          count: 20
        ).scalar
      },
      equals: values { -elbo + ($0 - 1) * tc },
      planted: [
        "β for β − 1": values { -elbo + $0 * tc },
        "the sign of TC": values { -elbo - ($0 - 1) * tc },
        "the whole rate weighted": values {
          model.loss(of: x, noise: noise, beta: $0).scalar
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("the other objectives are those of the bound")
  func others() {
    let (model, x, noise) = Self.example()
    let bound = model.bound(of: x, noise: noise)
    let (d, r) = (-bound.reconstruction.mean().scalar, bound.rate.mean().scalar)
    func loss(_ objective: Objective, step: Int) -> Double {
      model.loss(
        of: x, noise: noise, objective: objective, setting: Tensor(objective.setting(step)),
        count: 20
      ).scalar
    }
    let whole = model.loss(of: x, noise: noise, beta: 3).scalar
    #expect(abs(loss(.beta(3), step: 9) - whole) < 1e-12)
    let capacity = Objective.capacity(gamma: 7, schedule: CapacitySchedule(to: 10, over: 4))
    for (step, nats) in [(0, 0.0), (2, 5), (9, 10)] {
      #expect(abs(loss(capacity, step: step) - (d + 7 * abs(r - nats))) < 1e-12)
    }
  }

  @Test(
    "training lowers the loss, and goes on where it stopped",
    arguments: [
      Objective.beta(0.5), .capacity(gamma: 5, schedule: CapacitySchedule(to: 1, over: 100)),
      .totalCorrelation(beta: 2),
    ])
  func training(objective: Objective) {
    let (model, x, _) = Self.example()
    let images = ImageSet(pixels: x.scalars.map { UInt8(255 * $0) }, height: 2, width: 3)
    func run(_ parts: [Int]) -> (VariationalAutoencoder<Double>, [Double]) {
      var (trained, adam, random) = (model, Adam<Double>(rate: 1e-2), Random(seed: 81))
      var losses: [Double] = []
      for epochs in parts {
        trained.train(
          on: images, minimizing: objective, epochs: epochs, batchSize: 3, with: &adam,
          random: &random
        ) { _, _, loss in losses.append(loss) }
      }
      return (trained, losses)
    }
    let (once, losses) = run([60])
    let (twice, _) = run([25, 35])
    #expect(losses.suffix(10).reduce(0, +) < losses.prefix(10).reduce(0, +))
    #expect(zip(once.parameters, twice.parameters).allSatisfy { $0.scalars == $1.scalars })
  }

  @Test("the published fully connected shape")
  func publishedShape() {
    var random = Random(seed: 82)
    let model = VariationalAutoencoder<Float>(
      pixels: 4096, encoder: [1200, 1200], decoder: [1200, 1200, 1200], latents: 10,
      random: &random)
    #expect(model.encoder.layers.map(\.bias.count) == [1200, 1200])
    #expect(model.decoder.layers.map(\.bias.count) == [1200, 1200, 1200, 4096])
    #expect(model.encoder.activation == .relu && model.decoder.activation == .tanh)
    #expect(model.latents == 10 && model.likelihood == .bernoulli)
  }

  @Test("finite-entropy: log N for N images, less where images are alike")
  func entropy() {
    let groups = [[1, 1, 1, 1], [4], [2, 1, 1], [3, 3, 2]]  // how many alike
    let images = groups.map { group in
      group.enumerated().flatMap { [[Int]](repeating: [$0], count: $1) }
    }
    func formula(_ term: (Double) -> Double) -> [Double] {
      groups.map { group in
        let total = Double(group.reduce(0, +))
        return group.reduce(0.0) { $0 + term(Double($1) / total) }
      }
    }
    let check = Check.identity(
      "finite-entropy", images.map { entropyOfImages($0) },
      equals: formula { -$0 * Double.log($0) },
      planted: [
        "log N whatever is alike": images.map { Double.log(Double($0.count)) },
        "log of the number that differ": groups.map { Double.log(Double($0.count)) },
        "in bits": formula { -$0 * Double.log($0) / Double.log(2) },
      ])
    #expect(check.passes, "\(check)")
    #expect(entropyOfImages([[Int]]()) == 0)
  }

  @Test("a traversal changes one latent a row")
  func traversals() {
    let rows = traversal(
      through: Tensor<Float>([1, 3], [7, 8, 9]), order: [2, 0], values: [-1, 1])
    #expect(rows.shape == [4, 3])
    #expect(rows.scalars == [7, 8, -1, 7, 8, 1, -1, 8, 9, 1, 8, 9])
  }
}
