/// The extents of a tensor's axes, outermost first: `[2, 3]` has two rows and three columns.
///
/// A scalar has the shape `[]`. At most four axes, kept inline so that a shape costs no allocation.
public struct Shape: Equatable, Hashable, Sendable {
  /// The number of axes, 0 to 4.
  public let rank: Int
  /// The number of elements, the product of all extents (1 for `[]`).
  public let count: Int
  private let first: Int
  private let second: Int
  private let third: Int
  private let fourth: Int

  /// A shape from its extents; traps on more than four axes or a negative extent.
  public init(_ extents: some Collection<Int>) {
    guard extents.count <= 4, extents.allSatisfy({ $0 >= 0 }) else {
      fatalError("Shape: \(Array(extents)) needs 0 to 4 extents, none negative")
    }
    var rest = extents.makeIterator()
    (first, second) = (rest.next() ?? 1, rest.next() ?? 1)
    (third, fourth) = (rest.next() ?? 1, rest.next() ?? 1)
    rank = extents.count
    count = extents.reduce(1, *)
  }

  /// The extent of an axis; negative axes count from the end, so that `-1` is the last.
  public subscript(axis: Int) -> Int { extent(normalized(axis)) }

  private func extent(_ axis: Int) -> Int {
    switch axis {
    case 0: first
    case 1: second
    case 2: third
    default: fourth
    }
  }

  /// All extents, outermost first.
  public var axes: [Int] { (0..<rank).map(extent) }

  /// The axis with negative numbers counted from the end; traps when there is no such axis.
  func normalized(_ axis: Int, _ operation: String = "Shape") -> Int {
    let positive = axis < 0 ? axis + rank : axis
    guard positive >= 0, positive < rank else {
      fatalError("\(operation): axis \(axis) of shape \(self)")
    }
    return positive
  }

  /// The shape with one axis replaced by `extents`: none removes it, two split it.
  func replacing(_ axis: Int, with replacement: Int...) -> Shape {
    var all = axes
    all.replaceSubrange(axis...axis, with: replacement)
    return Shape(all)
  }

  /// The extents around an axis: a tensor of this shape is `outer` blocks of `[extent, inner]`.
  func split(at axis: Int) -> (outer: Int, extent: Int, inner: Int) {
    var outer = 1
    var inner = 1
    for other in 0..<rank where other != axis {
      if other < axis { outer *= extent(other) } else { inner *= extent(other) }
    }
    return (outer, extent(axis), inner)
  }

  /// The shape that `first` and `second` broadcast to: axes are aligned from the last, and an
  /// extent of 1 (or a missing axis) repeats. Traps, naming `operation`, when they do not fit.
  static func broadcast(_ first: Shape, _ second: Shape, _ operation: String) -> Shape {
    if first == second { return first }
    let rank = Swift.max(first.rank, second.rank)
    let (a, b) = (first.padded(to: rank), second.padded(to: rank))
    return Shape(
      (0..<rank).map { axis in
        guard a[axis] == b[axis] || a[axis] == 1 || b[axis] == 1 else {
          fatalError("\(operation): \(first) does not broadcast with \(second)")
        }
        return a[axis] == 1 ? b[axis] : a[axis]
      })
  }

  /// The shape with leading axes of extent 1 added up to `rank`.
  func padded(to rank: Int) -> Shape {
    Shape([Int](repeating: 1, count: rank - self.rank) + axes)
  }
}

extension Shape: ExpressibleByArrayLiteral, CustomStringConvertible {
  /// A shape written as `[2, 3]`.
  public init(arrayLiteral elements: Int...) { self.init(elements) }

  /// The extents in brackets: `[2, 3]`.
  public var description: String { "\(axes)" }
}
