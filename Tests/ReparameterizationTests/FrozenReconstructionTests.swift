import Reparameterization
import Tensors
import Testing

@Test("decoder-pathwise: the gradient by μ, λ and every weight of the decoder")
func decoderPathwise() {
  var random = Random(seed: 6, stream: 1)
  let point = FrozenReconstruction<Double>(
    mean: random.normal([3, 2]), logVariance: random.normal([3, 2]),
    decoder: ToyDecoder(latent: 2, hidden: 5, pixels: 6, random: &random))
  let x = Tensor([3, 6], random.uniform([18], as: Double.self).scalars.map { $0 < 0.5 ? 0 : 1 })
  let noise: Tensor<Double> = random.normal([4, 3, 2])
  func changed(
    _ point: FrozenReconstruction<Double>,
    _ change: (inout FrozenReconstruction<Double>) -> Void
  ) -> FrozenReconstruction<Double> {
    var result = point.gradient(of: x, noise: noise)
    change(&result)
    return result
  }
  let check = Check.gradient(
    "decoder-pathwise", at: point, of: { $0.value(of: x, noise: noise) },
    claim: { $0.gradient(of: x, noise: noise) },
    planted: [
      "½ dropped by λ": { changed($0) { $0.logVariance = 2 * $0.logVariance } },
      "σ² for σ by λ": { point in
        changed(point) { $0.logVariance = $0.logVariance * exp(0.5 * point.logVariance) }
      },
      "λ by the noise of another row": { point in
        let other = concatenated(
          [noise.sliced(axis: 1, 1..<3), noise.sliced(axis: 1, 0..<1)], axis: 1)
        return changed(point) { $0.logVariance = point.gradient(of: x, noise: other).logVariance }
      },
      "the sample cut off": { point in
        changed(point) {
          ($0.mean, $0.logVariance) = (.zeros([3, 2]), .zeros([3, 2]))
        }
      },
      "the mean over pixels": { point in
        changed(point) { gradient in gradient = gradient.mapped { $0 / 6 } }
      },
    ])
  #expect(check.passes, "\(check)")
}
