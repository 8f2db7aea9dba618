import Tensors

/// An ensemble of classification trees, each grown on its own random draw of the data, and how much
/// each feature contributed to it.
///
/// A tree asks at each node whether one feature is at most some threshold. It takes the question that
/// lowers the Gini impurity 1 − Σ p_c² of the classes most, weighted by the number of data; thresholds
/// are quantiles of the training data. Breiman 1996 and 2001, without his random choice of features;
/// equally good questions are taken at random. Few classes and features, so that it fits on one page.
struct TreeEnsemble {
  /// How a tree is grown.
  struct Settings {
    var trees = 10
    var depth = 10
    /// The number of data in a leaf, at least.
    var leaf = 10
    /// The number of thresholds considered for each feature, at most.
    var thresholds = 63
  }

  /// By how much the questions about each feature lowered the impurity, summed over trees.
  private(set) var importances: [Double]
  private var trees: [[Node]] = []
  private let classes: Int

  private enum Node {
    case leaf(label: Int)
    /// Values up to the threshold go to the node after this one, others to `right`.
    case question(feature: Int, threshold: Double, right: Int)
  }

  /// Grows the trees.
  ///
  /// - Parameters:
  ///   - features: `[count, d]`.
  ///   - labels: For each row, a number in `0..<classes`.
  init(
    features: Tensor<Double>, labels: [Int], classes: Int, settings: Settings = Settings(),
    random: inout Random
  ) {
    let (count, width) = (features.shape[0], features.shape[1])
    self.classes = classes
    importances = [Double](repeating: 0, count: width)
    let thresholds = (0..<width).map { j in
      quantiles(column(features, j), count: settings.thresholds)
    }
    let bins = (0..<width).map { j in
      column(features, j).map { value in firstIndex(in: thresholds[j], atLeast: value) }
    }
    for _ in 0..<settings.trees {
      let draw = (0..<count).map { _ in random.integer(below: count) }
      var tree: [Node] = []
      grow(&tree, draw, depth: 0, thresholds, bins, labels, settings, &random)
      trees.append(tree)
    }
  }

  /// Appends the node for these data, and all below it, to a tree.
  private mutating func grow(
    _ tree: inout [Node], _ data: [Int], depth: Int, _ thresholds: [[Double]], _ bins: [[Int]],
    _ labels: [Int], _ settings: Settings, _ random: inout Random
  ) {
    let counts = data.reduce(into: [Int](repeating: 0, count: classes)) { $0[labels[$1]] += 1 }
    var best: (gain: Double, feature: Int, bin: Int)?
    if depth < settings.depth, data.count >= 2 * settings.leaf, counts.max()! < data.count {
      for feature in random.permutation(bins.count) {
        let question = bestQuestion(data, bins[feature], thresholds[feature].count, labels, counts)
        guard let question, question.gain > (best?.gain ?? 1e-9) + 1e-9 else { continue }
        best = (question.gain, feature, question.bin)
      }
    }
    guard let best else {
      tree.append(.leaf(label: counts.firstIndex(of: counts.max()!)!))
      return
    }
    importances[best.feature] += best.gain
    let node = tree.count
    tree.append(.leaf(label: 0))
    let left = data.filter { bins[best.feature][$0] <= best.bin }
    grow(&tree, left, depth: depth + 1, thresholds, bins, labels, settings, &random)
    tree[node] = .question(
      feature: best.feature, threshold: thresholds[best.feature][best.bin], right: tree.count)
    let right = data.filter { bins[best.feature][$0] > best.bin }
    grow(&tree, right, depth: depth + 1, thresholds, bins, labels, settings, &random)

    /// The threshold of one feature that lowers count · impurity most: by
    /// Σ l_c² / l + Σ r_c² / r − Σ n_c² / n for l + r = n data on its sides.
    func bestQuestion(
      _ data: [Int], _ bin: [Int], _ limit: Int, _ labels: [Int], _ counts: [Int]
    ) -> (gain: Double, bin: Int)? {
      var table = [Int](repeating: 0, count: (limit + 1) * classes)
      for datum in data { table[bin[datum] * classes + labels[datum]] += 1 }
      func purity(_ counts: [Int], _ total: Int) -> Double {
        Double(counts.reduce(0) { $0 + $1 * $1 }) / Double(total)
      }
      var (left, total, found): ([Int], Int, (gain: Double, bin: Int)?) = (
        [Int](repeating: 0, count: classes), 0, nil
      )
      let whole = purity(counts, data.count)
      for threshold in 0..<limit {
        for label in 0..<classes {
          left[label] += table[threshold * classes + label]
          total += table[threshold * classes + label]
        }
        guard total >= settings.leaf, data.count - total >= settings.leaf else { continue }
        let right = zip(counts, left).map { $0 - $1 }
        let gain = purity(left, total) + purity(right, data.count - total) - whole
        if gain > (found?.gain ?? 0) { found = (gain, threshold) }
      }
      return found
    }
  }

  /// The class that most trees answer for a row of features; of equally many votes, the first.
  func callAsFunction(_ row: [Double]) -> Int {
    var votes = [Int](repeating: 0, count: classes)
    for tree in trees {
      var index = 0
      descent: while true {
        switch tree[index] {
        case .leaf(let label):
          votes[label] += 1
          break descent
        case .question(let feature, let threshold, let right):
          index = row[feature] <= threshold ? index + 1 : right
        }
      }
    }
    return votes.firstIndex(of: votes.max()!)!
  }
}

/// At most `count` different values that cut sorted data into parts of about equal size, ascending; none
/// is the largest value.
private func quantiles(_ values: [Double], count: Int) -> [Double] {
  let sorted = values.sorted()
  let cuts = (1...count).map { sorted[Swift.max($0 * sorted.count / (count + 1), 1) - 1] }
  let different = cuts.enumerated().filter { $0 == 0 || $1 > cuts[$0 - 1] }.map(\.element)
  return different.filter { $0 < sorted[sorted.count - 1] }
}

/// The first place in ascending numbers with one of at least `value`; their count if there is none.
private func firstIndex(in numbers: [Double], atLeast value: Double) -> Int {
  var (low, high) = (0, numbers.count)
  while low < high {
    let middle = (low + high) / 2
    if numbers[middle] < value { low = middle + 1 } else { high = middle }
  }
  return low
}
