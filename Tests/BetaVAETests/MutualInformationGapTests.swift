import BetaVAE
import KLDivergence
import Tensors
import Testing

@Suite("The mutual information gap")
struct MutualInformationGapTests {
  /// H of a coin that shows heads with probability p, in nats.
  private func coin(_ p: Double) -> Double { entropy(Tensor<Double>([p, 1 - p])).scalar }

  /// Two binary factors, and three latents: factor 0 with `a` and with `b` of 16 values flipped, and
  /// factor 1 with `c` of 16 flipped, in tables that are exact.
  private func channel(_ a: Int, _ b: Int, _ c: Int) -> (codes: Tensor<Double>, factors: [[Int]]) {
    var (codes, factors): ([Double], [[Int]]) = ([], [])
    for index in 0..<64 {
      let (first, second, noise) = (index % 2, index / 2 % 2, index / 4)
      factors.append([first, second])
      let flipped = [(first, a), (first, b), (second, c)].map { noise < $1 ? 1 - $0 : $0 }
      codes += flipped.map(Double.init)
    }
    return (Tensor([64, 3], codes), factors)
  }

  @Test("mig: of two noisy copies of one factor and one of another, in closed form")
  func mig() {
    let cases = [(0, 4, 0), (1, 3, 2), (2, 7, 8), (4, 1, 3), (5, 5, 1), (0, 8, 6)]
    let bit = Double.log(2)
    // I(flipped copy; factor) = log 2 − H(part flipped); latents of one factor tell nothing of the other.
    let information = cases.map { a, b, c in
      [a, b, c].map { bit - coin(Double($0) / 16) }
    }
    let check = Check.identity(
      "mig",
      cases.map { a, b, c in
        let (codes, factors) = channel(a, b, c)
        return mutualInformationGap(codes: codes, factors: factors)
      },
      equals: information.map { (abs($0[0] - $0[1]) + $0[2]) / (2 * bit) },
      planted: [
        "not divided by the entropy": information.map { (abs($0[0] - $0[1]) + $0[2]) / 2 },
        "no second latent": information.map { (max($0[0], $0[1]) + $0[2]) / (2 * bit) },
        "sum over factors": information.map { (abs($0[0] - $0[1]) + $0[2]) / bit },
        "gap between factors": information.map { $0.reduce(0, +) / (3 * bit) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("One latent, one factor, one value, one datum")
  func degenerate() {
    let codes = Tensor<Double>([4, 1], [0, 1, 2, 3])
    #expect(abs(mutualInformationGap(codes: codes, factors: [[0], [1], [2], [3]]) - 1) < 1e-15)
    #expect(mutualInformationGap(codes: codes, factors: [[0], [0], [0], [0]]) == 0)
    #expect(mutualInformationGap(codes: Tensor([1, 1], [7]), factors: [[2]]) == 0)
  }

  @Test("Noise tells about (bins − 1)(values − 1) / 2n nats by chance")
  func chance() {
    let (information, entropies) = factorInformation(
      codes: Known.noise(Known.factors), factors: Known.factors, bins: 10)
    for (k, size) in Known.sizes.enumerated() {
      #expect(abs(entropies[k] - Double.log(Double(size))) < 1e-12)
      // 2n I is about χ² with that many degrees of freedom, of which the mean of five is taken.
      let freedom = 9 * Double(size - 1)
      let mean = (0..<5).reduce(0) { $0 + 2 * 960 * information[$1, k] } / 5
      #expect(abs(mean - freedom) < 5 * (2 * freedom / 5).squareRoot())
    }
  }
}
