import Answering
import Tensors

/// A wrong answer made of a right one: one of its parts is changed.
func changing(
  _ part: Int, of answer: @escaping Answer,
  _ change: @escaping @Sendable (Tensor<Double>) -> Tensor<Double>
) -> Answer {
  { inputs in
    var parts = try answer(inputs)
    parts[part] = change(parts[part])
    return parts
  }
}
