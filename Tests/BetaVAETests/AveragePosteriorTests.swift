import KLDivergence
import Tensors
import Testing

@testable import BetaVAE

/// Six Gaussians on two latents.
private let six: AveragePosterior<Double> = {
  var random = Random(seed: 75)
  let correlated: Tensor<Double> = random.normal([6, 1])
  return AveragePosterior(
    mean: correlated + 0.4 * random.normal([6, 2]), logVariance: random.normal([6, 2]) - 1)
}()

/// The parts of the rate by sums over a fine grid of the plane, which knows nothing of samples.
private let exact: RateParts = {
  let (points, step) = (1_121, 1.0 / 40)  // from −14 to 14
  let axis = Tensor<Double>.linspace(-14, 14, count: points)
  let columns = (0..<2).map { j in
    (0..<6).map { n in
      DiagonalGaussian(
        mean: Tensor([six.mean[n, j]]), logVariance: Tensor([six.logVariance[n, j]])
      ).logDensity(axis.expanded(axis: 1))
    }
  }
  let each = (0..<6).map { n in columns[0][n].expanded(axis: 1) + columns[1][n] }
  let density = each.map { exp($0) }.reduce(Tensor(0.0)) { $0 + $1 / 6.0 }
  let marginals = columns.map { rows in
    rows.map { exp($0) }.reduce(Tensor(0.0)) { $0 + $1 / 6.0 }
  }
  let product = log(marginals[0]).expanded(axis: 1) + log(marginals[1])
  let cell = step * step
  let information = each.reduce(0.0) { sum, log in
    sum + (exp(log) * (log - Tensors.log(density))).sum().scalar * cell / 6
  }
  let correlation = (density * (Tensors.log(density) - product)).sum().scalar * cell
  let prior = DiagonalGaussian<Double>(mean: 0, standardDeviation: 1)
    .logDensity(axis.expanded(axis: 1))
  let separate = marginals.reduce(0.0) { $0 + ($1 * (log($1) - prior)).sum().scalar * step }
  return RateParts(
    mutualInformation: information, totalCorrelation: correlation, dimensionwiseKL: separate)
}()

@Suite("The average posterior of finitely many data")
struct AveragePosteriorTests {
  @Test("average-posterior: log-densities of a mixture, jointly and latent by latent")
  func densities() {
    var random = Random(seed: 76)
    let z: Tensor<Double> = 2 * random.normal([7, 2])
    let (joint, marginals) = six.logDensities(z)
    // The mixture of each latent, by chapter 3.
    let mixtures = (0..<2).map { j in
      GaussianMixture(
        (0..<6).map {
          (1.0 / 6, six.mean[$0, j], Double.exp(0.5 * six.logVariance[$0, j]))
        })
    }
    let columns = (0..<2).map {
      mixtures[$0].logDensity(z.sliced(axis: 1, $0..<$0 + 1).reshaped([7]))
    }
    let naive = (0..<7).map { i in
      Double.log(
        (0..<6).reduce(0.0) { sum, n in
          let q = DiagonalGaussian(
            mean: six.mean.rows(at: [n]), logVariance: six.logVariance.rows(at: [n]))
          return sum + Double.exp(q.logDensity(z.rows(at: [i])).scalar) / 6
        })
    }
    let check = Check.identity(
      "average-posterior", joint.scalars + marginals.transposed().scalars,
      equals: naive + columns.flatMap(\.scalars),
      planted: [
        "not divided by N": (naive + columns.flatMap(\.scalars)).map { $0 + Double.log(6) },
        "the joint taken for the product": columns[0].scalars.indices.map {
          columns[0][$0] + columns[1][$0]
        } + columns.flatMap(\.scalars),
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("elbo-surgery and total-correlation: sampled parts agree with sums over a grid")
  func sampled() {
    var random = Random(seed: 77)
    let draws = 60_000
    let (_, values) = six.sampledParts(at: (0..<draws).map { $0 % 6 }, random: &random)
    func column(_ j: Int) -> [Double] { values.sliced(axis: 1, j..<j + 1).scalars }
    let rate = gaussianKL(mean: six.mean, logVariance: six.logVariance).mean().scalar
    let checks = [
      Check.mean(
        "elbo-surgery", of: column(0), is: exact.mutualInformation,
        planted: ["log N": Double.log(6), "the rate": rate]),
      Check.mean(
        "elbo-surgery", of: column(3), is: rate,
        planted: ["without the information": exact.marginalKL]),
      Check.mean(
        "total-correlation", of: column(1), is: exact.totalCorrelation,
        planted: ["zero": 0, "a sign": -exact.totalCorrelation]),
      Check.mean(
        "total-correlation", of: column(2), is: exact.dimensionwiseKL,
        planted: ["with TC": exact.marginalKL]),
    ]
    for check in checks { #expect(check.passes, "\(check)") }
    #expect(abs(exact.rate - rate) < 1e-9, "the grid's parts add up to the closed form")
    #expect(exact.mutualInformation < Double.log(6))
  }

  @Test("one datum: no information, no dependence")
  func oneDatum() {
    let one = AveragePosterior(
      mean: Tensor<Double>([1, 2], [0.3, -1]), logVariance: Tensor([1, 2], [-0.5, 0.2]))
    var random = Random(seed: 78)
    let (_, values) = one.sampledParts(at: [0, 0, 0], random: &random)
    #expect(abs(values.sliced(axis: 1, 0..<2)).max() < 1e-12)
  }
}
