import Answering
import Foundation
import Tensors

// 5.1: Pathwise 2 z ε = 2με + 2σε²: variance 4μ² + 4σ² · 2. The score is (ε² − 1)/σ. With
// E[(ε² − 1)²] = 2, E[ε² (ε² − 1)²] = 10, E[ε⁴ (ε² − 1)²] = 78 the second moment of z² (ε² − 1)/σ is
// (2μ⁴ + 60 μ²σ² + 78 σ⁴)/σ²; the mean is 2σ.
func deviationVariances(
  mean: Tensor<Double>, deviation: Tensor<Double>
) throws -> (pathwise: Tensor<Double>, scoreFunction: Tensor<Double>) {
  let (m, v) = (square(mean), square(deviation))
  return (4 * m + 8 * v, 2 * square(m) / v + 60 * m + 74 * v)
}

// 5.2: Below the median u = ½ e^((z − m)/b), so z = m + b log 2u; above, z = m − b log 2(1 − u).
func reparameterizeLaplace(
  location: Tensor<Double>, logScale: Tensor<Double>, uniform: Tensor<Double>
) throws -> (z: Tensor<Double>, byLocation: Tensor<Double>, byLogScale: Tensor<Double>) {
  let isLow = positive(0.5 - uniform)
  let standard = isLow * log(2 * uniform) - (1 - isLow) * log(2 * (1 - uniform))
  let moved = exp(logScale) * standard
  return (location + moved, .ones(location.shape), moved)
}

// 5.3: dz/dφ = −(∂F/∂φ) / (∂F/∂z). With a standardised, F = (Φ(a_z) − Φ(a_l)) / (Φ(a_r) − Φ(a_l)); ∂a/∂μ = −1/σ
// and ∂a/∂σ = −a/σ. At the walls F is 0 or 1 whatever the parameters are: the derivatives are 0.
func truncatedGradients(
  z: Tensor<Double>, mean: Double, deviation: Double, lower: Double, upper: Double
) throws -> (byMean: Tensor<Double>, byDeviation: Tensor<Double>) {
  func standard(_ x: Double) -> Double { (x - mean) / deviation }
  func density(_ a: Double) -> Double { Double.exp(-0.5 * a * a) / (2 * Double.pi).squareRoot() }
  func below(_ a: Double) -> Double { 0.5 * (1 + erf(a / 2.0.squareRoot())) }
  let (l, r) = (standard(lower), standard(upper))
  let mass = below(r) - below(l)
  func gradient(_ a: Double, weight: (Double) -> Double) -> Double {
    let share = (below(a) - below(l)) / mass
    let ends = (1 - share) * weight(l) * density(l) + share * weight(r) * density(r)
    return weight(a) - ends / density(a)
  }
  let places = z.scalars.map(standard)
  return (
    Tensor(places.map { gradient($0) { _ in 1 } }), Tensor(places.map { gradient($0) { $0 } })
  )
}

// 5.4: With w = 1 + cε and dc/dα = −c/2d: dz/dα = w³ + 3 d w² ε · (−c/2d) = w² (w − 3cε/2). Which draws are taken
// depends on α too.
func gammaProposal(
  shape: Double, noise: Tensor<Double>, uniform: Tensor<Double>
) throws -> (z: Tensor<Double>, isTaken: Tensor<Double>, byShape: Tensor<Double>) {
  let d = shape - 1.0 / 3
  let c = 1 / (9 * d).squareRoot()
  let w = 1 + c * noise
  let taken = zip(w.scalars, zip(noise.scalars, uniform.scalars)).map { w, pair in
    guard w > 0 else { return 0.0 }
    let (v, e) = (w * w * w, pair.0)
    return Double.log(pair.1) < 0.5 * e * e + d - d * v + d * Double.log(v) ? 1 : 0
  }
  return (d * square(w) * w, Tensor(taken), square(w) * (w - 1.5 * c * noise))
}

// 5.5: By λ a draw gives ½ · 2z · σε = μσε + σ²ε². The pair keeps σ²ε², of variance 2σ⁴; one draw has μ²σ² + 2σ⁴,
// two independent ones half of it. The pair is worse if μ² < 2σ².
func antitheticVariances(
  mean: Tensor<Double>, logVariance: Tensor<Double>
) throws -> (antithetic: Tensor<Double>, independent: Tensor<Double>) {
  let v = exp(logVariance)
  return (2 * square(v), 0.5 * square(mean) * v + square(v))
}

// 5.6: |det C| is the product of the diagonal, so log q(z) = −d/2 log 2π − ½‖ε‖² − Σ log C_jj, and the entropy has
// the derivative 1/C_jj on the diagonal. z_i = Σ_j C_ij ε_j gives g_i ε_j.
func fullCovariance(
  noise: Tensor<Double>, factor: Tensor<Double>, cotangent: Tensor<Double>
) throws -> (logDensity: Tensor<Double>, factor: Tensor<Double>, entropy: Tensor<Double>) {
  let d = factor.shape[0]
  let eye = Tensor<Double>.identity(d)
  let diagonal = (eye * factor).sum(axis: 1)
  let lower = Tensor<Double>([d, d], (0..<d * d).map { $0 / d >= $0 % d ? 1 : 0 })
  let constant = log(diagonal).sum() + 0.5 * Double(d) * Double.log(2 * .pi)
  return (
    -0.5 * square(noise).sum(axis: 1) - constant,
    lower * matmul(cotangent, noise, transposingFirst: true), eye / diagonal
  )
}
