import KLDivergence
import Tensors
import Testing

/// Logits of `batch` random distributions over `classes`.
private func randomLogits(_ batch: Int, _ classes: Int, stream: UInt64) -> Tensor<Double> {
  var random = Random(seed: 12, stream: stream)
  return 2 * random.normal([batch, classes])
}

@Suite("Categorical distributions")
struct CategoricalKLTests {
  @Test("kl-cross-entropy: the divergence is cross-entropy less entropy")
  func crossEntropyLessEntropy() {
    let (q, p) = (softmax(randomLogits(50, 6, stream: 0)), softmax(randomLogits(50, 6, stream: 1)))
    let check = Check.identity(
      "kl-cross-entropy", categoricalKL(q, p).scalars,
      equals: (crossEntropy(q, p) - entropy(q)).scalars,
      planted: [
        "entropy of p": (crossEntropy(q, p) - entropy(p)).scalars,
        "arguments swapped": (crossEntropy(p, q) - entropy(q)).scalars,
        "no entropy": crossEntropy(q, p).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("gibbs: the divergence is a sum of terms q (r − 1 − log r), none below zero")
  func gibbs() {
    let q = softmax(randomLogits(10_000, 5, stream: 2))
    let p = softmax(randomLogits(10_000, 5, stream: 3))
    let terms = gibbsTerms(q, p)
    let check = Check.identity(
      "gibbs", categoricalKL(q, p).scalars, equals: terms.sum(axis: 1).scalars,
      planted: [
        "no −1": (terms + q).sum(axis: 1).scalars,
        "r upside down": gibbsTerms(p, q).sum(axis: 1).scalars,
        "sign of log r": (terms + 2 * q * log(p / q)).sum(axis: 1).scalars,
      ])
    #expect(check.passes, "\(check)")
    #expect(terms.min() >= 0)
    #expect(categoricalKL(q, p).min() > 0)
    #expect(categoricalKL(q, q) == .zeros([10_000]))
  }

  @Test("categorical-kl: from logits it is the divergence of their softmaxes")
  func fromLogits() {
    let (a, b) = (randomLogits(50, 6, stream: 4), randomLogits(50, 6, stream: 5))
    let check = Check.identity(
      "categorical-kl", categoricalKL(softmax(a), softmax(b)).scalars,
      equals: categoricalKL(logits: a, b).scalars,
      planted: [
        "normalisers dropped": (softmax(a) * (a - b)).sum(axis: 1).scalars,
        "sign of the normalisers": (softmax(a) * (a - b)).sum(axis: 1).scalars.enumerated().map {
          $1 + a.logSumExp(axis: 1)[$0] - b.logSumExp(axis: 1)[$0]
        },
        "arguments swapped": categoricalKL(logits: b, a).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("categorical-kl-gradient: q (log q/p − KL) and p − q")
  func gradient() {
    typealias Claim = ([Tensor<Double>], Tensor<Double>) -> [Tensor<Double>]
    func claim(
      _ change:
        @escaping (_ q: Tensor<Double>, _ p: Tensor<Double>, _ at: [Tensor<Double>]) ->
        [Tensor<Double>]
    ) -> Claim {
      { at, g in
        let (q, p) = categoricalKLGradient(logits: at[0], at[1])
        return change(q, p, at).map { g.expanded(axis: 1) * $0 }
      }
    }
    let check = Check.vectorJacobianProduct(
      "categorical-kl-gradient",
      at: [randomLogits(3, 5, stream: 6), randomLogits(3, 5, stream: 7)],
      of: { categoricalKL(logits: $0[0], $0[1]) }, vjp: claim { q, p, _ in [q, p] },
      planted: [
        "KL not subtracted": claim { _, p, at in
          let q = softmax(at[0])
          return [q * log(q / softmax(at[1])), p]
        },
        "sign at p": claim { q, p, _ in [q, -p] },
        "gradients swapped": claim { q, p, _ in [p, q] },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("A class that q lacks adds nothing; a class that only p lacks makes it infinite")
  func zeros() {
    let (q, p) = (Tensor<Double>([0.5, 0.5, 0]), Tensor<Double>([0.25, 0.25, 0.5]))
    #expect(categoricalKL(q, p).scalar == Double.log(2))
    #expect(categoricalKL(p, q).scalar == .infinity)
    #expect(crossEntropy(q, p).scalar == Double.log(4))
    #expect(entropy(Tensor<Double>([0, 1])).scalar == 0)
  }
}
