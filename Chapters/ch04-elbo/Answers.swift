// How the grader calls the functions of Exercises.swift. It replaces this file by its own.

import Answering
import Tensors

@main
enum Answers {
  static func main() {
    serve([
      "4.1": {
        let answer = try mixtureBound(
          x: $0[0], weights: $0[1], means: $0[2], variances: $0[3], q: $0[4])
        return [answer.bound, answer.gradient]
      },
      "4.2": {
        let (model, v, second) = ($0[1].scalars, $0[3].scalar, $0[5].scalars)
        let answer = try twoStageBound(
          x: $0[0], model: (model[0], model[1], model[2], model[3]), first: ($0[2], v),
          second: (second[0], $0[4], second[1]))
        return [answer.bound, answer.logEvidence]
      },
      "4.3": {
        let answer = try factorAnalysis(x: $0[0], weights: $0[1], bias: $0[2], logNoise: $0[3])
        return [answer.logEvidence, answer.gradient, answer.mean]
      },
      "4.4": {
        [
          try logWeightVariance(
            mean: $0[0], covariance: $0[1], posteriorMean: $0[2], posteriorCovariance: $0[3])
        ]
      },
      "4.5": {
        let answer = try choleskyBoundGradient(
          x: $0[0], weights: $0[1], bias: $0[2], noiseVariance: $0[3].scalar, mean: $0[4],
          factor: $0[5])
        return [answer.mean, answer.factor]
      },
    ])
  }
}
