import Tensors
import Testing

@testable import VectorQuantization

@Suite("Quantisation")
struct QuantizationTests {
  @Test("nearest-code: no code is nearer than the one that is given")
  func nearest() {
    let (z, e) = smallCodes()
    func distances(_ chosen: [Int]) -> [Double] {
      chosen.enumerated().map { squaredDistance(z, $0, e, $1) }
    }
    let products = matmul(z, e, transposingSecond: true)
    let squares = square(e).sum(axis: 1)
    let check = Check.identity(
      "nearest-code", distances(nearestCodes(z, codebook: e)),
      equals: (0..<20).map { i in (0..<4).map { squaredDistance(z, i, e, $0) }.min()! },
      planted: [
        "no factor ½ at ‖e‖²": distances(largestIndices(products - squares)),
        "‖e‖² forgotten": distances(largestIndices(products)),
        "the farthest": distances(largestIndices(0.5 * squares - products)),
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("one code takes everything; of two equal codes the first is given")
  func degenerate() {
    let (z, e) = smallCodes()
    #expect(nearestCodes(z, codebook: e.rows(at: [2])) == [Int](repeating: 0, count: 20))
    #expect(!nearestCodes(z, codebook: e.rows(at: [1, 1, 0])).contains(1))
    #expect(nearestCodes(e, codebook: e) == [0, 1, 2, 3])
    #expect(nearestCodes(Tensor<Double>.zeros([0, 3]), codebook: e) == [])
  }

  @Test("straight-through: the value of the code, the derivative of the encoding")
  func straight() {
    let (z, e) = smallCodes()
    let frozen = FrozenCopies(encodings: z, codebook: e)
    let check = Check.vectorJacobianProduct(
      "straight-through", at: z, of: { straightThrough($0, frozen: frozen) }, vjp: { $1 },
      planted: [
        "the derivative of a step function": { z, _ in .zeros(z.shape) },
        "half of it": { 0.5 * $1 },
      ])
    #expect(check.passes, "\(check)")
    #expect(abs(straightThrough(z, frozen: frozen) - frozen.codes).max() < 1e-15)
    let (_, gradient) = valueAndGradient(at: z, e) { z, e in
      square(straightThrough(z, frozen: FrozenCopies(encodings: z, codebook: e))).sum()
    }
    #expect(gradient.1 == .zeros([4, 3]), "the codebook hears nothing through the decoder")
    #expect(abs(gradient.0 - 2 * frozen.codes).max() < 1e-14)
  }
}

@Suite("The two terms")
struct CodebookTermTests {
  @Test("codebook-term: the squared distance to the code, by the code")
  func codebookValue() {
    let (z, e) = smallCodes()
    let frozen = FrozenCopies(encodings: z, codebook: e)
    let naive = frozen.assignments.enumerated().map { squaredDistance(z, $0, e, $1) }
    let check = Check.identity(
      "codebook-term", codebookTerm(e, frozen: frozen).scalars, equals: naive,
      planted: [
        "the distance, not its square": naive.map { $0.squareRoot() },
        "the mean over coordinates": naive.map { $0 / 3 },
        "the second code throughout": (0..<20).map { squaredDistance(z, $0, e, 1) },
      ])
    #expect(check.passes, "\(check)")
    let byEncodings = valueAndGradient(at: z) { z in
      codebookTerm(e, frozen: FrozenCopies(encodings: z, codebook: e)).sum()
    }.gradient
    #expect(byEncodings == .zeros(z.shape))
  }

  @Test("commitment-term: the squared distance to the code, by the encoding")
  func commitmentValue() {
    let (z, e) = smallCodes(stream: 1)
    let frozen = FrozenCopies(encodings: z, codebook: e)
    let naive = frozen.assignments.enumerated().map { squaredDistance(z, $0, e, $1) }
    let check = Check.identity(
      "commitment-term", commitmentTerm(z, frozen: frozen).scalars, equals: naive,
      planted: [
        "the distance, not its square": naive.map { $0.squareRoot() },
        "the mean over coordinates": naive.map { $0 / 3 },
        "a half": naive.map { $0 / 2 },
      ])
    #expect(check.passes, "\(check)")
    let byCodes = valueAndGradient(at: e) { e in
      commitmentTerm(z, frozen: FrozenCopies(encodings: z, codebook: e)).sum()
    }.gradient
    #expect(byCodes == .zeros(e.shape))
  }

  @Test("codebook-gradient: 2 (n e − Σ z)")
  func codebookGradientCheck() {
    let (z, e) = smallCodes()
    let frozen = FrozenCopies(encodings: z, codebook: e)
    let assigned = AssignedSums(frozen, codes: 4)
    let counts = assigned.counts.expanded(axis: 1)
    let check = Check.gradient(
      "codebook-gradient", at: e, of: { codebookTerm($0, frozen: frozen).sum() },
      claim: { codebookGradient($0, frozen: frozen) },
      planted: [
        "towards the sum": { 2 * ($0 - assigned.sums) },
        "towards the mean, not counted": { 2 * ($0 - assigned.means(or: $0)) },
        "averaged over encodings": { codebookGradient($0, frozen: frozen) / 20 },
        "pushed away": { 2 * (assigned.sums - counts * $0) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("commitment-gradient: 2 (z − ē)")
  func commitmentGradientCheck() {
    let (z, e) = smallCodes(stream: 1)
    let frozen = FrozenCopies(encodings: z, codebook: e)
    let check = Check.vectorJacobianProduct(
      "commitment-gradient", at: z, of: { commitmentTerm($0, frozen: frozen) },
      vjp: { z, g in g.expanded(axis: 1) * commitmentGradient(z, frozen: frozen) },
      planted: [
        "the distance, not its square": { z, g in
          let distance = sqrt(commitmentTerm(z, frozen: frozen))
          return (g / distance).expanded(axis: 1) * (z - frozen.codes)
        },
        "towards the mean of the codes": { z, g in
          2 * g.expanded(axis: 1) * (z - e.mean(axis: 0))
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("differences of the two terms' value accept only the version without stop-gradients")
  func naiveDifferences() {
    let (z, e) = smallCodes()
    func value(_ point: [Tensor<Double>], _ penalty: Penalty) -> Tensor<Double> {
      let frozen = FrozenCopies(encodings: point[0], codebook: point[1])
      return penalty(encodings: point[0], codebook: point[1], frozen: frozen, beta: 0.25).sum()
    }
    let naive = Check.differences(at: [z, e]) { value($0, .right).scalar }
    for penalty in Penalty.allCases {
      let claim = valueAndGradient(at: [z, e]) { value($0, penalty) }.gradient.flatMap(\.scalars)
      let worst = zip(claim, naive).map { Swift.abs($0 - $1) }.max()!
      #expect((worst < 1e-8) == (penalty == .noStopGradient), "\(penalty): \(worst)")
    }
  }

  @Test("codebook-minimum: the distance is that to the mean, plus n times that of the code to it")
  func codebookMinimum() {
    let (z, e) = smallCodes(stream: 2)
    let frozen = FrozenCopies(encodings: z, codebook: e)
    let assigned = AssignedSums(frozen, codes: 4)
    let means = assigned.means(or: e)
    let others = (0..<5).map { stream in smallCodes(stream: 10 + UInt64(stream)).codebook }
    func total(_ codebook: Tensor<Double>) -> Double {
      codebookTerm(codebook, frozen: frozen).sum().scalar
    }
    func around(_ centre: Tensor<Double>, weights: Tensor<Double>) -> [Double] {
      others.map { total(centre) + (weights * square($0 - centre).sum(axis: 1)).sum().scalar }
    }
    let check = Check.identity(
      "codebook-minimum", others.map(total), equals: around(means, weights: assigned.counts),
      planted: [
        "not counted": around(means, weights: .ones([4])),
        "around the old codes": around(e, weights: assigned.counts),
        "around the mean of all": around(
          z.mean(axis: 0).broadcast(to: [4, 3]), weights: assigned.counts),
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("a code without encodings keeps its place among the means")
  func emptyCode() {
    let (z, e) = smallCodes()
    let assigned = AssignedSums(z, assignments: [Int](repeating: 1, count: 20), codes: 4)
    let means = assigned.means(or: e)
    #expect(means.rows(at: [0, 2, 3]) == e.rows(at: [0, 2, 3]))
    #expect(abs(means.rows(at: [1]) - z.mean(axis: 0)).max() < 1e-15)
  }
}
