// How the grader calls the functions of Exercises.swift. It replaces this file by its own.

import Answering
import Tensors

@main
enum Answers {
  static func main() {
    serve([
      "1.1": { [try siluBackward(x: $0[0], cotangent: $0[1])] },
      "1.2": { [try cumulativeSumBackward(cotangent: $0[0])] },
      "1.3": { [try normalizedBackward(x: $0[0], cotangent: $0[1], epsilon: $0[2].scalar)] },
      "1.4": { _ in
        let answer = try sixthOrderRule()
        return [answer.weights, answer.error, answer.rounding]
      },
      "1.5": {
        let answer = try softMaximum(x: $0[0], temperature: $0[1].scalar)
        return [answer.value, answer.gradient, answer.byTemperature]
      },
    ])
  }
}
