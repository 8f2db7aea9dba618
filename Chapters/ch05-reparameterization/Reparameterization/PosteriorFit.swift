import Tensors

/// A fit of q = N(μ, diag σ²) to a posterior that is known.
///
/// The model is p(z) = N(0, I) and p(x|z) = N(z, τ² I), so that
/// p(z|x) = N(x / (1 + τ²), τ² / (1 + τ²) I). The fit ascends the ELBO with a stochastic gradient
/// of its first term, E_q[log p(x|z)].
public struct PosteriorFit: Sendable {
  /// How the gradient of E_q[log p(x|z)] is estimated.
  public enum Estimator: String, CaseIterable, Sendable {
    /// Through the sample.
    case pathwise = "pathwise"
    /// By the score, with the mean over the other samples as baseline.
    case scoreWithBaseline = "score function, leave-one-out"
    /// By the score, without a baseline.
    case score = "score function"
    /// A mistake, kept to be measured: reverse mode with the sample drawn outside the graph.
    case severed = "sample cut off"
  }

  /// x: shape `[d]`.
  public let x: Tensor<Double>
  /// τ².
  public let noiseVariance: Double

  /// A model and its datum.
  public init(x: Tensor<Double>, noiseVariance: Double) {
    (self.x, self.noiseVariance) = (x, noiseVariance)
  }

  /// log p(x|z) in nats: shapes `[samples, d]` to `[samples]`.
  public func logLikelihood(_ z: Tensor<Double>) -> Tensor<Double> {
    let constant = Double(x.count) * Double.log(2 * .pi * noiseVariance)
    return -0.5 * (square(x - z).sum(axis: 1) / noiseVariance + constant)
  }

  /// log p(x) in nats, exactly: the density of N(0, (1 + τ²) I) at x.
  public var logEvidence: Double {
    let variance = 1 + noiseVariance
    return -0.5 * (square(x) / variance + Double.log(2 * .pi * variance)).sum().scalar
  }

  /// log p(x|z) − KL(q ‖ p) in nats for each sample z: their mean estimates the ELBO, if the
  /// samples are q's.
  ///
  /// Shapes `[samples, d]`, `[d]` and `[d]` to `[samples]`.
  public func bounds(
    _ z: Tensor<Double>, mean: Tensor<Double>, logVariance: Tensor<Double>
  ) -> Tensor<Double> {
    logLikelihood(z) - 0.5 * (square(mean) + exp(logVariance) - logVariance - 1).sum()
  }

  /// log p(x) − ELBO in nats, exactly: the divergence of q from the posterior (chapter 4).
  public func gap(mean: Tensor<Double>, logVariance: Tensor<Double>) -> Double {
    let variance = noiseVariance / (1 + noiseVariance)
    let distance = square(mean - x / (1 + noiseVariance)) / variance
    let ratio = exp(logVariance) / variance
    return 0.5 * (ratio - log(ratio) - 1 + distance).sum().scalar
  }

  /// An estimate of the gradient of E_q[log p(x|z)] by μ and then by λ: shape `[2 d]`.
  public func gradient(
    by estimator: Estimator, mean: Tensor<Double>, logVariance: Tensor<Double>,
    noise: Tensor<Double>
  ) -> Tensor<Double> {
    switch estimator {
    case .pathwise:
      return Pathwise.gradients(
        of: logLikelihood, mean: mean, logVariance: logVariance, noise: noise
      ).mean(axis: 0)
    case .score, .scoreWithBaseline:
      let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise)
      let baseline =
        estimator == .score ? Tensor(0) : ScoreFunction.leaveOneOut(logLikelihood(z))
      return ScoreFunction.gradients(
        of: logLikelihood, mean: mean, logVariance: logVariance, noise: noise, baseline: baseline
      ).mean(axis: 0)
    case .severed:
      let (byMean, byLogVariance) = valueAndGradient(at: mean, logVariance) {
        let z = reparameterize(mean: $0, logVariance: $1, noise: noise)
        return logLikelihood(stopGradient(z)).mean()
      }.gradient
      return concatenated([byMean, byLogVariance], axis: 0)
    }
  }

  /// Stochastic gradient ascent on the ELBO from q = p(z), with the exact gradient of its
  /// divergence term.
  ///
  /// - Parameters:
  ///   - estimator: How the gradient of the first term is estimated.
  ///   - steps: How many steps to take.
  ///   - rate: The learning rate.
  ///   - samples: Draws of z a step.
  ///   - random: The noise.
  /// - Returns: The gap before the first step and after each one: `steps + 1` numbers.
  public func curve(
    _ estimator: Estimator, steps: Int, rate: Double, samples: Int, random: inout Random
  ) -> [Double] {
    let d = x.count
    var (mean, logVariance) = (Tensor<Double>.zeros([d]), Tensor<Double>.zeros([d]))
    var gaps = [gap(mean: mean, logVariance: logVariance)]
    for _ in 0..<steps {
      let g = gradient(
        by: estimator, mean: mean, logVariance: logVariance, noise: random.normal([samples, d]))
      // KL(q ‖ N(0, I)) has the gradient μ by μ and ½ (σ² − 1) by λ (chapter 3).
      mean = mean + rate * (g.sliced(axis: 0, 0..<d) - mean)
      logVariance =
        logVariance + rate * (g.sliced(axis: 0, d..<2 * d) - 0.5 * (exp(logVariance) - 1))
      gaps.append(gap(mean: mean, logVariance: logVariance))
    }
    return gaps
  }
}

/// What several runs of one method have in common at each step: the middle one, and a band.
public struct CurveBand: Sendable {
  /// The median over the runs.
  public let median: [Double]
  /// The tenth percentile, to the nearest run.
  public let lower: [Double]
  /// The ninetieth percentile, to the nearest run.
  public let upper: [Double]

  /// The band of curves of equal length.
  public init(_ curves: [[Double]]) {
    let sorted = curves[0].indices.map { step in curves.map { $0[step] }.sorted() }
    func quantile(_ share: Double) -> [Double] {
      sorted.map { $0[Int((share * Double($0.count - 1)).rounded())] }
    }
    (median, lower, upper) = (quantile(0.5), quantile(0.1), quantile(0.9))
  }
}
