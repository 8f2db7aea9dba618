import Datasets
import Tensors
import Training
import VariationalAutoencoder

/// A published experiment on MNIST: everything that its number depends on.
public struct PublishedSetting: Sendable {
  /// How its bound is estimated in training.
  public enum Objective: Sendable {
    /// log (1/k Σ w) of k draws, in which the rate is estimated as well.
    case importanceWeighted(k: Int)
    /// One draw for the reconstruction; the rate in closed form.
    case closedFormRate
  }

  /// How its weights are drawn.
  public enum Start: Sendable {
    /// Glorot's uniform weights, zero biases, but the output's are the log odds of each mean pixel.
    case glorot
    /// As PyTorch draws them.
    case torch
  }

  /// Some passes over the data at one learning rate.
  public struct Stage: Sendable {
    /// How many passes.
    public let passes: Int
    /// Adam's learning rate α.
    public let rate: Double
  }

  /// The widths, the activation and the likelihood.
  public let architecture: Architecture
  /// What is minimised.
  public let objective: Objective
  /// How weights are drawn.
  public let start: Start
  /// The number of data a step.
  public let batchSize: Int
  /// The learning rates, in order.
  public let stages: [Stage]
  /// Adam's ε, for gradients of the mean over a batch.
  public let epsilon: Double
  /// How grey pixels become zeros and ones, on every pass.
  public let binarization: Binarization
  /// How many images at the end of the training set are not trained on.
  public let heldOut: Int
  /// The draws of z from which log p(x) of a test image is estimated.
  public let evaluationDraws: Int

  /// Burda, Grosse & Salakhutdinov 2016 (arXiv:1509.00519), table 1, one stochastic layer.
  ///
  /// 784-200-200-(50, 50)-200-200-784 with tanh; batches of 20; 3ⁱ passes at 10⁻³ · 10^(−i/7) for
  /// i = 0 … 7, together 3,280; Adam with ε = 10⁻⁴. Their program (github.com/yburda/iwae) gives Adam
  /// the gradient of the *sum* over a batch, so that for the mean ε is 10⁻⁴ / 20; it sets the biases of
  /// the output from the mean image, and leaves 400 images out of the training.
  public static func burda(k: Int) -> PublishedSetting {
    PublishedSetting(
      architecture: Architecture(hidden: [200, 200], latents: 50, activation: .tanh),
      objective: .importanceWeighted(k: k), start: .glorot, batchSize: 20,
      stages: (0..<8).map { i in
        Stage(
          passes: (0..<i).reduce(1) { product, _ in 3 * product },
          rate: 1e-3 * Double.exp(-Double(i) / 7 * Double.log(10)))
      }, epsilon: 1e-4 / 20, binarization: .stochastic, heldOut: 400, evaluationDraws: 5_000)
  }

  /// Chadebec, Vincent & Allassonnière 2022 (pythae, arXiv:2206.08309), the VAE of their table of
  /// reproduced results, on the fixed binarisation.
  ///
  /// 784-400-(40, 40)-400-784 with ReLU; batches of 100; 500 passes at 10⁻⁴, times 10^(−1/5) after
  /// passes 200 and 350; log p(x) from 200 draws. They keep the weights of the pass that was best on
  /// the 10,000 images for validation; here the last pass counts.
  public static let pythae = PublishedSetting(
    architecture: Architecture(hidden: [400], latents: 40, activation: .relu),
    objective: .closedFormRate, start: .torch, batchSize: 100,
    stages: zip([200, 150, 150], 0...).map { passes, drops in
      Stage(passes: passes, rate: 1e-4 * Double.exp(-Double(drops) / 5 * Double.log(10)))
    }, epsilon: 1e-8, binarization: .none, heldOut: 0, evaluationDraws: 200)

  /// The passes of all stages together.
  public var passes: Int { stages.reduce(0) { $0 + $1.passes } }

  /// The learning rate of a pass, counted from 0, in a run of `total` passes.
  ///
  /// A run of another length than the published one goes through the same rates in the same
  /// proportions.
  public func rate(pass: Int, of total: Int) -> Double {
    var rest = pass * passes / total
    for stage in stages {
      if rest < stage.passes { return stage.rate }
      rest -= stage.passes
    }
    return stages[stages.count - 1].rate
  }
}

/// The mean of each pixel of the first `count` images, as numbers from 0 to 1: shape `[pixels]`.
public func pixelMeans(_ images: ImageSet, first count: Int) -> Tensor<Double> {
  var sums = [Int](repeating: 0, count: images.pixelsPerImage)
  for index in 0..<count {
    for (place, pixel) in images[index].enumerated() { sums[place] += Int(pixel) }
  }
  return Tensor(sums.map { Double($0) / Double(255 * count) })
}

extension VariationalAutoencoder {
  /// A model with Glorot's weights, zero biases, and output biases at the log odds of `pixelMeans`,
  /// `[pixels]`, kept within 0.001 and 0.999.
  ///
  /// A decoder that ignores z then begins at the likelihood of independent pixels.
  public static func glorot(
    _ architecture: Architecture, pixelMeans: Tensor<Double>, random: inout Random
  ) -> VariationalAutoencoder {
    var model = VariationalAutoencoder(architecture, random: &random)
    let (hidden, latents) = (architecture.hidden, architecture.latents)
    model.encoder = MultilayerPerceptron(
      widths: [architecture.pixels] + hidden, activation: architecture.activation,
      initialization: .glorot, random: &random)
    model.mean = Dense(hidden.last!, latents, initialization: .glorot, random: &random)
    model.logVariance = Dense(hidden.last!, latents, initialization: .glorot, random: &random)
    model.decoder = MultilayerPerceptron(
      widths: [latents] + hidden.reversed() + [architecture.pixels],
      activation: architecture.activation, initialization: .glorot, random: &random)
    let odds = pixelMeans.scalars.map { mean in
      let p = Swift.min(Swift.max(mean, 0.001), 0.999)
      return Scalar(Double.log(p) - Double.log(1 - p))
    }
    model.decoder.layers[model.decoder.layers.count - 1].bias = Tensor(odds)
    return model
  }
}
