import Datasets
import Reparameterization
import Tensors

/// Means over data of the terms of the ELBO, in nats for each datum.
public struct Evaluation: Sendable {
  /// The mean of log p(x | z).
  public let reconstruction: Double
  /// The mean of KL(q(z | x) ‖ p(z)).
  public let rate: Double
  /// Reconstruction minus rate.
  public var elbo: Double { reconstruction - rate }
  /// The mean KL of each latent; the rate is their sum. Shape: d numbers.
  public let ratePerLatent: [Double]
  /// Var_x E_q[z_j], the variance over data of each latent's posterior mean.
  public let meanVariance: [Double]

  /// The number of latents whose posterior mean varies over the data by more than 0.01.
  ///
  /// Burda, Grosse & Salakhutdinov 2016 (arXiv:1509.00519), section 5.2.
  public var activeUnits: Int { meanVariance.count { $0 > 0.01 } }
}

extension Evaluation {
  /// All of it as 2 + 2 d numbers, to be kept in a checkpoint.
  public var numbers: [Double] { [reconstruction, rate] + ratePerLatent + meanVariance }

  /// The evaluation that these numbers, as `numbers` gives them, are.
  public init(numbers: some Collection<Double>) {
    guard numbers.count >= 2, numbers.count.isMultiple(of: 2) else {
      fatalError("Evaluation: \(numbers.count) numbers, not two and two for each latent")
    }
    let numbers = Array(numbers)
    let latents = numbers.count / 2 - 1
    self.init(
      reconstruction: numbers[0], rate: numbers[1], ratePerLatent: Array(numbers[2..<2 + latents]),
      meanVariance: Array(numbers[(2 + latents)...]))
  }
}

extension VariationalAutoencoder {
  /// The ELBO's terms over data `[count, pixels]`, with one draw of z a datum.
  ///
  /// The data go through in parts of 500, each summed in Double.
  public func evaluate(_ x: Tensor<Scalar>, random: inout Random) -> Evaluation {
    evaluate(count: x.shape[0], random: &random) { x.sliced(axis: 0, $0) }
  }

  /// The same over all images of a set, which become numbers part by part, so that a large set needs
  /// no more memory than its bytes.
  ///
  /// Pixels that `binarization` draws are those of seed 1, stream 100, whatever `random` is.
  public func evaluate(
    _ images: ImageSet, _ binarization: Binarization, random: inout Random
  ) -> Evaluation {
    var drawn = Random(seed: 1, stream: 100)
    return evaluate(count: images.count, random: &random) {
      binarization(images.tensor(Array($0)), using: &drawn)
    }
  }

  private func evaluate(
    count: Int, random: inout Random, part: (Range<Int>) -> Tensor<Scalar>
  ) -> Evaluation {
    var reconstruction = 0.0
    var rates = Tensor<Double>.zeros([latents])
    var means: [Tensor<Double>] = []
    for begin in stride(from: 0, to: count, by: 500) {
      let part = part(begin..<Swift.min(begin + 500, count))
      let (mean, logVariance) = encode(part)
      let noise: Tensor<Scalar> = random.normal(mean.shape)
      let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise)
      reconstruction += Tensor<Double>(logLikelihood(of: part, given: z)).sum().scalar
      let (m, l) = (Tensor<Double>(mean), Tensor<Double>(logVariance))
      rates = rates + (0.5 * (square(m) + exp(l) - 1 - l)).sum(axis: 0)
      means.append(m)
    }
    let all = concatenated(means, axis: 0)
    let spread = square(all - all.mean(axis: 0)).mean(axis: 0)
    let perLatent = (rates / Double(count)).scalars
    return Evaluation(
      reconstruction: reconstruction / Double(count), rate: perLatent.reduce(0, +),
      ratePerLatent: perLatent, meanVariance: spread.scalars)
  }

  /// log w of each of `samples` draws of z from q(z | x), for each datum of `x`, `[count, pixels]`.
  ///
  /// w = p(x | z) p(z) / q(z | x), whose mean over draws is an unbiased estimate of p(x).
  ///
  /// - Returns: Shape `[count, samples]`, in nats.
  public func logWeights(
    _ x: Tensor<Scalar>, samples: Int, random: inout Random
  ) -> Tensor<Double> {
    let zero = Tensor<Scalar>(0)
    let rows = (0..<x.shape[0]).map { index -> Tensor<Double> in
      let datum = x.sliced(axis: 0, index..<index + 1)
      let (mean, logVariance) = encode(datum)
      let noise: Tensor<Scalar> = random.normal([samples, latents])
      let z = reparameterize(mean: mean, logVariance: logVariance, noise: noise)
      let weights =
        logLikelihood(of: datum, given: z)
        + diagonalGaussianLogDensity(of: z, mean: zero, logVariance: zero)
        - diagonalGaussianLogDensity(of: z, mean: mean, logVariance: logVariance)
      return Tensor<Double>(weights.reshaped([1, samples]))
    }
    return concatenated(rows, axis: 0)
  }
}

/// The importance-sampled estimate log (1/k Σ w) of log p(x), from the first k draws of each row.
///
/// log Σ exp is taken with the largest weight out, so that nothing overflows or vanishes. The
/// estimate's mean is below log p(x), and rises with k. Shapes: `[count, samples]` to `[count]`.
///
/// Equation: importance-log-likelihood
public func importanceLogLikelihood(_ logWeights: Tensor<Double>, k: Int) -> Tensor<Double> {
  logWeights.sliced(axis: 1, 0..<k).logSumExp(axis: 1) - Double.log(Double(k))
}
