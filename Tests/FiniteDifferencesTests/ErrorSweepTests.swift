import FiniteDifferences
import Tensors
import Testing

private func sweeps(_ rule: DifferenceRule) -> [ErrorSweep] {
  [exponentialSweep(rule, as: Float.self), exponentialSweep(rule, as: Double.self)]
}

@Suite("The V of truncation and rounding")
struct ErrorSweepTests {
  @Test(
    "errors stay below the estimate and what the next term of Taylor's series adds to it",
    arguments: DifferenceRule.allCases)
  func estimate(rule: DifferenceRule) {
    for sweep in sweeps(rule) {
      for (h, (error, estimate)) in zip(sweep.steps, zip(sweep.errors, sweep.estimates)) {
        // Relative to the first term, eˣ's next one is h/3, h²/20 or h²/8.4; those after it are small.
        let next = 1 + (rule == .forward ? h / 2 : h * h / 7)
        #expect(error < estimate * next, "\(rule) h = \(h): \(error), estimate \(estimate)")
      }
    }
  }

  @Test(
    "truncation falls with the rule's order, rounding grows with slope −1",
    arguments: DifferenceRule.allCases)
  func slopes(rule: DifferenceRule) {
    for sweep in sweeps(rule) {
      let (right, left) = (sweep.truncationSlope, sweep.roundingSlope)
      #expect(abs(right - Double(rule.order)) < 0.15, "\(rule): slope \(right)")
      #expect(abs(left + 1) < 0.15, "\(rule): slope \(left)")
    }
  }

  @Test(
    "the best step is within a factor of four of the predicted one",
    arguments: DifferenceRule.allCases)
  func bestStep(rule: DifferenceRule) {
    for sweep in sweeps(rule) {
      #expect(abs(Double.log(sweep.bestStep / sweep.predictedStep)) < Double.log(4))
      #expect(sweep.leastError <= sweep.predictedError)
    }
  }

  @Test("a power law's slope is its exponent; points at 0 are left out")
  func logLog() {
    let x = [1.0, 2, 4, 8]
    #expect(abs(logLogSlope(x, x.map { 5 * $0 * $0 * $0 }) - 3) < 1e-12)
    #expect(abs(logLogSlope(x, [1, 0, 4, 8]) - 1) < 1e-12)
    #expect(logLogSlope([1], [1]).isNaN && logLogSlope([], []).isNaN)
  }
}
