import FiniteDifferences
import Tensors
import Testing

/// The place of the least value of a function with one minimum, by golden section in log h.
private func minimiser(_ f: (Double) -> Double) -> Double {
  var (a, b) = (Double.log(1e-12), Double.log(10))
  let ratio = (5.0.squareRoot() - 1) / 2
  for _ in 0..<200 {
    let (c, d) = (b - ratio * (b - a), a + ratio * (b - a))
    if f(Double.exp(c)) < f(Double.exp(d)) { b = d } else { a = c }
  }
  return Double.exp((a + b) / 2)
}

@Suite("Step sizes")
struct StepSizeTests {
  private let cases: [(rule: DifferenceRule, epsilon: Double, value: Double, derivative: Double)] =
    DifferenceRule.allCases.flatMap { rule in
      [(2.0e-16, 1.0, 1.0), (1e-7, 3.0, 1.0), (1e-7, 1.0, 40.0)].map { (rule, $0.0, $0.1, $0.2) }
    }

  @Test("optimal-step: it is where the estimate c hᵖ M + r ε F / h is least")
  func optimalStep() {
    func logs(_ step: (DifferenceRule, Double, Double, Double) -> Double) -> [Double] {
      cases.map { Double.log(step($0.rule, $0.epsilon, $0.value, $0.derivative)) }
    }
    let found = logs { rule, e, f, m in
      minimiser { rule.errorEstimate(step: $0, epsilon: e, value: f, derivative: m) }
    }
    // A minimum is flat: golden section finds its place to about the square root of 2⁻⁵² only.
    let check = Check.identity(
      "optimal-step", found,
      equals: logs { $0.optimalStep(epsilon: $1, value: $2, derivative: $3) },
      tolerance: 1e-6,
      planted: [
        "the factor p dropped": logs { rule, e, f, m in
          Double.exp(
            Double.log(rule.rounding * e * f / (rule.truncation * m))
              / Double(rule.order + 1))
        },
        "exponent 1/p": logs { rule, e, f, m in
          Double.exp(
            Double.log(rule.rounding * e * f / (Double(rule.order) * rule.truncation * m))
              / Double(rule.order))
        },
        "f and its derivative swapped": logs {
          $0.optimalStep(epsilon: $1, value: $3, derivative: $2)
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("least-error: the estimate at the optimal step is (p + 1) c hᵖ M")
  func leastError() {
    func logs(_ error: (DifferenceRule, Double, Double, Double) -> Double) -> [Double] {
      cases.map { Double.log(error($0.rule, $0.epsilon, $0.value, $0.derivative)) }
    }
    let claimed = logs { $0.leastError(epsilon: $1, value: $2, derivative: $3) }
    let check = Check.identity(
      "least-error",
      logs { rule, e, f, m in
        let h = rule.optimalStep(epsilon: e, value: f, derivative: m)
        return rule.errorEstimate(step: h, epsilon: e, value: f, derivative: m)
      },
      equals: claimed,
      planted: [
        "truncation alone": zip(cases, claimed).map {
          $1 - Double.log(Double($0.rule.order + 1))
        },
        "twice truncation, p forgotten": zip(cases, claimed).map {
          $1 + Double.log(2 / Double($0.rule.order + 1))
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("the optimal step grows as ε to the power 1/2, 1/3, 1/5")
  func exponents() {
    for (rule, exponent) in zip(DifferenceRule.allCases, [1 / 2.0, 1 / 3.0, 1 / 5.0]) {
      let epsilons = [1e-16, 1e-12, 1e-8]
      let steps = epsilons.map { rule.optimalStep(epsilon: $0, value: 1, derivative: 1) }
      #expect(abs(logLogSlope(epsilons, steps) - exponent) < 1e-9)
    }
  }
}
