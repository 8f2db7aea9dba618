import KLDivergence
import Tensors
import Testing
import Training
import VariationalAutoencoder

@testable import ConditionalVAE

/// Five data under a linear model of three labels, with log p(x | y) of each label: `[5, 3]`.
private func labelled() -> (model: Model, x: Tensor<Double>, logs: Tensor<Double>) {
  var (model, random) = linearModel()
  let x: Tensor<Double> = random.normal([5, 4])
  let columns = (0..<3).map {
    model.exactLogLikelihood(of: x, given: label($0, count: 5)).expanded(axis: 1)
  }
  return (model, x, concatenated(columns, axis: 1))
}

@Suite("Labels as hidden variables")
struct SemiSupervisedTests {
  @Test("label-mixture: log p(x) is the log of the densities' mean, by quadrature")
  func mixture() {
    let (model, x, logs) = labelled()
    let densities = (0..<5).map { row in
      (0..<3).map { Double.exp(model.quadrature(of: x.rows(at: [row]), given: label($0))) }
    }
    let check = Check.identity(
      "label-mixture", labelMixture(logs).scalars,
      equals: densities.map { Double.log($0.reduce(0, +) / 3) },
      planted: [
        "p(y) forgotten": densities.map { Double.log($0.reduce(0, +)) },
        "the mean of the logarithms": logs.mean(axis: 1).scalars,
        "the best label alone": (logs.max(axis: 1) - Double.log(3)).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("label-bayes: p(y | x) from the densities, and no label gains more than log K")
  func bayes() {
    let (_, _, logs) = labelled()
    let densities = exp(logs)
    let right = log(densities / densities.sum(axis: 1).expanded(axis: 1))
    let check = Check.identity(
      "label-bayes", labelLogPosterior(logs).scalars, equals: right.scalars,
      planted: [
        "p(y) forgotten": (right + Double.log(3)).scalars,
        "not divided by p(x)": (logs - Double.log(3)).scalars,
      ])
    #expect(check.passes, "\(check)")
    #expect((logs - labelMixture(logs).expanded(axis: 1)).max() <= Double.log(3))
  }

  @Test("labelled-bound: the conditional ELBO plus log p(y) lies below log p(x, y) by the gap")
  func labelledBound() {
    let (model, x, logs) = labelled()
    let classifier = MultilayerPerceptron<Double>(
      layers: [Dense(weight: .zeros([4, 3]), bias: .zeros([3]))], activation: .tanh)
    let both = SemiSupervisedModel(generator: model, classifier: classifier)
    var (left, right): ([Double], [Double]) = ([], [])
    for row in 0..<5 {
      for y in 0..<3 {
        let datum = x.rows(at: [row, row])
        let noise = Tensor<Double>([2, 1], [1, -1])  // exact: quadratic in one ε
        left.append(
          both.labelledBound(of: datum, labels: [y, y], noise: noise).mean().scalar)
        right.append(
          logs[row, y] - Double.log(3) - model.exactGap(of: x.rows(at: [row]), given: label(y)))
      }
    }
    let check = Check.identity(
      "labelled-bound", left, equals: right,
      planted: [
        "log p(y) forgotten": right.map { $0 + Double.log(3) },
        "log p(y) added": right.map { $0 + 2 * Double.log(3) },
        "no gap": logs.scalars.map { $0 - Double.log(3) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("unlabelled-bound: with exact parts it is log p(x)")
  func unlabelledIsExact() {
    let (_, _, logs) = labelled()
    let joint = logs - Double.log(3)
    let posterior = labelLogPosterior(logs)
    let q = exp(posterior)
    let weighted = (q * joint).sum(axis: 1)
    let check = Check.identity(
      "unlabelled-bound", unlabelledBound(labelBounds: joint, logits: posterior).scalars,
      equals: labelMixture(logs).scalars,
      planted: [
        "the entropy forgotten": weighted.scalars,
        "the entropy subtracted": (weighted + (q * posterior).sum(axis: 1)).scalars,
        "all labels weighted alike": (joint.mean(axis: 1) + Double.log(3)).scalars,
        "log p(y) forgotten": unlabelledBound(labelBounds: logs, logits: posterior).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("unlabelled-gap: what a classifier's bound lacks is its divergence from the best one")
  func gap() {
    var random = Random(seed: 61)
    let b: Tensor<Double> = 3 * random.normal([6, 4])
    let logits: Tensor<Double> = 2 * random.normal([6, 4])
    let lacking = b.logSumExp(axis: 1) - unlabelledBound(labelBounds: b, logits: logits)
    let check = Check.identity(
      "unlabelled-gap", lacking.scalars,
      equals: unlabelledGap(labelBounds: b, logits: logits).scalars,
      planted: [
        "the divergence the other way": categoricalKL(logits: b, logits).scalars,
        "no gap": [Double](repeating: 0, count: 6),
      ])
    #expect(check.passes, "\(check)")
    #expect(lacking.min() > 0)
  }

  @Test("unlabelled-gradient: q by the label bounds, q (b − log q − U) by the logits")
  func gradient() {
    var random = Random(seed: 62)
    let point: [Tensor<Double>] = [2 * random.normal([3, 4]), random.normal([3, 4])]
    let check = Check.vectorJacobianProduct(
      "unlabelled-gradient", at: point,
      of: { unlabelledBound(labelBounds: $0[0], logits: $0[1]) },
      vjp: { p, g in
        let (b, a) = unlabelledGradient(labelBounds: p[0], logits: p[1])
        return [g.expanded(axis: 1) * b, g.expanded(axis: 1) * a]
      },
      planted: [
        "the bound not subtracted": { p, g in
          let q = softmax(p[1])
          return [g.expanded(axis: 1) * q, g.expanded(axis: 1) * q * (p[0] - log(q))]
        },
        "the entropy's part forgotten": { p, g in
          let q = softmax(p[1])
          let mean = (q * p[0]).sum(axis: 1).expanded(axis: 1)
          return [g.expanded(axis: 1) * q, g.expanded(axis: 1) * q * (p[0] - mean)]
        },
        "not weighted by q": { p, g in
          let (b, a) = unlabelledGradient(labelBounds: p[0], logits: p[1])
          return [g.expanded(axis: 1) * b, g.expanded(axis: 1) * a / softmax(p[1])]
        },
      ])
    #expect(check.passes, "\(check)")
  }

  /// A small model of binary pixels: 6 pixels, 3 labels, 2 latents.
  private static func small() -> (model: SemiSupervisedModel<Double>, x: Tensor<Double>) {
    var random = Random(seed: 63)
    let generator = Model(
      ConditionalArchitecture(
        pixels: 6, conditions: 3, hidden: [4], latents: 2, activation: .tanh), random: &random)
    var model = SemiSupervisedModel(
      generator: generator,
      classifier: MultilayerPerceptron(widths: [6, 4, 3], activation: .tanh, random: &random))
    model.forEachParameter { $0 = $0 + 0.3 * random.normal($0.shape) }
    let uniform: Tensor<Double> = random.uniform([5, 6])
    return (model, Tensor([5, 6], uniform.scalars.map { $0 < 0.5 ? 0.0 : 1.0 }))
  }

  @Test("semi-supervised-loss: two bounds, each a mean over its own images, and a cross-entropy")
  func loss() {
    let (model, x) = Self.small()
    let (known, unknown) = (x.rows(at: [0, 1]), x.rows(at: [2, 3, 4]))
    let random = Random(seed: 64)
    func loss(weight: Double) -> Double {
      var random = random
      return model.loss(
        labelled: (known, [2, 0]), unlabelled: unknown, labelledShare: 0.25, weight: weight,
        random: &random
      ).scalar
    }
    // By hand, image by image and label by label, from the same noise.
    var copy = random
    let first: Tensor<Double> = copy.normal([2, 2])
    let second: Tensor<Double> = copy.normal([3, 2])
    func elbo(_ row: Int, _ y: Int, _ noise: Tensor<Double>) -> Double {
      let bound = model.generator.bound(of: x.rows(at: [row]), given: label(y), noise: noise)
      return bound.elbo.scalar - Double.log(3)
    }
    let labelledMean = (elbo(0, 2, first.rows(at: [0])) + elbo(1, 0, first.rows(at: [1]))) / 2
    var (unlabelledMean, entropies) = (0.0, 0.0)
    for row in 0..<3 {
      let q = softmax(model.classifier(unknown.rows(at: [row])))
      for y in 0..<3 {
        let bound = elbo(row + 2, y, second.rows(at: [row]))
        unlabelledMean += q[0, y] * (bound - Double.log(q[0, y])) / 3
        entropies -= q[0, y] * Double.log(q[0, y]) / 3
      }
    }
    let probabilities = softmax(model.classifier(known))
    let errors = -(Double.log(probabilities[0, 2]) + Double.log(probabilities[1, 0])) / 2
    let right = 1.5 * errors - 0.25 * labelledMean - 0.75 * unlabelledMean
    let check = Check.identity(
      "semi-supervised-loss", [loss(weight: 1.5)], equals: [right],
      planted: [
        "the entropy's sign": [right + 1.5 * entropies],
        "the cross-entropy's sign": [right - 3 * errors],
        "the cross-entropy left out": [right - 1.5 * errors],
        "the shares exchanged": [1.5 * errors - 0.75 * labelledMean - 0.25 * unlabelledMean],
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("without its cross-entropy, an image with a label teaches the classifier nothing")
  func classifierNeedsCrossEntropy() {
    let (model, x) = Self.small()
    func gradient(weight: Double) -> SemiSupervisedModel<Double> {
      valueAndGradient(at: model) {
        var random = Random(seed: 65)
        return $0.loss(
          labelled: (x, [2, 0, 1, 1, 2]), unlabelled: x, labelledShare: 1, weight: weight,
          random: &random)
      }.gradient
    }
    let largest = { (model: SemiSupervisedModel<Double>) in
      model.classifier.parameters.reduce(0) { max($0, abs($1).max()) }
    }
    #expect(largest(gradient(weight: 0)) == 0)
    #expect(largest(gradient(weight: 1)) > 1e-3)
  }

  @Test("the loss's gradient is that of differences, whole: generator and classifier together")
  func wholeGradient() {
    let (model, x) = Self.small()
    let check = Check.vectorJacobianProduct(
      "test", at: model,
      of: {
        var random = Random(seed: 66)
        return $0.loss(
          labelled: (x.rows(at: [0, 1]), [2, 0]), unlabelled: x.rows(at: [2, 3, 4]),
          labelledShare: 0.25, weight: 1.5, random: &random)
      }, step: 0x1p-13)
    #expect(check.passes, "\(check)")
  }

  @Test("the classifier's error counts wrong labels")
  func errors() {
    let classifier = MultilayerPerceptron<Double>(
      layers: [Dense(weight: .identity(3), bias: .zeros([3]))], activation: .relu)
    let x = Tensor<Double>.identity(3)
    #expect(classifierError(classifier, x, [0, 1, 2]) == 0)
    #expect(classifierError(classifier, x, [1, 1, 0]) == 2.0 / 3)
    let confident = classifierLoss(classifier, 50 * x, [0, 1, 2]).scalar
    #expect(confident < 1e-12)
  }
}
