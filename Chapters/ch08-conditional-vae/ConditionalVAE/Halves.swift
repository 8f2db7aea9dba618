import Datasets
import Tensors

/// The upper and the lower half of images with an even number of rows: `[batch, pixels]` to two of
/// `[batch, pixels / 2]`.
public func halves<Scalar>(
  _ x: Tensor<Scalar>
) -> (upper: Tensor<Scalar>, lower: Tensor<Scalar>) {
  let middle = x.shape[1] / 2
  return (x.sliced(axis: 1, 0..<middle), x.sliced(axis: 1, middle..<x.shape[1]))
}

extension ImageSet {
  /// The lower halves of all images, with their labels.
  public var lowerHalves: ImageSet {
    let rows = height - height / 2
    let kept = (0..<count).flatMap { self[$0].suffix(rows * width) }
    return ImageSet(pixels: kept, labels: labels, height: rows, width: width)
  }

  /// The labels of the images with these indices; traps if there are none.
  public func labels(at indices: [Int]) -> [Int] {
    guard let labels else { fatalError("labels: these images have none") }
    return indices.map { Int(labels[$0]) }
  }
}
