import Autoencoder
import Tensors
import Testing
import Training

@Suite("Back-propagation by hand")
struct TwoLayerAutoencoderTests {
  /// Six data of four pixels. The code has four numbers too, so that a forgotten transpose still has a
  /// fitting shape, and only a check can find it.
  private let x: Tensor<Double>

  init() {
    var random = Random(seed: 22)
    x = random.uniform([6, 4])
  }

  private func model(
    _ output: OutputLayer, activation: Activation? = .tanh
  ) -> TwoLayerAutoencoder<Double> {
    var random = Random(seed: 23)
    var model = TwoLayerAutoencoder<Double>(
      pixels: 4, code: 4, activation: activation, output: output, random: &random)
    model.encoder.bias = random.normal([4])
    model.decoder.bias = random.normal([4])
    return model
  }

  @Test("δ₁ = (δ₂ W₂ᵀ) ⊙ (1 − z²) (backprop-hidden)", arguments: OutputLayer.allCases)
  func hidden(output: OutputLayer) {
    let (x, model) = (x, model(output))
    let w = model.decoder.weight
    let delta2 = { (a: Tensor<Double>) in
      output.delta(x, preactivation: model.decoder(tanh(a)))
    }
    let check = Check.gradient(
      "backprop-hidden", at: model.encoder(x),
      of: { output.loss(x, preactivation: model.decoder(tanh($0))) },
      claim: { a in hiddenDelta(delta2(a), decoderWeight: w, slope: 1 - square(tanh(a))) },
      planted: [
        "the derivative of tanh missing": { a in
          hiddenDelta(delta2(a), decoderWeight: w, slope: nil)
        },
        "W₂ not transposed": { a in matmul(delta2(a), w) * (1 - square(tanh(a))) },
        "1 − a² for 1 − z²": { a in
          hiddenDelta(delta2(a), decoderWeight: w, slope: 1 - square(a))
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test(
    "∇W = inputᵀ δ and ∇b = Σ δ, for the whole autoencoder (backprop-weights)",
    arguments: OutputLayer.allCases)
  func weights(output: OutputLayer) {
    let x = x
    typealias Model = TwoLayerAutoencoder<Double>
    let right = { (model: Model) in model.backpropagation(x).gradient }
    func changed(_ change: @escaping (inout Model, Model) -> Void) -> (Model) -> Model {
      { model in
        var gradient = right(model)
        change(&gradient, model)
        return gradient
      }
    }
    let check = Check.gradient(
      "backprop-weights", at: model(output), of: { $0.loss(x) }, claim: right,
      planted: [
        "a mean of δ over the batch": changed { g, _ in g.decoder.bias = g.decoder.bias / 6 },
        "weight gradient transposed": changed { g, _ in
          g.decoder.weight = g.decoder.weight.transposed()
        },
        "the decoder's input taken before tanh": changed { g, model in
          let delta = output.delta(x, preactivation: model.decoder(model.encode(x)))
          g.decoder = layerGradient(input: model.encoder(x), delta: delta)
        },
        "the encoder's bias forgotten": changed { g, _ in g.encoder.bias = .zeros([4]) },
        "the derivative of tanh missing": changed { g, model in
          let delta = output.delta(x, preactivation: model.decoder(model.encode(x)))
          g.encoder = layerGradient(
            input: x,
            delta: hiddenDelta(delta, decoderWeight: model.decoder.weight, slope: nil))
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("every hidden activation, and none", arguments: [nil, Activation.relu, .tanh, .sigmoid])
  func activations(activation: Activation?) {
    let model = model(.squaredError, activation: activation)
    let reverse = valueAndGradient(at: model) { $0.loss(x) }
    let hand = model.backpropagation(x)
    #expect(reverse.value.scalar == hand.loss.scalar)
    for (a, b) in zip(reverse.gradient.parameters, hand.gradient.parameters) {
      #expect(abs(a - b).max() <= 1e-13)
    }
  }

  @Test("from zero weights only the last bias moves; equal hidden units stay equal")
  func symmetry() {
    let zero = model(.squaredError).mapped { .zeros($0.shape) }
    let gradient = zero.backpropagation(x).gradient
    #expect(gradient.parameters.dropLast().allSatisfy { abs($0).max() == 0 })
    #expect(abs(gradient.decoder.bias).max() > 0)

    var alike = zero.mapped { Tensor($0.shape, repeating: 0.1) }
    var adam = Adam<Double>(rate: 0.01)
    for _ in 0..<20 { adam.update(&alike, gradient: alike.backpropagation(x).gradient) }
    let weight = alike.encoder.weight
    #expect(weight.max(axis: 1) == -((-weight).max(axis: 1)))
  }
}
