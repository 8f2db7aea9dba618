/// Numbers as text, and ticks. Everything here is plain IEEE arithmetic, so that a figure has the
/// same bytes on every machine: no locale, no C library, no `Foundation`.

/// A coordinate: at most two decimals, without trailing zeros.
func fixed(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 1e12 else { fatalError("fixed: coordinate \(value)") }
  let hundredths = Int((value * 100).rounded())
  return decimal(hundredths, exponent: -2, trimmed: true, minus: "-")
}

/// The exact decimal `integer`·10^`exponent`, written without an exponent.
func decimal(
  _ integer: Int, exponent: Int, trimmed: Bool = false, minus: String = "−"
) -> String {
  var digits = String(integer.magnitude)
  if exponent >= 0 {
    if integer != 0 { digits += String(repeating: "0", count: exponent) }
  } else {
    let missing = max(0, 1 - exponent - digits.count)
    digits = String(repeating: "0", count: missing) + digits
    var fraction = digits.suffix(-exponent)
    if trimmed { while fraction.last == "0" { fraction.removeLast() } }
    digits = digits.dropLast(-exponent) + (fraction.isEmpty ? "" : "." + fraction)
  }
  return (integer < 0 ? minus : "") + digits
}

/// A number for people to read, rounded to some significant digits.
func short(_ value: Double, digits: Int = 3) -> String {
  guard value.isFinite else { return value.isNaN ? "n/a" : value < 0 ? "−∞" : "∞" }
  if value == 0 { return "0" }
  let last = decade(abs(value)) - digits + 1
  let integer = Int((value / powerOf10(last)).rounded())
  if (-6...3).contains(last) { return decimal(integer, exponent: last, trimmed: true) }
  return scientific(integer, exponent: last, decade: last + digits - 1)
}

/// `integer`·10^`exponent` as a mantissa times 10^`decade`.
func scientific(_ integer: Int, exponent: Int, decade: Int) -> String {
  if integer == 0 { return "0" }
  let mantissa = decimal(integer, exponent: exponent - decade, trimmed: true)
  return mantissa + "×10^{" + decimal(decade, exponent: 0) + "}"
}

/// The double nearest to 10^k.
func powerOf10(_ k: Int) -> Double { Double("1e\(k)")! }

/// log₁₀ x for x > 0: x = m·2^e with m near 1, and ln m = 2 artanh((m−1)/(m+1)) by its series.
func commonLog(_ x: Double) -> Double {
  var (e, m) = (Double(x.exponent), x.significand)
  if m > 1.4142135623730951 { (e, m) = (e + 1, m / 2) }
  let t = (m - 1) / (m + 1)
  var (power, sum) = (t, 0.0)
  for k in stride(from: 1.0, through: 23, by: 2) {
    sum += power / k
    power *= t * t
  }
  return (e * 0.6931471805599453 + 2 * sum) / 2.302585092994046
}

/// The k for which 10^k ≤ x < 10^(k+1).
func decade(_ x: Double) -> Int {
  let k = Int(commonLog(x).rounded(.down))
  if powerOf10(k + 1) <= x { return k + 1 }
  return powerOf10(k) > x ? k - 1 : k
}

/// A place on an axis that gets a grid line and a label.
struct Tick: Equatable {
  var value: Double
  var label: String
}

/// Ticks at multiples of 1, 2 or 5 times a power of ten: two to ten of them, near `count`.
func linearTicks(_ lower: Double, _ upper: Double, count: Int = 5) -> [Tick] {
  let count = Double(min(max(count, 4), 6))
  let spacing = upper / count - lower / count
  guard spacing > 1e-12 * max(abs(lower), abs(upper)) else {
    return [Tick(value: lower, label: short(lower))]
  }
  var exponent = decade(spacing)
  let lead = spacing / powerOf10(exponent)
  var multiple = lead < 1.414 ? 1 : lead < 3.162 ? 2 : lead < 7.071 ? 5 : 10
  if multiple == 10 { (multiple, exponent) = (1, exponent + 1) }
  let step = Double(multiple) * powerOf10(exponent)
  let first = Int((lower / step - 1e-9).rounded(.up))
  let last = Int((upper / step + 1e-9).rounded(.down))
  guard step > 0, step.isFinite, first <= last else {
    return [Tick(value: lower, label: short(lower))]
  }
  let largest = max(abs(first), abs(last)) * multiple
  let top = largest == 0 ? 0 : decade(Double(largest)) + exponent
  return (first...last).map { n in
    let integer = n * multiple
    let value =
      exponent < 0 && exponent > -300
      ? Double(integer) / powerOf10(-exponent) : Double(integer) * powerOf10(exponent)
    let plain = (-3...5).contains(top) && exponent >= -6
    return Tick(
      value: value,
      label: plain
        ? decimal(integer, exponent: exponent)
        : scientific(integer, exponent: exponent, decade: top))
  }
}

/// Ticks at powers of ten; at 1, 2 and 5 times them when these are few; else linear ones.
func logTicks(_ lower: Double, _ upper: Double, count: Int = 6) -> [Tick] {
  guard lower > 0, upper > lower else { return linearTicks(lower, upper, count: count) }
  let decades = (decade(lower) - 1...decade(upper) + 1)
  func inside(_ x: Double) -> Bool { x >= lower * (1 - 1e-12) && x <= upper * (1 + 1e-12) }
  let powers = decades.filter { inside(powerOf10($0)) }
  if powers.count >= 3 {
    let stride = (powers.count + max(count, 3) - 1) / max(count, 3)
    let plain = powers.first! >= -3 && powers.last! <= 4
    return powers.filter { $0 % stride == 0 }.map { k in
      Tick(
        value: powerOf10(k),
        label: plain ? decimal(1, exponent: k) : "10^{" + decimal(k, exponent: 0) + "}")
    }
  }
  let finer = decades.flatMap { k in
    [1, 2, 5].compactMap { m -> Tick? in
      let value = Double("\(m)e\(k)")!
      let plain = (-4...5).contains(k)
      return inside(value)
        ? Tick(
          value: value,
          label: plain ? decimal(m, exponent: k) : scientific(m, exponent: k, decade: k)) : nil
    }
  }
  return finer.count >= 3 ? finer : linearTicks(lower, upper, count: count)
}
