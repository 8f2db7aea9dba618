import KLDivergence
import Tensors

/// A model with two latents whose posterior is bent: x is z₂ + z₁² plus noise.
///
/// p(z) = N(0, I) and p(x | z) = N(x; z₂ + z₁², s²). With two dimensions, p(x) follows from a grid.
public struct CurvedModel: Sendable {
  /// x.
  public let x: Double
  /// s, the noise's standard deviation.
  public let deviation: Double

  /// The model of one datum.
  public init(x: Double, deviation: Double) { (self.x, self.deviation) = (x, deviation) }

  /// log p(x, z) in nats: shapes `[n, 2]` to `[n]`.
  public func logJoint(_ z: Tensor<Double>) -> Tensor<Double> {
    let (first, second) = (z.sliced(axis: 1, 0..<1), z.sliced(axis: 1, 1..<2))
    let residual = (x - second - square(first)) / deviation
    let squares = (square(first) + square(second) + square(residual)).sum(axis: 1)
    return -0.5 * squares - (1.5 * Double.log(2 * .pi) + Double.log(deviation))
  }

  /// log p(x) in nats, by the trapezoidal rule on a grid from −7 to 7 in steps of 1/32.
  public var logEvidence: Double {
    let line = (-224...224).map { Double($0) / 32 }
    let sums = line.map { first in
      let z = Tensor([line.count, 2], line.flatMap { [first, $0] })
      return logJoint(z).logSumExp(axis: 0).scalar
    }
    return Tensor(sums).logSumExp(axis: 0).scalar - 2 * Double.log(32)
  }
}
