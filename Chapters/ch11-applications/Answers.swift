// How the grader calls the functions of Exercises.swift. It replaces this file by its own.

import Answering
import Tensors

@main
enum Answers {
  static func main() {
    serve([
      "11.1": {
        let answer = try smoothArea(
          normal: $0[0], anomalous: $0[1], temperature: $0[2].scalar)
        return [answer.area, answer.byNormal, answer.byAnomalous]
      },
      "11.2": {
        let answer = try backOnShell(latents: $0[0], correlations: $0[1], weights: $0[2])
        return [answer.squaredNorm, answer.combined]
      },
      "11.3": {
        let answer = try transported(
          codes: $0[0], from: (mean: $0[1], factor: $0[2]), to: (mean: $0[3], factor: $0[4]))
        return [answer.moved, answer.squaredDistance]
      },
      "11.4": {
        let answer = try bitsBack(logPrior: $0[0], logLikelihood: $0[1], q: $0[2])
        return [answer.bits, answer.excess]
      },
      "11.5": {
        let answer = try wrongSpreadChain(
          weights: $0[0], bias: $0[1], noiseVariance: $0[2].scalar, datum: $0[3],
          missing: Int($0[4].scalar), spread: $0[5].scalar)
        return [answer.mean, answer.variance]
      },
      "11.6": {
        let answer = try pixelEntropy(logits: $0[0], temperature: $0[1].scalar)
        return [answer.entropy, answer.derivative]
      },
    ])
  }
}
