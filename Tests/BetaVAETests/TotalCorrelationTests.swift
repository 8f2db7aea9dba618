import Tensors
import Testing

@testable import BetaVAE

/// Codes of seven data on three latents, and one draw of each.
private let (z, mean, logVariance): (Tensor<Double>, Tensor<Double>, Tensor<Double>) = {
  var random = Random(seed: 79)
  let mean: Tensor<Double> = random.normal([7, 3])
  let logVariance: Tensor<Double> = 0.5 * random.normal([7, 3]) - 1
  return (mean + exp(0.5 * logVariance) * random.normal([7, 3]), mean, logVariance)
}()

/// All sets of `size` of `others`.
private func subsets(_ size: Int, of others: [Int]) -> [[Int]] {
  guard size > 0 else { return [[]] }
  return others.indices.flatMap { i in
    subsets(size - 1, of: Array(others[(i + 1)...])).map { [others[i]] + $0 }
  }
}

@Suite("Total correlation from a mini-batch")
struct TotalCorrelationTests {
  /// The mean over all batches of four with datum 0 of the estimate of q(z₀), by the row of W that
  /// datum 0 has when it stands at `place` in the batch.
  private func meanDensity(_ weights: MinibatchWeights, place: Int) -> Double {
    let batches = subsets(3, of: Array(1..<7))
    let w = exp(weights.logWeights(batch: 4, of: 7, as: Double.self))
    let values = batches.map { others in
      var batch = others
      batch.insert(0, at: place)
      return batch.indices.reduce(0.0) { sum, k in
        let one = mixtureLogDensities(
          z.sliced(axis: 0, 0..<1), mean: mean.rows(at: [batch[k]]),
          logVariance: logVariance.rows(at: [batch[k]]), logWeights: Tensor(0).reshaped([1, 1]))
        return sum + w[place, k] * Double.exp(one.joint.scalar)
      }
    }
    return values.reduce(0, +) / Double(values.count)
  }

  @Test("minibatch-weights: over all batches with the datum, the mean estimate is q(z) itself")
  func unbiased() {
    let exact = Double.exp(
      AveragePosterior(mean: mean, logVariance: logVariance)
        .logDensities(z.sliced(axis: 0, 0..<1)).joint.scalar)
    func estimates(_ weights: MinibatchWeights) -> [Double] {
      (0..<4).map { meanDensity(weights, place: $0) }
    }
    let check = Check.identity(
      "minibatch-weights", estimates(.stratified), equals: [exact, exact, exact, exact],
      planted: [
        "every datum 1/B": estimates(.plain), "every datum 1/(N B)": estimates(.weighted),
        "1/N in the first column": estimates(.misplaced),
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("weights without bias, and the misplaced ones, add up to 1 in nearly every row")
  func sums() {
    let rows = exp(MinibatchWeights.stratified.logWeights(batch: 5, of: 40, as: Double.self))
      .sum(axis: 1)
    #expect(rows.scalars.allSatisfy { abs($0 - 1) < 1e-12 })
    let all = exp(MinibatchWeights.stratified.logWeights(batch: 5, of: 5, as: Double.self))
    #expect(all.scalars.allSatisfy { abs($0 - 0.2) < 1e-12 }, "a batch of all data is exact")
  }

  @Test("tc-estimate: a batch of all data gives the mean of log q(z) − Σ log q(zⱼ) at its draws")
  func estimate() {
    let (joint, marginals) = AveragePosterior(mean: mean, logVariance: logVariance)
      .logDensities(z)
    let exact = (joint - marginals.sum(axis: 1)).mean().scalar
    func estimate(_ weights: MinibatchWeights, of count: Int = 7) -> Double {
      minibatchTotalCorrelation(
        z, mean: mean, logVariance: logVariance,
        logWeights: weights.logWeights(batch: 7, of: count)
      ).scalar
    }
    let check = Check.identity(
      "tc-estimate", [estimate(.stratified), estimate(.plain)], equals: [exact, exact],
      planted: [
        "1/(N B) for the weights": [estimate(.weighted), exact],
        "a sign": [-exact, -exact],
        "the joint alone": [joint.mean().scalar, exact],
      ])
    #expect(check.passes, "\(check)")
    // Weights of 1/(N B) shift the joint by −log N once and the marginals d times.
    #expect(abs(estimate(.weighted) - exact - 2 * Double.log(7)) < 1e-12)
  }

  @Test("tc-gradient: by z, by μ and by λ", arguments: MinibatchWeights.allCases)
  func gradient(weights: MinibatchWeights) {
    let logWeights = weights.logWeights(batch: 7, of: 50, as: Double.self)
    let claim = { (p: [Tensor<Double>]) -> [Tensor<Double>] in
      let g = minibatchTotalCorrelationGradient(
        p[0], mean: p[1], logVariance: p[2], logWeights: logWeights)
      return [g.z, g.mean, g.logVariance]
    }
    let check = Check.gradient(
      "tc-gradient", at: [z, mean, logVariance],
      of: {
        minibatchTotalCorrelation($0[0], mean: $0[1], logVariance: $0[2], logWeights: logWeights)
      },
      claim: claim,
      planted: [
        "the densities' own parameters held fixed": { [claim($0)[0], 0 * $0[1], 0 * $0[2]] },
        "no factor ½ at λ": { [claim($0)[0], claim($0)[1], 2 * claim($0)[2]] },
        "a sum over the batch": { claim($0).map { 7 * $0 } },
        "the sign at z": { [-claim($0)[0], claim($0)[1], claim($0)[2]] },
      ])
    #expect(check.passes, "\(check)")
  }
}
