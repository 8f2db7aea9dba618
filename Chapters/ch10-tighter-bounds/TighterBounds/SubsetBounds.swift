import EvidenceLowerBound
import Tensors

/// log of the mean weight of each subset of `size` of the k draws: shapes `[n, k]` to
/// `[n, k choose size]`, with k at most 16.
///
/// The mean of these means, over all subsets of a row, is the mean of all its weights.
///
/// Equation: iwae-subsets
public func subsetLogMeans(_ logWeights: Tensor<Double>, size: Int) -> Tensor<Double> {
  let k = logWeights.shape[1]
  guard 1...k ~= size, k <= 16 else {
    fatalError("subsetLogMeans: subsets of \(size) of \(k) draws, at most 16")
  }
  let draws = logWeights.transposed()
  let means = (0..<1 << k).filter { $0.nonzeroBitCount == size }.map { mask in
    let members = (0..<k).filter { mask >> $0 & 1 == 1 }
    return logMeanWeight(draws.rows(at: members).transposed()).expanded(axis: 1)
  }
  return concatenated(means, axis: 1)
}

/// The mean over all subsets of `size` draws of the log of their mean weight: shapes `[n, k]` to `[n]`.
///
/// An estimate of the bound for `size` draws that uses every subset, never above that for all k.
///
/// Equation: iwae-monotone
public func subsetBound(_ logWeights: Tensor<Double>, size: Int) -> Tensor<Double> {
  subsetLogMeans(logWeights, size: size).mean(axis: 1)
}
