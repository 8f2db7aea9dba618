import Grading
import Tensors
import Testing

@Suite("Homework of chapter 3")
struct Chapter03Tests {
  @Test("3.1: the divergence of exponential distributions")
  func exponential() {
    expectExamined(
      "3.1",
      right: {
        let answer = try exponentialKL(logA: $0[0], logB: $0[1])
        return [answer.divergence, answer.gradient]
      },
      wrong: [
        ("a sign", "a sign", { [$0[1] - $0[0] + 1 - exp($0[1] - $0[0]), 1 - exp($0[1] - $0[0])] }),
        (
          "the wrong way round", "of p from q", { [$0[1] - $0[0] - 1 + exp($0[0] - $0[1]), $0[0]] }
        ),
        ("a dropped term", "the same difference", { [$0[0] - $0[1] + exp($0[1] - $0[0]), $0[0]] }),
        (
          "the derivative by a", "its gradient by log a",
          {
            let ratio = exp($0[1] - $0[0])
            return [$0[0] - $0[1] - 1 + ratio, (1 - ratio) / exp($0[0])]
          }
        ),
      ])
  }
}
