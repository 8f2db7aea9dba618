import Datasets
import Foundation
import Tensors
import Training

/// Two trained decoders as a web page: a plane to move over, and a slider for each latent.
///
/// The page is one file without a reference to any other. It holds every weight of the decoders as
/// its 32 bits, and computes pixels from them in the reader's browser; `explorer.html` is that page
/// before the weights are in it.
public struct LatentExplorer: Sendable {
  private let document: Document

  /// An explorer of two models of images of `size`.
  ///
  /// - Parameters:
  ///   - plane: A model with two latents.
  ///   - many: A model with any number of latents.
  ///   - ratePerLatent: The mean KL of each latent of `many`, in nats; `Evaluation` has it.
  ///   - digits: Test images, shape `[count, pixels]`. The plane shows the mean of each; the first
  ///     of each class, or without classes the first ten, become examples.
  ///   - labels: The class of each, or nothing.
  ///   - classNames: What the classes are called; the plane shows the first character.
  ///   - size: The height and width of an image.
  public init(
    plane: VariationalAutoencoder<Float>, many: VariationalAutoencoder<Float>,
    ratePerLatent: [Double], digits: Tensor<Float>, labels: [Int], classNames: [String],
    size: (height: Int, width: Int)
  ) {
    let (count, pixels) = (digits.shape[0], digits.shape[1])
    let outputs = [plane, many].map { $0.decoder.layers.last!.bias.count }
    guard plane.latents == 2, ratePerLatent.count == many.latents else {
      fatalError(
        "LatentExplorer: \(plane.latents) latents in the plane; "
          + "\(ratePerLatent.count) rates of \(many.latents) latents")
    }
    guard outputs == [pixels, pixels], size.height * size.width == pixels else {
      fatalError(
        "LatentExplorer: decoders of \(outputs) pixels, data of \(pixels), "
          + "images of \(size.height) × \(size.width)")
    }
    guard labels.isEmpty || labels.count == count,
      labels.allSatisfy({ classNames.indices.contains($0) }),
      classNames.allSatisfy({ !$0.isEmpty })
    else {
      fatalError(
        "LatentExplorer: \(labels.count) labels of \(classNames.count) named classes "
          + "for \(count) digits")
    }
    let chosen =
      labels.isEmpty
      ? Array(0..<min(10, count)) : classNames.indices.compactMap { labels.firstIndex(of: $0) }
    let examples = chosen.map { index in
      let digit = digits.sliced(axis: 0, index..<index + 1)
      return Example(
        name: labels.isEmpty ? "" : classNames[labels[index]], pixels: base64(digit.scalars),
        code: base64(many.encode(digit).mean.scalars))
    }
    document = Document(
      height: size.height, width: size.width, plane: Network(plane), many: Network(many),
      codes: base64(plane.encode(digits).mean.scalars), labels: labels, classNames: classNames,
      rates: base64(ratePerLatent.map { Float($0) }), examples: examples)
  }

  /// The page.
  ///
  /// The same models and digits give the same text. Throws 66 if the package lacks the page's frame.
  public func html() throws(InputError) -> String {
    let name = "explorer.html"
    guard let url = Bundle.module.url(forResource: name, withExtension: nil),
      let frame = try? String(contentsOf: url, encoding: .utf8),
      let gap = frame.range(of: "THE MODELS")
    else { throw .missingInput("\(name): not in the package; fetch it again") }
    return frame.replacingCharacters(in: gap, with: document.json)
  }
}

/// What the page's script reads; numbers that are not whole are texts in base64.
private struct Document: Encodable {
  var height, width: Int
  var plane, many: Network
  var codes: String
  var labels: [Int]
  var classNames: [String]
  var rates: String
  var examples: [Example]

  /// The document as it may stand between script tags: no `<`, so nothing in it can end them.
  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = try! encoder.encode(self)  // Texts and integers, which JSON can always hold.
    return String(decoding: data, as: UTF8.self).replacingOccurrences(of: "<", with: "\\u003c")
  }
}

/// A decoder: its parameters are W, row-major, and b of each layer, first to last.
private struct Network: Encodable {
  var widths: [Int]
  var activation, likelihood, parameters: String

  init(_ model: VariationalAutoencoder<Float>) {
    let layers = model.decoder.layers
    widths = [model.latents] + layers.map(\.bias.count)
    activation = model.decoder.activation.rawValue
    likelihood = model.likelihood.rawValue
    parameters = base64(layers.flatMap { $0.weight.scalars + $0.bias.scalars })
  }
}

/// A test image, and its posterior mean under the model with many latents.
private struct Example: Encodable {
  var name, pixels, code: String
}

/// Numbers as the base64 of their 32 bits, the lowest byte first.
///
/// Compression would save a tenth: the bits of trained weights are nearly random.
private func base64(_ numbers: [Float]) -> String {
  var bytes = Data(capacity: 4 * numbers.count)
  for number in numbers {
    let bits = number.bitPattern
    for shift in stride(from: 0, to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
  }
  return bytes.base64EncodedString()
}
