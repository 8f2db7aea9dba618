import KLDivergence
import Tensors

/// The Gaussian with the mean and the covariance of points `[n, d]`, of which there are more than d.
public func fittedGaussian(_ points: Tensor<Double>) -> FullGaussian {
  let mean = points.mean(axis: 0)
  let offsets = points - mean
  return FullGaussian(
    mean: mean,
    covariance: matmul(offsets, offsets, transposingFirst: true) / Double(points.shape[0]))
}

/// The mean of the codes with an attribute less the mean of those without: shape `[d]`.
///
/// - Parameters:
///   - codes: One code a row, `[n, d]`.
///   - isPresent: For each, whether it has the attribute; both kinds must occur.
public func attributeVector(_ codes: Tensor<Double>, where isPresent: [Bool]) -> Tensor<Double> {
  let indices = isPresent.indices
  let with = codes.rows(at: indices.filter { isPresent[$0] })
  let without = codes.rows(at: indices.filter { !isPresent[$0] })
  return with.mean(axis: 0) - without.mean(axis: 0)
}

/// KL(p′ ‖ r) in nats when p is moved by s (m_r − m_p), a fraction s of the way from its mean to that
/// of r.
///
/// What the shapes leave, ½ (tr(C_r⁻¹ C_p) − d + log det C_r − log det C_p), plus
/// ½ (1 − s)² (m_r − m_p)ᵀ C_r⁻¹ (m_r − m_p).
///
/// Equation: attribute-shift
public func divergenceAfterShift(
  _ fraction: Double, from p: FullGaussian, to r: FullGaussian
) -> Double {
  let shapes = fullGaussianKL(FullGaussian(mean: r.mean, covariance: p.covariance), r)
  let v = (r.mean - p.mean).reshaped([r.dimensions, 1])
  let distance = (v * r.cholesky.solve(v)).sum().scalar
  return shapes + 0.5 * (1 - fraction) * (1 - fraction) * distance
}

/// E‖ā − b̄ + c‖² for independent standard normal codes on d dimensions, with ā and b̄ means of n:
/// d (1 + 2 / n).
///
/// Equation: analogy-norm
public func analogySquaredNorm(dimensions d: Int, examples n: Int) -> Double {
  Double(d) * (1 + 2 / Double(n))
}

/// What a difference of means is made of when the data fall into classes: `within`, the differences inside
/// classes, and `between`, the change of the classes' proportions. Shapes `[d]`; their sum is
/// `attributeVector`.
///
/// Σ_c ½ (π_c + ρ_c) (m_c − l_c) and Σ_c (π_c − ρ_c) ½ (m_c + l_c), with π_c and m_c proportion and mean of
/// class c among the codes with the attribute, ρ_c and l_c among those without. A class that has only one
/// kind has no difference inside.
///
/// Equation: attribute-parts
public func attributeParts(
  _ codes: Tensor<Double>, where isPresent: [Bool], classes: [Int]
) -> (within: Tensor<Double>, between: Tensor<Double>) {
  let d = codes.shape[1]
  let total = (
    with: Double(isPresent.count { $0 }), without: Double(isPresent.count { !$0 })
  )
  var (within, between) = (Tensor<Double>.zeros([d]), Tensor<Double>.zeros([d]))
  for label in Set(classes).sorted() {
    let members = classes.indices.filter { classes[$0] == label }
    let (with, without) = (
      members.filter { isPresent[$0] }, members.filter { !isPresent[$0] }
    )
    let means = (
      codes.rows(at: with.isEmpty ? without : with).mean(axis: 0),
      codes.rows(at: without.isEmpty ? with : without).mean(axis: 0)
    )
    let (pi, rho) = (Double(with.count) / total.with, Double(without.count) / total.without)
    within = within + 0.5 * (pi + rho) * (means.0 - means.1)
    between = between + 0.5 * (pi - rho) * (means.0 + means.1)
  }
  return (within, between)
}
