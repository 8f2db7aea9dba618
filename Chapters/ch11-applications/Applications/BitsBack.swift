import Datasets
import KLDivergence
import Tensors

/// A model with latents, as tables that a coder can use: p(z), p(x | z) and q(z | x).
///
/// Data and latents are lists of symbols. Sender and receiver must compute the same tables, bit for
/// bit.
public struct CodingModel: Sendable {
  /// p(z): one table for each latent.
  public var prior: [FrequencyTable]
  /// q(z | x): from a datum, one table for each latent.
  public var posterior: @Sendable ([Int]) -> [FrequencyTable]
  /// p(x | z): from latents, one table for each symbol of the datum.
  public var likelihood: @Sendable ([Int]) -> [FrequencyTable]

  /// A model of these three.
  public init(
    prior: [FrequencyTable], posterior: @escaping @Sendable ([Int]) -> [FrequencyTable],
    likelihood: @escaping @Sendable ([Int]) -> [FrequencyTable]
  ) {
    (self.prior, self.posterior, self.likelihood) = (prior, posterior, likelihood)
  }
}

extension StackCoder {
  /// Puts a datum on the stack: takes z from it by q(z | x), then pushes x by p(x | z) and z by p(z).
  ///
  /// Throws (65), and changes nothing, if the stack has too few bits to take z from.
  ///
  /// Equation: bits-back-chain
  ///
  /// - Returns: z.
  @discardableResult
  public mutating func pushBitsBack(
    _ x: [Int], _ model: CodingModel
  ) throws(InputError) -> [Int] {
    var next = self
    let z = try next.pop(model.posterior(x))
    next.push(x, model.likelihood(z))
    next.push(z, model.prior)
    self = next
    return z
  }

  /// Takes a datum from the stack: the steps of `pushBitsBack`, undone in the opposite order.
  ///
  /// Throws (65), and changes nothing, if the stack ends too early.
  public mutating func popBitsBack(_ model: CodingModel) throws(InputError) -> [Int] {
    var next = self
    let z = try next.pop(model.prior)
    let x = try next.pop(model.likelihood(z))
    next.push(z, model.posterior(x))
    self = next
    return x
  }
}

/// By how many bits a datum makes the stack grow, given the z that came from it:
/// log₂ q(z | x) − log₂ p(z) − log₂ p(x | z).
///
/// Equation: bits-back-chain
public func growth(_ x: [Int], _ z: [Int], _ model: CodingModel) -> Double {
  idealLength(x, model.likelihood(z)) + idealLength(z, model.prior)
    - idealLength(z, model.posterior(x))
}

/// The mean growth in bits for one datum x of a model with a latent that can be counted:
/// (KL(q‖p(z)) − E_q[log p(x | z)]) / log 2, minus the ELBO in bits.
///
/// - Parameters:
///   - q: q(z | x), `[classes]`.
///   - prior: p(z), `[classes]`.
///   - likelihood: p(x | z) of this x, `[classes]`.
///
/// Equation: bits-back-length
public func bitsBackLength(
  _ q: Tensor<Double>, prior: Tensor<Double>, likelihood: Tensor<Double>
) -> Double {
  let (rate, distortion) = (categoricalKL(q, prior), crossEntropy(q, likelihood))
  return inBits(rate.scalar + distortion.scalar)
}
