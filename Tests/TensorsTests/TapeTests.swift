import Testing

@testable import Tensors

private typealias T = Tensor<Double>

/// A layer inside a model, as chapters write them.
private struct Layer: ParameterContainer {
  var weight: T
  var bias: T
  mutating func forEachParameter(_ body: (inout T) -> Void) {
    body(&weight)
    body(&bias)
  }
  var parameterNames: [String] { ["weight", "bias"] }
}

private struct Model: ParameterContainer {
  var layers: [Layer]
  var scale: T
  mutating func forEachParameter(_ body: (inout T) -> Void) {
    layers.forEachParameter(body)
    scale.forEachParameter(body)
  }
  var parameterNames: [String] { layers.parameterNames.map { "layers." + $0 } + ["scale"] }
}

@Suite("Reverse mode")
struct TapeTests {
  @Test("the value and the gradient of a formula known by heart")
  func byHeart() {
    let (value, gradient) = valueAndGradient(at: T([1, 2, 3])) { square($0).sum() }
    #expect(value == T(14) && gradient == T([2, 4, 6]))
  }

  @Test("a variable used twice gets the sum of both cotangents")
  func usedTwice() {
    #expect(valueAndGradient(at: T([3.0])) { ($0 * $0 + $0).sum() }.gradient == T([7]))
    #expect(valueAndGradient(at: T([3.0])) { ($0 - $0).sum() }.gradient == T([0]))
    let chain = valueAndGradient(at: T([2.0])) { x in (0..<5).reduce(x) { y, _ in y + y }.sum() }
    #expect(chain.value == T(64) && chain.gradient == T([32]))
  }

  @Test("stopGradient keeps the value and stops the gradient")
  func stopped() {
    let (value, gradient) = valueAndGradient(at: T([3.0])) { ($0 * stopGradient($0)).sum() }
    #expect(value == T(9) && gradient == T([3]))
    #expect(valueAndGradient(at: T([3.0])) { square(stopGradient($0)).sum() }.gradient == T([0]))
    let maximum = valueAndGradient(at: T([1, 5])) { $0.max(axis: 0) * $0.sum() }.gradient
    #expect(maximum == T([5, 5]), "max is a constant, as documented")
  }

  @Test("unused variables, and results that use none, have gradient zero in the right shape")
  func unused() {
    let (_, gradient) = valueAndGradient(at: [T([1, 2]), T.ones([2, 3])]) { $0[0].sum() }
    #expect(gradient == [T([1, 1]), T.zeros([2, 3])])
    let constant = valueAndGradient(at: T([1, 2])) { _ in T(5) }
    #expect(constant.value == T(5) && constant.gradient == T([0, 0]))
    let itself = valueAndGradient(at: T(4)) { $0 }
    #expect(itself.value == T(4) && itself.gradient == T(1))
  }

  @Test("two arguments, of different types")
  func twoArguments() {
    let layer = Layer(weight: T([2, 1], [3, 4]), bias: T([1.0]))
    let x = T([1, 2], [5, 6])
    let (value, (byLayer, byX)) = valueAndGradient(at: layer, x) { layer, x in
      (matmul(x, layer.weight) + layer.bias).sum()
    }
    #expect(value == T(40) && byX == T([1, 2], [3, 4]))
    #expect(byLayer.weight == T([2, 1], [5, 6]) && byLayer.bias == T([1.0]))
  }

  @Test("a struct of parameters: the gradient has its type, its names agree with its tensors")
  func containers() {
    let layer = Layer(weight: T.ones([2, 2]), bias: T([1, 2]))
    var model = Model(layers: [layer, layer], scale: T(2))
    #expect(
      model.parameterNames == [
        "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias", "scale",
      ])
    #expect(model.parameters.map(\.shape) == [[2, 2], [2], [2, 2], [2], []])
    #expect(model.parameterCount == 13 && model.coordinateNames.count == 13)
    #expect(model.coordinateNames[5] == "layers.0.bias 1")
    let gradient = valueAndGradient(at: model) { m in
      (m.layers[1].weight.sum() + m.layers[0].bias.sum()) * m.scale
    }.gradient
    #expect(gradient.layers[0].weight == .zeros([2, 2]) && gradient.layers[0].bias == T([2, 2]))
    #expect(gradient.layers[1].weight == T([2, 2], repeating: 2) && gradient.scale == T(7))
    model.parameters = gradient.parameters
    #expect(model.scale == T(7))
    #expect(model.mapped { $0 * 2 }.layers[0].bias == T([4, 4]))
    #expect(model.replacing(flat: (0..<13).map(Double.init)).layers[1].bias == T([10, 11]))
  }

  @Test("a value that left an earlier gradient is a constant, on either side of an operation")
  func leftEarlier() {
    var kept = T(0)
    _ = valueAndGradient(at: T([2.0])) { x in
      kept = exp(x)
      return kept.sum()
    }
    let left = valueAndGradient(at: T([3.0])) { (kept * $0).sum() }.gradient
    let right = valueAndGradient(at: T([3.0])) { ($0 * kept).sum() }.gradient
    let joined = valueAndGradient(at: T([3.0])) { concatenated([kept, $0 * 5], axis: 0).sum() }
    #expect(left == stopGradient(kept) && right == left && joined.gradient == T([5]))
  }

  @Test("a gradient inside a function that is being differentiated")
  func nested() {
    let gradient = valueAndGradient(at: T([3.0])) { x in
      let inner = valueAndGradient(at: T([5.0])) { (stopGradient(x) * square($0)).sum() }.gradient
      return (x * inner).sum()
    }.gradient
    #expect(gradient == T([30]), "the inner gradient 2 · 3 · 5 is a constant of the outer one")
  }

  @Test("errors of the function pass through")
  func errors() {
    struct Failure: Error {}
    #expect(throws: Failure.self) {
      try valueAndGradient(at: T(1)) { _ -> T in throw Failure() }
    }
  }

  @Test("no memory stays behind: neither intermediate values nor the tape")
  func noLeak() {
    weak var intermediate: Storage<Double>?
    weak var tape: Tape<Double>?
    weak var variable: Storage<Double>?
    do {
      let point = T([1, 2, 3])
      let (value, gradient) = valueAndGradient(at: point) { x in
        let y = exp(x)
        (intermediate, tape) = (y.storage, y.origin!.tape)
        return (y * y).sum()
      }
      variable = point.storage
      #expect(value.origin == nil && gradient.origin == nil)
      #expect(intermediate == nil && tape == nil)
    }
    #expect(variable == nil)
  }
}

@Suite("Adam")
struct AdamTests {
  @Test("steps equal Kingma & Ba's algorithm 1, in Double, whatever the number of elements")
  func textbook() {
    let (rate, beta1, beta2, epsilon) = (0.01, 0.9, 0.999, 1e-8)
    for count in [0, 1, 2, 7, 8, 9, 40] {
      var random = Random(seed: UInt64(count))
      var parameter: T = random.normal([count])
      var (first, second) = (T.zeros([count]), T.zeros([count]))
      var p = parameter.scalars
      var (m, v) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
      var (decay1, decay2) = (1.0, 1.0)
      for step in 1...20 {
        let gradient: T = random.normal([count])
        parameter.adamStep(
          gradient: gradient, first: &first, second: &second, step: step, rate: rate,
          beta1: beta1, beta2: beta2, epsilon: epsilon)
        (decay1, decay2) = (decay1 * beta1, decay2 * beta2)
        for (i, g) in gradient.scalars.enumerated() {
          m[i] = beta1 * m[i] + (1 - beta1) * g
          v[i] = beta2 * v[i] + (1 - beta2) * g * g
          p[i] -= rate * (m[i] / (1 - decay1)) / ((v[i] / (1 - decay2)).squareRoot() + epsilon)
        }
      }
      for (x, y) in zip(parameter.scalars, p) { #expect(Swift.abs(x - y) < 1e-14) }
    }
  }

  @Test("the first step has the length of the learning rate, whatever the gradient's size")
  func firstStep() {
    var parameter = T([0, 0])
    var (first, second) = (T.zeros([2]), T.zeros([2]))
    parameter.adamStep(
      gradient: T([1e-3, -1e3]), first: &first, second: &second, step: 1, rate: 0.5, beta1: 0.9,
      beta2: 0.999, epsilon: 1e-12)
    #expect(Swift.abs(parameter[0] + 0.5) < 1e-8 && Swift.abs(parameter[1] - 0.5) < 1e-8)
  }
}
