import Testing

@testable import Tensors
@testable import Training

@Suite("Training")
struct TrainingTests {
  @Test("every datum comes once an epoch, whatever the batch size")
  func batchesCoverTheData() {
    var random = Random(seed: 3)
    for (count, size) in [(0, 4), (1, 4), (4, 4), (10, 3), (100, 7)] {
      let batches = Array(Batches(count: count, size: size, random: &random))
      #expect(batches.flatMap { $0 }.sorted() == Array(0..<count))
      #expect(batches.dropLast().allSatisfy { $0.count == size })
    }
    let first = Array(Batches(count: 100, size: 10, random: &random))
    let second = Array(Batches(count: 100, size: 10, random: &random))
    #expect(first != second, "two epochs should not come in the same order")
  }

  @Test("initial weights have the documented spread", arguments: [50, 200])
  func initializationSpread(inputs: Int) {
    var random = Random(seed: 4)
    func variance(_ initialization: Initialization) -> Double {
      let layer = Dense<Double>(inputs, 300, initialization: initialization, random: &random)
      return square(layer.weight).mean().scalar
    }
    let fanIn = Double(inputs)
    // The sample variance of n numbers is within 5 % for these sizes (more than 5 deviations).
    #expect(Swift.abs(variance(.he) / (2 / fanIn) - 1) < 0.05)
    #expect(Swift.abs(variance(.glorot) / (2 / (fanIn + 300)) - 1) < 0.05)
    #expect(Swift.abs(variance(.torch) / (1 / (3 * fanIn)) - 1) < 0.05)
  }

  @Test(
    "the gradient through a perceptron is right for every activation",
    arguments: [
      Activation.tanh, .sigmoid, .relu,
    ])
  func perceptronGradient(activation: Activation) {
    var random = Random(seed: 5)
    let network = MultilayerPerceptron<Double>(
      widths: [3, 5, 4, 2], activation: activation, random: &random)
    let x: Tensor<Double> = random.normal([6, 3])
    // Small steps, so that no ReLU's kink lies within them.
    let check = Check.vectorJacobianProduct(
      "test", at: network, of: { $0(x) }, step: 0x1p-16)
    #expect(check.passes, "\(check)")
  }

  @Test(
    "an activation's derivative by its output is what reverse mode finds",
    arguments:
      Activation.allCases)
  func activationDerivative(activation: Activation) {
    var random = Random(seed: 6)
    let x: Tensor<Double> = random.normal([40])
    let (_, gradient) = valueAndGradient(at: x) { activation($0).sum() }
    #expect((gradient - activation.derivative(atOutput: activation(x))).max() < 1e-14)
  }

  @Test("names and tensors of a network agree")
  func names() {
    var random = Random(seed: 7)
    let network = MultilayerPerceptron<Float>(
      widths: [3, 5, 2], activation: .relu, random: &random)
    #expect(network.parameterNames == ["0.weight", "0.bias", "1.weight", "1.bias"])
    #expect(network.parameters.map(\.shape) == [[3, 5], [5], [5, 2], [2]])
    #expect(network.parameterCount == 3 * 5 + 5 + 5 * 2 + 2)
  }

  @Test("SGD with momentum follows its definition")
  func sgd() {
    var p = Tensor<Double>([1, 2])
    var sgd = SGD<Double>(rate: 0.1, momentum: 0.5)
    sgd.update(&p, gradient: Tensor([1, -1]))
    #expect(p.scalars == [0.9, 2.1])
    sgd.update(&p, gradient: Tensor([1, -1]))
    #expect(zip(p.scalars, [0.75, 2.25]).allSatisfy { Swift.abs($0 - $1) < 1e-15 })
  }

  @Test("Adam follows algorithm 1 of Kingma and Ba, step by step")
  func adam() {
    var random = Random(seed: 8)
    var p: Tensor<Double> = random.normal([37])
    var reference = p.scalars
    var (m, v) = ([Double](repeating: 0, count: 37), [Double](repeating: 0, count: 37))
    var adam = Adam<Double>(rate: 0.01)
    var (power1, power2) = (1.0, 1.0)
    for _ in 1...20 {
      let g: Tensor<Double> = random.normal([37])
      adam.update(&p, gradient: g)
      (power1, power2) = (power1 * 0.9, power2 * 0.999)
      for i in reference.indices {
        m[i] = 0.9 * m[i] + 0.1 * g[i]
        v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i]
        reference[i] -= 0.01 * (m[i] / (1 - power1)) / ((v[i] / (1 - power2)).squareRoot() + 1e-8)
      }
    }
    #expect(zip(p.scalars, reference).allSatisfy { Swift.abs($0 - $1) < 1e-12 })
  }

  @Test("a linear model trained by Adam reaches the least-squares solution")
  func reachesLeastSquares() {
    var random = Random(seed: 9)
    let truth: Tensor<Double> = random.normal([4, 2])
    let x: Tensor<Double> = random.normal([64, 4])
    let y = matmul(x, truth) + 0.5
    var layer = Dense<Double>(4, 2, initialization: .torch, random: &random)
    var adam = Adam<Double>(rate: 0.03)
    var losses: [Double] = []
    train(
      &layer, with: &adam, count: 64, batchSize: 16, epochs: 150, random: &random,
      loss: { model, batch, _ in square(model(x.rows(at: batch)) - y.rows(at: batch)).mean() },
      report: { _, _, loss in losses.append(loss) })
    #expect(losses.count == 150)
    #expect(losses.last! < 1e-6 && losses[0] > 0.1)
    #expect((layer.weight - truth).scalars.allSatisfy { Swift.abs($0) < 1e-3 })
    #expect(layer.bias.scalars.allSatisfy { Swift.abs($0 - 0.5) < 1e-3 })
  }
}
