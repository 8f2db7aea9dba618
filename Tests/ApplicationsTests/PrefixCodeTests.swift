import Applications
import KLDivergence
import Tensors
import Testing

@Suite("Prefix codes")
struct PrefixCodeTests {
  private let lengths = [2, 3, 1, 5, 5]

  @Test("kraft: words own intervals that do not overlap")
  func kraft() throws {
    let words = try #require(prefixCode(lengths))
    // Of all strings of 5 bits, those that begin with one of the words.
    let strings = (0..<32).map { number in
      (0..<5).reversed().map { number >> $0 & 1 == 1 ? "1" : "0" }.joined()
    }
    let begun = strings.count { string in words.contains { string.hasPrefix($0) } }
    let check = Check.identity(
      "kraft", [Double(begun) / 32], equals: [kraftSum(lengths)],
      planted: [
        "a bit shorter each": [kraftSum(lengths.map { $0 - 1 })],
        "base e": [lengths.reduce(0) { $0 + Double.exp(-Double($1)) }],
        "length in place of its power": [lengths.reduce(0) { $0 + 1 / Double($1) }],
      ])
    #expect(check.passes, "\(check)")
    for (i, word) in words.enumerated() {
      #expect(word.count == lengths[i])
      for (j, other) in words.enumerated() where i != j { #expect(!other.hasPrefix(word)) }
    }
  }

  @Test("No words where the sum is above 1; one empty word, or none, where that is enough")
  func impossible() {
    #expect(prefixCode([1, 1, 2]) == nil)
    #expect(prefixCode([1, 2, 2]) == ["0", "10", "11"])
    #expect(prefixCode([0]) == [""])
    #expect(prefixCode([]) == [])
  }

  @Test(
    "source-coding: the mean length is the entropy, a divergence and what the words leave unused")
  func sourceCoding() {
    var random = Random(seed: 11, stream: 40)
    let p = softmax(2 * random.normal([20, 5], as: Double.self))
    let r = Tensor(lengths.map { Double.exp(-Double.log(2) * Double($0)) / kraftSum(lengths) })
    let rows = (0..<20).map { p.sliced(axis: 0, $0..<$0 + 1).reshaped([5]) }
    let direct = rows.map { row in
      zip(row.scalars, lengths).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    let unused = inBits(Double.log(kraftSum(lengths)))
    let check = Check.identity(
      "source-coding", direct, equals: rows.map { meanLength(lengths, $0) },
      planted: [
        "nothing unused": rows.map { meanLength(lengths, $0) + unused },
        "the divergence the other way": rows.map {
          inBits(entropy($0).scalar + categoricalKL(r, $0).scalar) - unused
        },
        "nats": rows.map { meanLength(lengths, $0) * Double.log(2) },
        "no divergence": rows.map { inBits(entropy($0).scalar) - unused },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("Lengths rounded up have words, within a bit of the entropy")
  func roundedUp() {
    var random = Random(seed: 11, stream: 41)
    let p = softmax(3 * random.normal([50, 7], as: Double.self))
    for row in 0..<50 {
      let p = p.sliced(axis: 0, row..<row + 1).reshaped([7])
      let lengths = shannonLengths(p.scalars)
      #expect(prefixCode(lengths) != nil)
      let excess = meanLength(lengths, p) - inBits(entropy(p).scalar)
      #expect(excess >= -1e-12 && excess < 1)
    }
    #expect(shannonLengths([0.5, 0.25, 0.25]) == [1, 2, 2])
  }
}
