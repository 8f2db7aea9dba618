import KLDivergence
import Tensors

/// The mutual information I(a; b) in nats of a table of probabilities p(a, b), `[a, b]`: the divergence
/// of the table from that of independent variables with the same marginals.
///
/// It is also H(a) + H(b) − H(a, b): what is saved by coding the two together.
///
/// Equation: table-information
public func mutualInformation(ofTable table: Tensor<Double>) -> Double {
  jointKL(table, independentTable(table.sum(axis: 1), table.sum(axis: 0))).scalar
}

/// How often each pair of values occurs, as part of all: `[firstSize, secondSize]`.
///
/// - Parameters:
///   - first: Numbers in `0..<firstSize`.
///   - second: As many numbers in `0..<secondSize`.
public func pairFrequencies(
  _ first: [Int], _ firstSize: Int, _ second: [Int], _ secondSize: Int
) -> Tensor<Double> {
  guard first.count == second.count, !first.isEmpty else {
    fatalError("pairFrequencies: \(first.count) and \(second.count) values")
  }
  var counts = [Double](repeating: 0, count: firstSize * secondSize)
  for (a, b) in zip(first, second) { counts[a * secondSize + b] += 1 }
  return Tensor([firstSize, secondSize], counts) / Double(first.count)
}

/// The number of the bin that each value lies in, of `bins` equally wide ones between the smallest and
/// the largest value; 0 for all when those are equal.
public func binned(_ values: [Double], bins: Int) -> [Int] {
  guard bins > 0, let low = values.min(), let high = values.max(), (high - low).isFinite else {
    fatalError("binned: \(values.count) values, all finite, in \(bins) bins")
  }
  if high == low { return values.map { _ in 0 } }
  return values.map { Swift.min(bins - 1, Int(Double(bins) * (($0 - low) / (high - low)))) }
}

/// Column `index` of a matrix `[count, d]`.
func column(_ matrix: Tensor<Double>, _ index: Int) -> [Double] {
  matrix.sliced(axis: 1, index..<index + 1).scalars
}

/// Checks that there is a vector of factors, all of one length, for each code, and gives that length.
func factorCount(_ codes: Tensor<Double>, _ factors: [[Int]], _ function: String) -> Int {
  guard codes.shape.rank == 2, codes.shape[0] == factors.count, let first = factors.first,
    factors.allSatisfy({ $0.count == first.count })
  else { fatalError("\(function): codes \(codes.shape), \(factors.count) vectors of factors") }
  return first.count
}

/// The places of the factors that have more than one value, after the checks of `factorCount`.
func varyingFactors(_ codes: Tensor<Double>, _ factors: [[Int]], _ function: String) -> [Int] {
  (0..<factorCount(codes, factors, function)).filter { k in
    factors.contains { $0[k] != factors[0][k] }
  }
}
