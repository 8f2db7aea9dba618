import KLDivergence
import Tensors
import Testing

private let mixture = GaussianMixture([(0.7, -2, 0.8), (0.3, 2.5, 0.5)])

@Suite("One Gaussian fitted to a mixture")
struct GaussianMixtureTests {
  @Test("moment-matching: KL(p‖q) = KL(p‖q★) + KL(q★‖q) for 50 Gaussians q")
  func momentMatching() {
    var random = Random(seed: 15, stream: 0)
    let best = momentMatched(mixture)
    let others = (0..<50).map { _ in
      DiagonalGaussian<Double>(mean: 2 * random.normal([1]), logVariance: random.normal([1]))
    }
    let least = forwardKL(mixture, best).scalar
    let wrong = DiagonalGaussian(
      mean: best.mean,
      logVariance: log((mixture.weights * square(mixture.standardDeviations)).sum()).reshaped([1]))
    let check = Check.identity(
      "moment-matching", others.map { forwardKL(mixture, $0).scalar },
      equals: others.map { least + gaussianKL(best, $0).scalar },
      planted: [
        "arguments swapped": others.map { least + gaussianKL($0, best).scalar },
        "no remainder": others.map { gaussianKL(best, $0).scalar },
        "variance within components only": others.map {
          forwardKL(mixture, wrong).scalar + gaussianKL(wrong, $0).scalar
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("The matched moments are those of the density, by quadrature")
  func moments() {
    let best = momentMatched(mixture)
    let mean = mixture.expectation { $0 }.scalar
    let variance = mixture.expectation { square($0 - mean) }.scalar
    #expect(abs(best.mean.scalar - mean) < 1e-13)
    #expect(abs(exp(best.logVariance).scalar / variance - 1) < 1e-13)
    #expect(abs(mixture.expectation { exp(0 * $0) }.scalar - 1) < 1e-14)
  }

  @Test("A fit by KL(q‖p) is a stationary point, near a mode, that costs about −log of its weight")
  func modeSeeking() {
    for (k, start) in [-2.5, 2.0].enumerated() {
      let fit = reverseFit(mixture, from: .init(mean: start, standardDeviation: 1))
      let (value, gradient) = valueAndGradient(at: fit) { reverseKL($0, mixture) }
      #expect(abs(gradient.mean.scalar) < 1e-10 && abs(gradient.logVariance.scalar) < 1e-10)
      #expect(abs(fit.mean.scalar - mixture.means[k]) < 0.02)
      #expect(abs(value.scalar + Double.log(mixture.weights[k])) < 0.02)
    }
  }

  @Test("Quadrature: E[x²] = μ² + σ² and E[x⁴] = 3 for a standard normal x")
  func quadrature() {
    let (mean, sigma) = (Tensor(0.7), Tensor(1.3))
    let second = gaussianExpectation(mean: mean, standardDeviation: sigma) { square($0) }.scalar
    #expect(abs(second - (0.7 * 0.7 + 1.3 * 1.3)) < 1e-14)
    let fourth = gaussianExpectation(mean: Tensor(0), standardDeviation: Tensor(1)) {
      square(square($0))
    }
    #expect(abs(fourth.scalar - 3) < 1e-13)
  }
}
