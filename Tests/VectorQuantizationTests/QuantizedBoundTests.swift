import KLDivergence
import Tensors
import Testing
import VariationalAutoencoder

@testable import VectorQuantization

/// The four digits of a number in base 3.
private func digits(_ sequence: Int) -> [Int] {
  [27, 9, 3, 1].map { (power: Int) -> Int in sequence / power % 3 }
}

@Suite("The bound of a quantised autoencoder")
struct QuantizedBoundTests {
  @Test("uniform-rate: n divergences of one certain code from K equal ones")
  func rate() {
    let sizes = [(1, 2), (3, 5), (16, 64), (4, 1)]
    let divergences = sizes.map { n, k in
      let certain = Tensor<Double>.oneHot([k / 2], classes: k)
      return Double(n)
        * categoricalKL(certain, Tensor([1, k], repeating: 1 / Double(k))).sum().scalar
    }
    let check = Check.identity(
      "uniform-rate", sizes.map { uniformRate(positions: $0, codes: $1) }, equals: divergences,
      planted: [
        "in bits": divergences.map { $0 / Double.log(2) },
        "once, not n times": zip(sizes, divergences).map { $1 / Double($0.0) },
        "log of n K": sizes.map { Double.log(Double($0 * $1)) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("vq-elbo: the expectation of log p(x, k) − log q(k | x), summed over all sequences")
  func bound() {
    let (model, x) = smallModel()
    let joint = model.logJoint(x)
    let sequences = (0..<3).map { row in
      model.assignments(x)[row * 4..<row * 4 + 4].reduce(0) { $0 * 3 + $1 }
    }
    let q = Tensor<Double>.oneHot(sequences, classes: 81)
    // log q is 0 where q is 1, and where q is 0 the term is 0.
    let expectation = (q * joint).sum(axis: 1)
    let rate = uniformRate(positions: 4, codes: 3)
    let check = Check.identity(
      "vq-elbo", model.uniformBound(of: x).scalars, equals: expectation.scalars,
      planted: [
        "no rate": (expectation + rate).scalars,
        "the sign of the rate": (expectation + 2 * rate).scalars,
        "one code's rate": (expectation + 0.75 * rate).scalars,
        "the next sequence": (Tensor.oneHot(sequences.map { ($0 + 1) % 81 }, classes: 81) * joint)
          .sum(axis: 1).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("vq-evidence: the sum over all sequences, one after another")
  func evidence() {
    let (model, x) = smallModel()
    var sums = [Double](repeating: 0, count: 3)
    for sequence in 0..<81 {
      let likelihood = bernoulliLogLikelihood(of: x, logits: model.decode(digits(sequence)))
      for row in 0..<3 { sums[row] += Double.exp(likelihood[row]) / 81 }
    }
    let exact = sums.map { Double.log($0) }
    let best = model.logJoint(x).max(axis: 1)
    let check = Check.identity(
      "vq-evidence", model.logEvidence(x).scalars, equals: exact,
      planted: [
        "the best sequence only": best.scalars,
        "a sum without the prior": exact.map { $0 + 4 * Double.log(3) },
        "the mean of logarithms": model.logJoint(x).mean(axis: 1).scalars,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("vq-gap: the evidence exceeds the bound by minus the log posterior of the codes")
  func gap() {
    let (model, x) = smallModel()
    let gap = (model.logEvidence(x) - model.uniformBound(of: x)).scalars
    let posterior = model.logPosterior(x)
    let rate = uniformRate(positions: 4, codes: 3)
    let check = Check.identity(
      "vq-gap", gap, equals: (-posterior).scalars,
      planted: [
        "the sign": posterior.scalars,
        "no gap, since q has no variance": [0, 0, 0],
        "the rate": [rate, rate, rate],
      ])
    #expect(check.passes, "\(check)")
    #expect(gap.allSatisfy { $0 > 0 })
  }
}

@Suite("The prior over codes")
struct CodePriorTests {
  /// A prior over four positions of three codes, and all 81 sequences.
  private func example() -> (prior: CodePrior<Double>, sequences: [Int]) {
    var random = Random(seed: 96)
    var prior = CodePrior<Double>(
      positions: 4, codes: 3, width: 2, hidden: 6, activation: .tanh, random: &random)
    prior.forEachParameter { $0 = 2 * $0 }
    return (prior, (0..<81).flatMap(digits))
  }

  @Test("code-prior: the probabilities of all sequences, and of all continuations, sum to 1")
  func normalised() {
    let (prior, sequences) = example()
    let probability = exp(prior.logProbability(sequences)).reshaped([3, 27])
    let logits = prior.logits(sequences)
    let chosen = (logits * Tensor.oneHot(sequences, classes: 3)).sum(axis: 1).reshaped([81, 4])
    // A network that reads one code too many: position i sees its own.
    let early = (0..<81).flatMap { digits($0).dropFirst() + [0] }
    let peeking = prior.logits(early)
    let seen =
      (peeking * Tensor.oneHot(sequences, classes: 3)).sum(axis: 1) - peeking.logSumExp(axis: 1)
    let first = prior.logits([0, 0, 0, 0]).rows(at: [0])
    let marginals = exp(first - first.logSumExp(axis: 1).expanded(axis: 1)).reshaped([3])
    let check = Check.identity(
      "code-prior", (probability.sum(axis: 1)).scalars, equals: marginals.scalars,
      planted: [
        "each code sees itself": exp(seen.reshaped([81, 4]).sum(axis: 1)).reshaped([3, 27])
          .sum(axis: 1).scalars,
        "not normalised": exp(chosen.sum(axis: 1)).reshaped([3, 27]).sum(axis: 1).scalars,
        "uniform": [1, 1, 1].map { $0 / 3.0 },
      ])
    #expect(check.passes, "\(check)")
    #expect(Swift.abs(probability.sum().scalar - 1) < 1e-12)
  }

  @Test("code-prior: draws come as often as their probability says")
  func sampling() {
    let (prior, sequences) = example()
    var random = Random(seed: 97)
    let drawn = prior.sample(20_000, random: &random)
    let probability = exp(prior.logProbability(sequences))
    let likeliest = probability.scalars.indices.max { probability[$0] < probability[$1] }!
    let target = Array(sequences[likeliest * 4..<likeliest * 4 + 4])
    var independent = 1.0
    for place in 0..<4 {
      let alike = (0..<81).filter { sequences[$0 * 4 + place] == target[place] }
      independent *= alike.reduce(0.0) { $0 + probability[$1] }
    }
    let hits = (0..<20_000).map { Array(drawn[$0 * 4..<$0 * 4 + 4]) == target ? 1.0 : 0 }
    let check = Check.mean(
      "code-prior", of: hits, is: probability[likeliest],
      planted: [
        "uniform draws": 1 / 81.0,
        "independent draws": independent,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("no logit depends on its own code or on a later one")
  func causal() {
    let (prior, _) = example()
    let (a, b) = (prior.logits([1, 2, 0, 1]), prior.logits([1, 2, 2, 0]))
    #expect(a.sliced(axis: 0, 0..<3) == b.sliced(axis: 0, 0..<3))
    #expect(a.sliced(axis: 0, 3..<4) != b.sliced(axis: 0, 3..<4))
  }

  @Test("the table of positions holds frequencies, and nothing is impossible")
  func table() {
    let table = positionTable([0, 1, 0, 1, 0, 0], positions: 2, codes: 3)
    #expect(abs(table.sum(axis: 1) - 1).max() < 1e-15)
    #expect(abs(table - Tensor([2, 3], [3.5, 0.5, 0.5, 1.5, 2.5, 0.5]) / 4.5).max() < 1e-15)
  }
}
