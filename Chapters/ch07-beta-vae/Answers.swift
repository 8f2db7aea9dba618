// How the grader calls the functions of Exercises.swift. It replaces this file by its own.

import Answering
import Tensors

@main
enum Answers {
  static func main() {
    serve([
      "7.1": {
        let answer = try channelsWithNoise(
          variances: $0[0], beta: $0[1].scalar, logNoise: $0[2].scalar)
        return [answer.value, answer.derivative, answer.rate]
      },
      "7.2": {
        let answer = try rateUnderDistortion(variances: $0[0], limit: $0[1].scalar)
        return [answer.beta, answer.rate, answer.derivative]
      },
      "7.3": {
        let answer = try covariancePenalty(
          means: $0[0], offDiagonal: $0[1].scalar, diagonal: $0[2].scalar)
        return [answer.value, answer.gradient]
      },
      "7.4": {
        let answer = try turnedScores(angles: $0[0])
        return [answer.r2, answer.sap]
      },
      "7.5": {
        let answer = try commonCorrelation(
          correlations: $0[0], dimensions: Int($0[1].scalar))
        return [answer.total, answer.derivative]
      },
    ])
  }
}
