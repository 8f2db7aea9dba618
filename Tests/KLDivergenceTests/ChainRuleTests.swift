import KLDivergence
import Tensors
import Testing

/// Random probabilities of the given shape, summing to 1.
private func randomTable(_ shape: Shape, stream: UInt64) -> Tensor<Double> {
  var random = Random(seed: 14, stream: stream)
  let logits: Tensor<Double> = random.normal([shape.count])
  return softmax(logits).reshaped(shape)
}

@Suite("Divergences of several variables")
struct ChainRuleTests {
  @Test("kl-chain-rule: marginal plus mean conditional divergence, for 100 tables")
  func chainRule() {
    let pairs = (0..<100).map {
      (q: randomTable([4, 5], stream: 2 * $0), p: randomTable([4, 5], stream: 2 * $0 + 1))
    }
    let parts = pairs.map { chainRuleParts($0.q, $0.p) }
    let check = Check.identity(
      "kl-chain-rule", pairs.map { jointKL($0.q, $0.p).scalar },
      equals: parts.map { ($0.marginal + $0.conditional).scalar },
      planted: [
        "conditional part dropped": parts.map { $0.marginal.scalar },
        "conditionals averaged under p": pairs.map { q, p in
          let (qx, px) = (q.sum(axis: 1), p.sum(axis: 1))
          let each = categoricalKL(q / qx.expanded(axis: 1), p / px.expanded(axis: 1))
          return (categoricalKL(qx, px) + (px * each).sum()).scalar
        },
        "both marginals": pairs.map { q, p in
          (categoricalKL(q.sum(axis: 1), p.sum(axis: 1))
            + categoricalKL(q.sum(axis: 0), p.sum(axis: 0))).scalar
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("kl-additivity: independent variables add their divergences, for 100 tables")
  func additivity() {
    let cases = (0..<100).map { i in
      (0..<4).map { randomTable([$0 % 2 == 0 ? 3 : 6], stream: 1000 + 4 * i + $0) }
    }
    let check = Check.identity(
      "kl-additivity",
      cases.map { c in jointKL(independentTable(c[0], c[1]), independentTable(c[2], c[3])).scalar },
      equals: cases.map { (categoricalKL($0[0], $0[2]) + categoricalKL($0[1], $0[3])).scalar },
      planted: [
        "mean for sum": cases.map {
          ((categoricalKL($0[0], $0[2]) + categoricalKL($0[1], $0[3])) / 2).scalar
        },
        "one swapped": cases.map {
          (categoricalKL($0[0], $0[2]) + categoricalKL($0[3], $0[1])).scalar
        },
      ])
    #expect(check.passes, "\(check)")
  }
}
