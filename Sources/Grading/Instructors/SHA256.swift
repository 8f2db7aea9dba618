import Foundation

/// The SHA-256 digest of bytes (FIPS 180-4): 32 bytes.
///
/// Hidden cases and the names of kept results are made of it: who does not know all of its input cannot
/// tell what comes out.
package func sha256(_ message: [UInt8]) -> [UInt8] {
  // The message, a one, zeros, and its length in bits: a whole number of blocks of 64 bytes.
  var bytes = message
  bytes.append(0x80)
  bytes += Array(repeating: 0, count: (120 - bytes.count % 64) % 64)
  let length = UInt64(message.count) * 8
  bytes += (0..<8).map { UInt8(truncatingIfNeeded: length >> UInt64(56 - 8 * $0)) }

  var state = Constants.start
  var w = [UInt32](repeating: 0, count: 64)
  for block in stride(from: 0, to: bytes.count, by: 64) {
    for t in 0..<16 {
      let i = block + 4 * t
      w[t] =
        UInt32(bytes[i]) << 24 | UInt32(bytes[i + 1]) << 16 | UInt32(bytes[i + 2]) << 8
        | UInt32(bytes[i + 3])
    }
    for t in 16..<64 {
      let (a, b) = (w[t - 15], w[t - 2])
      let s0 = turned(a, 7) ^ turned(a, 18) ^ (a >> 3)
      let s1 = turned(b, 17) ^ turned(b, 19) ^ (b >> 10)
      w[t] = w[t - 16] &+ s0 &+ w[t - 7] &+ s1
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for t in 0..<64 {
      let s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)
      let choice = (e & f) ^ (~e & g)
      let first = h &+ s1 &+ choice &+ Constants.round[t] &+ w[t]
      let s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ s0 &+ majority)
    }
    for (i, x) in [a, b, c, d, e, f, g, h].enumerated() { state[i] = state[i] &+ x }
  }
  return state.flatMap { x in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: x >> $0) } }
}

/// Bytes as hexadecimal digits.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// A word turned right by some bits.
private func turned(_ x: UInt32, _ bits: UInt32) -> UInt32 { x >> bits | x << (32 - bits) }

private enum Constants {
  /// The first 64 primes.
  static let primes = Array(
    (2...311).filter { n in !(2..<n).contains { n % $0 == 0 } }.map(Double.init))
  /// The first 32 bits after the point of the square roots of the first 8 primes.
  static let start = primes.prefix(8).map { bits(Foundation.sqrt($0)) }
  /// The same of the cube roots of the first 64 primes.
  static let round = primes.map { bits(Foundation.cbrt($0)) }

  private static func bits(_ x: Double) -> UInt32 { UInt32((x - x.rounded(.down)) * 0x1p32) }
}
