// How the grader calls the functions of Exercises.swift. It replaces this file by its own.

import Answering
import Tensors

@main
enum Answers {
  static func main() {
    serve([
      "6.1": {
        let answer = try freeBits(mean: $0[0], logVariance: $0[1], kappa: $0[2].scalar)
        return [answer.value, answer.byMean, answer.byLogVariance]
      },
      "6.2": {
        let answer = try studentTLogLikelihood(
          of: $0[0], location: $0[1], logScale: $0[2], degrees: $0[3].scalar)
        return [answer.value, answer.byLocation, answer.byLogScale]
      },
      "6.3": { [try committedVariance(rates: $0[0])] },
      "6.4": {
        let answer = try pixelVariances(of: $0[0], mean: $0[1], floor: $0[2].scalar, at: $0[3])
        return [answer.best, answer.value, answer.derivative]
      },
      "6.5": {
        let answer = try drawsAndData(
          estimates: $0[0], datumCost: $0[1].scalar, drawCost: $0[2].scalar)
        return [answer.a, answer.b, answer.best]
      },
    ])
  }
}
