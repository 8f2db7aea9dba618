import BetaVAE
import KLDivergence
import Tensors
import Testing

@Suite("Information in tables")
struct TableInformationTests {
  @Test("table-information: the divergence from independence is H(a) + H(b) − H(a, b)")
  func tableInformation() {
    let tables = (0..<60).map { number -> Tensor<Double> in
      var random = Random(seed: 74, stream: UInt64(number))
      let shape: Shape = [2 + number % 4, 3 + number % 3]
      let logits = 2 * random.normal([shape.count], as: Double.self)
      return softmax(logits).reshaped(shape)
    }
    let entropies = tables.map { table in
      (
        a: entropy(table.sum(axis: 1)).scalar, b: entropy(table.sum(axis: 0)).scalar,
        both: entropy(table.reshaped([table.count])).scalar
      )
    }
    let check = Check.identity(
      "table-information", tables.map { mutualInformation(ofTable: $0) },
      equals: entropies.map { $0.a + $0.b - $0.both },
      planted: [
        "a sign": entropies.map { $0.both - $0.a - $0.b },
        "conditional entropy": entropies.map { $0.both - $0.b },
        "one marginal twice": entropies.map { 2 * $0.a - $0.both },
        "bits": entropies.map { ($0.a + $0.b - $0.both) / Double.log(2) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("Independent variables have none, equal ones their entropy, and zeros do no harm")
  func extremes() {
    let independent = independentTable(Tensor<Double>([0.2, 0.3, 0.5]), Tensor([0.25, 0.75]))
    #expect(abs(mutualInformation(ofTable: independent)) < 1e-15)
    let equal = pairFrequencies([0, 1, 2, 1], 3, [0, 1, 2, 1], 4)
    #expect(equal.shape == [3, 4])
    #expect(abs(mutualInformation(ofTable: equal) - 1.5 * Double.log(2)) < 1e-15)
    #expect(mutualInformation(ofTable: pairFrequencies([0], 1, [0], 1)) == 0)
  }

  @Test("Bins are equally wide, the largest value lies in the last, equal values share the first")
  func bins() {
    #expect(binned([0, 0.24, 0.26, 0.5, 1], bins: 4) == [0, 0, 1, 2, 3])
    #expect(binned([-3, -1, 1], bins: 20) == [0, 10, 19])
    #expect(binned([2, 2, 2], bins: 20) == [0, 0, 0])
    #expect(binned([5], bins: 1) == [0])
  }
}
