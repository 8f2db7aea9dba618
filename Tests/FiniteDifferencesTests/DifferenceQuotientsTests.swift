import FiniteDifferences
import Tensors
import Testing

/// Steps and points at which polynomials are computed almost without rounding.
private let cases: [(x: Double, h: Double)] = [-1.5, -0.5, 0, 0.25, 1, 3].flatMap { x in
  [0.5, 0.25, 0.125].map { (x, $0) }
}

@Suite("Difference quotients")
struct DifferenceQuotientsTests {
  // A polynomial of degree p + 1 has a constant derivative of that order, so that the error's
  // formula holds without remainder.

  @Test("forward-difference-error: the quotient is f′ + ½ h f″, exactly so for a quadratic")
  func forward() {
    let f = { (x: Double) in 3 * x * x - 2 * x + 1 }  // f″ = 6
    let check = Check.identity(
      "forward-difference-error", cases.map { forwardDifference(at: $0.x, step: $0.h, of: f) },
      equals: cases.map { 6 * $0.x - 2 + 0.5 * $0.h * 6 },
      planted: [
        "the ½ dropped": cases.map { 6 * $0.x - 2 + $0.h * 6 },
        "a sign": cases.map { 6 * $0.x - 2 - 0.5 * $0.h * 6 },
        "second order": cases.map { 6 * $0.x - 2 + 0.5 * $0.h * $0.h * 6 },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("central-difference-error: the quotient is f′ + ⅙ h² f‴, exactly so for a cubic")
  func central() {
    let f = { (x: Double) in x * x * x - 4 * x * x + x }  // f‴ = 6
    let slope = { (x: Double) in 3 * x * x - 8 * x + 1 }
    let check = Check.identity(
      "central-difference-error", cases.map { centralDifference(at: $0.x, step: $0.h, of: f) },
      equals: cases.map { slope($0.x) + $0.h * $0.h * 6 / 6 },
      planted: [
        "½ for ⅙": cases.map { slope($0.x) + $0.h * $0.h * 6 / 2 },
        "first order": cases.map { slope($0.x) + $0.h * 6 / 6 },
        "no error": cases.map { slope($0.x) },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test(
    "fourth-order-difference-error: the quotient is f′ − h⁴ f⁽⁵⁾ / 30, exactly so for a quintic")
  func fourthOrder() {
    let f = { (x: Double) in x * x * x * x * x + x * x }  // f⁽⁵⁾ = 120
    let slope = { (x: Double) in 5 * x * x * x * x + 2 * x }
    let fourth = { (h: Double) in h * h * h * h }
    let check = Check.identity(
      "fourth-order-difference-error",
      cases.map { fourthOrderDifference(at: $0.x, step: $0.h, of: f) },
      equals: cases.map { slope($0.x) - fourth($0.h) * 120 / 30 },
      planted: [
        "a sign": cases.map { slope($0.x) + fourth($0.h) * 120 / 30 },
        "1/120 for 1/30": cases.map { slope($0.x) - fourth($0.h) },
        "second order": cases.map { slope($0.x) - $0.h * $0.h * 120 / 30 },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("each rule is exact up to the degree of its order, in Float too")
  func exactness() {
    for rule in DifferenceRule.allCases {
      let power = { (x: Float) in (0..<rule.order).reduce(Float(1)) { y, _ in y * x } }
      #expect(rule.quotient(at: Float(1), step: 0.25, of: power) == Float(rule.order))
    }
  }
}
