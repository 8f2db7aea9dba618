import EvidenceLowerBound
import KLDivergence
import Tensors
import Testing

@Suite("Coordinate ascent")
struct CoordinateAscentTests {
  @Test("coordinate-ascent: each update is the top of the bound along its coordinate")
  func update() {
    var random = Random(seed: 40)
    let model = LinearGaussianModel<Double>.random(data: 5, latent: 3, random: &random)
    let x = model.samples(4, random: &random).x
    let q = DiagonalGaussian<Double>.random(batch: 4, latent: 3, random: &random)
    var (tops, updates): ([Double], [Double]) = ([], [])
    var (noPrior, jacobi): ([Double], [Double]) = ([], [])
    for j in 0..<3 {
      let updated = model.ascended(q, coordinate: j, for: x)
      let length = square(model.weights.sliced(axis: 1, j..<j + 1)).sum().scalar
      let noise = model.noiseVariance.scalar
      for i in 0..<4 {
        // Along a mean the bound is a parabola: three values give its top.
        func value(_ step: Double) -> Double {
          var moved = q
          moved.mean[i, j] += step
          return model.elbo(of: x, under: moved).total.sum().scalar
        }
        let (down, here, up) = (value(-1), value(0), value(1))
        tops.append(q.mean[i, j] + 0.5 * (up - down) / (2 * here - up - down))
        updates.append(updated.mean[i, j])
        noPrior.append(updated.mean[i, j] * (length + noise) / length)
        jacobi.append(updated.mean[i, j] - q.mean[i, j])
        // Along v it is −½ (c v − log v): the slope c from the reconstruction's two values.
        func spread(_ variance: Double) -> Double {
          var moved = q
          moved.logVariance[i, j] = Double.log(variance)
          let elbo = model.elbo(of: x, under: moved).total.sum().scalar
          return -2 * (elbo - 0.5 * Double.log(variance))
        }
        tops.append(1 / (spread(2) - spread(1)))
        updates.append(Double.exp(updated.logVariance[i, j]))
        noPrior.append(noise / length)
        jacobi.append(Double.exp(updated.logVariance[i, j]))
      }
    }
    let check = Check.identity(
      "coordinate-ascent", tops, equals: updates, tolerance: 1e-10,
      planted: [
        "no prior: ‖w‖² for ‖w‖² + σ²": noPrior,
        "the step for the place": jacobi,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("mean-field-best: sweeps never lower the bound, and end at the best diagonal q")
  func convergence() {
    var random = Random(seed: 41)
    var (reached, best): ([Double], [Double]) = ([], [])
    var (marginals, precisions): ([Double], [Double]) = ([], [])
    for _ in 0..<20 {
      let model = LinearGaussianModel<Double>.random(data: 6, latent: 3, random: &random)
      let x = model.samples(1, random: &random).x
      var q = DiagonalGaussian<Double>.random(latent: 3, random: &random)
      var last = -Double.infinity
      for _ in 0..<30 {
        q = model.ascended(q, sweeps: 1, for: x)
        let value = model.elbo(of: x, under: q).total.scalar
        #expect(value >= last - 1e-11 * max(1, abs(value)))
        last = value
      }
      q = model.ascended(q, sweeps: 2000, for: x)
      let nearest = nearestDiagonal(to: model.posterior(of: x))
      let covariance = model.posteriorCovariance
      let variances = (0..<3).map { covariance[$0, $0] }
      reached += q.mean.scalars + q.variance.scalars
      best += nearest.mean.scalars + nearest.variance.scalars
      marginals += nearest.mean.scalars + variances
      precisions += nearest.mean.scalars + nearest.variance.scalars.map { 1 / $0 }
    }
    let check = Check.identity(
      "mean-field-best", reached, equals: best, tolerance: 1e-10,
      planted: [
        "the posterior's variances": marginals, "the precision for the variance": precisions,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("mean-field-gap: what the best diagonal q leaves")
  func meanFieldGap() {
    var random = Random(seed: 42)
    var (measured, claims): ([Double], [Double]) = ([], [])
    var (twice, covariances, marginals): ([Double], [Double], [Double]) = ([], [], [])
    for _ in 0..<100 {
      let model = LinearGaussianModel<Double>.random(data: 5, latent: 3, random: &random)
      let x = model.samples(1, random: &random).x
      let best = nearestDiagonal(to: model.posterior(of: x))
      let evidence = model.logEvidence(of: x).scalar
      measured.append(evidence - model.elbo(of: x, under: best).total.scalar)
      let gap = EvidenceLowerBound.meanFieldGap(precision: model.posteriorPrecision)
      claims.append(gap)
      twice.append(2 * gap)
      covariances.append(EvidenceLowerBound.meanFieldGap(precision: model.posteriorCovariance))
      // q with the posterior's own variances Sⱼⱼ, the answer to the reverse divergence.
      let covariance = model.posteriorCovariance
      var wide = best
      for j in 0..<3 { wide.logVariance[0, j] = Double.log(covariance[j, j]) }
      marginals.append(evidence - model.elbo(of: x, under: wide).total.scalar)
    }
    let check = Check.identity(
      "mean-field-gap", measured, equals: claims, tolerance: 1e-10,
      planted: [
        "without ½": twice, "S for its inverse": covariances,
        "the posterior's variances for the best": marginals,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("em-step: no model has a higher bound under the same posteriors")
  func maximization() {
    var random = Random(seed: 43)
    var (zeros, slopes): ([Double], [Double]) = ([], [])
    var (noSpread, noCount): ([Double], [Double]) = ([], [])
    for _ in 0..<10 {
      let model = LinearGaussianModel<Double>.random(data: 5, latent: 2, random: &random)
      let x = model.samples(30, random: &random).x
      let posteriors = (0..<30).map { model.posterior(of: x.sliced(axis: 0, $0..<$0 + 1)) }
      // The bound per datum, with the posteriors of the old model held.
      func slope(_ candidate: LinearGaussianModel<Double>) -> [Double] {
        let all = Check.differences(at: candidate) { moved in
          (0..<30).reduce(0) { sum, i in
            let datum = x.sliced(axis: 0, i..<i + 1)
            return sum + moved.elbo(of: datum, under: posteriors[i]).total.scalar / 30
          }
        }
        // W and log σ² are maximised; b, between them, is held.
        return Array(all[..<10]) + [all[15]]
      }
      let next = model.maximized(for: x)
      slopes += slope(next)
      zeros += slope(next).map { _ in 0 }
      var wrong = next
      let spread = (matmul(next.weights, model.posteriorCovariance) * next.weights).sum()
      wrong.logNoiseVariance = log(next.noiseVariance - spread / 5)
      noSpread += slope(wrong)
      wrong = next
      wrong.weights = model.weights
      noCount += slope(wrong)
    }
    let check = Check.identity(
      "em-step", zeros, equals: slopes, tolerance: 1e-9,
      planted: ["σ² without the spread of z": noSpread, "the old W": noCount])
    #expect(check.passes, "\(check)")
  }

  @Test("ppca-maximum: the steps end where Tipping and Bishop's closed form says")
  func maximumLikelihood() {
    let eigenvalues = [6, 3, 0.9, 0.6, 0.3]
    var random = Random(seed: 44)
    let x = dataWithCovariance(eigenvalues: eigenvalues, count: 100, random: &random)
    var (reached, claims, kept, fewer): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
    for latent in 1...3 {
      var model = LinearGaussianModel<Double>.random(data: 5, latent: latent, random: &random)
      model.bias = x.mean(axis: 0)
      var last = -Double.infinity
      for _ in 0..<400 {
        model = model.maximized(for: x)
        let value = model.logEvidence(of: x).mean().scalar
        #expect(value >= last - 1e-11)
        last = value
      }
      let claim = EvidenceLowerBound.maximumLikelihood(eigenvalues: eigenvalues, latent: latent)
      reached += [model.noiseVariance.scalar, last]
      claims += [claim.noiseVariance, claim.logEvidence]
      kept += [eigenvalues[latent - 1], claim.logEvidence]
      fewer += [
        claim.noiseVariance * Double(5 - latent) / 5, claim.logEvidence,
      ]
    }
    let check = Check.identity(
      "ppca-maximum", reached, equals: claims, tolerance: 1e-9,
      planted: [
        "the last kept eigenvalue": kept, "divided by D, not D − d": fewer,
        "the log-likelihood's sign": claims.enumerated().map { $0 % 2 == 0 ? $1 : -$1 },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("The data have the covariance that was asked for")
  func dataCovariance() {
    var random = Random(seed: 45)
    let x = dataWithCovariance(eigenvalues: [4, 2, 0.5], count: 50, random: &random)
    let covariance = matmul(x, x, transposingFirst: true) / 50
    #expect(abs(x.mean(axis: 0)).max() < 1e-14)
    let trace = covariance[0, 0] + covariance[1, 1] + covariance[2, 2]
    #expect(abs(trace - 6.5) < 1e-12)
    #expect(abs(Cholesky(covariance).logDeterminant - Double.log(4)) < 1e-12)
    #expect(abs(square(covariance).sum().scalar - (16 + 4 + 0.25)) < 1e-11)
  }
}
