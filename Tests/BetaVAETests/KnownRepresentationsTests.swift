import BetaVAE
import Tensors
import Testing

/// A score of a representation, drawn with a seed where it draws anything.
struct Score: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// What the score is when the codes tell nothing, at most.
  let chance: Double
  /// The least that it gives a perfect representation.
  var perfect = 1.0
  let value: @Sendable (@escaping Representation, UInt64) -> Double

  static let all: [Score] = [
    Score(testDescription: "MIG", chance: 0.02) { represent, _ in
      mutualInformationGap(codes: represent(Known.factors), factors: Known.factors)
    },
    Score(testDescription: "SAP", chance: 0.02) { represent, _ in
      attributePredictability(codes: represent(Known.factors), factors: Known.factors)
    },
    // Where few data are left in a tree, some questions about other latents seem to help.
    Score(testDescription: "DCI disentanglement", chance: 0.02, perfect: 0.98) { represent, seed in
      Score.dci(represent, seed).disentanglement
    },
    Score(testDescription: "DCI completeness", chance: 0.02, perfect: 0.98) { represent, seed in
      Score.dci(represent, seed).completeness
    },
    Score(testDescription: "FactorVAE", chance: 0.35) { represent, seed in
      var random = Random(seed: seed)
      return factorVAEScore(
        factorSizes: Known.sizes, votes: 200, batch: 32, random: &random,
        representation: represent)
    },
    Score(testDescription: "Higgins", chance: 0.35, perfect: 0.99) { represent, seed in
      var random = Random(seed: seed)
      return higginsScore(
        factorSizes: Known.sizes, points: 150, pairs: 16, steps: 150, random: &random,
        representation: represent)
    },
  ]

  private static func dci(_ represent: Representation, _ seed: UInt64) -> DCI {
    var random = Random(seed: seed)
    return DCI(codes: represent(Known.factors), factors: Known.factors, random: &random)
  }
}

@Suite("Scores of representations for which the answer is known")
struct KnownRepresentationsTests {
  @Test("Each factor in a latent of its own scores nearly 1", arguments: Score.all)
  func identity(score: Score) {
    for seed: UInt64 in 0..<2 {
      #expect(score.value(Known.identity, seed) >= score.perfect - 1e-12)
    }
  }

  @Test("A constant code scores 0, or what guessing gives", arguments: Score.all)
  func constant(score: Score) { #expect(score.value(Known.constant, 0) <= score.chance) }

  @Test("Noise scores what guessing gives, for all seeds alike", arguments: Score.all)
  func noise(score: Score) {
    let values = (0..<4).map { score.value(Known.noise, $0) }
    #expect(values.allSatisfy { $0 <= score.chance })
    // An accuracy of 1/5 on 150 points has a standard error of 0.033, a difference of two 0.046.
    #expect(values.max()! - values.min()! < 4 * 0.046)
  }

  @Test("Mixing the factors lowers every score, without any being lost", arguments: Score.all)
  func rotated(score: Score) {
    let (aligned, mixed) = (score.value(Known.identity, 0), score.value(Known.rotated, 0))
    #expect(mixed < aligned - 0.03)
  }

  @Test("Noise in the latents changes a score little from seed to seed", arguments: Score.all)
  func stable(score: Score) {
    let values = (0..<3).map { score.value(Known.noisy, $0) }
    #expect(values.max()! - values.min()! < 0.05)
    #expect(values.min()! > score.chance)
  }

  @Test("The scale of a latent does not matter, nor its sign", arguments: Score.all)
  func scaled(score: Score) {
    let scales = Tensor<Double>([0.5, -2, 1, -0.25, 8])
    let value = score.value({ Known.noisy($0) * scales }, 0)
    #expect(abs(value - score.value(Known.noisy, 0)) < 0.02)
  }

  @Test("A factor coded twice has no gap, and is not complete; nothing else is wrong with it")
  func duplicated() {
    let values = Score.all.map { $0.value(Known.duplicated, 0) }
    #expect(values[0] == 0 && values[1] == 0)  // MIG, SAP
    #expect(values[2] > 0.98 && values[3] < 0.8)  // DCI
    #expect(values[4] == 1 && values[5] > 0.98)  // FactorVAE, Higgins
  }

  @Test(
    "The codes are what they say: standardised, turned without loss, the same for the same factors")
  func codes() {
    let identity = Known.identity(Known.factors), rotated = Known.rotated(Known.factors)
    #expect(codeVariances(identity).allSatisfy { abs($0 - 1) < 1e-12 })
    #expect(abs(identity.mean(axis: 0)).max() < 1e-12)
    let products = matmul(rotated, rotated, transposingFirst: true) / 960
    #expect(abs(products - .identity(5)).max() < 1e-12)
    let some = [Known.factors[7], Known.factors[959], Known.factors[7]]
    #expect(Known.noise(some) == Known.noise(Known.factors).rows(at: [7, 959, 7]))
    #expect(Known.duplicated(some).shape == [3, 10])
  }

  @Test("All scores together are those of each, and repeat with the seed")
  func together() {
    func scores(_ seed: UInt64) -> RepresentationScores {
      RepresentationScores(
        factors: Known.factors, sizes: Known.sizes, categorical: [0], seed: seed,
        representation: Known.noisy)
    }
    let (one, again) = (scores(5), scores(5))
    let codes = Known.noisy(Known.factors)
    #expect(
      one.mutualInformationGap == mutualInformationGap(codes: codes, factors: Known.factors))
    #expect(
      one.attributePredictability
        == attributePredictability(codes: codes, factors: Known.factors, categorical: [0]))
    #expect(one.activeUnits == 5)
    #expect(one.dci.importances == again.dci.importances)
    #expect((one.factorVAE, one.higgins) == (again.factorVAE, again.higgins))
  }
}
