import Autoencoder
import Tensors
import Testing

@Suite("Reconstruction error and its derivatives at the output")
struct ReconstructionErrorTests {
  /// Three data of five pixels in [0, 1], and pre-activations for them.
  private let x: Tensor<Double>
  private let a: Tensor<Double>

  init() {
    var random = Random(seed: 21)
    x = random.uniform([3, 5])
    a = 2 * random.normal([3, 5])
  }

  @Test("the error sums over pixels and means over data (reconstruction-error)")
  func reconstructionErrorIsSumAndMean() {
    var total = 0.0
    for n in 0..<3 { for i in 0..<5 { total += (a[n, i] - x[n, i]) * (a[n, i] - x[n, i]) } }
    let check = Check.identity(
      "reconstruction-error", [reconstructionError(x, a).scalar], equals: [total / 3],
      planted: [
        "a mean over pixels": [total / 15], "a sum over data": [total], "a factor ½": [total / 6],
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("the derivative at a linear output is 2 (r − x) / B (backprop-output)")
  func linearOutput() {
    let x = x
    let check = Check.gradient(
      "backprop-output", at: a, of: { reconstructionError(x, $0) },
      claim: { squaredErrorDelta(x, $0) },
      planted: [
        "a mean over pixels": { squaredErrorDelta(x, $0) / 5 },
        "a sum over data": { 3 * squaredErrorDelta(x, $0) },
        "the factor 2 dropped": { ($0 - x) / 3 },
        "x − r": { 2 * (x - $0) / 3 },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("from logits, the cross-entropy is that of the probabilities (sigmoid-cross-entropy)")
  func crossEntropyFromLogits() {
    func perDatum(_ value: (Double, Double) -> Double) -> [Double] {
      (0..<3).map { n in (0..<5).reduce(0) { $0 + value(x[n, $1], Double.sigmoid(a[n, $1])) } }
    }
    let left = (0..<3).map { crossEntropy(x.rows(at: [$0]), logits: a.rows(at: [$0])).scalar }
    let check = Check.identity(
      "sigmoid-cross-entropy", left,
      equals: perDatum { x, r in -x * Double.log(r) - (1 - x) * Double.log(1 - r) },
      planted: [
        "the dark pixels forgotten": perDatum { x, r in -x * Double.log(r) },
        "x and r exchanged": perDatum { x, r in -r * Double.log(x) - (1 - r) * Double.log(1 - x) },
        "base 2": perDatum { x, r in
          (-x * Double.log(r) - (1 - x) * Double.log(1 - r)) / Double.log(2)
        },
      ])
    #expect(check.passes, "\(check)")
    #expect(
      crossEntropy(Tensor<Double>([1, 1], [1]), logits: Tensor([1, 1], [-800])).scalar == 800)
  }

  @Test("its derivative by the logits is (σ(ℓ) − x) / B (sigmoid-cross-entropy-gradient)")
  func crossEntropyGradient() {
    let x = x
    let check = Check.gradient(
      "sigmoid-cross-entropy-gradient", at: a, of: { crossEntropy(x, logits: $0) },
      claim: { crossEntropyDelta(x, logits: $0) },
      planted: [
        "a sigmoid's derivative too many": { l in
          crossEntropyDelta(x, logits: l) * sigmoid(l) * (1 - sigmoid(l))
        },
        "logits for probabilities": { ($0 - x) / 3 },
        "a sum over data": { 3 * crossEntropyDelta(x, logits: $0) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("squared error after a sigmoid carries r (1 − r) (sigmoid-squared-error-gradient)")
  func sigmoidSquaredErrorGradient() {
    let x = x
    let check = Check.gradient(
      "sigmoid-squared-error-gradient", at: a, of: { reconstructionError(x, sigmoid($0)) },
      claim: { sigmoidSquaredErrorDelta(x, logits: $0) },
      planted: [
        "the sigmoid's derivative missing": { squaredErrorDelta(x, sigmoid($0)) },
        "tanh's derivative for the sigmoid's": { l in
          squaredErrorDelta(x, sigmoid(l)) * (1 - square(sigmoid(l)))
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("an output layer's loss and its delta belong together", arguments: OutputLayer.allCases)
  func deltaIsTheDerivativeOfTheLoss(output: OutputLayer) {
    let reverse = valueAndGradient(at: a) { output.loss(x, preactivation: $0) }.gradient
    let difference = abs(reverse - output.delta(x, preactivation: a)).max()
    #expect(difference <= 1e-14, "\(output): \(difference)")
  }
}
