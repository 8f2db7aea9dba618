import Datasets
import Foundation
import Tensors
import Testing
import Training

@testable import VariationalAutoencoder

/// What PyTorch computes: `Fixtures/torch_vae.py` made the file, with the versions in its metadata.
private let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("Fixtures/torch-vae-12-8-3.safetensors").path

/// The largest difference between two tensors, relative to the larger of 1 and their size.
private func distance<Scalar>(_ a: Tensor<Scalar>, _ b: Tensor<Scalar>) -> Double {
  guard a.shape == b.shape else { return .infinity }
  return zip(a.scalars, b.scalars).map { abs(Double($0 - $1)) / max(1, abs(Double($1))) }.max() ?? 0
}

@Suite("Parameters with PyTorch's names")
struct TorchParametersTests {
  /// How far the largest of six values lies from PyTorch's.
  private func worst<Scalar: TensorScalar>(_ prefix: String, as: Scalar.Type) throws -> Double {
    let file = try Safetensors(contentsOf: fixture)
    let model = try VariationalAutoencoder<Scalar>(torchParameters: file)
    let x: Tensor<Scalar> = try file.tensor("x", shape: [5, 12])
    let noise: Tensor<Scalar> = try file.tensor("noise", shape: [5, 3])
    let (mean, logVariance) = model.encode(x)
    let bound = model.bound(of: x, noise: noise)
    let z = mean + exp(0.5 * logVariance) * noise
    let found = [
      ("mu", mean), ("logvar", logVariance), ("logits", model.decode(z)),
      ("reconstruction", bound.reconstruction), ("divergence", bound.rate), ("elbo", bound.elbo),
    ]
    return try found.map { distance($1, try file.tensor("\(prefix).\($0)")) }.max()!
  }

  @Test("A network of PyTorch's gives PyTorch's μ, λ, logits and terms of the ELBO")
  func values() throws {
    // Sums of 12 or fewer terms around 1, in another order than PyTorch's.
    #expect(try worst("double", as: Double.self) < 1e-14)
    #expect(try worst("float", as: Float.self) < 2e-6)
  }

  @Test("Its file is one of ours to the byte, and its parameters go out as they came in")
  func roundTrip() throws {
    let file = try Safetensors(contentsOf: fixture)
    #expect(file.metadata["by"]?.contains("torch 2.") == true)
    #expect(try Data(contentsOf: URL(fileURLWithPath: fixture)) == Data(file.serialized()))
    let model = try VariationalAutoencoder<Float>(torchParameters: file)
    let written = try model.torchParameters()
    #expect(written.names.count == 10)
    for name in written.names {
      let (ours, theirs): (Tensor<Float>, Tensor<Float>) = (
        try written.tensor(name), try file.tensor(name)
      )
      #expect(ours == theirs)
    }
    #expect(written.names.contains("fc21.weight"))
    #expect(try written.tensor("fc21.weight", as: Float.self).shape == [3, 8])
  }

  @Test("The book's network has the shapes of pytorch/examples, and comes back the same")
  func fullSize() throws {
    var random = Random(seed: 41)
    let model = VariationalAutoencoder<Float>(Architecture(), random: &random)
    let file = try Safetensors(model.torchParameters().serialized())
    let shapes = try file.names.map { "\($0) \(try file.tensor($0, as: Float.self).shape)" }
    #expect(
      shapes == [
        "fc1.bias [400]", "fc1.weight [400, 784]", "fc21.bias [20]", "fc21.weight [20, 400]",
        "fc22.bias [20]", "fc22.weight [20, 400]", "fc3.bias [400]", "fc3.weight [400, 20]",
        "fc4.bias [784]", "fc4.weight [784, 400]",
      ])
    let back = try VariationalAutoencoder<Float>(torchParameters: file)
    #expect(back.parameters == model.parameters)
    #expect(back.parameterNames == model.parameterNames)
  }

  @Test("The transpose is not forgotten, and μ and λ are not swapped: each would show")
  func plantedErrors() throws {
    let file = try Safetensors(contentsOf: fixture)
    let model = try VariationalAutoencoder<Double>(torchParameters: file)
    let x: Tensor<Double> = try file.tensor("x")
    let (mu, logvar): (Tensor<Double>, Tensor<Double>) = (
      try file.tensor("double.mu"), try file.tensor("double.logvar")
    )
    var wrong = model
    (wrong.mean, wrong.logVariance) = (model.logVariance, model.mean)
    #expect(distance(wrong.encode(x).mean, mu) > 0.1)
    wrong = model
    let weight = model.encoder.layers[0].weight
    wrong.encoder.layers[0].weight = weight.transposed().reshaped(weight.shape)
    #expect(distance(wrong.encode(x).mean, mu) > 0.1)
    #expect(distance(wrong.encode(x).logVariance, logvar) > 0.1)
  }

  @Test(
    "Another kind of network has no such names",
    arguments: [
      Architecture(hidden: [5, 4]), Architecture(hidden: [5], activation: .tanh),
      Architecture(hidden: [5], likelihood: .gaussian),
    ])
  func otherNetworks(architecture: Architecture) {
    var random = Random(seed: 42)
    let model = VariationalAutoencoder<Float>(architecture, random: &random)
    let error = #expect(throws: InputError.self) { try model.torchParameters() }
    #expect(error?.status == .usage)
  }

  @Test("A file that lacks an array, has one too many, or one of another shape is refused")
  func otherFiles() throws {
    var random = Random(seed: 43)
    let model = VariationalAutoencoder<Float>(
      Architecture(pixels: 6, hidden: [5], latents: 2), random: &random)
    let whole = try model.torchParameters()
    func refused(_ says: String, _ change: (inout Safetensors) -> Void) {
      var file = whole
      change(&file)
      let error = #expect(throws: InputError.self) {
        try VariationalAutoencoder<Float>(torchParameters: file)
      }
      #expect(error?.status == .damagedData)
      #expect(error?.message.contains(says) == true, "\(says): \(error?.message ?? "")")
    }
    refused("no array 'fc1.weight'") { $0 = Safetensors() }
    refused("'fc5.weight' belongs to another") { $0.set("fc5.weight", Tensor<Float>([1])) }
    refused("'fc1.weight' has the shape [6], not two") {
      $0.set("fc1.weight", Tensor<Float>.zeros([6]))
    }
    refused("'fc1.weight' has the shape [0, 6], not two") {
      $0.set("fc1.weight", Tensor<Float>.zeros([0, 6]))
    }
    refused("'fc22.weight' has the shape [3, 5], but [2, 5]") {
      $0.set("fc22.weight", Tensor<Float>.zeros([3, 5]))
    }
    refused("'fc4.weight' has the shape [5, 6], but [6, 5]") {
      $0.set("fc4.weight", Tensor<Float>.zeros([5, 6]))
    }
    refused("'fc3.bias' has the shape [2], but [5]") {
      $0.set("fc3.bias", Tensor<Float>.zeros([2]))
    }
    refused("'fc4.bias' is U64") { $0.set("fc4.bias", [1, 2, 3, 4, 5, 6]) }
  }
}
