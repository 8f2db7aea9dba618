// The elementary functions, on whole vectors, the same bits on every machine.
//
// A system's `exp` differs from the next system's in the last bit, and a training run amplifies a
// last bit into another model. So these are our own: argument reduction, then a polynomial in
// Horner form with fused multiply-add. Each is within 2 units in the last place of the exact
// value; `ElementaryTests` measures it. The same text serves Float and Double: `isSingle` is a
// constant wherever the compiler specialises, so that each type keeps only its own polynomial.

extension Lanes {
  /// (eˣ − 1 − x) / x² on the reduced range |x| ≤ ½ log 2, by its Taylor series.
  ///
  /// The first term left out of eˣ is below 2⁻²⁶ (degree 7) or 2⁻⁵⁷ (degree 13) of x.
  @_transparent private static func expTail(_ x: Self) -> Self {
    var series: Self
    if Scalar.isSingle {
      series = .k(1 / 5_040)
    } else {
      series = .k(1 / 6_227_020_800)
      series = series.times(x, plus: 1 / 479_001_600).times(x, plus: 1 / 39_916_800)
      series = series.times(x, plus: 1 / 3_628_800).times(x, plus: 1 / 362_880)
      series = series.times(x, plus: 1 / 40_320).times(x, plus: 1 / 5_040)
    }
    series = series.times(x, plus: 1 / 720).times(x, plus: 1 / 120).times(x, plus: 1 / 24)
    return series.times(x, plus: 1 / 6).times(x, plus: 0.5)
  }

  /// The whole number n nearest to x / log 2, and what is left: x = n log 2 + r.
  @_transparent private static func reduced(_ x: Self) -> (n: Self, r: Self) {
    let n = (x * .k(1.4426950408889634)).rounded(.toNearestOrEven)
    let r = fma(n, .all(-Scalar.logTwoLow), fma(n, .all(-Scalar.logTwoHigh), x))
    return (n, r)
  }

  /// eˣ; 0 far below zero, infinity far above, not-a-number for not-a-number.
  @_transparent static func exp(_ x: Self) -> Self {
    // Beyond these the result is 0 or infinity whatever x is; clamping keeps n in range.
    let (least, most): (Self, Self) = Scalar.isSingle ? (.k(-105), .k(90)) : (.k(-750), .k(715))
    let clamped = x.replacing(with: least, where: x .< least)
      .replacing(with: most, where: most .< x)
    let (n, r) = reduced(clamped)
    // 2ⁿ in two factors, so that subnormal results are rounded once and overflow is infinity.
    let half = (n * .k(0.5)).rounded(.toNearestOrEven)
    // 1 + r is rounded; what that loses is added back with the small terms.
    let sum = r + .k(1)
    let lost = (.k(1) - sum) + r
    return (sum + fma(expTail(r), r * r, lost)) * powerOfTwo(half) * powerOfTwo(n - half)
  }

  /// log(1 + f) + e log 2 for −⅓ < f < ½, or, if `wide`, for 0 ≤ f ≤ 1.
  ///
  /// With s = f / (2 + f), log(1 + f) = 2 artanh(s) = 2s + 2s³/3 + 2s⁵/5 + …, arranged so that f,
  /// which is exact, carries the leading term.
  @_transparent private static func log1p(_ f: Self, plus e: Self, wide: Bool) -> Self {
    let s = f / (f + .k(2))
    let q = s * s
    var series = Self.k(0)
    if wide && !Scalar.isSingle {
      series = Self.k(2 / 33).times(q, plus: 2 / 31).times(q, plus: 2 / 29)
      series = series.times(q, plus: 2 / 27).times(q, plus: 2 / 25).times(q, plus: 2 / 23)
    }
    if !Scalar.isSingle {
      series = series.times(q, plus: 2 / 21).times(q, plus: 2 / 19).times(q, plus: 2 / 17)
    }
    if wide || !Scalar.isSingle {
      series = series.times(q, plus: 2 / 15).times(q, plus: 2 / 13).times(q, plus: 2 / 11)
    }
    series = series.times(q, plus: 2 / 9).times(q, plus: 2 / 7).times(q, plus: 2 / 5)
    series = series.times(q, plus: 2 / 3)
    let half = .k(0.5) * f * f
    let small = fma(s, fma(series, q, half), e * .all(Scalar.logTwoLow))
    return fma(e, .all(Scalar.logTwoHigh), f - (half - small))
  }

  /// The natural logarithm; −infinity at 0, not-a-number below.
  @_transparent static func log(_ x: Self) -> Self {
    // Subnormal numbers are scaled up first.
    let isTiny = x .< .all(Scalar.leastNormalMagnitude)
    let lift = Self.k(0).replacing(with: .k(Scalar.isSingle ? 24 : 53), where: isTiny)
    let (m, e) = (x * powerOfTwo(lift)).fractionAndExponent()
    let exponent = e - lift
    let result = log1p(m - .k(1), plus: exponent, wide: false)
    let ordered =
      result
      .replacing(with: x, where: .all(Scalar.greatestFiniteMagnitude) .< x)
      .replacing(with: .all(-.infinity), where: x .== .k(0))
      .replacing(with: .all(.nan), where: x .< .k(0))
    return x.replacing(with: ordered, where: x .== x)  // not-a-number stays
  }

  /// The hyperbolic tangent: −u / (2 + u) with u = e^(−2|x|) − 1, and the sign of x.
  @_transparent static func tanh(_ x: Self) -> Self {
    let limit = Self.k(Scalar.isSingle ? 12 : 22)  // from here on the nearest number is 1
    let size = x.magnitude.replacing(with: limit, where: limit .< x.magnitude)
    let (n, r) = reduced(size * .k(-2))
    let scale = powerOfTwo(n)
    let q = fma(expTail(r), r * r, r)
    let u = fma(q, scale, scale - .k(1))
    let uLost = fma(q, scale, (scale - .k(1)) - u)
    let sum = u + .k(2)
    let sumLost = u - (sum - .k(2))
    // The quotient, and one correction by what is left of −u = y (2 + u).
    let reciprocal = .k(1) / sum
    let y = (.k(0) - u) * reciprocal
    let minus = .k(0) - y
    let rest = fma(minus, sumLost, fma(minus, sum, .k(0) - u)) - uLost
    return fma(rest, reciprocal, y).signed(like: x)
  }

  /// The logistic function 1 / (1 + e⁻ˣ), without overflow on either side.
  @_transparent static func sigmoid(_ x: Self) -> Self {
    let small = exp(.k(0) - x.magnitude)
    let top = Self.k(1).replacing(with: small, where: x .< .k(0))
    return top / (small + .k(1))
  }

  /// log(1 + eˣ) = max(x, 0) + log(1 + e^(−|x|)), without overflow on either side.
  @_transparent static func softplus(_ x: Self) -> Self {
    let tail = log1p(exp(.k(0) - x.magnitude), plus: .k(0), wide: true)
    return x.maximum(.k(0)) + tail
  }

  /// (sin, cos) of the angle `r` + `quarters` · π/2, for |r| ≤ π/4 and whole `quarters`.
  @_transparent private static func sinCos(
    _ r: Self, quarters: Self
  ) -> (sin: Self, cos: Self) {
    let square = r * r
    var odd: Self
    var even: Self
    if Scalar.isSingle {
      odd = .k(1 / 362_880)
      even = Self.k(-1 / 3_628_800).times(square, plus: 1 / 40_320)
    } else {
      odd = Self.k(1 / 355_687_428_096_000).times(square, plus: -1 / 1_307_674_368_000)
      odd = odd.times(square, plus: 1 / 6_227_020_800).times(square, plus: -1 / 39_916_800)
      odd = odd.times(square, plus: 1 / 362_880)
      even = Self.k(-1 / 6_402_373_705_728_000).times(square, plus: 1 / 20_922_789_888_000)
      even = even.times(square, plus: -1 / 87_178_291_200).times(square, plus: 1 / 479_001_600)
      even = even.times(square, plus: -1 / 3_628_800).times(square, plus: 1 / 40_320)
    }
    odd = odd.times(square, plus: -1 / 5_040).times(square, plus: 1 / 120)
    odd = odd.times(square, plus: -1 / 6)
    even = even.times(square, plus: -1 / 720).times(square, plus: 1 / 24)
    let sine = fma(odd * square, r, r)
    let half = .k(0.5) * square
    let cosine = (.k(1) - half) + fma(even, square * square, (.k(1) - (.k(1) - half)) - half)
    // Quarter turns swap the two and change signs: q mod 4 = 0, 1, 2, 3.
    let turn = quarters - .k(4) * (quarters * .k(0.25)).rounded(.down)
    let isOdd = (turn .== .k(1)) .| (turn .== .k(3))
    let sineNegative = (turn .== .k(2)) .| (turn .== .k(3))
    let cosineNegative = (turn .== .k(1)) .| (turn .== .k(2))
    let s = sine.replacing(with: cosine, where: isOdd)
    let c = cosine.replacing(with: sine, where: isOdd)
    return (
      s.replacing(with: .k(0) - s, where: sineNegative),
      c.replacing(with: .k(0) - c, where: cosineNegative)
    )
  }

  /// (sin x, cos x) for |x| up to 10⁴; π/2 is subtracted in three parts.
  @_transparent static func sinCos(_ x: Self) -> (sin: Self, cos: Self) {
    let n = (x * .k(0.6366197723675814)).rounded(.toNearestOrEven)
    var r = x
    for part in 0..<3 { r = fma(n, .all(-Scalar.halfPi(part)), r) }
    return sinCos(r, quarters: n)
  }

  /// (sin 2πu, cos 2πu) for u in [0, 1]: the reduction is exact.
  @_transparent static func sinCos(turns u: Self) -> (sin: Self, cos: Self) {
    let quarters = (u * .k(4)).rounded(.toNearestOrEven)
    return sinCos((u * .k(4) - quarters) * .k(1.5707963267948966), quarters: quarters)
  }
}
