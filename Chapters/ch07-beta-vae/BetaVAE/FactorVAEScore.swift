import Tensors

/// The FactorVAE score: fix one factor, and see whether one latent, always the same, stays still.
///
/// Kim & Mnih 2018 (arXiv:1802.05983), section 4. Draw a batch of data that share the value of a random
/// factor k. The latent whose variance over the batch is the smallest part of its variance over all data
/// casts a vote for k. A classifier that says, for each latent, the factor that it has had most votes
/// for is then scored on votes that it has not seen. Latents that do not vary over the data cast none.
///
/// - Parameters:
///   - factorSizes: The number of values of each factor.
///   - votes: The number of votes to learn from, and again that many to be scored on.
///   - batch: The number of data for each vote.
///   - threshold: The variance below which a latent counts as still over all data.
///   - random: For the draws.
///   - representation: From factors to codes.
/// - Returns: The accuracy, in [0, 1]; 0 if no latent varies. Chance gives 1 / number of factors.
public func factorVAEScore(
  factorSizes: [Int], votes: Int = 400, batch: Int = 64, threshold: Double = 0.01,
  random: inout Random, representation: Representation
) -> Double {
  let varying = factorSizes.indices.filter { factorSizes[$0] > 1 }
  let all = representation(randomFactors(factorSizes, count: 2000, random: &random))
  let variances = codeVariances(all)
  let active = variances.indices.filter { variances[$0] > threshold }
  guard !active.isEmpty, !varying.isEmpty else { return 0 }
  func table() -> Tensor<Double> {
    var table = Tensor<Double>.zeros([variances.count, factorSizes.count])
    for _ in 0..<votes {
      let fixed = varying[random.integer(below: varying.count)]
      let value = random.integer(below: factorSizes[fixed])
      var factors = randomFactors(factorSizes, count: batch, random: &random)
      for index in factors.indices { factors[index][fixed] = value }
      let within = codeVariances(representation(factors))
      let still = active.min { within[$0] / variances[$0] < within[$1] / variances[$1] }!
      table[still, fixed] += 1
    }
    return table
  }
  let answers = majorityAnswers(table())
  return voteAccuracy(table(), answers: answers)
}

/// For each latent, the factor that it has had most votes for; of equally many, the first.
///
/// Votes are counted in a table `[d, factors]`.
public func majorityAnswers(_ votes: Tensor<Double>) -> [Int] { votes.argMax() }

/// The part of the votes for which the latent's answer is the factor voted for.
///
/// With the majority's answers this is Σⱼ max_k V_jk / Σ V, the best that any answers can reach.
///
/// Equation: majority-vote
public func voteAccuracy(_ votes: Tensor<Double>, answers: [Int]) -> Double {
  let right = answers.enumerated().reduce(0) { $0 + votes[$1.offset, $1.element] }
  return right / votes.sum().scalar
}

/// `count` vectors of factors, each value of each factor equally likely.
func randomFactors(_ sizes: [Int], count: Int, random: inout Random) -> [[Int]] {
  (0..<count).map { _ in sizes.map { random.integer(below: $0) } }
}
