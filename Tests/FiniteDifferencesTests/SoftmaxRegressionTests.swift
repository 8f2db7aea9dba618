import FiniteDifferences
import Tensors
import Testing

private typealias T = Tensor<Double>

@Suite("Softmax regression")
struct SoftmaxRegressionTests {
  private let labels = [0, 2, 1, 2, 2]
  private var inputs: T {
    var random = Random(seed: 61)
    return random.normal([5, 4])
  }
  private var weights: T {
    var random = Random(seed: 62)
    return random.normal([4, 3])
  }

  @Test("softmax-regression-loss: minus the mean log-probability of the right class")
  func loss() {
    let logits = matmul(inputs, weights)
    // By the definition, one datum at a time.
    let each = labels.indices.map { n in
      let sum = (0..<3).reduce(0.0) { $0 + Double.exp(logits[n, $1]) }
      return -Double.log(Double.exp(logits[n, labels[n]]) / sum)
    }
    let total = each.reduce(0, +)
    let check = Check.identity(
      "softmax-regression-loss",
      [softmaxRegressionLoss(weights: weights, inputs: inputs, labels: labels).scalar],
      equals: [total / 5], planted: ["the sum over data": [total], "a sign": [-total / 5]])
    #expect(check.passes, "\(check)")
  }

  @Test("softmax-regression-gradient: Xᵀ (softmax(X W) − Y) / B")
  func gradient() {
    let (x, labels) = (inputs, labels)
    let y = T.oneHot(labels, classes: 3)
    let softmax = { (w: T) in
      exp(matmul(x, w)) / exp(matmul(x, w)).sum(axis: 1).expanded(axis: 1)
    }
    let check = Check.gradient(
      "softmax-regression-gradient", at: weights,
      of: { softmaxRegressionLoss(weights: $0, inputs: x, labels: labels) },
      claim: { softmaxRegressionGradient(weights: $0, inputs: x, labels: labels) },
      planted: [
        "1/B dropped": { matmul(x, softmax($0) - y, transposingFirst: true) },
        "the labels dropped": { matmul(x, softmax($0), transposingFirst: true) / 5 },
        "a squared error's slope": {
          let p = softmax($0)
          return matmul(x, (p - y) * p * (1 - p), transposingFirst: true) / 5
        },
      ])
    #expect(check.passes, "\(check)")
  }
}
