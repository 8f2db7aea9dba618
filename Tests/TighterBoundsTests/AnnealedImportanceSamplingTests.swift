import EvidenceLowerBound
import KLDivergence
import Tensors
import Testing
import TighterBounds

@Suite("Annealed importance sampling")
struct AnnealedImportanceSamplingTests {
  private let example = Example(data: 5, latent: 2, seed: 70)
  private let prior = DiagonalGaussian<Double>(mean: .zeros([2]), logVariance: .zeros([2]))

  private func exactMove(
    _ z: Tensor<Double>, _ level: Double, _ random: inout Random
  ) -> Tensor<Double> {
    example.model.temperedPosterior(of: example.x, level: level)
      .samples(z.shape[0], random: &random)
  }

  @Test("tempered-posterior: prior times likelihood to the power τ, up to a constant")
  func tempered() {
    var random = Random(seed: 71)
    let z: Tensor<Double> = random.normal([6, 2])
    /// log of the path's density less that of a claim, at each point less at the first.
    func offsets(_ level: Double, _ claim: FullGaussian) -> [Double] {
      let density = AnnealedImportanceSampling.interpolated(
        prior, example.logJoint, level: level, at: z)
      let difference = density - claim.logDensities(z)
      return (difference - difference[0]).scalars
    }
    let levels = [0.01, 0.2, 0.7, 1]
    let model = example.model
    let check = Check.identity(
      "tempered-posterior", [Double](repeating: 0, count: 24),
      equals: levels.flatMap {
        offsets($0, model.temperedPosterior(of: example.x, level: $0))
      }, tolerance: 1e-11,
      planted: [
        "τ for 1/τ": levels.flatMap {
          offsets($0, model.temperedPosterior(of: example.x, level: 1 / $0))
        },
        "√τ": levels.flatMap {
          offsets($0, model.temperedPosterior(of: example.x, level: $0.squareRoot()))
        },
        "the posterior at every level": levels.flatMap {
          offsets($0, model.posterior(of: example.x))
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("ais-weight: the weights average to p(x), with exact moves and with Hamiltonian ones")
  func weight() {
    let path = AnnealedImportanceSampling(steps: 6)
    let evidence = example.logEvidence
    var random = Random(seed: 72)
    let exact = path.logWeights(
      from: prior, to: example.logJoint, count: 20_000, random: &random, move: exactMove)
    let hamiltonian = HamiltonianMonteCarlo(stepSize: 0.35, steps: 4)
    let moved = path.logWeights(
      from: prior, to: example.logJoint, count: 20_000, random: &random
    ) { z, level, random in
      hamiltonian.moved(
        z,
        logDensity: {
          AnnealedImportanceSampling.interpolated(
            prior, example.logJoint, level: level, at: $0)
        }, random: &random
      ).z
    }
    // The same weights taken after each move; and with a density for a ratio of densities.
    var (late, sum) = (prior.samples(20_000, random: &random), Tensor<Double>.zeros([20_000]))
    for (before, level) in zip(path.levels, path.levels.dropFirst()) {
      late = exactMove(late, level, &random)
      sum = sum + (level - before) * (example.logJoint(late) - prior.logDensity(late))
    }
    let ratios = exp(concatenated([exact, moved], axis: 0) - evidence)
    let check = Check.mean(
      "ais-weight", of: ratios.scalars, is: 1,
      planted: [
        "taken after the move": exp(sum - evidence).mean().scalar,
        "the mean of the logs": Double.exp(exact.mean().scalar - evidence),
        "the last point only": exp(
          example.logJoint(late) - prior.logDensity(late) - evidence
        ).mean().scalar,
      ])
    #expect(check.passes, "\(check)")
    for part in [exact, moved] {
      let spread = SampleSpread(exp(part - evidence))
      #expect(abs(spread.mean - 1) < 4 * spread.standardError)
    }
  }

  @Test("one step of the path is importance sampling from the prior")
  func oneStep() {
    var random = Random(seed: 73)
    var copy = random
    let path = AnnealedImportanceSampling(steps: 1)
    let weights = path.logWeights(
      from: prior, to: example.logJoint, count: 50, random: &random
    ) { z, _, _ in z }
    let z = prior.samples(50, random: &copy)
    #expect(weights == example.model.logWeights(of: example.x, at: z, under: prior))
  }
}

@Suite("Hamiltonian Monte Carlo")
struct HamiltonianMonteCarloTests {
  /// A density that is no Gaussian: −log f = ¼ Σ z⁴ + ½ z₁ z₂.
  private func logDensity(_ z: Tensor<Double>) -> Tensor<Double> {
    let (a, b) = (z.sliced(axis: 1, 0..<1), z.sliced(axis: 1, 1..<2))
    return -(0.25 * square(square(z)).sum(axis: 1) + 0.5 * (a * b).sum(axis: 1))
  }

  @Test("leapfrog: with the momentum turned round it runs back to where it came from")
  func reversible() {
    var random = Random(seed: 74)
    let z: Tensor<Double> = random.normal([10, 2])
    let v: Tensor<Double> = random.normal([10, 2])
    let moves = HamiltonianMonteCarlo(stepSize: 0.2, steps: 7)
    let there = moves.trajectory(from: z, momentum: v, logDensity: logDensity)
    func back(_ momentum: Tensor<Double>, _ moves: HamiltonianMonteCarlo) -> [Double] {
      moves.trajectory(from: there.z, momentum: momentum, logDensity: logDensity).z.scalars
    }
    /// Euler's method, there and back.
    func euler(_ z: Tensor<Double>, _ v: Tensor<Double>) -> (Tensor<Double>, Tensor<Double>) {
      var (z, v) = (z, v)
      for _ in 0..<7 {
        let slope = valueAndGradient(at: z) { logDensity($0).sum() }.gradient
        (z, v) = (z + 0.2 * v, v + 0.2 * slope)
      }
      return (z, v)
    }
    let wrong = euler(z, v)
    let check = Check.identity(
      "leapfrog", z.scalars, equals: back(-there.momentum, moves), tolerance: 1e-12,
      planted: [
        "the momentum not turned": back(there.momentum, moves),
        "one step fewer back": back(-there.momentum, .init(stepSize: 0.2, steps: 6)),
        "Euler's method": euler(wrong.0, -wrong.1).0.scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("leapfrog keeps volume: the determinant of its Jacobian is 1")
  func volume() {
    let moves = HamiltonianMonteCarlo(stepSize: 0.2, steps: 5)
    let point = Tensor<Double>([1, 4], [0.3, -0.8, 0.5, 1.1])
    let rows = (0..<4).map { i in
      let differences = Check.differences(at: point) { state in
        let end = moves.trajectory(
          from: state.sliced(axis: 1, 0..<2), momentum: state.sliced(axis: 1, 2..<4),
          logDensity: logDensity)
        return concatenated([end.z, end.momentum], axis: 1)[0, i]
      }
      return Tensor([1, 4], differences)
    }
    #expect(abs(logAbsoluteDeterminant(concatenated(rows, axis: 0))) < 1e-8)
  }

  @Test("hmc-acceptance: moves leave the variance of a Gaussian as it is, however coarse the steps")
  func invariant() {
    var random = Random(seed: 75)
    let z: Tensor<Double> = random.normal([40_000, 1])
    let gaussian = { (z: Tensor<Double>) in -0.5 * square(z).sum(axis: 1) }
    let coarse = HamiltonianMonteCarlo(stepSize: 1.4, steps: 1)
    let (moved, accepted) = coarse.moved(z, logDensity: gaussian, random: &random)
    let ends = coarse.trajectory(
      from: z, momentum: random.normal(z.shape), logDensity: gaussian)
    // One leapfrog step of h takes z to (1 − h²/2) z + h v, of variance 1 + h⁴/4.
    let variance = 1 + 1.4 * 1.4 * 1.4 * 1.4 / 4
    #expect(abs(square(ends.z).mean().scalar - variance) < 0.1)
    let check = Check.mean(
      "hmc-acceptance", of: square(moved).scalars, is: 1,
      planted: [
        "every end accepted": square(ends.z).mean().scalar,
        "no momentum, every end accepted": (1 - 1.4 * 1.4 / 2) * (1 - 1.4 * 1.4 / 2),
        "accepted at random": accepted * variance + 1 - accepted,
      ])
    #expect(check.passes, "\(check)")
  }
}
