import Tensors

/// The principal angles between the spans of the columns of two matrices, `[n, d]` each: d angles in
/// radians, the smallest first.
///
/// Their cosines are the singular values of Q₁ᵀQ₂, their sines those of Q₂ − Q₁Q₁ᵀQ₂. The cosine of a
/// small angle is so near 1 that rounding hides the angle, and the sine of a large one likewise: each
/// angle is taken from whichever is the smaller. Björck & Golub 1973.
///
/// Equation: principal-angles
public func principalAngles(_ first: Tensor<Double>, _ second: Tensor<Double>) -> [Double] {
  let (q1, q2) = (orthonormalized(first), orthonormalized(second))
  let overlap = matmul(q1, q2, transposingFirst: true)
  let outside = q2 - matmul(q1, overlap)
  let cosines = singularValues(overlap)
  let sines = Array(singularValues(outside).reversed())
  return zip(cosines, sines).map { cosine, sine in
    sine < cosine ? arcsine(sine) : Double.pi / 2 - arcsine(cosine)
  }
}

/// The angle between 0 and π/4 whose sine is s, by Newton's method.
private func arcsine(_ s: Double) -> Double {
  var angle = s
  for _ in 0..<6 { angle += (s - Double.sin(angle)) / Double.cos(angle) }
  return angle
}
