import KLDivergence
import Tensors
import Testing

@testable import BetaVAE

/// Random linear codes of one to four latents.
private let codes: [LinearCode] = (0..<12).map { index in
  var random = Random(seed: 73, stream: UInt64(index))
  let latents = 1 + index % 4
  return LinearCode(
    matrix: random.normal([latents, 3]), logVariance: random.normal([latents]) - 1)
}

@Suite("What the mean rate is made of")
struct RatePartsTests {
  @Test("elbo-surgery: the mean rate is mutual information plus the average posterior's divergence")
  func surgery() {
    let parts = codes.map(\.parts)
    let check = Check.identity(
      "elbo-surgery", codes.map(\.rate), equals: parts.map(\.rate),
      planted: [
        "no mutual information": parts.map(\.marginalKL),
        "mutual information alone": parts.map(\.mutualInformation),
        "the sign of the information": parts.map { $0.marginalKL - $0.mutualInformation },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("total-correlation: the average posterior's divergence is TC plus one term a latent")
  func totalCorrelation() {
    let parts = codes.map(\.parts)
    let check = Check.identity(
      "total-correlation", codes.map(\.marginalKL), equals: parts.map(\.marginalKL),
      planted: [
        "latents taken as independent": parts.map(\.dimensionwiseKL),
        "the sign of TC": parts.map { $0.dimensionwiseKL - $0.totalCorrelation },
      ])
    #expect(check.passes, "\(check)")
    #expect(parts.allSatisfy { $0.totalCorrelation > -1e-12 && $0.dimensionwiseKL >= 0 })
    // One latent cannot depend on another.
    #expect(codes.filter { $0.latents == 1 }.allSatisfy { abs($0.parts.totalCorrelation) < 1e-12 })
  }

  @Test("gaussian-parts: samples of the densities have these means")
  func gaussianParts() {
    var random = Random(seed: 74)
    let code = codes[3]
    let x: Tensor<Double> = random.normal([200_000, 3])
    let mean = matmul(x, code.matrix, transposingSecond: true)
    let z = mean + exp(0.5 * code.logVariance) * random.normal(mean.shape)
    let own = DiagonalGaussian(
      mean: mean, logVariance: code.logVariance.broadcast(to: mean.shape)
    ).logDensity(z)
    let all = code.averagePosterior
    let joint = all.logDensities(z)
    let variances = (all.covariance * .identity(code.latents)).sum(axis: 1)
    let product = DiagonalGaussian(mean: .zeros([code.latents]), logVariance: log(variances))
      .logDensity(z)
    let (parts, rate) = (code.parts, code.rate)
    let checks = [
      Check.mean(
        "gaussian-parts", of: (own - joint).scalars, is: parts.mutualInformation,
        planted: ["the rate": rate, "twice": 2 * parts.mutualInformation]),
      Check.mean(
        "gaussian-parts", of: (joint - product).scalars, is: parts.totalCorrelation,
        planted: ["zero": 0, "a sign": -parts.totalCorrelation]),
    ]
    for check in checks { #expect(check.passes, "\(check)") }
  }
}
