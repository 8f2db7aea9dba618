import Foundation
import Tensors

extension ExerciseSheet {
  /// The Kullback–Leibler divergence.
  static let chapter03 = ExerciseSheet(
    chapter: "ch03-kl-divergence", [exponential])

  private static let exponential = Exercise(
    "3.1", "Two exponential distributions", points: 2, .warmUp, function: "exponentialKL",
    hints: [
      "The density is a e^{-az} for z > 0. Write the divergence as the expectation of a difference of logs.",
      "Everything but E[z] = 1/a comes out of the expectation.",
      "For the gradient by log a: the chain rule gives a times the derivative by a.",
    ]
  ) { exam in
    let n = 5
    let logA: Tensor<Double> = 0.7 * exam.random.normal([n])
    let logB: Tensor<Double> = 0.7 * exam.random.normal([n])
    func divergence(_ q: Double, _ p: Double) -> Double {
      let (a, b) = (Foundation.exp(q), Foundation.exp(p))
      return integral(from: 0, to: .infinity) { z in
        a * Foundation.exp(-a * z) * (q - p - (a - b) * z)
      }
    }
    let pairs = zip(logA.scalars, logB.scalars)
    let answer = try exam.ask([logA, logB], count: 2)
    try exam.expect(
      "the divergence of \(n) pairs", answer[0], equals: Tensor(pairs.map { divergence($0, $1) }),
      suspects: ["the divergence of p from q": Tensor(pairs.map { divergence($1, $0) })])
    try exam.expectGradient(
      "its gradient by log a", answer[1], at: logA,
      of: { zip($0.scalars, logB.scalars).reduce(0) { $0 + divergence($1.0, $1.1) } })
  }
}
