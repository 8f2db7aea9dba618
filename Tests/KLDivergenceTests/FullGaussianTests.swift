import KLDivergence
import Tensors
import Testing

/// log det A by elimination, made of tensor operations so that reverse mode runs through it.
///
/// log det A = log a₁₁ + log det(A₂₂ − a₂₁ a₁₂ / a₁₁); every element of A is read.
private func logDeterminant(_ a: Tensor<Double>) -> Tensor<Double> {
  let n = a.shape[0]
  let pivot = a.sliced(axis: 0, 0..<1).sliced(axis: 1, 0..<1)
  guard n > 1 else { return log(pivot).sum() }
  let rest = a.sliced(axis: 0, 1..<n)
  let column = rest.sliced(axis: 1, 0..<1)
  let row = a.sliced(axis: 0, 0..<1).sliced(axis: 1, 1..<n)
  let schur = rest.sliced(axis: 1, 1..<n) - matmul(column, row) / pivot
  return log(pivot).sum() + logDeterminant(schur)
}

/// A random Gaussian on d dimensions, its covariance A Aᵀ + ½ I.
private func randomGaussian(_ d: Int, _ random: inout Random) -> FullGaussian {
  let a: Tensor<Double> = random.normal([d, d])
  return FullGaussian(
    mean: random.normal([d]), covariance: matmul(a, a, transposingSecond: true) + 0.5 * .identity(d)
  )
}

@Suite("Gaussians with full covariance")
struct FullGaussianTests {
  @Test("full-gaussian-kl: the closed form is the mean of log q − log p over samples of q")
  func closedFormIsTheMeanLogRatio() {
    var random = Random(seed: 1, stream: 0)
    let (q, p) = (randomGaussian(3, &random), randomGaussian(3, &random))
    let x = q.samples(200_000, random: &random)
    let kl = fullGaussianKL(q, p)
    let logRatios = q.logDensities(x) - p.logDensities(x)
    let check = Check.mean(
      "full-gaussian-kl", of: logRatios.scalars, is: kl,
      planted: [
        "arguments swapped": fullGaussianKL(p, q), "no factor ½": 2 * kl, "no −d": kl + 1.5,
        "sign of the log determinants": kl + q.cholesky.logDeterminant - p.cholesky.logDeterminant,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("full-gaussian-kl: x ↦ A x + b makes full covariances of diagonal ones, and keeps the KL")
  func affineMapKeepsIt() {
    var random = Random(seed: 5, stream: 0)
    let cases = (0..<30).map { _ in
      let a: Tensor<Double> = random.normal([4, 4]) + 2 * Tensor.identity(4)
      let b: Tensor<Double> = random.normal([4])
      func mapped(_ g: DiagonalGaussian<Double>) -> FullGaussian {
        let covariance = matmul(a * exp(g.logVariance), a, transposingSecond: true)
        let mean = matmul(a, g.mean.expanded(axis: 1)).reshaped([4]) + b
        return FullGaussian(
          mean: mean, covariance: 0.5 * (covariance + covariance.transposed()))
      }
      let pair = (0..<2).map { _ in
        DiagonalGaussian<Double>(mean: random.normal([4]), logVariance: random.normal([4]))
      }
      return (
        exact: gaussianKL(pair[0], pair[1]).scalar, q: mapped(pair[0]), p: mapped(pair[1])
      )
    }
    let check = Check.identity(
      "full-gaussian-kl", cases.map(\.exact), equals: cases.map { fullGaussianKL($0.q, $0.p) },
      tolerance: 1e-10,  // covariances are known to 1e-16 times their condition numbers
      planted: [
        "arguments swapped": cases.map { fullGaussianKL($0.p, $0.q) },
        "no factor ½": cases.map { 2 * fullGaussianKL($0.q, $0.p) },
        "no −d": cases.map { fullGaussianKL($0.q, $0.p) + 2 },
        "log det Σp only": cases.map {
          fullGaussianKL($0.q, $0.p) + 0.5 * $0.q.cholesky.logDeterminant
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("full-gaussian-kl-gradient: by μq and Σq: Σp⁻¹ (μq − μp) and ½ (Σp⁻¹ − Σq⁻¹)")
  func gradient() {
    var random = Random(seed: 2, stream: 0)
    let (q, p) = (randomGaussian(3, &random), randomGaussian(3, &random))
    let inverse = p.cholesky.inverse
    func gradient(_ at: [Tensor<Double>]) -> [Tensor<Double>] {
      let g = fullGaussianKLGradient(FullGaussian(mean: at[0], covariance: at[1]), p)
      return [g.mean, g.covariance]
    }
    let check = Check.gradient(
      "full-gaussian-kl-gradient", at: [q.mean, q.covariance],
      of: { at in
        let offset = (p.mean - at[0]).expanded(axis: 1)
        let trace = (inverse * at[1]).sum()
        let distance = (offset * matmul(inverse, offset)).sum()
        return 0.5 * (trace + distance - 3 + p.cholesky.logDeterminant - logDeterminant(at[1]))
      },
      claim: gradient,
      planted: [
        "sign of the mean's part": { [-gradient($0)[0], gradient($0)[1]] },
        "no factor ½": { [gradient($0)[0], 2 * gradient($0)[1]] },
        "no Σq⁻¹": { [gradient($0)[0], 0.5 * inverse] },
        "Σq for its inverse": { [gradient($0)[0], 0.5 * (inverse - $0[1])] },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("Samples have the mean and the covariance that were asked for")
  func samples() {
    var random = Random(seed: 3, stream: 0)
    let q = randomGaussian(2, &random)
    let x = q.samples(100_000, random: &random) - q.mean
    let covariance = matmul(x, x, transposingFirst: true) / 100_000
    #expect(abs(x.mean(axis: 0)).max() < 0.02)
    #expect(abs(covariance / q.covariance - 1).max() < 0.02)
  }
}
