import Autoencoder
import Tensors
import Testing
import Training

@Suite("The deep autoencoder")
struct DeepAutoencoderTests {
  private let x: Tensor<Double>
  private let model: DeepAutoencoder<Double>

  init() {
    var random = Random(seed: 37)
    x = random.uniform([6, 10])
    var model = DeepAutoencoder<Double>(pixels: 10, hidden: [8, 6], code: 3, random: &random)
    model = model.mapped { $0.shape.rank == 1 ? 0.1 * random.normal($0.shape) : $0 }
    self.model = model
  }

  @Test("ten times larger codes, the same reconstructions (code-scale)")
  func scale() {
    let rescaled = model.rescalingCodes(by: 10)
    #expect(abs(rescaled.encode(x) - 10 * model.encode(x)).max() < 1e-13)
    var undivided = rescaled
    undivided.decoder.layers[0] = model.decoder.layers[0]
    var divided = rescaled
    divided.decoder.layers[0].bias = divided.decoder.layers[0].bias / 10
    var unscaled = rescaled
    unscaled.encoder.layers[2].bias = model.encoder.layers[2].bias
    let check = Check.identity(
      "code-scale", model.reconstruct(x).scalars, equals: rescaled.reconstruct(x).scalars,
      planted: [
        "decoder unchanged": undivided.reconstruct(x).scalars,
        "the decoder's bias divided too": divided.reconstruct(x).scalars,
        "the encoder's bias forgotten": unscaled.reconstruct(x).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("the decoder mirrors the encoder")
  func shapes() {
    #expect(model.encode(x).shape == [6, 3])
    #expect(model.reconstruct(x).shape == [6, 10])
    #expect(model.parameterNames.first == "encoder.0.weight")
    #expect(model.parameterNames.last == "decoder.2.bias")
    #expect(model.encoder.layers.map { $0.weight.shape } == [[10, 8], [8, 6], [6, 3]])
    #expect(model.decoder.layers.map { $0.weight.shape } == [[3, 6], [6, 8], [8, 10]])
  }

  @Test("along a curve, one number says more to it than one principal component")
  func bendsWhereLinesCannot() {
    // A bump that moves across ten pixels: one parameter, but no straight line holds the pictures.
    let place = Tensor<Double>.linspace(0, 9, count: 40).expanded(axis: 1)
    let bumps = exp(-square(place - Tensor.linspace(0, 9, count: 10)) / 4)
    var (adam, random) = (Adam<Double>(rate: 0.01), Random(seed: 38))
    var model = DeepAutoencoder<Double>(pixels: 10, hidden: [16, 8], code: 1, random: &random)
    train(
      &model, with: &adam, count: 40, batchSize: 20, epochs: 300, random: &random,
      loss: { model, batch, _ in model.loss(bumps.rows(at: batch)) })
    let components = PrincipalComponents(of: bumps, count: 10, random: &random)
    let error = reconstructionError(bumps, model.reconstruct(bumps)).scalar
    #expect(error < 0.5 * components.optimalError(dimensions: 1), "\(error)")
  }
}
