import Reparameterization
import Tensors
import Testing

@Test("Mean, variance and standard error of each column")
func columnStatistics() {
  let statistics = GradientStatistics(Tensor([4, 2], [1, 10, 3, 10, 5, 30, 7, 30]))
  #expect(statistics.mean == Tensor([4, 20]))
  #expect(abs(statistics.variance - Tensor([20.0 / 3, 400.0 / 3])).max() < 1e-12)
  #expect(
    abs(statistics.standardError - Tensor([5.0 / 3, 100.0 / 3].map { $0.squareRoot() })).max()
      < 1e-12)
  let deviation = statistics.worstDeviation(from: Tensor([4, 0]))
  #expect(abs(deviation - 20 / (100.0 / 3).squareRoot()) < 1e-12)
}

@Test("The variance of means of groups leaves out what fills no group")
func groupedVariance() {
  let variance = varianceOfMeans(Tensor([5, 1], [1, 3, 5, 7, 1_000]), of: 2)
  #expect(variance == Tensor([8]))
}

@Test("A power law has its exponent as slope")
func powerLaw() {
  let slope = logLogSlope(x: [1, 2, 4, 8], y: [3, 0.75, 0.1875, 0.046875])
  #expect(abs(slope + 2) < 1e-12)
}
