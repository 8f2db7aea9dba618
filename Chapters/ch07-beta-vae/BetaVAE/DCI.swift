import KLDivergence
import Tensors

/// Disentanglement, completeness and informativeness, from how a classifier uses the codes.
///
/// Eastwood & Williams 2018 (ICLR). For each factor a classifier predicts its value from the whole code.
/// R_jk is how important latent j was for factor k. They use lasso and random forests; here it is an
/// ensemble of trees, and R_jk is the part of the impurity that questions about latent j removed, each
/// factor's column scaled to a sum of 1 (a factor that nothing predicts keeps 0). Factors that do not vary
/// are left out; at least two must.
public struct DCI: Sendable {
  /// Whether each latent is important for one factor only; in [0, 1].
  public let disentanglement: Double
  /// Whether one latent only is important for each factor; in [0, 1].
  public let completeness: Double
  /// The part of held-out data whose factor the classifier predicts, in the mean over factors.
  public let informativeness: Double
  /// R, `[d, factors that vary]`.
  public let importances: Tensor<Double>

  /// Trains the classifiers on a random half of the data, and scores them on the other.
  ///
  /// - Parameters:
  ///   - codes: The means of q(z | x), `[count, d]`.
  ///   - factors: The factors of each datum, numbered from 0.
  ///   - random: For the halves and the trees.
  public init(codes: Tensor<Double>, factors: [[Int]], random: inout Random) {
    let (latents, varying) = (codes.shape[1], varyingFactors(codes, factors, "DCI"))
    let order = random.permutation(factors.count)
    let (training, test) = (order.prefix(factors.count / 2), order.suffix(factors.count / 2))
    let features = codes.rows(at: Array(training))
    let scalars = codes.scalars
    let rows = test.map { Array(scalars[$0 * latents..<($0 + 1) * latents]) }
    var (columns, accuracy): ([[Double]], Double) = ([], 0)
    for k in varying {
      let ensemble = TreeEnsemble(
        features: features, labels: training.map { factors[$0][k] },
        classes: factors.reduce(0) { Swift.max($0, $1[k]) } + 1, random: &random)
      let total = ensemble.importances.reduce(0, +)
      columns.append(ensemble.importances.map { total > 0 ? $0 / total : 0 })
      let right = zip(rows, test).count { ensemble($0) == factors[$1][k] }
      accuracy += Double(right) / Double(test.count * varying.count)
    }
    importances = Tensor([varying.count, latents], columns.flatMap { $0 }).transposed()
    disentanglement = dciDisentanglement(importances)
    completeness = dciCompleteness(importances)
    informativeness = accuracy
  }
}

/// Σⱼ ρⱼ (1 − H_K(P_j)) of importances R, `[d, K]`: rows as distributions over the K factors,
/// P_jk = R_jk / Σ_k R_jk, with the entropy in units of log K, weighted by ρⱼ = Σ_k R_jk / Σ R.
///
/// A latent without importance has no weight; 0 if none has any. At least two factors.
///
/// Equation: dci-disentanglement
public func dciDisentanglement(_ importances: Tensor<Double>) -> Double {
  let total = importances.sum().scalar
  guard total > 0 else { return 0 }
  let weights = importances.sum(axis: 1) / total
  return (weights * Tensor(concentrations(importances))).sum().scalar
}

/// The mean over factors k of 1 − H_d(P̃_k), for importances R, `[d, K]`: columns as distributions over
/// the d latents, P̃_jk = R_jk / Σⱼ R_jk, with the entropy in units of log d.
///
/// A factor that no latent is important for counts as 0. At least two latents.
///
/// Equation: dci-completeness
public func dciCompleteness(_ importances: Tensor<Double>) -> Double {
  let parts = concentrations(importances.transposed())
  return parts.reduce(0, +) / Double(parts.count)
}

/// 1 − H(p) / log n for each row of n numbers, made a distribution p: 1 if one is all, 0 if all are
/// equal. 0 for a row of zeros.
private func concentrations(_ rows: Tensor<Double>) -> [Double] {
  let width = rows.shape[1]
  guard width > 1 else { fatalError("DCI: importances \(rows.shape); needs two columns and rows") }
  return (0..<rows.shape[0]).map { index in
    let row = rows.sliced(axis: 0, index..<index + 1).reshaped([width])
    let sum = row.sum().scalar
    return sum > 0 ? 1 - entropy(row / sum).scalar / Double.log(Double(width)) : 0
  }
}
