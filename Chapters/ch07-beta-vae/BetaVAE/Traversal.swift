import Tensors

/// Latents along lines through a point: one line for each latent in `order`, and on it one point for
/// each of `values`, which replaces that latent's coordinate.
///
/// - Parameters:
///   - point: Where the other coordinates stay, shape `[1, d]`.
///   - order: The latents, such as by falling rate.
///   - values: The coordinates to visit.
/// - Returns: Shape `[order.count * values.count, d]`, line by line.
public func traversal<Scalar>(
  through point: Tensor<Scalar>, order: [Int], values: [Scalar]
) -> Tensor<Scalar> {
  let d = point.count
  var rows: [Scalar] = []
  for latent in order {
    for value in values {
      var row = point.scalars
      row[latent] = value
      rows += row
    }
  }
  return Tensor([order.count * values.count, d], rows)
}
