import Tensors
import Testing

@testable import Training

/// Two layers with a bit of everything that a loss may use.
private struct Model: ParameterContainer {
  var first: Dense<Float>
  var second: Dense<Float>

  init(random: inout Random) {
    first = Dense(40, 50, initialization: .torch, random: &random)
    second = Dense(50, 8, initialization: .torch, random: &random)
  }

  mutating func forEachParameter(_ body: (inout Tensor<Float>) -> Void) {
    first.forEachParameter(body)
    second.forEachParameter(body)
  }
  var parameterNames: [String] { first.parameterNames + second.parameterNames }

  func loss(_ x: Tensor<Float>, _ noise: Tensor<Float>) -> Tensor<Float> {
    let hidden = first(x, .relu)
    let out = second(hidden)
    let (mean, scale) = (out.sliced(axis: 1, 0..<4), exp(0.5 * out.sliced(axis: 1, 4..<8)))
    let z = mean + scale * noise
    let both = concatenated([tanh(z), sigmoid(z), softplus(z)], axis: 1)
    let rows = both.logSumExp(axis: 1) + abs(both.transposed().mean(axis: 0)) + z.max(axis: 1)
    let picked = first.weight.rows(at: [0, 3, 3]).reshaped([150]) * 0.25
    // Constants in several places and sizes, which replaying must not overwrite.
    let weights = Tensor<Float>.linspace(1, 2, count: 4) / Tensor([4], repeating: 3)
    return (rows / 3 + (square(z) * weights).sum(axis: 1) - 1).mean() + sin(picked).sum() / 7
  }
}

private func steps(_ model: Model, _ adam: Adam<Float>) -> TrainingStep<Model> {
  TrainingStep(model, adam, inputs: { n in [[n, 40], [n, 4]] }) { $0.loss($1[0], $1[1]) }
}

/// Fills the inputs as `eager` draws its tensors.
private func fill(_ inputs: [UnsafeMutableBufferPointer<Float>], _ random: inout Random) {
  random.fillUniform(inputs[0])
  random.fillNormal(inputs[1])
}

private func bits(_ parameters: [Tensor<Float>]) -> [[UInt32]] {
  parameters.map { $0.scalars.map(\.bitPattern) }
}

@Suite("Recorded steps", .serialized)
struct TrainingStepTests {
  @Test(
    "steps of two batch sizes have the bits of valueAndGradient and Adam, on any number of threads",
    arguments: [1, 2, 3])
  func sameBits(threads: Int) {
    let before = Parallel.threads
    defer { Parallel.threads = before }
    Parallel.threads = threads
    var random = Random(seed: 31)
    var model = Model(random: &random)
    var adam = Adam<Float>(rate: 0.01)
    let step = steps(model, adam)
    var other = random
    for size in [96, 96, 17, 96, 17, 96, 1, 96] {
      let loss = step(rows: size) { fill($0, &random) }
      let x: Tensor<Float> = other.uniform([size, 40])
      let noise: Tensor<Float> = other.normal([size, 4])
      let (value, gradient) = valueAndGradient(at: model) { $0.loss(x, noise) }
      adam.update(&model, gradient: gradient)
      #expect(loss.bitPattern == value.scalar.bitPattern)
      #expect(bits(step.model.parameters) == bits(model.parameters))
    }
    #expect(step.adam.step == adam.step)
    #expect(bits(step.adam.first) == bits(adam.first))
    #expect(bits(step.adam.second) == bits(adam.second))
  }

  @Test("a step made from another's model and optimiser goes on to the same bits")
  func goesOn() {
    var random = Random(seed: 32)
    let whole = steps(Model(random: &random), Adam())
    var other = random
    let begun = steps(whole.model, whole.adam)
    for _ in 0..<6 { whole(rows: 20) { fill($0, &random) } }
    for _ in 0..<3 { begun(rows: 20) { fill($0, &other) } }
    let resumed = steps(begun.model, begun.adam)
    for _ in 0..<3 { resumed(rows: 20) { fill($0, &other) } }
    #expect(bits(resumed.model.parameters) == bits(whole.model.parameters))
  }

  @Test("a model that was taken from a step stays as it was, and a new rate counts at once")
  func copies() {
    var random = Random(seed: 33)
    let start = Model(random: &random)
    let step = steps(start, Adam())
    step(rows: 20) { fill($0, &random) }
    let taken = step.model
    let kept = bits(taken.parameters)
    step(rows: 20) { fill($0, &random) }
    #expect(bits(taken.parameters) == kept)
    step.rate = 0
    let still = bits(step.model.parameters)
    step(rows: 20) { fill($0, &random) }
    #expect(bits(step.model.parameters) == still)
    #expect(kept != still)
  }

  private func said(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }

  @Test("a loss that looks at a computed value traps, and says what to do")
  func lookingTraps() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let step = TrainingStep(Tensor<Float>([1, 2]), Adam(), inputs: { [[$0]] }) { p, _ in
        p.sum() * Float(square(p).sum().scalar)
      }
      step(rows: 1) { _ in }
    }
    #expect(
      said(result).contains("a recorded step looks at a computed value: use tensor operations"))
  }

  @Test("a loss that draws random numbers traps, and says what to do")
  func drawingTraps() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var random = Random(seed: 1)
      let step = TrainingStep(Tensor<Float>([1, 2]), Adam(), inputs: { [[$0]] }) { p, _ in
        (p * random.normal([2])).sum()
      }
      step(rows: 1) { _ in }
    }
    #expect(
      said(result).contains("draws random numbers, which would be frozen: make them an input"))
  }
}
