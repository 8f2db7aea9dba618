import EvidenceLowerBound
import KLDivergence
import Tensors

/// The leading term of log p(x) − L_k as k grows: v / 2k nats, with v the variance of w / p(x).
///
/// Equation: iwae-gap
public func leadingGap(weightVariance v: Double, draws k: Int) -> Double { v / (2 * Double(k)) }

/// One estimate of log p(x) − L_k from each row of k weights: shapes `[n, k]` to `[n]`, in nats.
///
/// With r the mean weight over p(x), r − 1 − log r has the expectation of −log r, since that of r is 1,
/// and it varies far less: it is chapter 3's estimator k3.
public func gapSamples(_ logWeights: Tensor<Double>, logEvidence: Double) -> Tensor<Double> {
  KLEstimator.k3.values(logRatio: logMeanWeight(logWeights) - logEvidence)
}
