import Tensors

/// How a mini-batch of B data stands for all N when log q(z) is estimated.
public enum MinibatchWeights: String, CaseIterable, Sendable {
  /// Every datum of the batch 1/B: the batch taken for the whole.
  case plain
  /// Every datum 1/(N B): the *weighted* sampling of Chen et al. 2018.
  case weighted
  /// The datum that z was drawn from 1/N, the others (N − 1) / (N (B − 1)): without bias.
  case stratified
  /// The weights of the *stratified* sampling as published code sets them: 1/N in the first column
  /// of the matrix and not on its diagonal.
  case misplaced

  /// log W: row i weighs the data k of the batch for a z that was drawn from datum i; `[B, B]`.
  ///
  /// Equation: minibatch-weights
  public func logWeights<Scalar: TensorScalar>(
    batch: Int, of count: Int, as type: Scalar.Type = Scalar.self
  ) -> Tensor<Scalar> {
    let (b, n) = (Double(batch), Double(count))
    var weights = [[Double]](
      repeating: [Double](repeating: 0, count: batch), count: batch)
    for row in 0..<batch {
      for column in 0..<batch {
        weights[row][column] =
          switch self {
          case .plain: 1 / b
          case .weighted: 1 / (n * b)
          case .stratified: row == column ? 1 / n : (n - 1) / (n * (b - 1))
          case .misplaced:
            // With M = B − 1: 1/N in column 0, (N − M) / (N M) in column 1, 1/M in the others;
            // and the second of these at row M − 1, column 0.
            column == 1 || (row == batch - 2 && column == 0)
              ? (n - b + 1) / (n * (b - 1)) : column == 0 ? 1 / n : 1 / (b - 1)
          }
      }
    }
    return Tensor([batch, batch], weights.joined().map { Scalar(Double.log($0)) })
  }
}

/// The total correlation estimated from a mini-batch: the mean over i of
/// log q̂(zᵢ) − Σⱼ log q̂(zᵢⱼ), with q̂ the weighted sums over the batch; shape `[]`.
///
/// Shapes: z, μ and λ `[B, d]`, log W `[B, B]`. Row i of z was drawn from row i of μ and λ. Chen et
/// al. 2018 (arXiv:1802.04942).
///
/// Equation: tc-estimate
public func minibatchTotalCorrelation<Scalar>(
  _ z: Tensor<Scalar>, mean: Tensor<Scalar>, logVariance: Tensor<Scalar>,
  logWeights: Tensor<Scalar>
) -> Tensor<Scalar> {
  let (joint, marginals) = mixtureLogDensities(
    z, mean: mean, logVariance: logVariance, logWeights: logWeights)
  return (joint - marginals.sum(axis: 1)).mean()
}

/// The gradient of `minibatchTotalCorrelation` by z, μ and λ, each taken as independent: `[B, d]`.
///
/// With r_ik the share of datum k in q̂(zᵢ), r_ikj its share in q̂(zᵢⱼ), c = (r_ik − r_ikj) / B and
/// u = (zᵢⱼ − μₖⱼ) e^−λₖⱼ: −Σₖ c u, Σᵢ c u and ½ Σᵢ c ((zᵢⱼ − μₖⱼ) u − 1).
///
/// Equation: tc-gradient
public func minibatchTotalCorrelationGradient<Scalar>(
  _ z: Tensor<Scalar>, mean: Tensor<Scalar>, logVariance: Tensor<Scalar>,
  logWeights: Tensor<Scalar>
) -> (z: Tensor<Scalar>, mean: Tensor<Scalar>, logVariance: Tensor<Scalar>) {
  let (mean, logVariance) = (mean.transposed(), logVariance.transposed())  // [d, B]
  let offset = z.expanded(axis: 2) - mean  // [B, d, B]: point, latent, datum
  let pull = offset * exp(-logVariance)
  let each = -0.5 * (offset * pull + (logVariance + Scalar.log(2 * .pi)))
  let joint = each.sum(axis: 1) + logWeights  // [B, B]
  let marginal = each + logWeights.expanded(axis: 1)  // [B, d, B]
  let share = exp(joint - joint.logSumExp(axis: 1).expanded(axis: 1))
  let shares = exp(marginal - marginal.logSumExp(axis: 2).expanded(axis: 2))
  let c = (share.expanded(axis: 1) - shares) / Scalar(z.shape[0])
  return (
    -(c * pull).sum(axis: 2), (c * pull).sum(axis: 0).transposed(),
    0.5 * (c * (offset * pull - 1)).sum(axis: 0).transposed()
  )
}
