import Tensors

@testable import VectorQuantization

/// A small smooth model with no weight or code at a special point, and three images of 4 × 4 pixels
/// whose encodings use every code.
func smallModel() -> (model: QuantizedAutoencoder<Double>, x: Tensor<Double>) {
  var random = Random(seed: 91)
  let architecture = QuantizedArchitecture(
    patches: PatchGrid(side: 4, grid: 2, window: 4), encoderWidth: 5, decoderWidth: 6, codes: 3,
    codeWidth: 2)
  var model = QuantizedAutoencoder<Double>(architecture, activation: .tanh, random: &random)
  model.forEachParameter { $0 = $0 + 0.3 * random.normal($0.shape) }
  let uniform: Tensor<Double> = random.uniform([3, 16])
  let x = Tensor([3, 16], uniform.scalars.map { $0 < 0.5 ? 0.0 : 1 })
  let z = model.encode(x)
  model.codebook = z.rows(at: [0, 5, 10]) + 0.3 * random.normal([3, 2])
  return (model, x)
}

/// Twenty encodings in three dimensions, and four codes.
func smallCodes(stream: UInt64 = 0) -> (encodings: Tensor<Double>, codebook: Tensor<Double>) {
  var random = Random(seed: 92, stream: stream)
  return (random.normal([20, 3]), random.normal([4, 3]))
}

/// ‖z − e‖² of row `i` of `z` and row `j` of `e`, in a plain loop.
func squaredDistance(_ z: Tensor<Double>, _ i: Int, _ e: Tensor<Double>, _ j: Int) -> Double {
  (0..<z.shape[1]).reduce(0) { $0 + (z[i, $1] - e[j, $1]) * (z[i, $1] - e[j, $1]) }
}
