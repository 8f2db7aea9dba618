import Testing

@testable import Plots

@Suite struct NumbersTests {
  @Test func coordinatesHaveAtMostTwoDecimalsAndNoTrailingZeros() {
    let known = [
      (0.0, "0"), (1, "1"), (-0.004, "0"), (12.5, "12.5"), (-3.456, "-3.46"), (0.05, "0.05"),
    ]
    for (value, text) in known { #expect(fixed(value) == text) }
  }

  @Test func numbersForPeopleAreRoundedToSignificantDigits() {
    let known = [
      (0.0, "0"), (1234, "1230"), (0.012345, "0.0123"), (-2.5, "−2.5"), (9.999, "10"),
      (1.5e-9, "1.5×10^{−9}"), (6.02e23, "6.02×10^{23}"), (.nan, "n/a"), (-.infinity, "−∞"),
    ]
    for (value, text) in known { #expect(short(value) == text) }
  }

  @Test func everyPowerOfTenIsInItsOwnDecade() {
    for k in -307...308 {
      #expect(decade(powerOf10(k)) == k)
      #expect(decade(powerOf10(k).nextDown) == k - 1)
      #expect(abs(commonLog(powerOf10(k)) - Double(k)) <= 1e-13 * Double(max(abs(k), 1)))
    }
  }

  @Test(
    arguments: [
      (0.0, 1.0), (-1, 1), (0, 0.3), (-0.7, 123), (1e-9, 5e-9), (1e12, 3e12), (-1e308, 1e308),
      (99.98, 100.02), (-5e-300, 2e-300), (1e6, 1e6 + 3), (0, 39), (-205.3, -94.1), (0, 7e5),
    ] as [(Double, Double)])
  func linearTicksAreTwoToTenInsideTheRangeAndIncrease(_ lower: Double, _ upper: Double) {
    for count in 1...9 {
      let ticks = linearTicks(lower, upper, count: count)
      let slack = 1e-9 * (upper / 2 - lower / 2)
      #expect((2...10).contains(ticks.count), "\(ticks)")
      #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0.value < $1.value })
      #expect(ticks.allSatisfy { $0.value >= lower - slack && $0.value <= upper + slack })
      #expect(Set(ticks.map(\.label)).count == ticks.count, "\(ticks)")
    }
  }

  @Test func linearTicksOfManyRangesAreTwoToTen() {
    for i in 0..<2000 {
      let lower = Double(i * 7919 % 1013) - 500
      let upper = lower + Double(i % 97 + 1) * 0.37
      #expect((2...10).contains(linearTicks(lower, upper).count), "\(lower)...\(upper)")
    }
  }

  @Test func linearTickLabelsAreTheExactDecimals() {
    #expect(
      linearTicks(0, 0.3).map(\.label) == ["0.00", "0.05", "0.10", "0.15", "0.20", "0.25", "0.30"])
    #expect(linearTicks(0, 0.3).map(\.value) == [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3])
    #expect(linearTicks(-10, 10, count: 4).map(\.label) == ["−10", "−5", "0", "5", "10"])
    #expect(linearTicks(0, 2e7, count: 4).map(\.label).last == "2×10^{7}")
  }

  @Test func aRangeWithoutLengthHasOneTick() {
    #expect(linearTicks(5, 5) == [Tick(value: 5, label: "5")])
    #expect(logTicks(5, 5).count == 1)
  }

  @Test(
    arguments: [
      (1.0, 1000.0), (1e-16, 1), (0.3, 40), (2, 3), (1e-300, 1e300), (0.02, 0.9), (5e-9, 2e-8),
    ] as [(Double, Double)])
  func logarithmicTicksAreTwoToTenInsideTheRangeAndIncrease(_ lower: Double, _ upper: Double) {
    let ticks = logTicks(lower, upper)
    #expect((2...10).contains(ticks.count), "\(ticks)")
    #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0.value < $1.value })
    #expect(ticks.allSatisfy { $0.value >= 0.999999 * lower && $0.value <= 1.000001 * upper })
  }

  @Test func logarithmicTicksAreDecadesWrittenAsPowersOrPlainly() {
    #expect(logTicks(1, 1000).map(\.label) == ["1", "10", "100", "1000"])
    #expect(logTicks(1e-6, 1e-3).map(\.label) == ["10^{−6}", "10^{−5}", "10^{−4}", "10^{−3}"])
    #expect(logTicks(0.3, 40).map(\.label) == ["0.5", "1", "2", "5", "10", "20"])
  }

  @Test func superscriptsAndSubscriptsAreSplitFromTheText() {
    #expect(levels("p_{θ}(x) 10^{−3}").map(\.text) == ["p", "θ", "(x) 10", "−3"])
    #expect(levels("p_{θ}(x) 10^{−3}").map(\.level) == [0, -1, 0, 1])
    #expect(spoken("a^b {c} x_{1") == "a^b {c} x_{1")
  }

  @Test func linesAreBrokenAtSpacesOnly() {
    #expect(wrapped("one two three", width: 60) == ["one two", "three"])
    #expect(wrapped("indivisible", width: 10) == ["indivisible"])
    #expect(wrapped("", width: 10).isEmpty)
  }
}
