import Autoencoder
import Tensors
import Testing

@Suite("Measures of a code space")
struct CodeSpaceTests {
  @Test("distances and neighbours agree with their definitions")
  func distances() {
    var random = Random(seed: 39)
    let (x, y): (Tensor<Double>, Tensor<Double>) = (random.normal([5, 3]), random.normal([9, 3]))
    let all = squaredDistances(x, y)
    let neighbours = nearestNeighbours(x, in: y, count: 4)
    for i in 0..<5 {
      let direct = (0..<9).map { j in
        (0..<3).reduce(0) { $0 + (x[i, $1] - y[j, $1]) * (x[i, $1] - y[j, $1]) }
      }
      for j in 0..<9 { #expect(Swift.abs(all[i, j] - direct[j]) < 1e-13) }
      #expect(neighbours[i] == Array((0..<9).sorted { direct[$0] < direct[$1] }.prefix(4)))
      #expect(nearestSquaredDistances(x, in: y)[i] == all[i, neighbours[i][0]])
    }
    #expect(squaredDistances(x, x).min() >= 0)
  }

  @Test("agreement is the share of the commonest label")
  func agreementOfLabels() {
    let labels: [UInt8] = [3, 3, 7, 7, 9]
    #expect(agreement(of: [[0, 1]], labels: labels) == 1)
    #expect(agreement(of: [[0, 1], [0, 2]], labels: labels) == 0.75)
    #expect(agreement(of: [[0, 1, 2, 4]], labels: labels) == 0.5)
  }

  @Test("box samples stay in the box and fill it")
  func box() {
    var random = Random(seed: 40)
    let codes = Tensor<Double>([3, 2], [-1, 5, 3, 6, 0, 9])
    let sample = boxSample(around: codes, count: 4_000, random: &random)
    let (lower, upper) = (-((-sample).max(axis: 0)), sample.max(axis: 0))
    #expect(lower[0] >= -1 && upper[0] <= 3 && lower[1] >= 5 && upper[1] <= 9)
    #expect(lower[0] < -0.95 && upper[0] > 2.95 && lower[1] < 5.05 && upper[1] > 8.95)
  }

  @Test("correlation and median")
  func statistics() {
    let x = Tensor<Double>([1, 2, 3, 4])
    #expect(Swift.abs(correlation(x, 3 - 2 * x) + 1) < 1e-15)
    #expect(correlation(x, Tensor([1, -1, -1, 1])) == 0)
    #expect(median([3, 1, 2]) == 2 && median([4, 1, 2, 3]) == 2.5)
  }
}
