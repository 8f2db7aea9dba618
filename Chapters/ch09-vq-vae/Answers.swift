// How the grader calls the functions of Exercises.swift. It replaces this file by its own.

import Answering
import Tensors

@main
enum Answers {
  static func main() {
    serve([
      "9.1": {
        let answer = try rotationTrick(encodings: $0[0], codes: $0[1], cotangent: $0[2])
        return [answer.value, answer.cotangent]
      },
      "9.2": {
        let answer = try softEncoderRate(
          encodings: $0[0], codebook: $0[1], temperature: $0[2].scalar)
        return [answer.rate, answer.gradient]
      },
      "9.3": {
        let answer = try coldHardGumbel(logits: $0[0], coefficients: $0[1])
        return [answer.limit, answer.bias]
      },
      "9.4": {
        let answer = try residualCodes(encodings: $0[0], codebooks: $0[1])
        return [answer.indices, answer.residual]
      },
      "9.5": {
        let answer = try spreadStart(encodings: $0[0], chosen: $0[1])
        return [answer.probabilities, answer.expectedCost]
      },
      "9.6": {
        let answer = try scalarQuantised(
          encodings: $0[0], levels: Int($0[1].scalar), cotangent: $0[2])
        return [answer.values, answer.codes, answer.cotangent]
      },
    ])
  }
}
