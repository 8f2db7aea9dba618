import KLDivergence
import Tensors
import Training
import VariationalAutoencoder

/// The bound on log p(x) that a classifier q(y | x) gives, from the bounds of all K labels.
///
/// Σ_y q(y | x) (b_y − log q(y | x)), in nats, where b_y bounds log p(x, y). Shapes: both
/// `[batch, K]`, the result `[batch]`.
///
/// Kingma, Rezende, Mohamed & Welling 2014 (arXiv:1406.5298).
///
/// Equation: unlabelled-bound
public func unlabelledBound<Scalar>(
  labelBounds b: Tensor<Scalar>, logits: Tensor<Scalar>
) -> Tensor<Scalar> {
  let logQ = logits - logits.logSumExp(axis: 1).expanded(axis: 1)
  return (exp(logQ) * (b - logQ)).sum(axis: 1)
}

/// The gradient of `unlabelledBound` for each datum: by the label bounds, and by the logits.
///
/// q_y, and q_y (b_y − log q_y − U) with U the bound itself: both of shape `[batch, K]`.
///
/// Equation: unlabelled-gradient
public func unlabelledGradient<Scalar>(
  labelBounds b: Tensor<Scalar>, logits: Tensor<Scalar>
) -> (labelBounds: Tensor<Scalar>, logits: Tensor<Scalar>) {
  let logQ = logits - logits.logSumExp(axis: 1).expanded(axis: 1)
  let bound = unlabelledBound(labelBounds: b, logits: logits).expanded(axis: 1)
  return (exp(logQ), exp(logQ) * (b - logQ - bound))
}

/// What a classifier's bound lacks of the best one: KL(q(y | x) ‖ softmax b), in nats.
///
/// The best is log Σ_y e^(b_y), which q(y | x) = softmax b reaches. Shapes: both `[batch, K]`, the
/// result `[batch]`.
///
/// Equation: unlabelled-gap
public func unlabelledGap<Scalar>(
  labelBounds b: Tensor<Scalar>, logits: Tensor<Scalar>
) -> Tensor<Scalar> {
  categoricalKL(logits: logits, b)
}

/// A generator p(x | z, y) p(z | y) of images by label with a classifier q(y | x) beside it, which
/// learns from images with and without labels.
///
/// Model M2 of Kingma, Rezende, Mohamed & Welling 2014 (arXiv:1406.5298); all labels are equally
/// likely, p(y) = 1/K.
public struct SemiSupervisedModel<Scalar: TensorScalar>: ParameterContainer, Sendable {
  /// The conditional autoencoder.
  public var generator: ConditionalVariationalAutoencoder<Scalar>
  /// From pixels to the logits of q(y | x): `[batch, pixels]` to `[batch, K]`.
  public var classifier: MultilayerPerceptron<Scalar>

  /// A model of these two parts.
  public init(
    generator: ConditionalVariationalAutoencoder<Scalar>, classifier: MultilayerPerceptron<Scalar>
  ) {
    (self.generator, self.classifier) = (generator, classifier)
  }

  /// K, the number of labels.
  public var classes: Int { classifier.layers.last!.bias.count }

  /// The bound on log p(x, y) of images whose labels are known: shape `[batch]`, in nats.
  ///
  /// The conditional ELBO plus log p(y) = −log K.
  ///
  /// Equation: labelled-bound
  ///
  /// - Parameters:
  ///   - x: Pixels, shape `[batch, pixels]`.
  ///   - labels: One for each row.
  ///   - noise: ε, shape `[batch, d]`.
  public func labelledBound(
    of x: Tensor<Scalar>, labels: [Int], noise: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    let y = Tensor<Scalar>.oneHot(labels, classes: classes)
    return generator.bound(of: x, given: y, noise: noise).elbo - Scalar.log(Scalar(classes))
  }

  /// The bounds on log p(x, y) of every image with every label: shape `[batch, K]`.
  ///
  /// One ε serves an image under all labels, so that little of what sets its bounds apart is noise.
  ///
  /// - Parameters:
  ///   - x: Pixels, shape `[batch, pixels]`.
  ///   - noise: ε, shape `[batch, d]`.
  public func labelBounds(of x: Tensor<Scalar>, noise: Tensor<Scalar>) -> Tensor<Scalar> {
    let batch = x.shape[0]
    let labels = (0..<classes).flatMap { Array(repeating: $0, count: batch) }
    func copies(_ rows: Tensor<Scalar>) -> Tensor<Scalar> {
      concatenated(Array(repeating: rows, count: classes), axis: 0)
    }
    return labelledBound(of: copies(x), labels: labels, noise: copies(noise))
      .reshaped([classes, batch]).transposed()
  }

  /// The bound on log p(x) of images without labels: shape `[batch]`, in nats.
  ///
  /// - Parameters:
  ///   - x: Pixels, shape `[batch, pixels]`.
  ///   - noise: ε, shape `[batch, d]`.
  public func bound(of x: Tensor<Scalar>, noise: Tensor<Scalar>) -> Tensor<Scalar> {
    unlabelledBound(labelBounds: labelBounds(of: x, noise: noise), logits: classifier(x))
  }

  /// The loss to minimise, shape `[]`: minus the bounds, each averaged over its own images and
  /// weighted by `labelledShare`, plus `weight` times the classifier's cross-entropy on the labels.
  ///
  /// Without the last term the labels would teach the generator alone: q(y | x) is not in the bound of
  /// an image whose label is known.
  ///
  /// Equation: semi-supervised-loss
  ///
  /// - Parameters:
  ///   - labelled: Pixels and labels.
  ///   - unlabelled: Pixels.
  ///   - labelledShare: How much of the data has labels, from 0 to 1.
  ///   - weight: α, the weight of the cross-entropy.
  ///   - random: For the noise.
  public func loss(
    labelled: (x: Tensor<Scalar>, labels: [Int]), unlabelled: Tensor<Scalar>,
    labelledShare: Scalar, weight: Scalar, random: inout Random
  ) -> Tensor<Scalar> {
    let d = generator.latents
    let known = labelledBound(
      of: labelled.x, labels: labelled.labels, noise: random.normal([labelled.labels.count, d]))
    let unknown = bound(of: unlabelled, noise: random.normal([unlabelled.shape[0], d]))
    let errors = classifierLoss(classifier, labelled.x, labelled.labels)
    return weight * errors - labelledShare * known.mean() - (1 - labelledShare) * unknown.mean()
  }

  /// Visits the tensors, in the order of `parameterNames`.
  public mutating func forEachParameter(_ body: (inout Tensor<Scalar>) -> Void) {
    generator.forEachParameter(body)
    classifier.forEachParameter(body)
  }

  /// The tensors' names, in order.
  public var parameterNames: [String] {
    generator.parameterNames.map { "generator." + $0 }
      + classifier.parameterNames.map { "classifier." + $0 }
  }
}

/// The mean of −log q(y | x) over images with labels, in nats: shape `[]`.
public func classifierLoss<Scalar>(
  _ classifier: MultilayerPerceptron<Scalar>, _ x: Tensor<Scalar>, _ labels: [Int]
) -> Tensor<Scalar> {
  let logits = classifier(x)
  let chosen = logits * Tensor.oneHot(labels, classes: logits.shape[1])
  return (logits.logSumExp(axis: 1) - chosen.sum(axis: 1)).mean()
}

/// The fraction of images whose most probable label is not the right one.
public func classifierError<Scalar>(
  _ classifier: MultilayerPerceptron<Scalar>, _ x: Tensor<Scalar>, _ labels: [Int]
) -> Double {
  Double(zip(classifier(x).argMax(), labels).count { $0 != $1 }) / Double(labels.count)
}
