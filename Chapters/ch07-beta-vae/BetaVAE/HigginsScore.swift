import FiniteDifferences
import Tensors
import Training

/// The score of the β-VAE paper: whether a linear classifier can say which factor pairs of data share,
/// from how much their codes differ.
///
/// Higgins et al. 2017 (ICLR), section 3. A point is made from `pairs` pairs of data; in each pair both
/// have the same value of one factor k, the same k for the whole point, and all else is random. The
/// point is the mean of |z − z′| over the pairs, d numbers, and its class is k. If a latent is a
/// function of factor k alone, its number is 0 for that class and no other. The classifier is the
/// softmax regression of chapter 1 with a constant input; each number is divided by its mean over the
/// training points, so that the scale of a latent does not matter.
///
/// - Parameters:
///   - factorSizes: The number of values of each factor; those with one value are left out.
///   - points: The number of points to train on, and again that many to be scored on.
///   - pairs: The number of pairs for each point.
///   - steps: The number of steps of Adam, each over all training points.
///   - random: For the draws.
///   - representation: From factors to codes.
/// - Returns: The accuracy, in [0, 1]. Chance gives 1 / number of factors.
public func higginsScore(
  factorSizes: [Int], points: Int = 400, pairs: Int = 32, steps: Int = 400,
  random: inout Random, representation: Representation
) -> Double {
  let varying = factorSizes.indices.filter { factorSizes[$0] > 1 }
  guard varying.count > 1 else { fatalError("higginsScore: factors of sizes \(factorSizes)") }
  func draw() -> (inputs: Tensor<Double>, labels: [Int]) {
    let labels = (0..<points).map { _ in random.integer(below: varying.count) }
    let rows = labels.map { label in
      let first = randomFactors(factorSizes, count: pairs, random: &random)
      var second = randomFactors(factorSizes, count: pairs, random: &random)
      for index in second.indices { second[index][varying[label]] = first[index][varying[label]] }
      return pairDifference(representation(first + second)).expanded(axis: 0)
    }
    return (concatenated(rows, axis: 0), labels)
  }
  let (training, test) = (draw(), draw())
  let scale = training.inputs.mean(axis: 0).scalars.map { $0 > 0 ? 1 / $0 : 0 }
  func inputs(_ points: Tensor<Double>) -> Tensor<Double> {
    concatenated([points * Tensor(scale), .ones([points.shape[0], 1])], axis: 1)
  }
  let trainingInputs = inputs(training.inputs)
  var weights = Tensor<Double>.zeros([trainingInputs.shape[1], varying.count])
  var adam = Adam<Double>(rate: 0.1)
  for _ in 0..<steps {
    let gradient = softmaxRegressionGradient(
      weights: weights, inputs: trainingInputs, labels: training.labels)
    adam.update(&weights, gradient: gradient)
  }
  let answers = matmul(inputs(test.inputs), weights).argMax()
  return Double(zip(answers, test.labels).count { $0 == $1 }) / Double(points)
}

/// The mean of |z − z′| over pairs, of which the first halves come first: `[2 pairs, d]` to `[d]`.
func pairDifference(_ codes: Tensor<Double>) -> Tensor<Double> {
  let pairs = codes.shape[0] / 2
  let (first, second) = (
    codes.sliced(axis: 0, 0..<pairs), codes.sliced(axis: 0, pairs..<2 * pairs)
  )
  return abs(first - second).mean(axis: 0)
}
