import Foundation

// Numbers as a page prints them: the same characters in every locale and on every platform.

/// A number with a fixed count of decimals: `fixed(2.0 / 3, 3)` is "0.667".
///
/// A result that rounds to zero has no sign; the rest are "nan", "inf" and "-inf".
public func fixed(_ x: Double, _ decimals: Int) -> String {
  plain(x, String(format: "%.\(decimals)f", x))
}

/// A number with its power of ten: `scientific(1.234e-8, 2)` is "1.23e-08".
public func scientific(_ x: Double, _ decimals: Int) -> String {
  plain(x, String(format: "%.\(decimals)e", x))
}

/// A number with its sign, plus too: `signed(0.5, 1)` is "+0.5".
///
/// Zero has none.
public func signed(_ x: Double, _ decimals: Int) -> String {
  let digits = fixed(x, decimals)
  return x > 0 && !isZero(digits) ? "+" + digits : digits
}

/// A time as people say it: "0.42 s", "12.3 s", "2 min 05 s", "1 h 02 min".
public func duration(_ seconds: Double) -> String {
  guard seconds.isFinite else { return plain(seconds, "") }
  if seconds < 9.995 { return fixed(max(seconds, 0), 2) + " s" }
  if seconds < 59.95 { return fixed(seconds, 1) + " s" }
  guard seconds < 3599.5 else {
    let minutes = Int(min(seconds / 60, 1e12).rounded())
    return "\(minutes / 60) h \(twoDigits(minutes % 60)) min"
  }
  let whole = Int(seconds.rounded())
  return "\(whole / 60) min \(twoDigits(whole % 60)) s"
}

/// A time as people say it.
public func duration(_ time: Duration) -> String { duration(time.seconds) }

extension Duration {
  /// The whole time in seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

/// What C's formatting gives, except for its sign on zero and its platform's words for nan.
private func plain(_ x: Double, _ digits: String) -> String {
  if x.isNaN { return "nan" }
  if x.isInfinite { return x < 0 ? "-inf" : "inf" }
  return digits.hasPrefix("-") && isZero(digits) ? String(digits.dropFirst()) : digits
}

/// Whether every digit before the exponent is 0.
private func isZero(_ digits: String) -> Bool {
  digits.prefix { $0 != "e" }.allSatisfy { "-0.".contains($0) }
}

private func twoDigits(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
