import Datasets
import Tensors
import Testing

@testable import BetaVAE

@Suite("Scores that draw data with a factor in common")
struct FactorScoresTests {
  @Test("majority-vote: no map from latents to factors is right more often, by trying them all")
  func majorityVote() {
    let tables = (0..<30).map { number -> Tensor<Double> in
      var random = Random(seed: 81, stream: UInt64(number))
      return Tensor([3, 4], (0..<12).map { _ in Double(random.integer(below: 20)) })
    }
    func best(_ votes: Tensor<Double>) -> Double {
      (0..<64).map { map in
        voteAccuracy(votes, answers: [map % 4, map / 4 % 4, map / 16])
      }.max()!
    }
    let check = Check.identity(
      "majority-vote", tables.map { voteAccuracy($0, answers: majorityAnswers($0)) },
      equals: tables.map(best),
      planted: [
        "best latent for each factor": tables.map {
          ($0.transposed().max(axis: 1).sum() / $0.sum()).scalar
        },
        "mean of each latent's accuracy": tables.map {
          ($0.max(axis: 1) / $0.sum(axis: 1)).mean().scalar
        },
        "the largest entry only": tables.map { $0.max() / $0.sum().scalar },
      ])
    #expect(check.passes, "\(check)")
    // The same as the sum of the largest entries of the rows.
    for table in tables {
      let accuracy = voteAccuracy(table, answers: majorityAnswers(table))
      #expect(abs(accuracy - (table.max(axis: 1).sum() / table.sum()).scalar) < 1e-15)
    }
  }

  @Test("Latents that do not vary cast no vote, and factors of one value are not asked for")
  func still() {
    var random = Random(seed: 82)
    let constant = factorVAEScore(
      factorSizes: Known.sizes, votes: 10, random: &random, representation: Known.constant)
    #expect(constant == 0)
    // The last latent is constant: without the threshold it would always have the least variance.
    let some = factorVAEScore(factorSizes: [4, 4, 1], votes: 100, random: &random) { factors in
      Tensor([factors.count, 3], factors.flatMap { [Double($0[0]), Double($0[1]), 0.5] })
    }
    #expect(some == 1)
    let pairs = higginsScore(
      factorSizes: [1, 4, 4], points: 100, pairs: 8, steps: 100, random: &random
    ) { factors in
      Tensor([factors.count, 2], factors.flatMap { [Double($0[1]), Double($0[2])] })
    }
    #expect(pairs > 0.97)
  }

  @Test("A latent of a shared factor does not differ within a pair")
  func differences() {
    let codes = Tensor<Double>([4, 2], [1, 5, 2, 6, 1, 8, 2, 2])
    #expect(pairDifference(codes) == Tensor([0, 3.5]))
  }

  @Test("A seed repeats a score to the last bit")
  func seeds() {
    func scores(_ seed: UInt64) -> [Double] {
      var random = Random(seed: seed)
      let higgins = higginsScore(
        factorSizes: Known.sizes, points: 40, pairs: 4, steps: 20, random: &random,
        representation: Known.noisy)
      let votes = factorVAEScore(
        factorSizes: Known.sizes, votes: 40, batch: 8, random: &random,
        representation: Known.noisy)
      let dci = DCI(codes: Known.noisy(Known.factors), factors: Known.factors, random: &random)
      return [higgins, votes, dci.disentanglement, dci.completeness, dci.informativeness]
    }
    #expect(scores(83) == scores(83))
    #expect(scores(83) != scores(84))
  }

  @Test("Codes of a whole grid are those of its images, wherever one is asked for")
  func gridCodes() {
    let sprites = Sprites(size: 8, scales: 2, orientations: 10, positions: 4)  // 960 images
    let grid = GridCodes(sprites) { images in
      concatenated([images.sum(axis: 1).expanded(axis: 1), images.sliced(axis: 1, 0..<3)], axis: 1)
    }
    #expect(grid.codes.shape == [960, 4] && grid.factors.count == 960)
    let asked = [[2, 1, 9, 3, 3], [0, 0, 0, 0, 0], [1, 0, 4, 2, 1]]
    let sums = sprites.images(factors: asked).sum(axis: 1)
    #expect(grid(asked).sliced(axis: 1, 0..<1).reshaped([3]) == Tensor<Double>(sums))
  }
}
