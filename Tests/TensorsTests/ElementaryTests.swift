import Foundation
import Testing

@testable import Tensors

/// The distance of `value` from `exact` in units in the last place of Float.
private func ulps(_ value: Float, _ exact: Double) -> Double {
  if exact.isNaN || Float(exact) == value { return value.isNaN == exact.isNaN ? 0 : .infinity }
  let spacing = Double(Swift.max(Float(exact).magnitude, .leastNormalMagnitude).ulp)
  return Swift.abs(Double(value) - exact) / spacing
}

#if arch(x86_64) && os(Linux)
  typealias Exact = Float80
  /// The distance of `value` from `exact` in units in the last place of Double.
  private func ulps(_ value: Double, _ exact: Float80) -> Double {
    if exact.isNaN || Double(exact) == value { return value.isNaN == exact.isNaN ? 0 : .infinity }
    let spacing = Swift.max(Double(exact).magnitude, .leastNormalMagnitude).ulp
    return Double(Swift.abs(Float80(value) - exact) / Float80(spacing))
  }
#else
  typealias Exact = Double
#endif

private let references: [(UnaryFunction, ClosedRange<Double>, @Sendable (Exact) -> Exact)] = [
  (.exp, -104...89, { Foundation.exp($0) }),
  (.exp, -1...1, { Foundation.exp($0) }),
  (.log, 0...4, { Foundation.log($0) }),
  (.log, 0...1e30, { Foundation.log($0) }),
  (.tanh, -12...12, { Foundation.tanh($0) }),
  (.tanh, -1...1, { Foundation.tanh($0) }),
  (.tanh, -0.01...0.01, { Foundation.tanh($0) }),
  (.sigmoid, -90...90, { 1 / (1 + Foundation.exp(-$0)) }),
  (.softplus, -90...90, { Swift.max($0, 0) + Foundation.log1p(Foundation.exp(-Swift.abs($0))) }),
  (.sin, -1e4...1e4, { Foundation.sin($0) }),
  (.cos, -1e4...1e4, { Foundation.cos($0) }),
  (.squareRoot, 0...1e6, { $0.squareRoot() }),
]

@Suite("Elementary functions")
struct ElementaryTests {
  @Test("Float results are within 2 ulp of the exact value", arguments: references.indices)
  func floatAccuracy(index: Int) {
    let (function, range, exact) = references[index]
    var random = Random(seed: 7)
    let uniform: Tensor<Double> = random.uniform([200_000])
    let x = Tensor<Float>(
      uniform * (range.upperBound - range.lowerBound) + range.lowerBound)
    let y = x.map(function)
    let worst = zip(x.scalars, y.scalars).map { ulps($1, Double(exact(Exact($0)))) }.max()!
    #expect(worst <= 2, "\(function) on \(range): \(worst) ulp")
  }

  #if arch(x86_64) && os(Linux)
    @Test("Double results are within 2 ulp of the exact value", arguments: references.indices)
    func doubleAccuracy(index: Int) {
      let (function, range, exact) = references[index]
      var random = Random(seed: 8)
      let uniform: Tensor<Double> = random.uniform([100_000])
      let x = uniform * (range.upperBound - range.lowerBound) + range.lowerBound
      let y = x.map(function)
      let worst = zip(x.scalars, y.scalars).map { ulps($1, exact(Exact($0))) }.max()!
      #expect(worst <= 2, "\(function) on \(range): \(worst) ulp")
    }
  #endif

  @Test("special values: zeros, infinities, not-a-number, overflow and underflow")
  func specialValues() {
    let inf = Float.infinity
    func expect(_ function: UnaryFunction, _ pairs: [(Float, Float)]) {
      for (x, y) in pairs {
        let value = Float.map(function, x)
        #expect(value == y || (value.isNaN && y.isNaN), "\(function)(\(x)) = \(value), not \(y)")
      }
    }
    expect(.exp, [(0, 1), (-inf, 0), (inf, inf), (.nan, .nan), (100, inf), (-200, 0)])
    expect(.log, [(1, 0), (0, -inf), (-1, .nan), (inf, inf), (.nan, .nan)])
    expect(.tanh, [(0, 0), (inf, 1), (-inf, -1), (20, 1), (.nan, .nan)])
    expect(.sigmoid, [(0, 0.5), (inf, 1), (-inf, 0), (200, 1), (-200, 0), (.nan, .nan)])
    expect(.softplus, [(inf, inf), (-inf, 0), (200, 200), (-200, 0)])
    expect(.relu, [(-1, 0), (2, 2), (0, 0), (inf, inf)])
    #expect(Float.map(.log, .leastNonzeroMagnitude) == Float(Foundation.log(0x1p-149)))
    #expect(Float.map(.exp, -100) == Float(Foundation.exp(-100.0)))
  }

  @Test("a function gives the same bits whatever the element's place in the array")
  func placeDoesNotMatter() {
    for function in UnaryFunction.allCases {
      let x = Tensor<Float>((0..<41).map { Float($0) * 0.3 + 0.1 })
      let whole = x.map(function).scalars
      for (value, result) in zip(x.scalars, whole) { #expect(Float.map(function, value) == result) }
    }
  }
}
