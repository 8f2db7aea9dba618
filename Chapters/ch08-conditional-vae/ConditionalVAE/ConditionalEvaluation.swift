import KLDivergence
import Reparameterization
import Tensors
import Training
import VariationalAutoencoder

extension ConditionalVariationalAutoencoder {
  /// The terms of the conditional ELBO of each datum, with one draw of z each: shape `[count]`.
  ///
  /// The data, `[count, pixels]` with conditions `[count, conditions]`, go through in parts of 500.
  public func evaluate(
    _ x: Tensor<Scalar>, given y: Tensor<Scalar>, random: inout Random
  ) -> Bound<Double> {
    let parts = stride(from: 0, to: x.shape[0], by: 500).map { begin -> Bound<Scalar> in
      let range = begin..<Swift.min(begin + 500, x.shape[0])
      return bound(
        of: x.sliced(axis: 0, range), given: y.sliced(axis: 0, range),
        noise: random.normal([range.count, latents]))
    }
    return Bound(
      Tensor<Double>(concatenated(parts.map(\.reconstruction), axis: 0)),
      Tensor<Double>(concatenated(parts.map(\.rate), axis: 0)))
  }

  /// log w of each of `samples` draws of z from q(z | x, y), for each datum: shape `[count, samples]`.
  ///
  /// w = p(x | z, y) p(z | y) / q(z | x, y), whose mean over draws is an unbiased estimate of
  /// p(x | y). With `importanceLogLikelihood` of chapter 6 it estimates log p(x | y).
  ///
  /// Equation: conditional-weights
  ///
  /// - Parameters:
  ///   - x: Pixels, shape `[count, pixels]`.
  ///   - y: Conditions, shape `[count, conditions]`.
  public func logWeights(
    _ x: Tensor<Scalar>, given y: Tensor<Scalar>, samples: Int, random: inout Random
  ) -> Tensor<Double> {
    let atOnce = Swift.max(1, 1_000 / samples)
    let parts = stride(from: 0, to: x.shape[0], by: atOnce).map { begin -> Tensor<Double> in
      let data = Array(begin..<Swift.min(begin + atOnce, x.shape[0]))
      // Every datum of this part is followed by its copies, one for each draw.
      let copies = data.indices.flatMap { Array(repeating: $0, count: samples) }
      let (x, y) = (x.rows(at: data), y.rows(at: data))
      let (q, p) = (encode(x, given: y), prior(given: y))
      func repeated(_ g: DiagonalGaussian<Scalar>) -> DiagonalGaussian<Scalar> {
        g.mapped { $0.rows(at: copies) }
      }
      let (qs, ps) = (repeated(q), repeated(p))
      let noise: Tensor<Scalar> = random.normal([copies.count, latents])
      let z = reparameterize(mean: qs.mean, logVariance: qs.logVariance, noise: noise)
      let weights =
        logLikelihood(of: x.rows(at: copies), at: z, given: y.rows(at: copies))
        + ps.logDensity(z) - qs.logDensity(z)
      return Tensor<Double>(weights.reshaped([data.count, samples]))
    }
    return concatenated(parts, axis: 0)
  }

  /// Trains on data given by index, maximising the conditional ELBO by Adam with one draw of z a
  /// datum a step.
  ///
  /// - Parameters:
  ///   - count: The number of data.
  ///   - plan: Epochs, batch size and learning rate; what else a plan holds is not used.
  ///   - random: For order, data and noise.
  ///   - batch: The pixels and conditions of the data with these indices.
  ///   - report: Called after each epoch with its number, from 1, the model, and the mean loss.
  public mutating func train(
    count: Int, _ plan: TrainingPlan, random: inout Random,
    batch: ([Int], inout Random) -> (x: Tensor<Scalar>, y: Tensor<Scalar>),
    report: (Int, ConditionalVariationalAutoencoder, Double) -> Void = { _, _, _ in }
  ) {
    var adam = Adam<Scalar>(rate: plan.rate)
    let latents = latents
    Training.train(
      &self, with: &adam, count: count, batchSize: plan.batchSize, epochs: plan.epochs,
      random: &random,
      loss: { model, indices, random in
        let (x, y) = batch(indices, &random)
        return model.loss(of: x, given: y, noise: random.normal([indices.count, latents]))
      },
      report: report)
  }
}
