import KLDivergence
import Tensors
import Testing

@testable import BetaVAE

@Suite("Disentanglement, completeness and informativeness")
struct DCITests {
  /// Random importances, some of them 0.
  private let importances: [Tensor<Double>] = (0..<40).map { number in
    var random = Random(seed: 77, stream: UInt64(number))
    let shape: Shape = [2 + number % 5, 2 + number % 3]
    return relu(random.normal(shape, as: Double.self) + 0.5) + Tensor([shape[1]], repeating: 1e-3)
  }

  /// KL(row ‖ uniform) / log n for each row, which is 1 − H(row) / log n.
  private func divergences(_ rows: Tensor<Double>) -> Tensor<Double> {
    let width = Double(rows.shape[1])
    let p = rows / rows.sum(axis: 1).expanded(axis: 1)
    return categoricalKL(p, Tensor(p.shape, repeating: 1 / width)) / Double.log(width)
  }

  @Test("dci-disentanglement: the weighted divergence of each latent's row from the uniform one")
  func disentanglement() {
    func sides(_ weights: (Tensor<Double>) -> Tensor<Double>) -> [Double] {
      importances.map { (weights($0) * divergences($0)).sum().scalar }
    }
    let check = Check.identity(
      "dci-disentanglement", importances.map(dciDisentanglement),
      equals: sides { $0.sum(axis: 1) / $0.sum() },
      planted: [
        "all latents alike": sides { Tensor([$0.shape[0]], repeating: 1 / Double($0.shape[0])) },
        "columns for rows": importances.map { dciDisentanglement($0.transposed()) },
        "nats": importances.map { dciDisentanglement($0) * Double.log(Double($0.shape[1])) },
        "the entropy itself": importances.map { 1 - dciDisentanglement($0) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("dci-completeness: the mean divergence of each factor's column from the uniform one")
  func completeness() {
    let parts = importances.map { divergences($0.transposed()) }
    let check = Check.identity(
      "dci-completeness", importances.map(dciCompleteness), equals: parts.map { $0.mean().scalar },
      planted: [
        "rows for columns": importances.map { dciCompleteness($0.transposed()) },
        "weighted by importance": zip(importances, parts).map { r, parts in
          (r.sum(axis: 0) / r.sum() * parts).sum().scalar
        },
        "base K for d": importances.map {
          dciCompleteness($0) * Double.log(Double($0.shape[0])) / Double.log(Double($0.shape[1]))
        },
        "sum over factors": parts.map { $0.sum().scalar },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("One factor a latent gives 1, equal shares 0, m of K equal shares 1 − log m / log K")
  func shares() {
    let identity = Tensor<Double>.identity(4)
    #expect(dciDisentanglement(identity) == 1 && dciCompleteness(identity) == 1)
    let equal = Tensor<Double>.ones([3, 4])
    #expect(abs(dciDisentanglement(equal)) < 1e-15 && abs(dciCompleteness(equal)) < 1e-15)
    let pairs = Tensor<Double>([2, 4], [1, 1, 0, 0, 0, 0, 1, 1])
    #expect(abs(dciDisentanglement(pairs) - 0.5) < 1e-15)
    #expect(dciCompleteness(pairs) == 1)
    let none = Tensor<Double>.zeros([2, 3])
    #expect(dciDisentanglement(none) == 0 && dciCompleteness(none) == 0)
  }

  @Test("What the codes tell of the factors is predicted, and what they do not tell is guessed")
  func informativeness() {
    var random = Random(seed: 78)
    func value(_ represent: Representation) -> Double {
      DCI(codes: represent(Known.factors), factors: Known.factors, random: &random).informativeness
    }
    let chance = Known.sizes.reduce(0) { $0 + 1 / Double($1) } / 5
    #expect(value(Known.identity) == 1)
    #expect(abs(value(Known.constant) - chance) < 0.05)
    #expect(abs(value(Known.noise) - chance) < 0.05)
    #expect(value(Known.rotated) > 2 * chance)
  }

  @Test("Factors that do not vary are left out of every score")
  func constantFactor() {
    let factors = Known.factors.map { [$0[0], 4, $0[1]] }
    let codes = Known.identity(Known.factors).sliced(axis: 1, 0..<2)
    var random = Random(seed: 85)
    let dci = DCI(codes: codes, factors: factors, random: &random)
    #expect(dci.importances.shape == [2, 2] && dci.informativeness == 1)
    #expect(dci.disentanglement > 0.98 && dci.completeness > 0.98)
    #expect(abs(mutualInformationGap(codes: codes, factors: factors) - 1) < 1e-12)
    #expect(abs(attributePredictability(codes: codes, factors: factors) - 1) < 1e-12)
  }

  @Test("Trees learn intervals of one feature, and what two features say only together")
  func trees() {
    var random = Random(seed: 79)
    let x = random.uniform([600, 3], as: Double.self)
    let rows = (0..<600).map { Array(x.scalars[3 * $0..<3 * $0 + 3]) }
    let labels = rows.map { ($0[0] < 0.3 ? 0 : $0[0] < 0.6 ? 2 : 1) + ($0[2] < 0.5 ? 0 : 3) }
    let ensemble = TreeEnsemble(
      features: x.sliced(axis: 0, 0..<400), labels: Array(labels.prefix(400)), classes: 6,
      random: &random)
    let right = (400..<600).count { ensemble(rows[$0]) == labels[$0] }
    #expect(right > 185)
    let total = ensemble.importances.reduce(0, +)
    #expect(ensemble.importances[1] < 0.05 * total && ensemble.importances[2] > 0.2 * total)
  }

  @Test("A single datum, a single class and equal features are left as they are")
  func degenerate() {
    var random = Random(seed: 80)
    let one = TreeEnsemble(
      features: Tensor([1, 2], [0, 1]), labels: [3], classes: 5, random: &random)
    #expect(one([9, 9]) == 3 && one.importances == [0, 0])
    let same = TreeEnsemble(
      features: .zeros([20, 1]), labels: (0..<20).map { $0 % 4 == 0 ? 1 : 0 }, classes: 2,
      random: &random)
    #expect(same([0]) == 0 && same.importances == [0])
  }
}
