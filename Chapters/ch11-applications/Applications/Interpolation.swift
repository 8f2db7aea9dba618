import Tensors

/// The point at t of the straight line between rows: (1 − t) a + t b, shapes `[n, d]`.
public func straightLine<Scalar>(
  from a: Tensor<Scalar>, to b: Tensor<Scalar>, at t: Double
) -> Tensor<Scalar> {
  Scalar(1 - t) * a + Scalar(t) * b
}

/// E‖(1 − t) a + t b‖² for independent standard normal a and b on d dimensions: d ((1 − t)² + t²).
///
/// Equation: line-norm
public func lineSquaredNorm(dimensions d: Int, at t: Double) -> Double {
  Double(d) * ((1 - t) * (1 - t) + t * t)
}

/// The mean and the variance of ‖z‖² for z from N(0, I) on d dimensions: d and 2 d.
///
/// Equation: shell
public func shellMoments(dimensions d: Int) -> (mean: Double, variance: Double) {
  (Double(d), 2 * Double(d))
}

/// The angle in [0, π] with a given cosine, by bisection: cos falls on all of the interval.
public func angle(cosine: Double) -> Double {
  var (low, high) = (0.0, Double.pi)
  for _ in 0..<60 {
    let middle = 0.5 * (low + high)
    if Double.cos(middle) > cosine { low = middle } else { high = middle }
  }
  return 0.5 * (low + high)
}

/// The point at t of the arc between rows: its direction turns from that of a to that of b at a constant
/// rate, its length goes from one to the other in a straight line. Shapes `[n, d]`.
///
/// With ω the angle between the unit vectors u and v of a and b, the direction is
/// (sin((1 − t) ω) u + sin(t ω) v) / sin ω. Shoemake 1985, doi:10.1145/325165.325242.
/// Rows that point in (nearly) one direction are joined by the straight line; where they are opposite
/// there is no one arc, and that is a mistake of the caller.
///
/// Equation: slerp
public func sphericalArc(
  from a: Tensor<Double>, to b: Tensor<Double>, at t: Double
) -> Tensor<Double> {
  let (d, count) = (a.shape[1], a.shape[0])
  let lengths = (sqrt(square(a).sum(axis: 1)), sqrt(square(b).sum(axis: 1)))
  let cosines = (a * b).sum(axis: 1) / (lengths.0 * lengths.1)
  let rows = (0..<count).map { row -> Tensor<Double> in
    let (x, y) = (a.rows(at: [row]), b.rows(at: [row]))
    let omega = angle(cosine: cosines[row])
    let sine = Double.sin(omega)
    if sine < 1e-6 {
      guard cosines[row] > 0 else { fatalError("sphericalArc: row \(row) has opposite ends") }
      return straightLine(from: x, to: y, at: t)
    }
    let length = (1 - t) * lengths.0[row] + t * lengths.1[row]
    let first = length * Double.sin((1 - t) * omega) / (sine * lengths.0[row])
    let second = length * Double.sin(t * omega) / (sine * lengths.1[row])
    return first * x + second * y
  }
  return count == 0 ? .zeros([0, d]) : concatenated(rows, axis: 0)
}
