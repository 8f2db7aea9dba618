import Tensors

/// How well a score tells anomalies from normal data: the fraction of each that lies above a threshold,
/// for every threshold. The receiver operating characteristic (ROC).
public struct ReceiverCurve: Sendable {
  /// The fraction of normal data at or above each threshold, from 0 to 1: false alarms.
  public let falseAlarms: [Double]
  /// The fraction of anomalies at or above each threshold, from 0 to 1: hits.
  public let hits: [Double]

  /// The curve of scores that are meant to be higher for anomalies; neither list is empty.
  public init(normal: [Double], anomalous: [Double]) {
    guard !normal.isEmpty, !anomalous.isEmpty else {
      fatalError("ReceiverCurve: \(normal.count) normal scores, \(anomalous.count) anomalous")
    }
    let all = (normal.map { ($0, false) } + anomalous.map { ($0, true) }).sorted { $0.0 > $1.0 }
    var (alarms, found) = (0, 0)
    var points: [(Int, Int)] = [(0, 0)]
    for (index, (score, isAnomaly)) in all.enumerated() {
      if isAnomaly { found += 1 } else { alarms += 1 }
      // Equal scores pass a threshold together.
      if index + 1 == all.count || all[index + 1].0 < score { points.append((alarms, found)) }
    }
    falseAlarms = points.map { Double($0.0) / Double(normal.count) }
    hits = points.map { Double($0.1) / Double(anomalous.count) }
  }

  /// The area under the curve (AUC), by trapezoids.
  ///
  /// Equation: auc-mann-whitney
  public var area: Double {
    var sum = 0.0
    for i in 1..<hits.count {
      let height = 0.5 * (hits[i] + hits[i - 1])
      sum += (falseAlarms[i] - falseAlarms[i - 1]) * height
    }
    return sum
  }
}

/// The fraction of pairs of an anomaly and a normal datum in which the anomaly has the higher score;
/// equal scores count a half.
///
/// Mann & Whitney 1947, doi:10.1214/aoms/1177730491, counted such pairs.
///
/// Equation: auc-mann-whitney
public func pairsInOrder(normal: [Double], anomalous: [Double]) -> Double {
  let sum = anomalous.reduce(0) { $0 + fractionBelow($1, of: normal) }
  return sum / Double(anomalous.count)
}

/// The standard error of the area under the curve, from one sample of m anomalies and n normal data,
/// at least two of each.
///
/// √(s²(hits) / m + s²(alarms) / n), with s² the sample variance of the fraction of normal data below
/// each anomaly, and of anomalies above each normal datum. DeLong, DeLong & Clarke-Pearson 1988.
///
/// Equation: auc-error
public func areaStandardError(normal: [Double], anomalous: [Double]) -> Double {
  let below = anomalous.map { fractionBelow($0, of: normal) }
  let above = normal.map { 1 - fractionBelow($0, of: anomalous) }
  return
    (sampleVariance(below) / Double(below.count) + sampleVariance(above) / Double(above.count))
    .squareRoot()
}

/// The fraction of values below one, equal ones counting a half.
private func fractionBelow(_ value: Double, of others: [Double]) -> Double {
  let below = others.count { $0 < value }
  let equal = others.count { $0 == value }
  return (Double(below) + 0.5 * Double(equal)) / Double(others.count)
}

/// The unbiased variance of a sample of at least two.
func sampleVariance(_ values: [Double]) -> Double {
  let mean = values.reduce(0, +) / Double(values.count)
  return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
}

/// log p at the mean of a Gaussian less its average over draws, in nats: half the number of dimensions.
///
/// Equation: density-margin
public func densityMargin(dimensions: Int) -> Double { Double(dimensions) / 2 }
