import Tensors
import Testing
import VariationalAutoencoder

@testable import VectorQuantization

@Suite("The vector-quantised autoencoder")
struct QuantizedAutoencoderTests {
  /// The gradient that reverse mode gives of a loss.
  private func gradient(
    _ model: QuantizedAutoencoder<Double>, _ loss: (QuantizedAutoencoder<Double>) -> Tensor<Double>
  ) -> QuantizedAutoencoder<Double> {
    valueAndGradient(at: model, of: loss).gradient
  }

  @Test("vq-loss: minus the reconstruction, plus 1 + β squared distances, a mean over images")
  func value() {
    let (model, x) = smallModel()
    let (z, codes) = (model.encode(x), model.assignments(x))
    let distance = codes.enumerated().reduce(0) {
      $0 + squaredDistance(z, $1.offset, model.codebook, $1.element)
    }
    let reconstruction = bernoulliLogLikelihood(of: x, logits: model.decode(codes)).sum().scalar
    let check = Check.identity(
      "vq-loss", [model.loss(of: x, beta: 0.25).scalar],
      equals: [(1.25 * distance - reconstruction) / 3],
      planted: [
        "the sign of the reconstruction": [(1.25 * distance + reconstruction) / 3],
        "the codebook term forgotten": [(0.25 * distance - reconstruction) / 3],
        "distances averaged over codes": [(1.25 * distance / 4 - reconstruction) / 3],
        "a sum over images": [1.25 * distance - reconstruction],
      ])
    #expect(check.passes, "\(check)")
    #expect(Set(codes).count == 3, "every code is in use")
  }

  @Test("vq-gradient: every parameter by hand, differenced through unfrozen copies only")
  func handGradient() {
    let (model, x) = smallModel()
    let frozen = FrozenCopies(encodings: model.encode(x), codebook: model.codebook)
    let check = Check.gradient(
      "vq-gradient", at: model, of: { $0.loss(of: x, beta: 0.25, frozen: frozen) },
      claim: { $0.lossGradient(of: x, beta: 0.25) },
      planted: [
        "β on the codebook term": { model in
          gradient(model) { $0.loss(of: x, beta: 0.25, penalty: .betaOnCodebook) }
        },
        "no stop-gradient": { model in
          gradient(model) { $0.loss(of: x, beta: 0.25, penalty: .noStopGradient) }
        },
        "nothing through the quantiser": { model in
          gradient(model) {
            let penalty =
              $0.loss(of: x, beta: 0.25) - $0.loss(of: x, beta: 0, learnsCodebook: false)
            let decoded = bernoulliLogLikelihood(of: x, logits: $0.decode(frozen.codes)).sum() / 3
            return penalty - decoded
          }
        },
        "the reconstruction moves the codes": { model in
          gradient(model) {
            let decoded = bernoulliLogLikelihood(of: x, logits: $0.decode(frozen.assignments))
            return $0.loss(of: x, beta: 0.25) - decoded.sum() / 3
          }
        },
        "averaged over codes": {
          var gradient = $0.lossGradient(of: x, beta: 0.25)
          gradient.codebook = gradient.codebook / 4
          return gradient
        },
      ], step: 0x1p-12)
    #expect(check.passes, "\(check)")
  }

  @Test("vq-gradient: reverse mode with stop-gradients gives the same, every parameter")
  func stopGradients() {
    let (model, x) = smallModel()
    func flat(_ gradient: QuantizedAutoencoder<Double>) -> [Double] {
      gradient.parameters.flatMap(\.scalars)
    }
    func reverse(_ penalty: Penalty) -> [Double] {
      flat(gradient(model) { $0.loss(of: x, beta: 0.25, penalty: penalty) })
    }
    let check = Check.identity(
      "vq-gradient", flat(model.lossGradient(of: x, beta: 0.25)), equals: reverse(.right),
      planted: [
        "β on the codebook term": reverse(.betaOnCodebook),
        "no stop-gradient": reverse(.noStopGradient),
      ])
    #expect(check.passes, "\(check)")
  }

  @Test(
    "differences of the loss with copies made anew reject the right gradient and the wrong alike")
  func naiveDifferences() {
    let (model, x) = smallModel()
    let naive = Check.differences(at: model, step: 0x1p-14) { $0.loss(of: x, beta: 0.25).scalar }
    for penalty in Penalty.allCases {
      let claim = gradient(model) { $0.loss(of: x, beta: 0.25, penalty: penalty) }
        .parameters.flatMap(\.scalars)
      let largest = claim.map { Swift.abs($0) }.max()!
      let worst = zip(claim, naive).map { Swift.abs($0 - $1) }.max()!
      #expect(worst > 0.1 * largest, "\(penalty): \(worst) of \(largest)")
    }
  }

  @Test("with moving averages the loss says nothing about the codebook")
  func noCodebookTerm() {
    let (model, x) = smallModel()
    let gradient = gradient(model) { $0.loss(of: x, beta: 0.25, learnsCodebook: false) }
    #expect(gradient.codebook == .zeros([3, 2]))
    let right = model.lossGradient(of: x, beta: 0.25)
    let pairs = zip(gradient.encoder.parameters, right.encoder.parameters)
    #expect(pairs.allSatisfy { abs($0 - $1).max() < 1e-13 })
  }

  @Test("names, tensors and shapes agree")
  func names() {
    let (model, x) = smallModel()
    #expect(model.parameterNames.count == model.parameters.count)
    #expect(Set(model.parameterNames).count == model.parameterNames.count)
    #expect(model.encode(x).shape == [12, 2])
    #expect(model.decode(model.assignments(x)).shape == [3, 16])
  }
}

@Suite("Windows")
struct PatchGridTests {
  @Test("each window shows its pixels, zeros beyond the edge, and a 1 at its place")
  func windows() {
    let patches = PatchGrid(side: 4, grid: 2, window: 4)
    let image = Tensor<Double>([2, 16], (1...32).map(Double.init))
    let rows = patches(image)
    #expect(rows.shape == [8, 20])
    for b in 0..<2 {
      for place in 0..<4 {
        let row = b * 4 + place
        for offset in 0..<16 {
          let (i, j) = (place / 2 * 2 - 1 + offset / 4, place % 2 * 2 - 1 + offset % 4)
          let inside = (0..<4).contains(i) && (0..<4).contains(j)
          #expect(rows[row, offset] == (inside ? image[b, i * 4 + j] : 0))
        }
        for other in 0..<4 { #expect(rows[row, 16 + other] == (other == place ? 1 : 0)) }
      }
    }
  }

  @Test("one window that is the image; windows that do not overlap hold each pixel once")
  func extremes() {
    let image = Tensor<Double>([1, 16], (1...16).map(Double.init))
    #expect(PatchGrid(side: 4, grid: 1, window: 4)(image).scalars == image.scalars + [1])
    let tiles = PatchGrid(side: 4, grid: 2, window: 2)(image)
    #expect(tiles.sliced(axis: 1, 0..<4).scalars.sorted() == image.scalars)
  }
}
