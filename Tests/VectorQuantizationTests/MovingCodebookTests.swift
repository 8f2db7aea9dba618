import KLDivergence
import Tensors
import Testing

@testable import VectorQuantization

@Suite("The moving codebook")
struct MovingCodebookTests {
  @Test("ema-step: the steps give S / N, the averages of sums over those of counts")
  func averages() {
    var random = Random(seed: 93)
    let start: Tensor<Double> = random.normal([4, 3])
    // The averages as they are defined, beside two ways to get them wrong.
    func codebook(countsStay: Bool, plainSums: Bool) -> [Double] {
      var random = Random(seed: 94)
      var moving = MovingCodebook(start, count: 2, decay: 0.9)
      var (sums, counts) = (2 * start, Tensor<Double>([4], repeating: 2))
      for _ in 0..<30 {
        let frozen = FrozenCopies(
          encodings: random.normal([10, 3], as: Double.self), codebook: moving.codebook)
        moving.update(frozen)
        let assigned = AssignedSums(frozen, codes: 4)
        let weight = plainSums ? 1 : 0.1
        sums = 0.9 * sums + weight * assigned.sums
        counts = (countsStay ? 1 : 0.9) * counts + weight * assigned.counts
      }
      return (sums / counts.expanded(axis: 1)).scalars
    }
    var moving = MovingCodebook(start, count: 2, decay: 0.9)
    var again = Random(seed: 94)
    for _ in 0..<30 {
      moving.update(
        FrozenCopies(encodings: again.normal([10, 3], as: Double.self), codebook: moving.codebook))
    }
    let check = Check.identity(
      "ema-step", moving.codebook.scalars, equals: codebook(countsStay: false, plainSums: false),
      planted: [
        "the counts do not decay": codebook(countsStay: true, plainSums: false),
        "the batch at full weight": codebook(countsStay: false, plainSums: true),
        "no step at all": start.scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("ema-step: each step is a gradient step of (1 − γ) / 2N on the codebook term")
  func gradientStep() {
    let (z, e) = smallCodes(stream: 3)
    let frozen = FrozenCopies(encodings: z, codebook: e)
    var moving = MovingCodebook(e, count: 3, decay: 0.9)
    moving.update(frozen)
    let slope = codebookGradient(e, frozen: frozen)
    func stepped(_ size: Tensor<Double>) -> [Double] {
      (e - size.expanded(axis: 1) * slope).scalars
    }
    let check = Check.identity(
      "ema-step", moving.codebook.scalars, equals: stepped(0.05 / moving.counts),
      planted: [
        "divided by the old counts": stepped(Tensor([4], repeating: 0.05 / 3)),
        "no factor ½": stepped(0.1 / moving.counts),
        "one step size for all": stepped(Tensor([4], repeating: 0.05)),
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("on one batch again and again, with fixed assignments, the codes go to the means")
  func settles() {
    let (z, e) = smallCodes(stream: 4)
    var moving = MovingCodebook(e, decay: 0.5)
    var frozen = FrozenCopies(encodings: z, codebook: e)
    for _ in 0..<200 {
      moving.update(frozen)
      frozen = FrozenCopies(encodings: z, codebook: moving.codebook)
    }
    let means = AssignedSums(frozen, codes: 4).means(or: moving.codebook)
    #expect(abs(moving.codebook - means).max() < 1e-12)
  }

  @Test("a code without encodings stays, and is revived below the threshold only")
  func revive() {
    let e = Tensor<Double>([2, 1], [0, 100])
    let z = Tensor<Double>([3, 1], [-1, 0.5, 1])
    var moving = MovingCodebook(e, count: 4, decay: 0.5)
    for _ in 0..<2 { moving.update(FrozenCopies(encodings: z, codebook: moving.codebook)) }
    #expect(moving.codebook[1, 0] == 100)
    #expect(moving.counts[1] == 1)
    var random = Random(seed: 95)
    #expect(moving.revive(below: 1, from: z, random: &random) == 0)
    #expect(moving.revive(below: 1.5, from: z, random: &random) == 1)
    #expect(z.scalars.contains(moving.codebook[1, 0]))
    #expect(moving.counts[1] == 3)
    // For a very long time unused: no 0 / 0.
    var idle = MovingCodebook(e, decay: 0.5)
    for _ in 0..<3_000 { idle.update(FrozenCopies(encodings: z, codebook: idle.codebook)) }
    #expect(idle.codebook[1, 0] == 100)
  }
}

@Suite("Usage")
struct CodeUsageTests {
  @Test("perplexity: K over the exponential of the divergence from the uniform distribution")
  func perplexity() {
    let usages = [[3, 1, 4, 1, 5], [1, 1, 1, 1, 1], [0, 2, 2, 0, 0], [0, 0, 7, 0, 0]].map {
      counts in
      CodeUsage(
        counts.enumerated().flatMap { [Int](repeating: $0, count: $1) }, codes: counts.count)
    }
    let uniform = Tensor<Double>([5], repeating: 0.2)
    let right = usages.map { 5 * Double.exp(-categoricalKL($0.frequencies, uniform).scalar) }
    let check = Check.identity(
      "perplexity", usages.map(\.perplexity), equals: right,
      planted: [
        "the codes in use": usages.map { Double($0.used) },
        "the entropy itself": usages.map { entropy($0.frequencies).scalar },
        "2 to the entropy in nats": usages.map {
          Double.exp(Double.log(2) * entropy($0.frequencies).scalar)
        },
        "one over the sum of squares": usages.map { 1 / square($0.frequencies).sum().scalar },
      ])
    #expect(check.passes, "\(check)")
    #expect(usages.map(\.used) == [5, 5, 2, 1])
    #expect(usages[3].perplexity == 1)
  }
}
