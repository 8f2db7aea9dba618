import KLDivergence
import Tensors

/// Σ 2^(−l): the share of all endless strings of bits that begin with a word of one of these lengths,
/// if no word is the beginning of another.
///
/// Equation: kraft
public func kraftSum(_ lengths: [Int]) -> Double {
  lengths.reduce(0) { $0 + powerOfTwo(-$1) }
}

/// Words of these lengths, none the beginning of another, as strings of 0 and 1; nil if their
/// `kraftSum` is above 1, as then there are none.
///
/// Short words come first: each word is where the intervals of those before it end.
///
/// Equation: kraft
public func prefixCode(_ lengths: [Int]) -> [String]? {
  guard kraftSum(lengths) <= 1 else { return nil }
  var words = [String](repeating: "", count: lengths.count)
  var end = 0.0
  for index in lengths.indices.sorted(by: { (lengths[$0], $0) < (lengths[$1], $1) }) {
    var rest = end
    for _ in 0..<lengths[index] {
      rest *= 2
      words[index] += rest >= 1 ? "1" : "0"
      if rest >= 1 { rest -= 1 }
    }
    end += powerOfTwo(-lengths[index])
  }
  return words
}

/// ⌈−log₂ p⌉: lengths for which words exist, less than a bit above the ideal ones; `p` positive.
public func shannonLengths(_ p: [Double]) -> [Int] {
  p.map { p in
    var length = 0
    while powerOfTwo(-length) > p { length += 1 }
    return length
  }
}

/// The mean length in bits of words with these lengths, met with probabilities p: `[n]`.
///
/// H(p) + KL(p‖r) − log₂ S in bits, with S the `kraftSum` and rᵢ = 2^(−lᵢ) / S.
///
/// Equation: source-coding
public func meanLength(_ lengths: [Int], _ p: Tensor<Double>) -> Double {
  let sum = kraftSum(lengths)
  let implied = Tensor(lengths.map { powerOfTwo(-$0) / sum })
  return inBits(entropy(p).scalar + categoricalKL(p, implied).scalar - Double.log(sum))
}

/// Nats as bits: divided by log 2.
public func inBits(_ nats: Double) -> Double { nats / Double.log(2) }

/// 2 to a whole power, exactly.
func powerOfTwo(_ exponent: Int) -> Double {
  Double(sign: .plus, exponent: exponent, significand: 1)
}
