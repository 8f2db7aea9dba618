import Tensors
import VariationalAutoencoder

/// The entropy of drawing one of a finite number of images, each equally likely, in nats.
///
/// Images that are alike in every pixel count as one value, met as often as they occur: with n of N
/// alike, −Σ n/N log n/N. It is log N if all differ.
///
/// - Parameter images: The pixels of each image.
///
/// Equation: finite-entropy
public func entropyOfImages<Pixels: Hashable>(_ images: [Pixels]) -> Double {
  let total = Double(images.count)
  let counts = images.reduce(into: [:]) { counts, image in counts[image, default: 0] += 1 }
  // Equal counts together, in order: a dictionary's own order changes from run to run.
  let classes = counts.values.reduce(into: [:]) { classes, count in classes[count, default: 0] += 1
  }
  return classes.sorted { $0.key < $1.key }.reduce(0) { sum, entry in
    let (share, number) = (Double(entry.key) / total, Double(entry.value))
    return sum - number * share * Double.log(share)
  }
}

/// A point of the rate–distortion plane, in nats for each datum.
public struct RateDistortionPoint: Sendable {
  /// The weight that led there.
  public let beta: Double
  /// R, the mean rate.
  public let rate: Double
  /// D, minus the mean reconstruction.
  public let distortion: Double

  /// D + R, minus the ELBO.
  public var sum: Double { rate + distortion }

  /// A point.
  public init(beta: Double, rate: Double, distortion: Double) {
    (self.beta, self.rate, self.distortion) = (beta, rate, distortion)
  }

  /// The point of a model by what `evaluate` measured.
  public init(beta: Double, _ evaluation: Evaluation) {
    self.init(beta: beta, rate: evaluation.rate, distortion: -evaluation.reconstruction)
  }
}
