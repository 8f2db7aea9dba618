import Tensors

/// The separated attribute predictability, SAP: by how much the latent that predicts a factor best on
/// its own is ahead of the next, in the mean over factors.
///
/// Kumar, Sattigeri & Balakrishnan 2018 (arXiv:1711.00848), section 3. An ordered factor is predicted by
/// a line, and the score is R²; a categorical one by cutting the latent's values into intervals, and the
/// score is the mean accuracy over classes. That accuracy is 1 / c at least for c classes, so that a
/// perfect code has a gap of 1 − 1/c there, not 1. Latents that do not vary score 0; factors that do not are
/// left out.
///
/// Equation: sap
///
/// - Parameters:
///   - codes: The means of q(z | x), `[count, d]`.
///   - factors: The factors of each datum, numbered from 0.
///   - categorical: The places of the factors whose values have no order.
/// - Returns: A number in [0, 1].
public func attributePredictability(
  codes: Tensor<Double>, factors: [[Int]], categorical: Set<Int> = []
) -> Double {
  let varying = varyingFactors(codes, factors, "attributePredictability")
  let latents = (0..<codes.shape[1]).map { column(codes, $0) }
  let gaps = varying.map { k in
    let values = factors.map { $0[k] }
    return topGap(
      latents.map { z in
        categorical.contains(k)
          ? intervalAccuracy(z, labels: values) : squaredCorrelation(z, values.map(Double.init))
      })
  }
  return gaps.isEmpty ? 0 : gaps.reduce(0, +) / Double(gaps.count)
}

/// The R² of predicting v by a line in z: 1 − min E(v − a − b z)² / Var v = Cov(z, v)² / (Var z Var v).
///
/// 0 if either does not vary: by less than a part of 10⁻¹² of its largest square, which is rounding.
///
/// Equation: regression-r2
public func squaredCorrelation(_ z: [Double], _ v: [Double]) -> Double {
  guard z.count == v.count, !z.isEmpty else {
    fatalError("squaredCorrelation: \(z.count) and \(v.count) values")
  }
  let (x, y) = (Tensor(z), Tensor(v))
  let (a, b) = (x - x.mean(), y - y.mean())
  let (spreadX, spreadY) = (square(a).sum().scalar, square(b).sum().scalar)
  guard spreadX > 1e-12 * square(x).sum().scalar, spreadY > 1e-12 * square(y).sum().scalar else {
    return 0
  }
  let product = (a * b).sum().scalar
  return product * product / (spreadX * spreadY)
}

/// The best mean accuracy over the classes that occur, c of them, of predicting a class from z when the
/// line is cut into at most c intervals, each with a class; 0 if z does not vary.
///
/// Exact, by dynamic programming along the sorted values: the best total so far for each number of
/// intervals and each class of the last one. Equal values cannot be cut apart.
func intervalAccuracy(_ z: [Double], labels: [Int]) -> Double {
  let present = Set(labels).sorted(), classes = present.count
  let order = z.indices.sorted { z[$0] < z[$1] }
  guard let first = order.first, let last = order.last, z[first] < z[last] else { return 0 }
  let place = Dictionary(uniqueKeysWithValues: zip(present, 0...))
  var weights = [Double](repeating: 0, count: classes)
  for label in labels { weights[place[label]!] += 1 }
  weights = weights.map { 1 / (Double(classes) * $0) }

  // best[intervals - 1][class]; before the first value, one interval of any class has been begun.
  var best = [[Double]](
    repeating: [Double](repeating: -.infinity, count: classes), count: classes)
  best[0] = [Double](repeating: 0, count: classes)
  var begin = 0
  while begin < order.count {
    var gain = [Double](repeating: 0, count: classes), end = begin
    while end < order.count, z[order[end]] == z[order[begin]] {
      let label = place[labels[order[end]]]!
      gain[label] += weights[label]
      end += 1
    }
    let before = best.map { $0.max()! }
    for intervals in 0..<classes {
      for label in 0..<classes {
        let cut = intervals > 0 && begin > 0 ? before[intervals - 1] : -.infinity
        best[intervals][label] = Swift.max(best[intervals][label], cut) + gain[label]
      }
    }
    begin = end
  }
  return best.joined().max()!
}
