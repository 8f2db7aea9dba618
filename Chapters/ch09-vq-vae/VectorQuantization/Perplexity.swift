import KLDivergence
import Tensors

extension CodeUsage {
  /// The exponential of the entropy of the frequencies: how many codes, all used alike, would be as
  /// hard to guess; from 1 to K.
  ///
  /// Equation: perplexity
  public var perplexity: Double { Double.exp(entropy(frequencies).scalar) }
}
