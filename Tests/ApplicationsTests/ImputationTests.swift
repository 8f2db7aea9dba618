import Autoencoder
import EvidenceLowerBound
import KLDivergence
import Tensors
import Testing
import VariationalAutoencoder

@testable import Applications

@Suite("Imputation")
struct ImputationTests {
  private let part = MissingCoordinates([3, 1], of: 4)

  @Test("missing-given-seen: p(x_m | x_o) p(x_o) = p(x) at random x")
  func conditional() {
    var (left, right): ([Double], [Double]) = ([], [])
    var (marginal, noNoise): ([Double], [Double]) = ([], [])
    for seed in 40..<44 as Range<UInt64> {
      let (model, x, _) = linearExample(seed: seed)
      let seen = model.restricted(to: part.seen).logEvidence(of: part.seenPart(x)).scalar
      left.append(model.logEvidence(of: x).scalar - seen)
      let p = model.missing(part, given: x)
      let values = part.missingPart(x)
      right.append(p.logDensities(values).scalar)
      marginal.append(
        model.restricted(to: part.missing).marginal.logDensities(values).scalar)
      let variance = model.noiseVariance * Tensor.identity(2)
      noNoise.append(
        gaussian(p, covariance: p.covariance + variance).logDensities(values).scalar)
    }
    let check = Check.identity(
      "missing-given-seen", left, equals: right, tolerance: 1e-10,
      planted: ["what is seen not used": marginal, "σ² counted twice": noNoise])
    #expect(check.passes, "\(check)")
  }

  @Test("gibbs-step: with the exact encoder, a step leaves p(x_m | x_o) as it is")
  func invariance() {
    var (left, right): ([Double], [Double]) = ([], [])
    var (noDraw, noPixels, wide, shifted): ([Double], [Double], [Double], [Double]) =
      ([], [], [], [])
    for seed in 45..<48 as Range<UInt64> {
      let (model, x, _) = linearExample(seed: seed)
      let target = model.missing(part, given: x)
      func stepped(_ encoder: AffineEncoder) -> FullGaussian {
        model.gibbsStep(target, part, given: x, encoder: encoder)
      }
      let exact = model.exactEncoder
      left += numbers(target)
      right += numbers(stepped(exact))
      var encoder = exact
      encoder.covariance = 0 * exact.covariance
      noDraw += numbers(stepped(encoder))
      encoder.covariance = 2 * exact.covariance
      wide += numbers(stepped(encoder))
      encoder = exact
      encoder.offset = .zeros([2])
      shifted += numbers(stepped(encoder))
      let whole = stepped(exact)
      noPixels += numbers(
        gaussian(whole, covariance: whole.covariance - model.noiseVariance * Tensor.identity(2)))
    }
    let check = Check.identity(
      "gibbs-step", left, equals: right, tolerance: 1e-10,
      planted: [
        "the mean of q for a draw": noDraw, "pixels' means for draws": noPixels,
        "an encoder twice as wide": wide, "an encoder without its offset": shifted,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("gibbs-rate: after t steps the error of the mean is Fᵗ times the first; |F| < 1")
  func rate() {
    let (model, x, _) = linearExample(seed: 49)
    let target = model.missing(part, given: x)
    let encoder = model.exactEncoder
    let start = FullGaussian(
      mean: target.mean + Tensor([3, -2]), covariance: Tensor.identity(2))
    let f = model.contraction(part, encoder: encoder)
    let values = SymmetricEigensystem(0.5 * (f + f.transposed())).values
    #expect(abs(f - f.transposed()).max() < 1e-12, "W_m M⁻¹ W_mᵀ is symmetric")
    #expect(values[0] < 1)
    #expect(values[1] > 0)
    let unit = Tensor<Double>([2, 1], [3, -2])
    func power(_ matrix: Tensor<Double>, _ steps: Int) -> Tensor<Double> {
      (0..<steps).reduce(unit) { error, _ in matmul(matrix, error) }
    }
    let steps = [1, 2, 5]
    let left = steps.flatMap { t in
      (model.gibbsSteps(t, from: start, part, given: x, encoder: encoder).mean - target.mean)
        .scalars
    }
    let check = Check.identity(
      "gibbs-rate", left, equals: steps.flatMap { power(f, $0).scalars }, tolerance: 1e-10,
      planted: [
        "one step fewer": steps.flatMap { power(f, $0 - 1).scalars },
        "F squared": steps.flatMap { power(f, 2 * $0).scalars },
        "the largest eigenvalue for F": steps.flatMap {
          power(values[0] * Tensor.identity(2), $0).scalars
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("metropolis-gibbs: p(z | x) q(z′) α(z → z′) is the same with z and z′ exchanged")
  func detailedBalance() {
    var (model, x, random) = linearExample(seed: 50)
    let q = FullGaussian.random(dimensions: 2, random: &random)
    let z: Tensor<Double> = random.normal([40, 2])
    let other = z.rows(at: (0..<40).reversed().map { $0 })
    let posterior = model.posterior(of: x)
    func flow(
      _ z: Tensor<Double>, _ other: Tensor<Double>, _ score: (Tensor<Double>) -> Tensor<Double>
    ) -> [Double] {
      let alpha = acceptanceProbability(logWeight: score(z), proposed: score(other))
      return (posterior.logDensities(z) + q.logDensities(other) + log(alpha)).scalars
    }
    func weight(_ z: Tensor<Double>) -> Tensor<Double> {
      model.logJoint(of: x, at: z) - q.logDensities(z)
    }
    let there = flow(z, other, weight)
    let check = Check.identity(
      "metropolis-gibbs", there, equals: flow(other, z, weight), tolerance: 1e-10,
      planted: [
        "w / w′ for w′ / w": flow(other, z) { -weight($0) },
        "q left out": flow(other, z) { model.logJoint(of: x, at: $0) },
        "the likelihood alone": flow(other, z) { model.logLikelihood(of: x, at: $0) },
        "every proposal taken": flow(other, z) { $0.sum(axis: 1) * 0 },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test(
    "with a wrong encoder, Metropolis-within-Gibbs still ends at p(x_m | x_o), pseudo-Gibbs not")
  func chains() {
    var (network, model, random) = linearDecoderExample(seed: 51)
    // Proposals wide enough that no posterior is out of reach.
    network.logVariance.bias = network.logVariance.bias + 1
    let x: Tensor<Double> = 0.5 * random.normal([1, 4]) + model.bias
    let target = model.missing(part, given: x)
    let count = 3_000
    let missing = Tensor<Double>([1, 4], [0, 1, 0, 1]).broadcast(to: [count, 4])
    func moments(
      _ kind: ImputationChain<Double>.Kind
    ) -> (distance: Double, chain: ImputationChain<Double>) {
      var random = Random(seed: 52)
      var chain = ImputationChain(
        network, kind, x: x.broadcast(to: [count, 4]), missing: missing, random: &random)
      for _ in 0..<60 { chain.step(random: &random) }
      let columns = part.missingPart(chain.x)
      return (fullGaussianKL(fittedGaussian(columns), target), chain)
    }
    let (pseudo, metropolis) = (moments(.pseudoGibbs), moments(.metropolis))
    #expect(metropolis.distance < 0.01, "\(metropolis.distance) nats")
    #expect(pseudo.distance > 5 * metropolis.distance, "\(pseudo.distance) nats")
    #expect(pseudo.chain.accepted == 1)
    #expect((0.05...0.95).contains(metropolis.chain.accepted))
    let seen = part.seenPart(metropolis.chain.x) - part.seenPart(x)
    #expect(abs(seen).max() == 0, "seen pixels stay")
  }

  @Test("binary pixels: drawn ones are 0 or 1, seen ones stay, nothing missing is nothing drawn")
  func binary() {
    var random = Random(seed: 53)
    let network = VariationalAutoencoder<Float>(
      Architecture(pixels: 6, hidden: [5], latents: 2), random: &random)
    let x = Tensor<Float>([2, 6], [0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 0, 1])
    let missing = Tensor<Float>([2, 6], [1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    for kind in ImputationChain<Float>.Kind.allCases {
      var chain = ImputationChain(network, kind, x: x, missing: missing, random: &random)
      for _ in 0..<5 { chain.step(random: &random) }
      #expect(chain.x.scalars.allSatisfy { $0 == 0 || $0 == 1 })
      #expect((1 - missing) * chain.x == (1 - missing) * x)
      #expect(chain.x.rows(at: [1]) == x.rows(at: [1]))
      #expect(chain.expected.rows(at: [1]) == x.rows(at: [1]))
    }
  }
}
