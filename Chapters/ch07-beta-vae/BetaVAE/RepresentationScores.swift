import Tensors

/// All scores of one representation of data with known factors.
public struct RepresentationScores: Sendable {
  /// The mutual information gap, from 20 bins for each latent.
  public let mutualInformationGap: Double
  /// The separated attribute predictability.
  public let attributePredictability: Double
  /// Disentanglement, completeness and informativeness.
  public let dci: DCI
  /// The FactorVAE score.
  public let factorVAE: Double
  /// The score of the β-VAE paper.
  public let higgins: Double
  /// The number of latents whose code varies.
  public let activeUnits: Int

  /// Scores a representation, each score with a stream of random numbers of its own.
  ///
  /// - Parameters:
  ///   - factors: Data to be scored, as vectors of factors: best all combinations, each once.
  ///   - sizes: The number of values of each factor.
  ///   - categorical: The places of the factors whose values have no order.
  ///   - seed: For the scores that draw data or train a classifier.
  ///   - representation: From factors to codes.
  public init(
    factors: [[Int]], sizes: [Int], categorical: Set<Int>, seed: UInt64,
    representation: Representation
  ) {
    let codes = representation(factors)
    mutualInformationGap = BetaVAE.mutualInformationGap(codes: codes, factors: factors)
    attributePredictability = BetaVAE.attributePredictability(
      codes: codes, factors: factors, categorical: categorical)
    activeUnits = BetaVAE.activeUnits(codes: codes)
    var random = Random(seed: seed, stream: 0)
    dci = DCI(codes: codes, factors: factors, random: &random)
    random = Random(seed: seed, stream: 1)
    factorVAE = factorVAEScore(
      factorSizes: sizes, random: &random, representation: representation)
    random = Random(seed: seed, stream: 2)
    higgins = higginsScore(factorSizes: sizes, random: &random, representation: representation)
  }

  /// Scores the codes of a grid of sprites, of which the shape is categorical.
  public init(_ grid: GridCodes, seed: UInt64) {
    self.init(
      factors: grid.factors, sizes: grid.sprites.factorSizes, categorical: [0], seed: seed,
      representation: grid.callAsFunction)
  }
}
