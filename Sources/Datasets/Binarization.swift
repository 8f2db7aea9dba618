import Tensors

/// How grey pixels become the zeros and ones that a Bernoulli likelihood is about.
public enum Binarization: String, CaseIterable, Sendable {
  /// Not at all: values stay as they are, and the likelihood takes them as probabilities.
  case none
  /// 1 where the value is above 0.5, else 0.
  case threshold
  /// 1 with a probability of the value, else 0: drawn anew at each call (Salakhutdinov and Murray
  /// 2008).
  case stochastic

  /// Binarizes `values`, `[batch, pixels]` in [0, 1], into a constant of the same shape.
  ///
  /// Only `stochastic` draws from `random`: one uniform number for each value, in order.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func callAsFunction<Scalar: TensorScalar>(
    _ values: Tensor<Scalar>, using random: inout Random
  ) -> Tensor<Scalar> {
    if self == .none { return values }
    // A uniform number below p occurs with probability p; at the threshold it is always a half.
    var result =
      self == .stochastic
      ? random.uniform(values.shape, as: Scalar.self) : Tensor(values.shape, repeating: 0.5)
    values.withUnsafeScalars { values in
      result.withUnsafeMutableScalars { result in
        for index in values.indices { result[index] = result[index] < values[index] ? 1 : 0 }
      }
    }
    return result
  }

  /// Writes images, binarized, to memory, `[indices.count, pixels]`: the numbers, and the draws from
  /// `random`, that the images' tensor would give.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func write<Scalar: TensorScalar>(
    _ images: ImageSet, _ indices: [Int], to memory: UnsafeMutableBufferPointer<Scalar>,
    using random: inout Random
  ) {
    switch self {
    case .none: images.write(indices, to: memory)
    case .threshold: images.replace(memory, indices) { _, pixel in 0.5 < pixel ? 1 : 0 }
    case .stochastic:
      random.fillUniform(memory)
      images.replace(memory, indices) { uniform, pixel in uniform < pixel ? 1 : 0 }
    }
  }
}
