import Applications
import KLDivergence
import Reparameterization
import Tensors
import Testing
import VariationalAutoencoder

/// ∫ from a to b by Simpson's rule.
private func integral(_ a: Double, _ b: Double, _ f: (Tensor<Double>) -> Tensor<Double>) -> Double {
  let n = 8_000
  guard b > a else { return 0 }
  let weights = Tensor((0...n).map { $0 == 0 || $0 == n ? 1.0 : $0 % 2 == 1 ? 4 : 2 })
  return (weights * f(.linspace(a, b, count: n + 1))).sum().scalar * (b - a) / Double(3 * n)
}

@Suite("Latents in bins")
struct LatentBinsTests {
  private func density(_ z: Tensor<Double>, _ mean: Double, _ sigma: Double) -> Tensor<Double> {
    DiagonalGaussian(mean: mean, standardDeviation: sigma).logDensity(z.expanded(axis: 1))
  }

  @Test("normal-series: it is the integral of the density")
  func series() {
    let points = [-6.0, -2.5, -1, -0.1, 0, 0.3, 1, 1.7, 3, 5, 8]
    func claim(_ f: (Double) -> Double) -> [Double] { points.map(f) }
    let phi = { (x: Double) in Double.exp(-0.5 * x * x) / (2 * Double.pi).squareRoot() }
    let check = Check.identity(
      "normal-series", points.map { x in integral(-12, x) { exp(self.density($0, 0, 1)) } },
      equals: claim { normalProbability(below: $0) },
      planted: [
        "no ½": claim { normalProbability(below: $0) - 0.5 },
        "the first term only": claim { 0.5 + phi($0) * $0 },
        "no density": claim { 0.5 + (normalProbability(below: $0) - 0.5) / phi(0) },
        "x² for x²/2": claim { normalProbability(below: 2.0.squareRoot() * $0) },
      ])
    #expect(check.passes, "\(check)")
    #expect(normalProbability(below: -.infinity) == 0)
    #expect(normalProbability(below: .infinity) == 1)
    for u in [1e-9, 0.01, 0.5, 0.77, 0.999] {
      #expect(Swift.abs(normalProbability(below: normalQuantile(u)) - u) < 1e-14)
    }
  }

  @Test("equal-mass-bins: alike under the prior; under q, what its density integrates to")
  func bins() {
    let bins = LatentBins(bits: 3)
    let (mean, sigma) = (0.7, 0.4)
    func ends(_ i: Int) -> (Double, Double) {
      (Swift.max(bins.edges[i], -8), Swift.min(bins.edges[i + 1], 8))
    }
    func measured(_ mean: Double, _ sigma: Double) -> [Double] {
      (0..<8).map { i in
        integral(ends(i).0, ends(i).1) { exp(self.density($0, mean, sigma)) }
      }
    }
    func claim(_ mean: Double, _ sigma: Double) -> [Double] {
      (0..<8).map { bins.probability(of: $0, mean: mean, standardDeviation: sigma) }
    }
    let prior = [Double](repeating: 0.125, count: 8)
    let check = Check.identity(
      "equal-mass-bins", measured(0, 1) + measured(mean, sigma), equals: prior + claim(mean, sigma),
      tolerance: 1e-10,
      planted: [
        "σ² for σ": prior + claim(mean, sigma * sigma), "sign of μ": prior + claim(-mean, sigma),
        "density times width": prior
          + (0..<8).map { i in
            let z = Tensor([bins.centres[i]])
            return Double.exp(density(z, mean, sigma).scalar) * (ends(i).1 - ends(i).0)
          },
      ])
    #expect(check.passes, "\(check)")
    for i in 0..<8 { #expect(bins.index(of: bins.centres[i]) == i) }
    #expect(bins.index(of: -100) == 0 && bins.index(of: 100) == 7)
    let table = bins.table(mean: mean, standardDeviation: sigma)
    for i in 0..<8 { #expect(Swift.abs(table.probability(i) - claim(mean, sigma)[i]) < 1e-6) }
    #expect(LatentBins(bits: 0).table(mean: 5, standardDeviation: 0.1).count == 1)
  }

  @Test("binned-rate: the rate is that of the bins, and what is left inside them")
  func rate() {
    let bins = LatentBins(bits: 3)
    let cases: [(mean: Double, sigma: Double)] = [(0.7, 0.4), (0, 1), (-1.2, 0.8), (0.2, 0.15)]
    /// Σ Q(i) KL(q(z | i)‖p(z | i)), by quadrature.
    func inside(_ mean: Double, _ sigma: Double) -> Double {
      (0..<8).reduce(0) { sum, i in
        let a = Swift.max(bins.edges[i], mean - 10 * sigma)
        let b = Swift.min(bins.edges[i + 1], mean + 10 * sigma)
        let ratio = integral(a, b) { z in
          let q = self.density(z, mean, sigma)
          return exp(q) * (q - self.density(z, 0, 1))
        }
        let q = bins.probability(of: i, mean: mean, standardDeviation: sigma)
        return sum + ratio - (q > 0 ? q * Double.log(q * 8) : 0)
      }
    }
    let rates = cases.map { bins.rate(mean: $0.mean, standardDeviation: $0.sigma) }
    let lost = cases.map { inside($0.mean, $0.sigma) }
    let check = Check.identity(
      "binned-rate",
      cases.map { mean, sigma in
        gaussianKL(
          DiagonalGaussian(mean: mean, standardDeviation: sigma),
          DiagonalGaussian(mean: 0, standardDeviation: 1)
        ).scalar
      }, equals: zip(rates, lost).map { $0 + $1 }, tolerance: 1e-9,
      planted: [
        "nothing lost": rates, "lost twice": zip(rates, lost).map { $0 + 2 * $1 },
        "no log K": zip(rates, lost).map { $0 + $1 - Double.log(8) },
        "σ² for σ": cases.map {
          bins.rate(mean: $0.mean, standardDeviation: $0.sigma * $0.sigma)
            + inside($0.mean, $0.sigma * $0.sigma)
        },
      ])
    #expect(check.passes, "\(check)")
    #expect(lost.allSatisfy { $0 > -1e-12 })
  }

  @Test("Lengths with many bins are those of the ELBO, draw by draw")
  func manyBins() {
    var random = Random(seed: 11, stream: 49)
    let architecture = Architecture(pixels: 12, hidden: [6], latents: 3, activation: .tanh)
    let vae = VariationalAutoencoder<Float>(architecture, random: &random)
    let x = random.uniform([30, 12], as: Float.self)
    let binary = Tensor<Float>([30, 12], x.scalars.map { $0 < 0.5 ? 0 : 1 })
    let noise = random.normal([30, 3], as: Float.self)
    let (rate, distortion) = vae.binnedLengths(of: binary, noise: noise, LatentBins(bits: 12))
    let (mean, logVariance) = vae.encode(binary)
    let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise)
    let zero = Tensor<Float>(0)
    let sampled =
      diagonalGaussianLogDensity(of: z, mean: mean, logVariance: logVariance)
      - diagonalGaussianLogDensity(of: z, mean: zero, logVariance: zero)
    let likelihood = vae.logLikelihood(of: binary, given: z)
    for i in 0..<30 {
      #expect(Swift.abs(rate[i] - Double(sampled[i])) < 0.02)
      #expect(Swift.abs(distortion[i] + Double(likelihood[i])) < 0.02)
    }
  }
}
