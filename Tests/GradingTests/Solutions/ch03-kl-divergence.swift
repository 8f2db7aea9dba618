import Answering
import KLDivergence
import Tensors

// 3.1: E_q[log a − az − log b + bz] with E_q[z] = 1/a is log a − log b − 1 + b/a.
func exponentialKL(
  logA: Tensor<Double>, logB: Tensor<Double>
) throws -> (divergence: Tensor<Double>, gradient: Tensor<Double>) {
  let ratio = exp(logB - logA)
  return (logA - logB - 1 + ratio, 1 - ratio)
}
