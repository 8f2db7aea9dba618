import Datasets
import Tensors
import Training

// Parameters under PyTorch's names: those of pytorch/examples, `vae/main.py`, whose layers are `fc1`
// (to h), `fc21` (to μ), `fc22` (to λ), `fc3` and `fc4` (back to logits). A `Linear` there computes
// x Wᵀ + b and keeps W as `[out, in]`, the transpose of what a `Dense` has.
extension VariationalAutoencoder {
  private static var torchNames: [String] { ["fc1", "fc21", "fc22", "fc3", "fc4"] }

  /// The parameters as PyTorch's example names them, to write to a file.
  ///
  /// Throws 64 unless the network is of that example's kind: one hidden layer, ReLU, Bernoulli.
  public func torchParameters() throws(InputError) -> Safetensors {
    guard encoder.layers.count == 1, decoder.layers.count == 2, encoder.activation == .relu,
      likelihood == .bernoulli
    else {
      throw .usage(
        "PyTorch's names are those of a network with one hidden layer, relu, and the bernoulli"
          + " likelihood: train one of that kind")
    }
    var file = Safetensors()
    let layers = [encoder.layers[0], mean, logVariance, decoder.layers[0], decoder.layers[1]]
    for (name, layer) in zip(Self.torchNames, layers) {
      file.set(name + ".weight", layer.weight.transposed())
      file.set(name + ".bias", layer.bias)
    }
    return file
  }

  /// The network of this architecture whose parameters are in the file at `path`.
  ///
  /// Throws 66 if the file is not there, 65 if it is damaged or is none of PyTorch's example, 64 if its
  /// network is of another architecture; the message names the file.
  public init(torchFile path: String, _ architecture: Architecture) throws(InputError) {
    let file = try Safetensors(contentsOf: path)
    do throws(InputError) {
      try self.init(torchParameters: file)
      let found = Architecture(
        pixels: encoder.layers[0].weight.shape[0], hidden: [encoder.layers[0].bias.count],
        latents: latents)
      guard found.description == architecture.description else {
        throw .usage("holds \(found.description), not \(architecture.description)")
      }
    } catch {
      throw error.naming(path)
    }
  }

  /// The network whose parameters a file has under the names of PyTorch's example.
  ///
  /// The widths are those of the file. Arrays that are no weights or biases are left alone. Throws 65
  /// if one of the ten is missing or does not fit the others, or if there are more.
  public init(torchParameters file: Safetensors) throws(InputError) {
    let known = Self.torchNames.flatMap { [$0 + ".weight", $0 + ".bias"] }
    let others = file.names.filter {
      ($0.hasSuffix(".weight") || $0.hasSuffix(".bias")) && !known.contains($0)
    }
    guard others.isEmpty else {
      throw .damagedData("the array \(quoted(others[0])) belongs to another network")
    }
    func extents(_ name: String) throws(InputError) -> Shape {
      let shape = try file.tensor(name, as: Scalar.self).shape
      guard shape.rank == 2, shape.count > 0 else {
        throw .damagedData("the array \(quoted(name)) has the shape \(shape), not two axes")
      }
      return shape
    }
    func layer(_ name: String, _ inputs: Int, _ outputs: Int) throws(InputError) -> Dense<Scalar> {
      Dense(
        weight: try file.tensor(name + ".weight", shape: [outputs, inputs]).transposed(),
        bias: try file.tensor(name + ".bias", shape: [outputs]))
    }
    let (first, second) = (try extents("fc1.weight"), try extents("fc21.weight"))
    let (pixels, hidden, latents) = (first[1], first[0], second[0])
    var random = Random(seed: 0)
    self.init(Architecture(pixels: pixels, hidden: [hidden], latents: latents), random: &random)
    encoder.layers = [try layer("fc1", pixels, hidden)]
    mean = try layer("fc21", hidden, latents)
    logVariance = try layer("fc22", hidden, latents)
    decoder.layers = [try layer("fc3", latents, hidden), try layer("fc4", hidden, pixels)]
  }
}
