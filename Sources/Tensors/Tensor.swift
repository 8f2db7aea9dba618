/// An n-dimensional array of numbers, with reverse-mode gradients.
///
/// A tensor is a value: assigning it copies it (the elements are shared until one side changes).
/// Elements are contiguous and row-major, so that the last axis varies fastest.
///
///     let x = Tensor<Float>([2, 3], [1, 2, 3, 4, 5, 6])
///     x.sum(axis: 0)   // [5, 7, 9]
public struct Tensor<Scalar: TensorScalar>: @unchecked Sendable {
  /// The extents of the axes, outermost first.
  public let shape: Shape
  /// The elements, row-major; shared between copies until one of them changes.
  var storage: Storage<Scalar>
  /// Where this value was computed, if gradients are wanted of it.
  var origin: Origin<Scalar>?

  /// A tensor whose elements are yet to be written, by a kernel.
  init(uninitialized shape: Shape) {
    self.shape = shape
    storage = Storage(count: shape.count)
  }

  /// A tensor whose elements are yet to be written, once: if a step is being recorded, its memory is not
  /// that of a value that replaying the step computes anew.
  private init(constant shape: Shape) {
    self.shape = shape
    storage = Storage(count: shape.count, isConstant: true)
    Recorder.current?.keep(storage)
  }

  /// The same elements under another shape of the same count.
  init(_ shape: Shape, sharing other: Tensor) {
    self.shape = shape
    storage = other.storage
  }

  /// A tensor of the given elements, row-major; traps unless their number fits the shape.
  public init(_ shape: Shape, _ scalars: [Scalar]) {
    guard scalars.count == shape.count else {
      fatalError("Tensor: \(scalars.count) scalars for shape \(shape), which holds \(shape.count)")
    }
    self.init(constant: shape)
    scalars.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { storage.pointer.update(from: base, count: source.count) }
    }
  }

  /// A vector of the given elements: shape `[scalars.count]`.
  public init(_ scalars: [Scalar]) { self.init([scalars.count], scalars) }

  /// A scalar: shape `[]`.
  public init(_ scalar: Scalar) { self.init([], [scalar]) }

  /// A tensor with the same value everywhere.
  public init(_ shape: Shape, repeating value: Scalar) {
    self.init(constant: shape)
    Scalar._fill(value, storage.pointer, shape.count)
  }

  /// Zeros.
  public static func zeros(_ shape: Shape) -> Tensor { Tensor(shape, repeating: 0) }

  /// Ones.
  public static func ones(_ shape: Shape) -> Tensor { Tensor(shape, repeating: 1) }

  /// The identity matrix: shape `[n, n]`.
  public static func identity(_ n: Int) -> Tensor {
    Tensor([n, n], (0..<n * n).map { $0 / n == $0 % n ? 1 : 0 })
  }

  /// `count` numbers at even distances from `first` to `last`, both included: shape `[count]`.
  public static func linspace(_ first: Scalar, _ last: Scalar, count: Int) -> Tensor {
    let step = count > 1 ? (last - first) / Scalar(count - 1) : 0
    return Tensor((0..<count).map { first + Scalar($0) * step })
  }

  /// The same values as another scalar type, rounded to nearest; not differentiable.
  public init<Other>(_ other: Tensor<Other>) {
    self.init(other.shape, other.scalars.map { Scalar($0) })
  }

  /// All elements, row-major.
  public var scalars: [Scalar] { withUnsafeScalars { Array($0) } }

  /// The number of elements.
  public var count: Int { shape.count }

  /// The only element of a tensor that has one; traps otherwise.
  public var scalar: Scalar {
    guard count == 1 else { fatalError("scalar: a tensor of shape \(shape) has \(count) elements") }
    storage.checkReadable()
    return storage.pointer[0]
  }

  /// The element at the given indices, one per axis; traps when they are out of range.
  public subscript(indices: Int...) -> Scalar {
    get { withUnsafeScalars { $0[offset(indices)] } }
    set {
      let offset = offset(indices)
      withUnsafeMutableScalars { $0[offset] = newValue }
    }
  }

  /// Where the element at the given indices lies in memory, counted from the first.
  ///
  /// Equation: row-major-offset
  private func offset(_ indices: [Int]) -> Int {
    guard indices.count == shape.rank,
      indices.enumerated().allSatisfy({ $1 >= 0 && $1 < shape[$0] })
    else { fatalError("subscript: no element \(indices) in a tensor of shape \(shape)") }
    return indices.enumerated().reduce(0) { $0 * shape[$1.offset] + $1.element }
  }

  /// Calls `body` with the elements, row-major, to read.
  public func withUnsafeScalars<Result>(
    _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) rethrows -> Result {
    storage.checkReadable()
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeBufferPointer(start: storage.pointer, count: count))
  }

  /// Calls `body` with the elements, row-major, to change; they are copied first when shared.
  ///
  /// Changing a value makes it a new constant: gradients do not flow through it.
  public mutating func withUnsafeMutableScalars<Result>(
    _ body: (UnsafeMutableBufferPointer<Scalar>) throws -> Result
  ) rethrows -> Result {
    storage.checkReadable()
    if !isKnownUniquelyReferenced(&storage) {
      let copy = Storage<Scalar>(count: count, isConstant: true)
      copy.pointer.update(from: storage.pointer, count: count)
      storage = copy
      Recorder.current?.keep(copy)
    }
    origin = nil
    return try body(UnsafeMutableBufferPointer(start: storage.pointer, count: count))
  }
}

/// The memory of one or more tensors.
final class Storage<Scalar: TensorScalar> {
  let pointer: UnsafeMutablePointer<Scalar>
  private let bytes: Int
  /// Where the memory came from and goes back to, if a step was being recorded.
  let arena: Arena?
  /// Whether replaying a recorded step writes other numbers here.
  var isComputed = false

  init(count: Int, isConstant: Bool = false) {
    bytes = (Swift.max(count, 1) * MemoryLayout<Scalar>.stride + 63) / 64 * 64
    arena = Recorder.current?.arena
    let memory =
      arena?.take(bytes, isNew: isConstant)
      ?? .allocate(byteCount: bytes, alignment: 64)
    pointer = memory.bindMemory(to: Scalar.self, capacity: Swift.max(count, 1))
  }

  deinit {
    guard let arena else { return UnsafeMutableRawPointer(pointer).deallocate() }
    arena.give(UnsafeMutableRawPointer(pointer), bytes)
  }

  /// Traps where a number that the next replay changes would be frozen into a recording.
  func checkReadable() {
    guard isComputed, Recorder.current != nil else { return }
    fatalError(
      "a recorded step looks at a computed value: use tensor operations, or pass it as an input")
  }
}

extension Tensor: Equatable, CustomStringConvertible {
  /// Whether shapes and all elements are equal (so a tensor that holds not-a-number differs from
  /// itself).
  public static func == (left: Tensor, right: Tensor) -> Bool {
    left.shape == right.shape
      && left.withUnsafeScalars { a in right.withUnsafeScalars { b in a.elementsEqual(b) } }
  }

  /// The elements in nested brackets; at most the first six of an axis.
  public var description: String { described(axis: 0, offset: 0) }

  private func described(axis: Int, offset: Int) -> String {
    if axis == shape.rank { return "\(storage.pointer[offset])" }
    let inner = (axis + 1..<shape.rank).reduce(1) { $0 * shape[$1] }
    let shown = (0..<Swift.min(shape[axis], 6)).map {
      described(axis: axis + 1, offset: offset + $0 * inner)
    }
    let separator = axis + 1 < shape.rank ? ",\n " + String(repeating: " ", count: axis) : ", "
    return "[" + (shown + (shape[axis] > 6 ? ["…"] : [])).joined(separator: separator) + "]"
  }
}
