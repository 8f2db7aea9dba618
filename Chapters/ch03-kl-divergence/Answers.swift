// How the grader calls the functions of Exercises.swift. It replaces this file by its own.

import Answering
import Tensors

@main
enum Answers {
  static func main() {
    serve([
      "3.1": {
        let answer = try exponentialKL(logA: $0[0], logB: $0[1])
        return [answer.divergence, answer.gradient]
      },
      "3.2": {
        let answer = try laplaceKL(
          location: $0[0], scale: $0[1], priorLocation: $0[2], priorScale: $0[3])
        return [answer.divergence, answer.gradient]
      },
      "3.3": {
        let answer = try gammaKL(
          shape: $0[0], rate: $0[1], priorShape: $0[2], priorRate: $0[3], logGamma: $0[4],
          digamma: $0[5], priorLogGamma: $0[6])
        return [answer.divergence, answer.gradient]
      },
      "3.4": {
        let answer = try fisherInformation(logVariance: $0[0], logit: $0[1])
        return [answer.mean, answer.logVariance, answer.logit]
      },
      "3.5": {
        let answer = try bestControlVariate(mean: $0[0])
        return [answer.coefficient, answer.least, answer.ofK3]
      },
      "3.6": {
        let answer = try matchedDiagonals(covariance: $0[0])
        return [
          answer.forwardVariances, answer.forward, answer.reverseVariances, answer.reverse,
        ]
      },
    ])
  }
}
