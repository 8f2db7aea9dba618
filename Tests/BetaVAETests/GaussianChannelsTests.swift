import Tensors
import Testing

@testable import BetaVAE

/// Channels of several widths, some above and some below every β that is tried.
private let channels = GaussianChannels(variances: [9, 4.5, 2.2, 1.3, 0.4])
private let betas = [0.3, 0.7, 1, 1.7, 3.1, 6, 12]

/// A random code for the channels.
private func randomCode(_ stream: UInt64) -> ChannelCode {
  var random = Random(seed: 70, stream: stream)
  return ChannelCode(
    gain: random.normal([5]), logVariance: random.normal([5]), weight: random.normal([5]))
}

@Suite("Gaussian channels, where the best code is known")
struct GaussianChannelsTests {
  @Test("channel-terms: distortion and rate are the means of samples")
  func terms() {
    let (code, count) = (randomCode(0), 200_000)
    var random = Random(seed: 71)
    let x = sqrt(channels.variances) * random.normal([count, 5], as: Double.self)
    let mean = code.gain * x
    let z = mean + exp(0.5 * code.logVariance) * random.normal([count, 5], as: Double.self)
    let distortion = 0.5 * (square(x - code.weight * z) + Double.log(2 * .pi)).sum(axis: 1)
    // log q(z | x) − log p(z), whose mean over z is the divergence.
    let logRatio =
      0.5 * (square(z) - square(z - mean) * exp(-code.logVariance) - code.logVariance).sum(axis: 1)
    let (d, r) = (channels.distortion(code).scalar, channels.rate(code).scalar)
    let checks = [
      Check.mean(
        "channel-terms", of: distortion.scalars, is: d,
        planted: [
          "the noise of z left out": d
            - 0.5 * (square(code.weight) * exp(code.logVariance)).sum().scalar,
          "the constant left out": d - 2.5 * Double.log(2 * .pi),
        ]),
      Check.mean(
        "channel-terms", of: logRatio.scalars, is: r,
        planted: [
          "the spread of the means left out": r
            - 0.5 * (square(code.gain) * channels.variances).sum().scalar,
          "a mean over channels": r / 5,
        ]),
    ]
    for check in checks { #expect(check.passes, "\(check)") }
  }

  @Test("channel-gradient: the derivatives of D + β R by hand")
  func gradient() {
    let beta = 1.7
    let claim = { (code: ChannelCode) in channels.objectiveGradient(code, beta: beta) }
    func changed(_ change: @escaping (inout ChannelCode, ChannelCode) -> Void) -> (ChannelCode) ->
      ChannelCode
    {
      { code in
        var gradient = claim(code)
        change(&gradient, code)
        return gradient
      }
    }
    let check = Check.gradient(
      "channel-gradient", at: randomCode(1), of: { channels.objective($0, beta: beta) },
      claim: claim,
      planted: [
        "β left out": { channels.objectiveGradient($0, beta: 1) },
        "no factor ½ at λ": changed { gradient, _ in
          gradient.logVariance = 2 * gradient.logVariance
        },
        "the decoder's noise left out": changed { gradient, code in
          gradient.weight = gradient.weight - code.weight * exp(code.logVariance)
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("tempered-bound: D + β R = β (KL(q ‖ q_β) − log Z_β) for any code")
  func temperedBound() {
    let cases = betas.enumerated().map { (randomCode(UInt64(10 + $0)), $1) }
    func right(_ change: (Double, Double, Double) -> Double) -> [Double] {
      cases.map { code, beta in
        let best = channels.temperedPosterior(weight: code.weight, beta: beta)
        return change(
          beta, channels.meanKL(code, best).scalar,
          channels.temperedLogEvidence(weight: code.weight, beta: beta).scalar)
      }
    }
    let check = Check.identity(
      "tempered-bound", cases.map { channels.objective($0, beta: $1).scalar },
      equals: right { $0 * ($1 - $2) },
      planted: [
        "the factor β forgotten": right { $1 - $2 },
        "the sign of log Z": right { $0 * ($1 + $2) },
        "β on the divergence only": right { $0 * $1 - $2 },
        "the posterior of β = 1": cases.map { code, beta in
          let posterior = channels.temperedPosterior(weight: code.weight, beta: 1)
          let evidence = channels.temperedLogEvidence(weight: code.weight, beta: beta).scalar
          return beta * (channels.meanKL(code, posterior).scalar - evidence)
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("rate-distortion-gap: D + R = −E log p(x) + E KL(q ‖ posterior), so D + R is never less")
  func gap() {
    let codes = (0..<20).map { randomCode(UInt64(30 + $0)) }
    let sums = codes.map { (channels.distortion($0) + channels.rate($0)).scalar }
    let evidence = codes.map { channels.logEvidence(weight: $0.weight).scalar }
    let gaps = codes.map {
      channels.meanKL($0, channels.temperedPosterior(weight: $0.weight, beta: 1)).scalar
    }
    let check = Check.identity(
      "rate-distortion-gap", sums, equals: zip(evidence, gaps).map { -$0 + $1 },
      planted: [
        "no gap": evidence.map { -$0 },
        "the sign of the gap": zip(evidence, gaps).map { -$0 - $1 },
        "the gap to the prior": zip(evidence, codes).map { -$0 + channels.rate($1).scalar },
      ])
    #expect(check.passes, "\(check)")
    #expect(gaps.allSatisfy { $0 >= 0 })
    // And no decoder describes the data better than their entropy says.
    #expect(evidence.allSatisfy { -$0 >= channels.entropy })
  }

  @Test("channel-optimum: the gradient is zero there, and descent from elsewhere ends there")
  func optimum() {
    let flat = betas.flatMap { beta in
      let gradient = channels.objectiveGradient(channels.optimum(beta: beta), beta: beta)
      return gradient.parameters.flatMap(\.scalars)
    }
    func moved(_ change: (inout ChannelCode, Double) -> Void) -> [Double] {
      betas.flatMap { beta in
        var code = channels.optimum(beta: beta)
        change(&code, beta)
        return channels.objectiveGradient(code, beta: beta).parameters.flatMap(\.scalars)
      }
    }
    let check = Check.identity(
      "channel-optimum", flat, equals: flat.map { _ in 0 },
      planted: [
        "the optimum of β = 1": betas.flatMap { beta in
          channels.objectiveGradient(channels.optimum(beta: 1), beta: beta)
            .parameters.flatMap(\.scalars)
        },
        "a = w": moved { code, _ in code.gain = code.weight },
        "w = √v": moved { code, _ in code.weight = sqrt(channels.variances) },
      ])
    #expect(check.passes, "\(check)")
    // A stationary point could be a saddle: descend from a random code with the signs of the best.
    let beta = 1.7
    var code = randomCode(2).mapped { abs($0) }
    for _ in 0..<4_000 {
      let gradient = channels.objectiveGradient(code, beta: beta)
      code.gain = code.gain - 0.02 * gradient.gain
      code.logVariance = code.logVariance - 0.02 * gradient.logVariance
      code.weight = code.weight - 0.02 * gradient.weight
    }
    let best = channels.optimalValue(beta: Tensor(beta)).scalar
    #expect(Swift.abs(channels.objective(code, beta: beta).scalar - best) < 1e-6)
    #expect(
      (0..<50).allSatisfy { channels.objective(randomCode(100 + $0), beta: beta).scalar > best })
  }

  @Test("channel-curve: distortion and rate of the best code")
  func curve() {
    let codes = betas.map { channels.optimum(beta: $0) }
    let left = codes.map { channels.distortion($0).scalar } + codes.map { channels.rate($0).scalar }
    func right(_ beta: (Double) -> Double) -> [Double] {
      betas.map { channels.optimalDistortion(beta: Tensor(beta($0))).scalar }
        + betas.map { channels.optimalRate(beta: Tensor(beta($0))).scalar }
    }
    let check = Check.identity(
      "channel-curve", left, equals: right { $0 },
      planted: [
        "√β for β": right { $0.squareRoot() },
        "no channel shut": betas.map {
          channels.optimalDistortion(beta: Tensor($0)).scalar
        }
          + betas.map {
            0.5 * (log(channels.variances) - Double.log($0)).sum().scalar
          },
        "rate in bits": right { $0 }.enumerated().map {
          $0 < betas.count ? $1 : $1 / Double.log(2)
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test(
    "envelope: the derivative of the least D + β R by β is the rate alone", arguments: [0.7, 3.1])
  func envelope(beta: Double) {
    let check = Check.gradient(
      "envelope", at: Tensor(beta), of: { channels.optimalValue(beta: $0) },
      claim: { channels.optimalRate(beta: $0) },
      planted: [
        "what the code's own change would add, twice": {
          let open = Tensor(Double(channels.variances.scalars.count { $0 > beta }))
          return channels.optimalRate(beta: $0) - 0.5 * open
        },
        "the distortion's change alone": { _ in
          Tensor(0.5 * Double(channels.variances.scalars.count { $0 > beta }))
        },
        "a sign": { -channels.optimalRate(beta: $0) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test(
    "constrained-slope: the least distortion falls by β nats for each nat of rate",
    arguments: [0.2, 1, 2.5, 6])
  func constrained(capacity: Double) {
    let check = Check.gradient(
      "constrained-slope", at: Tensor(capacity), of: { channels.leastDistortion(atRate: $0) },
      claim: { -channels.multiplier(atRate: $0) },
      planted: [
        "a sign": { channels.multiplier(atRate: $0) },
        "1/β": { -1 / channels.multiplier(atRate: $0) },
        "√β": { -sqrt(channels.multiplier(atRate: $0)) },
      ])
    #expect(check.passes, "\(check)")
    // The multiplier's own code has that rate and that distortion.
    let beta = channels.multiplier(atRate: Tensor(capacity))
    #expect(Swift.abs(channels.optimalRate(beta: beta).scalar - capacity) < 1e-12)
    let distortion = channels.optimalDistortion(beta: beta).scalar
    let least = channels.leastDistortion(atRate: Tensor(capacity)).scalar
    #expect(Swift.abs(distortion - least) < 1e-12)
  }
}
