import KLDivergence
import Tensors
import Testing

/// Random logits of `batch` × `d` Bernoulli variables.
private func randomLogits(_ batch: Int, _ d: Int, stream: UInt64) -> Tensor<Double> {
  var random = Random(seed: 13, stream: stream)
  return 2 * random.normal([batch, d])
}

@Suite("Bernoulli variables")
struct BernoulliKLTests {
  @Test("bernoulli-kl: it is the divergence of two classes, 1 and 0")
  func twoClasses() {
    let q = sigmoid(randomLogits(50, 1, stream: 0))
    let p = sigmoid(randomLogits(50, 1, stream: 1))
    func classes(_ q: Tensor<Double>) -> Tensor<Double> { concatenated([q, 1 - q], axis: 1) }
    let check = Check.identity(
      "bernoulli-kl", categoricalKL(classes(q), classes(p)).scalars,
      equals: bernoulliKL(q, p).scalars,
      planted: [
        "only the ones counted": (q * log(q / p)).sum(axis: 1).scalars,
        "sign of the zeros": (q * log(q / p) - (1 - q) * log((1 - q) / (1 - p))).sum(axis: 1)
          .scalars,
        "arguments swapped": bernoulliKL(p, q).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("bernoulli-kl-logits: from logits it is the divergence of their sigmoids")
  func fromLogits() {
    let (l, m) = (randomLogits(50, 4, stream: 2), randomLogits(50, 4, stream: 3))
    let (q, p) = (sigmoid(l), sigmoid(m))
    let check = Check.identity(
      "bernoulli-kl-logits", bernoulliKL(q, p).scalars, equals: bernoulliKL(logits: l, m).scalars,
      planted: [
        "sign of the softplus": (q * (l - m) + softplus(l) - softplus(m)).sum(axis: 1).scalars,
        "no softplus": (q * (l - m)).sum(axis: 1).scalars,
        "p for q": (p * (l - m) - softplus(l) + softplus(m)).sum(axis: 1).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("bernoulli-kl-gradient: q (1 − q) (ℓ − m) and p − q")
  func gradient() {
    typealias Claim = ([Tensor<Double>], Tensor<Double>) -> [Tensor<Double>]
    func claim(
      _ change:
        @escaping (_ q: Tensor<Double>, _ p: Tensor<Double>, _ at: [Tensor<Double>]) ->
        [Tensor<Double>]
    ) -> Claim {
      { at, g in
        let (q, p) = bernoulliKLGradient(logits: at[0], at[1])
        return change(q, p, at).map { g.expanded(axis: 1) * $0 }
      }
    }
    let check = Check.vectorJacobianProduct(
      "bernoulli-kl-gradient",
      at: [randomLogits(3, 4, stream: 4), randomLogits(3, 4, stream: 5)],
      of: { bernoulliKL(logits: $0[0], $0[1]) }, vjp: claim { q, p, _ in [q, p] },
      planted: [
        "by the probability instead of the logit": claim { _, p, at in [at[0] - at[1], p] },
        "no 1 − q": claim { _, p, at in [sigmoid(at[0]) * (at[0] - at[1]), p] },
        "sign at p": claim { q, p, _ in [q, -p] },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("From logits it stays finite where the probabilities round to 1")
  func largeLogits() {
    let (l, m) = (Tensor<Double>([60]), Tensor<Double>([-60]))
    #expect(bernoulliKL(sigmoid(l), sigmoid(m)).scalar.isNaN)
    #expect(bernoulliKL(logits: l, m).scalar == 60)
  }
}
