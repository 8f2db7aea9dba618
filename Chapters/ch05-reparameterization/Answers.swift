// How the grader calls the functions of Exercises.swift. It replaces this file by its own.

import Answering
import Tensors

@main
enum Answers {
  static func main() {
    serve([
      "5.1": {
        let answer = try deviationVariances(mean: $0[0], deviation: $0[1])
        return [answer.pathwise, answer.scoreFunction]
      },
      "5.2": {
        let answer = try reparameterizeLaplace(
          location: $0[0], logScale: $0[1], uniform: $0[2])
        return [answer.z, answer.byLocation, answer.byLogScale]
      },
      "5.3": {
        let answer = try truncatedGradients(
          z: $0[0], mean: $0[1].scalar, deviation: $0[2].scalar, lower: $0[3].scalar,
          upper: $0[4].scalar)
        return [answer.byMean, answer.byDeviation]
      },
      "5.4": {
        let answer = try gammaProposal(shape: $0[0].scalar, noise: $0[1], uniform: $0[2])
        return [answer.z, answer.isTaken, answer.byShape]
      },
      "5.5": {
        let answer = try antitheticVariances(mean: $0[0], logVariance: $0[1])
        return [answer.antithetic, answer.independent]
      },
      "5.6": {
        let answer = try fullCovariance(noise: $0[0], factor: $0[1], cotangent: $0[2])
        return [answer.logDensity, answer.factor, answer.entropy]
      },
    ])
  }
}
