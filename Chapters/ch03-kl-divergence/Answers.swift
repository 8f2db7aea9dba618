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
      }
    ])
  }
}
