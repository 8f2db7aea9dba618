// How the grader calls the functions of Exercises.swift. It replaces this file by its own.

import Answering
import Tensors

@main
enum Answers {
  static func main() {
    serve([
      "2.1": {
        let answer = try sigmoidCodesGradient(
          x: $0[0], encoder: ($0[1], $0[2]), decoder: ($0[3], $0[4]))
        return [
          answer.encoderWeight, answer.encoderBias, answer.decoderWeight, answer.decoderBias,
        ]
      },
      "2.2": {
        let answer = try tiedGradient(x: $0[0], weight: $0[1], bias: $0[2], outputBias: $0[3])
        return [answer.weight, answer.bias]
      },
      "2.3": {
        let answer = try bestCodeScale(
          codes: $0[0], weight: $0[1], codePenalty: $0[2].scalar, weightPenalty: $0[3].scalar)
        return [answer.scale, answer.penalty]
      },
      "2.4": {
        let answer = try bestDenoiser(
          observed: $0[0], noiseVariance: $0[1].scalar, mean: $0[2].scalar,
          variance: $0[3].scalar)
        return [answer.gaussian, answer.error, answer.signs]
      },
      "2.5": {
        let answer = try saddleCurvature(eigenvalues: $0[0], chosen: $0[1])
        return [answer.error, answer.curvature]
      },
    ])
  }
}
