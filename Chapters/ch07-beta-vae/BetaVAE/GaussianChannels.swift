import Tensors

/// An encoder and a decoder of independent channels, each with one datum and one latent.
///
/// Channel i has q(zᵢ | xᵢ) = N(aᵢ xᵢ, e^λᵢ) and p(xᵢ | zᵢ) = N(wᵢ zᵢ, 1).
public struct ChannelCode: ParameterContainer, Sendable {
  /// a, the encoder's factors: shape `[n]`.
  public var gain: Tensor<Double>
  /// λ, the encoder's log variances: shape `[n]`.
  public var logVariance: Tensor<Double>
  /// w, the decoder's factors: shape `[n]`.
  public var weight: Tensor<Double>

  /// A code of its three rows, all of shape `[n]`.
  public init(gain: Tensor<Double>, logVariance: Tensor<Double>, weight: Tensor<Double>) {
    (self.gain, self.logVariance, self.weight) = (gain, logVariance, weight)
  }

  /// Calls `body` on the tensors, in the order of `parameterNames`.
  public mutating func forEachParameter(_ body: (inout Tensor<Double>) -> Void) {
    body(&gain)
    body(&logVariance)
    body(&weight)
  }

  /// The names of the tensors.
  public var parameterNames: [String] { ["gain", "logVariance", "weight"] }
}

/// Data of independent Gaussian coordinates, xᵢ ~ N(0, vᵢ), in units of the decoder's noise.
///
/// The one case of this chapter in which the best code for each β is known in closed form.
public struct GaussianChannels: Sendable {
  /// v, the variances of the data: shape `[n]`.
  public let variances: Tensor<Double>

  /// Channels of the given variances, all above 0.
  public init(variances: [Double]) {
    guard !variances.isEmpty, variances.allSatisfy({ $0 > 0 }) else {
      fatalError("GaussianChannels: variances \(variances)")
    }
    self.variances = Tensor(variances)
  }

  /// log 2π.
  static let logTwoPi = Double.log(2 * .pi)

  /// D = −E[log p(x | z)] in nats: a mean over data, a sum over channels; shape `[]`.
  ///
  /// ½ Σ (log 2π + v (1 − w a)² + w² e^λ)
  ///
  /// Equation: channel-terms
  public func distortion(_ code: ChannelCode) -> Tensor<Double> {
    let miss = variances * square(1 - code.weight * code.gain)
    let noise = square(code.weight) * exp(code.logVariance)
    return 0.5 * (miss + noise + Self.logTwoPi).sum()
  }

  /// R = E[KL(q(z | x) ‖ p(z))] in nats: a mean over data, a sum over channels; shape `[]`.
  ///
  /// ½ Σ (a² v + e^λ − 1 − λ)
  ///
  /// Equation: channel-terms
  public func rate(_ code: ChannelCode) -> Tensor<Double> {
    let spread = square(code.gain) * variances
    return 0.5 * (spread + exp(code.logVariance) - 1 - code.logVariance).sum()
  }

  /// D + β R.
  public func objective(_ code: ChannelCode, beta: Double) -> Tensor<Double> {
    distortion(code) + beta * rate(code)
  }

  /// The gradient of D + β R by a, λ and w.
  ///
  /// v (β a − w (1 − w a)), ½ (w² e^λ + β (e^λ − 1)) and w e^λ − v a (1 − w a).
  ///
  /// Equation: channel-gradient
  public func objectiveGradient(_ code: ChannelCode, beta: Double) -> ChannelCode {
    let (a, w, variance) = (code.gain, code.weight, exp(code.logVariance))
    let miss = 1 - w * a
    return ChannelCode(
      gain: variances * (beta * a - w * miss),
      logVariance: 0.5 * (square(w) * variance + beta * (variance - 1)),
      weight: w * variance - variances * a * miss)
  }

  /// E[log p(x)] of the decoder alone, exact: −½ Σ (log 2π (1 + w²) + v / (1 + w²)), shape `[]`.
  ///
  /// Equation: rate-distortion-gap
  public func logEvidence(weight: Tensor<Double>) -> Tensor<Double> {
    let total = 1 + square(weight)
    return -0.5 * (Self.logTwoPi + log(total) + variances / total).sum()
  }

  /// The entropy of the data, ½ Σ log 2πe v, in nats.
  public var entropy: Double {
    0.5 * (Self.logTwoPi + 1 + log(variances)).sum().scalar
  }

  /// E over x of KL(q(z | x) ‖ r(z | x)) for two encoders of the same kind; shape `[]`.
  public func meanKL(_ q: ChannelCode, _ r: ChannelCode) -> Tensor<Double> {
    let spread = exp(q.logVariance) + square(q.gain - r.gain) * variances
    return 0.5
      * (r.logVariance - q.logVariance + spread * exp(-r.logVariance) - 1).sum()
  }
}

// The best codes.
extension GaussianChannels {
  /// The decoder's posterior when its likelihood is raised to the power 1/β.
  ///
  /// Gain w / (w² + β) and variance β / (w² + β), with the decoder that was given.
  ///
  /// Equation: tempered-bound
  public func temperedPosterior(weight w: Tensor<Double>, beta: Double) -> ChannelCode {
    let precision = square(w) + beta
    return ChannelCode(
      gain: w / precision, logVariance: Double.log(beta) - log(precision), weight: w)
  }

  /// E over x of log ∫ p(z) p(x | z)^(1/β) dz; shape `[]`.
  ///
  /// Equation: tempered-bound
  public func temperedLogEvidence(weight w: Tensor<Double>, beta: Double) -> Tensor<Double> {
    let total = square(w) + beta
    let density = -0.5 * (Self.logTwoPi + log(total) + variances / total)
    let scale = 0.5 * (Double.log(beta) + Self.logTwoPi * (1 - 1 / beta))
    return (density + scale).sum()
  }

  /// The code with the least D + β R.
  ///
  /// A channel with v > β has w = √(v − β), a = w / v and variance β / v; any other is shut, with
  /// w = a = 0 and the prior's variance.
  ///
  /// Equation: channel-optimum
  public func optimum(beta: Double) -> ChannelCode {
    let weight = sqrt(relu(variances - beta))
    let used = variances - relu(variances - beta)  // min(v, β)
    let logVariance = Tensor(
      variances.shape,
      zip(variances.scalars, used.scalars).map { $0 > beta ? Double.log($1 / $0) : 0 })
    return ChannelCode(gain: weight / variances, logVariance: logVariance, weight: weight)
  }

  /// The rate of the best code, ½ Σ max(0, log v/β), as a function of β; shape `[]`.
  ///
  /// Equation: channel-curve
  public func optimalRate(beta: Tensor<Double>) -> Tensor<Double> {
    0.5 * relu(log(variances) - log(beta)).sum()
  }

  /// The distortion of the best code, ½ Σ (log 2π + min(v, β)), as a function of β; shape `[]`.
  ///
  /// Equation: channel-curve
  public func optimalDistortion(beta: Tensor<Double>) -> Tensor<Double> {
    0.5 * (variances - relu(variances - beta) + Self.logTwoPi).sum()
  }

  /// The least value of D + β R, as a function of β; shape `[]`. Its derivative is `optimalRate`.
  ///
  /// Equation: envelope
  public func optimalValue(beta: Tensor<Double>) -> Tensor<Double> {
    optimalDistortion(beta: beta) + beta * optimalRate(beta: beta)
  }

  /// How many channels the best code of rate C uses: the k widest, k as large as it can be.
  func channelsUsed(atRate capacity: Double) -> Int {
    let widest = variances.scalars.sorted(by: >)
    // The k-th channel opens at the rate that the wider ones have at β = v_k.
    return widest.last { v in
      optimalRate(beta: Tensor(v)).scalar < capacity
    }.map { v in widest.count { $0 >= v } } ?? 0
  }

  /// The β of the best code whose rate is C > 0: the multiplier of the constraint R ≤ C.
  ///
  /// The k channels in use have ½ Σ log v/β = C, so log β = (Σ log v − 2 C) / k. Shape `[]`.
  ///
  /// Equation: constrained-slope
  public func multiplier(atRate capacity: Tensor<Double>) -> Tensor<Double> {
    let k = channelsUsed(atRate: capacity.scalar)
    let used = Tensor(Array(variances.scalars.sorted(by: >).prefix(k)))
    return exp((log(used).sum() - 2 * capacity) / Double(k))
  }

  /// The least distortion at a rate of at most C > 0, as a function of C; shape `[]`.
  ///
  /// Equation: constrained-slope
  public func leastDistortion(atRate capacity: Tensor<Double>) -> Tensor<Double> {
    let k = channelsUsed(atRate: capacity.scalar)
    let shut = variances.scalars.sorted(by: >).dropFirst(k).reduce(0, +)
    let constant = Double(variances.count) * Self.logTwoPi + shut
    return 0.5 * (Double(k) * multiplier(atRate: capacity) + constant)
  }
}
