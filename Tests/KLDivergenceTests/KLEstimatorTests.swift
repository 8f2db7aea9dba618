import KLDivergence
import Tensors
import Testing

/// E_q[f(log r)] for q = N(0, 1) and p = N(m, 1), where log r = m x − ½ m², by quadrature.
private func expectation(
  shift m: Double, of f: (Tensor<Double>) -> Tensor<Double>
) -> Double {
  gaussianExpectation(mean: Tensor(0), standardDeviation: Tensor(1)) { f(m * $0 - 0.5 * m * m) }
    .scalar
}

private let shifts: [Double] = [0.1, 0.5, 1, 1.5, 2]

@Suite("Estimators of the divergence from samples")
struct KLEstimatorTests {
  /// 400,000 values of an estimator for q = N(0, 1) and p = N(0.5, 0.8²).
  private func samples(_ estimator: KLEstimator, stream: UInt64) -> (values: [Double], kl: Double) {
    var random = Random(seed: 16, stream: stream)
    let q = DiagonalGaussian<Double>(mean: 0, standardDeviation: 1)
    let p = DiagonalGaussian<Double>(mean: 0.5, standardDeviation: 0.8)
    let logRatio = logRatios(q, p, count: 400_000, random: &random)
    return (estimator.values(logRatio: logRatio).scalars, gaussianKL(q, p).scalar)
  }

  @Test("k1-unbiased: the mean of −log r is the divergence")
  func k1() {
    let (values, kl) = samples(.k1, stream: 0)
    let check = Check.mean(
      "k1-unbiased", of: values, is: kl, planted: ["a sign": -kl, "a factor of ½": kl / 2])
    #expect(check.passes, "\(check)")
    #expect(values.min()! < 0)
  }

  @Test("k3-unbiased: the mean of r − 1 − log r is the divergence, and no value is negative")
  func k3() {
    let (values, kl) = samples(.k3, stream: 1)
    let check = Check.mean(
      "k3-unbiased", of: values, is: kl,
      planted: ["no −1": kl + 1, "k2's mean": kl * 1.2, "a factor of ½": kl / 2])
    #expect(check.passes, "\(check)")
    #expect(values.min()! >= 0)
  }

  @Test("k2-bias: E k2 = KL + m⁴/8 for unit Gaussians at distance m")
  func k2() {
    let means = shifts.map { m in expectation(shift: m) { KLEstimator.k2.values(logRatio: $0) } }
    let check = Check.identity(
      "k2-bias", means,
      equals: shifts.map { 0.5 * $0 * $0 + KLEstimator.k2.exactBias(shift: $0) },
      planted: [
        "no bias": shifts.map { 0.5 * $0 * $0 },
        "m⁴/4": shifts.map { 0.5 * $0 * $0 + 2 * KLEstimator.k2.exactBias(shift: $0) },
      ])
    #expect(check.passes, "\(check)")
    for estimator in [KLEstimator.k1, .k3] {
      for m in shifts {
        let mean = expectation(shift: m) { estimator.values(logRatio: $0) }
        #expect(abs(mean - 0.5 * m * m) < 1e-12)
      }
    }
  }

  @Test("estimator-variances: m², m⁴/2 + m⁶/4 and e^(m²) − 1 − m²")
  func variances() {
    let cases = KLEstimator.allCases.flatMap { e in shifts.map { (e, $0) } }
    let measured = cases.map { estimator, m in
      let values = { (l: Tensor<Double>) in estimator.values(logRatio: l) }
      let mean = expectation(shift: m, of: values)
      return expectation(shift: m) { square(values($0) - mean) }
    }
    let exact = cases.map { $0.exactVariance(shift: $1) }
    let check = Check.identity(
      "estimator-variances", measured, equals: exact,
      planted: [
        "standard deviations": exact.map { $0.squareRoot() },
        "covariance of r and log r forgotten": cases.map { estimator, m in
          estimator == .k3 ? Double.exp(m * m) - 1 + m * m : estimator.exactVariance(shift: m)
        },
        "k2 without its m⁶": cases.map { estimator, m in
          estimator == .k2 ? m * m * m * m / 2 : estimator.exactVariance(shift: m)
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("frozen-gradient: 0 from k1, ∂KL(q‖p) from k2, ∂KL(p‖q) from k3")
  func frozenGradient() {
    let sigma = 2.0
    let right = sigma - 1 / sigma
    let reverse = 1 / sigma - 1 / (sigma * sigma * sigma)
    func check(
      _ estimator: KLEstimator, is value: Double, planted: KeyValuePairs<String, Double>
    ) -> Check {
      var random = Random(seed: 17, stream: 0)
      let samples = frozenSampleDerivative(
        estimator, standardDeviation: sigma, count: 400_000, random: &random)
      return Check.mean("frozen-gradient", of: samples.scalars, is: value, planted: planted)
    }
    let checks = [
      check(.k1, is: 0, planted: ["∂KL(q‖p)": right, "∂KL(p‖q)": reverse]),
      check(.k2, is: right, planted: ["zero": 0, "∂KL(p‖q)": reverse, "a sign": -right]),
      check(.k3, is: reverse, planted: ["zero": 0, "∂KL(q‖p)": right, "a sign": -reverse]),
    ]
    for check in checks { #expect(check.passes, "\(check)") }
  }
}
