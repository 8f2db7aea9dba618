import Datasets
import Tensors
import Training

/// A network that names digits, so that drawn ones can be judged: it knows nothing of any model.
public struct DigitClassifier: Sendable {
  /// From pixels to one logit a class.
  public let network: MultilayerPerceptron<Float>

  /// A network with one hidden layer, trained on labelled images by the cross-entropy, its pixels drawn
  /// as 0 or 1 anew in each pass.
  ///
  /// Traps if the images have no labels.
  public init(
    on images: ImageSet, classes: Int = 10, hidden: Int = 100, epochs: Int, random: inout Random
  ) {
    guard let labels = images.labels else { fatalError("DigitClassifier: images without labels") }
    let pixels = images.pixelsPerImage
    let step = TrainingStep(
      MultilayerPerceptron<Float>(
        widths: [pixels, hidden, classes], activation: .relu, random: &random), Adam(),
      inputs: { [[$0, pixels], [$0, classes]] }
    ) { network, inputs in
      let logits = network(inputs[0])
      return (logits.logSumExp(axis: 1) - (inputs[1] * logits).sum(axis: 1)).mean()
    }
    passes(
      count: images.count, batchSize: 100, epochs: epochs, random: &random,
      step: { batch, random in
        let loss = step(rows: batch.count) { inputs in
          Binarization.stochastic.write(images, batch, to: inputs[0], using: &random)
          for (row, index) in batch.enumerated() {
            for label in 0..<classes {
              inputs[1][row * classes + label] = Int(labels[index]) == label ? 1 : 0
            }
          }
        }
        return Double(loss)
      }, report: { _, _ in }, afterStep: { _ in })
    network = step.model
  }

  /// p(y | x): pixels `[n, pixels]` to `[n, classes]`.
  public func probabilities(_ x: Tensor<Float>) -> Tensor<Double> {
    let logits = Tensor<Double>(network(x))
    return exp(logits - logits.logSumExp(axis: 1).expanded(axis: 1))
  }

  /// The most probable label of each image.
  public func labels(_ x: Tensor<Float>) -> [Int] { network(x).argMax() }
}
