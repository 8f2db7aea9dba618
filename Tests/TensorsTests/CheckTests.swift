import Testing

@testable import Tensors

private typealias T = Tensor<Double>
private let point = T([0.3, -1.2, 2.1])
private let cubes: @Sendable (T) -> T = { (x: T) in (x * x * x).sum() }
private let right: @Sendable (T) -> T = { (x: T) in 3 * x * x }

@Suite("The checker itself")
struct CheckTests {
  @Test("a right gradient passes, and the report says what was measured")
  func passes() {
    let check = Check.gradient("test", at: point, of: cubes, claim: right, planted: [:])
    #expect(check.passes, "\(check)")
    #expect(check.measured.contains("3 coordinates") && check.measured.contains("Taylor slope 2.0"))
    #expect(check.measured.contains("reverse mode within"))
    #expect(check.measured.contains("caught 3 planted errors"))
  }

  @Test(
    "wrong gradients fail, and the report names the usual mistake",
    arguments: [
      (-1, "(a sign)"), (2, "(a factor of 2)"), (0.5, "(a factor of ½)"), (0, "(nothing arrives)"),
      (-2, "(a sign and a factor of 2)"), (-0.5, "(a sign and a factor of ½)"),
      (1 + 1e-6, "ratio 1"),
    ] as [(Double, String)])
  func fails(factor: Double, name: String) {
    let wrong = { (x: T) in right(x) * factor }
    let check = Check.gradient("test", at: point, of: cubes, claim: wrong, planted: [:])
    #expect(!check.passes)
    #expect(check.failures.contains { $0.contains(name) }, "\(check)")
    #expect(check.failures.contains { $0.contains("differs from reverse mode") })
    // With g = 0 the remainder is f(x + hv) − f(x), again of first order.
    if Swift.abs(factor - 1) > 1e-3 {
      #expect(check.failures.contains { $0.contains("Taylor slope") }, "\(check)")
    }
  }

  @Test("one wrong coordinate among many is found and named")
  func oneCoordinate() {
    let check = Check.gradient(
      "test", at: [T([1, 2]), T([3, 4])], of: { (square($0[0]).sum() + square($0[1]).sum()) },
      claim: { [$0[0] * 2, T([6, 8.00001])] }, planted: [:])
    #expect(check.failures.first?.hasPrefix("1 1: claimed 8.00001, measured 8.0") == true)
  }

  @Test("a planted error that is no error is reported")
  func plantedThatPasses() {
    let check = Check.gradient(
      "test", at: point, of: cubes, claim: right, planted: ["the same again": { 3 * square($0) }])
    #expect(check.failures == ["planted error not caught: the same again"])
  }

  @Test("the Taylor remainder of a right gradient falls with slope 2, of a wrong one with slope 1")
  func slopes() {
    func slope(_ factor: Double) -> Double {
      Check.taylorSlope(at: point, gradient: (right(point) * factor).scalars, along: [1, 2, -1]) {
        cubes($0).scalar
      }
    }
    #expect(Swift.abs(slope(1) - 2) < 0.02)
    #expect(Swift.abs(slope(1.1) - 1) < 0.1 && Swift.abs(slope(-1) - 1) < 0.1)
  }

  @Test("a linear function has no remainder, and the report says so")
  func linear() {
    let check = Check.gradient(
      "test", at: point, of: { (2 * $0).sum() }, claim: { _ in T([2, 2, 2]) }, planted: [:])
    #expect(check.passes, "\(check)")
    #expect(check.measured.contains("linear"))
  }

  @Test("a gradient of zero checks nothing, and is reported")
  func zeroGradient() {
    let check = Check.gradient(
      "test", at: T([0, 0]), of: { square($0).sum() }, claim: { 2 * $0 }, planted: [:])
    #expect(check.failures.contains { $0.contains("the gradient is zero here") })
  }

  @Test("not-a-number is a failure")
  func notANumber() {
    let check = Check.gradient(
      "test", at: point, of: cubes, claim: { _ in T([.nan, .nan, .nan]) }, planted: [:])
    #expect(!check.passes)
  }

  @Test("a random cotangent catches errors that cancel in a plain sum")
  func cotangent() {
    // Softmax: its outputs add up to 1, so that the gradient of their sum is 0.
    let softmax = { (x: T) in exp(x - x.logSumExp(axis: 0)) }
    let sum = Check.differences(at: point) { softmax($0).sum().scalar }
    #expect(sum.allSatisfy { Swift.abs($0) < 1e-12 })
    let check = Check.vectorJacobianProduct(
      "test", at: point, of: softmax, vjp: { x, g in softmax(x) * (g - (softmax(x) * g).sum()) },
      planted: ["diagonal only": { x, g in softmax(x) * (1 - softmax(x)) * g }])
    #expect(check.passes, "\(check)")
  }

  @Test("a kink within the step is caught as a wrong gradient")
  func kink() {
    let check = Check.vectorJacobianProduct("test", at: T([0.0, 1]), of: { relu($0) })
    #expect(!check.passes)
  }

  @Test("differences are exact for polynomials up to degree 4, up to rounding")
  func differences() {
    let quartic = Check.differences(at: T([2.0])) { x in (square(square(x)) + x).sum().scalar }
    #expect(Swift.abs(quartic[0] - 33) < 1e-10)
  }

  @Test("identities: agreement passes; disagreement and harmless planted errors do not")
  func identities() {
    #expect(
      Check.identity("test", [1, 2], equals: [1, 2 + 1e-13], planted: ["off": [1, 3]]).passes)
    let wrong = Check.identity("test", [1, 2], equals: [1, -2], planted: ["off": [1, 3]])
    #expect(wrong.failures == ["case 1: claimed -2.0, measured 2.0, ratio -1 (a sign)"])
    let harmless = Check.identity("test", [1], equals: [1], planted: ["none": [1]])
    #expect(harmless.failures == ["planted error not caught: none"])
    #expect(!Check.identity("test", [1], equals: [1], planted: [:]).passes, "could not have failed")
    #expect(!Check.identity("test", [.nan], equals: [.nan], planted: ["x": [1]]).passes)
    #expect(Check.identity("test", [.infinity], equals: [.infinity], planted: ["x": [1]]).passes)
  }

  @Test("expectations: within four standard errors passes; others and harmless errors do not")
  func means() {
    let samples = [0.9, 1.1, 1.0, 1.05, 0.95]
    #expect(Check.mean("test", of: samples, is: 1, planted: ["double": 2]).passes)
    #expect(!Check.mean("test", of: samples, is: 2, planted: ["zero": 0]).passes)
    #expect(!Check.mean("test", of: samples, is: 1, planted: ["close": 1.01]).passes)
    #expect(!Check.mean("test", of: samples, is: 1, planted: [:]).passes, "could not have failed")
    #expect(!Check.mean("test", of: [1, .nan], is: 1, planted: ["x": 2]).passes)
  }

  @Test("telling ratios have names, others have none")
  func ratios() {
    #expect(Check.meaning(ofRatio: -1) == "a sign" && Check.meaning(ofRatio: 1.5) == nil)
    #expect(Check.meaning(ofRatio: .nan) == nil)
  }
}
