import FiniteDifferences
import Tensors
import Testing

private func sweeps(_ rule: DifferenceRule) -> [(sweep: ErrorSweep, epsilon: Double)] {
  [
    (exponentialSweep(rule, as: Float.self), Double(Float.ulpOfOne)),
    (exponentialSweep(rule, as: Double.self), Double.ulpOfOne),
  ]
}

@Suite("The V of truncation and rounding")
struct ErrorSweepTests {
  @Test("errors stay below the bound for every step", arguments: DifferenceRule.allCases)
  func bound(rule: DifferenceRule) {
    for (sweep, epsilon) in sweeps(rule) {
      for (h, error) in zip(sweep.steps, sweep.errors) {
        // The next term of Taylor's series adds less than a seventh of h squared or h.
        let truncation = 1 + (rule == .forward ? h : h * h)
        let bound = rule.errorBound(step: h, epsilon: epsilon, value: 1, derivative: 1)
        #expect(error < 1.3 * bound * truncation, "\(rule) h = \(h): \(error), bound \(bound)")
      }
    }
  }

  @Test(
    "truncation falls with the rule's order, rounding grows with slope −1",
    arguments: DifferenceRule.allCases)
  func slopes(rule: DifferenceRule) {
    for (sweep, epsilon) in sweeps(rule) {
      let best = rule.optimalStep(epsilon: epsilon, value: 1, derivative: 1)
      let right = sweep.slope(over: 1.5 * best...0.5)
      let left = sweep.slope(over: 0...best / 4)
      #expect(abs(right - Double(rule.order)) < 0.15, "\(rule): slope \(right)")
      #expect(abs(left + 1) < 0.15, "\(rule): slope \(left)")
    }
  }

  @Test(
    "the best step is within a factor of four of the predicted one",
    arguments: DifferenceRule.allCases)
  func bestStep(rule: DifferenceRule) {
    for (sweep, epsilon) in sweeps(rule) {
      let predicted = rule.optimalStep(epsilon: epsilon, value: 1, derivative: 1)
      #expect(abs(Double.log(sweep.bestStep / predicted)) < Double.log(4))
      #expect(sweep.leastError <= rule.leastError(epsilon: epsilon, value: 1, derivative: 1))
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
