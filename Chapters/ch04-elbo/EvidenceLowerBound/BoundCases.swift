import KLDivergence
import Tensors

/// What the three derivations say of one datum, one model and one q, each computed on its own way.
public struct BoundCase: Sendable {
  /// log p(x), from the covariance matrix of x.
  public let logEvidence: Double
  /// E_q[log p(x, z)] − E_q[log q(z)].
  public let jensen: Double
  /// E_q[log p(x|z)], the first part of the bound.
  public let reconstruction: Double
  /// KL(q ‖ p(z)), the second.
  public let rate: Double
  /// KL(q ‖ p(z|x)), from the exact posterior.
  public let gap: Double
  /// The bound, reconstruction − rate.
  public var elbo: Double { reconstruction - rate }

  /// The case of the datum x `[1, data]` under a q with any covariance.
  public init(_ model: LinearGaussianModel<Double>, _ x: Tensor<Double>, _ q: FullGaussian) {
    self.init(model, x, q, model.elbo(of: x, under: q))
  }

  /// The case of the datum x `[1, data]` under a q with independent coordinates.
  public init(
    _ model: LinearGaussianModel<Double>, _ x: Tensor<Double>, _ q: DiagonalGaussian<Double>
  ) {
    self.init(model, x, q.full(), model.elbo(of: x, under: q))
  }

  private init(
    _ model: LinearGaussianModel<Double>, _ x: Tensor<Double>, _ q: FullGaussian,
    _ elbo: ELBO<Double>
  ) {
    logEvidence = model.logEvidence(of: x).scalar
    jensen = model.lowerBound(of: x, under: q)
    (reconstruction, rate) = (elbo.reconstruction.scalar, elbo.rate.scalar)
    gap = model.gap(of: x, under: q)
  }

  /// `count` random models of 2 to 8 data and 1 to 4 latent dimensions, each with one datum of its
  /// own and two random q: one with independent coordinates, one with any covariance.
  public static func random(_ count: Int, random: inout Random) -> [BoundCase] {
    (0..<count).flatMap { _ in
      let (data, latent) = (2 + random.integer(below: 7), 1 + random.integer(below: 4))
      let model = LinearGaussianModel<Double>.random(data: data, latent: latent, random: &random)
      let x = model.samples(1, random: &random).x
      return [
        BoundCase(model, x, DiagonalGaussian.random(latent: latent, random: &random)),
        BoundCase(model, x, FullGaussian.random(dimensions: latent, random: &random)),
      ]
    }
  }
}
