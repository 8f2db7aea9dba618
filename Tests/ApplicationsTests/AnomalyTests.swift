import EvidenceLowerBound
import KLDivergence
import Tensors
import Testing
import VariationalAutoencoder

@testable import Applications

@Suite("Anomaly detection")
struct AnomalyTests {
  @Test("auc-mann-whitney: the area under the curve is the fraction of pairs in order, ties a half")
  func area() {
    var random = Random(seed: 60)
    var (left, right): ([Double], [Double]) = ([], [])
    var (strict, loose, turned, step): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
    for (n, m) in [(1, 1), (1, 4), (5, 3), (40, 30)] {
      // Whole numbers, so that there are ties.
      let normal = (0..<n).map { _ in Double(random.integer(below: 6)) }
      let anomalous = (0..<m).map { _ in Double(1 + random.integer(below: 6)) }
      let curve = ReceiverCurve(normal: normal, anomalous: anomalous)
      #expect(curve.hits.first == 0 && curve.hits.last == 1)
      #expect(curve.falseAlarms.first == 0 && curve.falseAlarms.last == 1)
      left.append(curve.area)
      right.append(pairsInOrder(normal: normal, anomalous: anomalous))
      func fraction(_ holds: (Double, Double) -> Bool) -> Double {
        average(anomalous.flatMap { a in normal.map { holds(a, $0) ? 1 : 0 } })
      }
      strict.append(fraction { $0 > $1 })
      loose.append(fraction { $0 >= $1 })
      turned.append(pairsInOrder(normal: anomalous, anomalous: normal))
      var steps = 0.0
      for i in 1..<curve.hits.count {
        steps += (curve.falseAlarms[i] - curve.falseAlarms[i - 1]) * curve.hits[i - 1]
      }
      step.append(steps)
    }
    let check = Check.identity(
      "auc-mann-whitney", left, equals: right,
      planted: [
        "ties count nothing": strict, "ties count one": loose, "the groups exchanged": turned,
        "steps for trapezoids": step,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("auc-error: on average the variance of the area, for scores without a difference")
  func error() {
    var random = Random(seed: 61)
    let (n, m) = (8, 5)
    var (squares, areas): ([Double], [Double]) = ([], [])
    for _ in 0..<4_000 {
      let scores: [Double] = random.normal([n + m]).scalars
      let (normal, anomalous) = (Array(scores.prefix(n)), Array(scores.suffix(m)))
      let error = areaStandardError(normal: normal, anomalous: anomalous)
      squares.append(error * error)
      areas.append(pairsInOrder(normal: normal, anomalous: anomalous))
    }
    let nm = Double(n * m)
    let exact = Double(n + m + 1) / (12 * nm)
    // For equally distributed scores the estimate is too large by 1 / (12 n m) on average.
    let check = Check.mean(
      "auc-error", of: squares, is: exact + 1 / (12 * nm),
      planted: [
        "pairs taken to be independent": 0.25 / nm, "the anomalies alone": 1 / (12 * Double(m)),
        "not divided by the number of data": Double(m) / 12 + Double(n) / 12,
      ])
    #expect(check.passes, "\(check)")
    #expect(abs(sampleVariance(areas) - exact) < 0.1 * exact)
  }

  @Test("density-margin: the mean is D/2 nats above the average datum, whatever the covariance")
  func margin() {
    var random = Random(seed: 62)
    var (left, right): ([Double], [Double]) = ([], [])
    let sizes = [1, 2, 5, 12]
    for d in sizes {
      let p = FullGaussian.random(dimensions: d, random: &random)
      left.append(p.logDensity(p.mean) - p.logDensities(p.quadraturePoints).mean().scalar)
      right.append(densityMargin(dimensions: d))
    }
    let check = Check.identity(
      "density-margin", left, equals: right, tolerance: 1e-11,
      planted: [
        "D": sizes.map(Double.init), "√D": sizes.map { Double($0).squareRoot() },
        "no margin": sizes.map { _ in 0 },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("scores: the three of a model with an affine decoder agree with what is known")
  func scores() {
    var (network, model, random) = linearDecoderExample(seed: 63)
    let x: Tensor<Double> = model.samples(3, random: &random).x
    let scores = network.scores(x, samples: 20_000, random: &random)
    let (mean, logVariance) = network.encode(x)
    let q = DiagonalGaussian(mean: mean, logVariance: logVariance)
    for row in 0..<3 {
      let datum = x.rows(at: [row])
      let bound = model.elbo(of: datum, under: q.full(row))
      #expect(abs(scores.elbo[row] - bound.total.scalars[0]) < 0.2)
      #expect(abs(scores.reconstruction[row] - bound.reconstruction.scalars[0]) < 0.2)
      #expect(scores.logLikelihood[row] > scores.elbo[row])
    }
  }
}
