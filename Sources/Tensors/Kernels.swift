/// The functions of one variable that a kernel applies to every element.
public enum UnaryFunction: Sendable, CaseIterable {
  case negate, exp, log, tanh, sigmoid, softplus, relu, squareRoot, square, sin, cos, absolute
}

/// The functions of two variables that a kernel applies to pairs of elements.
///
/// The last five are backward functions, fused so that a backward pass reads its inputs once: `x` is
/// the incoming cotangent g and `y` what the comment names.
public enum BinaryFunction: Sendable {
  case add, subtract, multiply, divide, maximum
  case tanhBackward  // g (1 − y²), y the output
  case sigmoidBackward  // g y (1 − y), y the output
  case softplusBackward  // g · sigmoid(y), y the input
  case reluBackward  // g where y > 0, y the output
  case squareRootBackward  // g / (2 y), y the output
}

/// The ways to reduce many elements to one.
public enum Reduction: Sendable {
  case sum, maximum
  /// The neutral element: 0, or −infinity.
  @inline(__always) func start<Scalar: TensorScalar>() -> Scalar {
    self == .sum ? 0 : -.infinity
  }
}

extension UnaryFunction {
  /// The function itself, on a vector.
  @inline(__always) func of<V: Lanes>(_ x: V) -> V {
    switch self {
    case .negate: .k(0) - x
    case .exp: .exp(x)
    case .log: .log(x)
    case .tanh: .tanh(x)
    case .sigmoid: .sigmoid(x)
    case .softplus: .softplus(x)
    case .relu: x.maximum(.k(0))
    case .squareRoot: x.squareRoot()
    case .square: x * x
    case .sin: V.sinCos(x).sin
    case .cos: V.sinCos(x).cos
    case .absolute: x.magnitude
    }
  }
}

extension BinaryFunction {
  /// The function itself, on two vectors.
  @inline(__always) func of<V: Lanes>(_ x: V, _ y: V) -> V {
    switch self {
    case .add: x + y
    case .subtract: x - y
    case .multiply: x * y
    case .divide: x / y
    case .maximum: x.maximum(y)
    case .tanhBackward: x * (.k(1) - y * y)
    case .sigmoidBackward: x * y * (.k(1) - y)
    case .softplusBackward: x * .sigmoid(y)
    case .reluBackward: V.k(0).replacing(with: x, where: .k(0) .< y)
    case .squareRootBackward: x * .k(0.5) / y
    }
  }
}

extension TensorScalar {
  // Each loop is inlined with its function known, so that no choice is left inside it.

  @inline(__always) private static func loop(
    _ f: UnaryFunction, _ x: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>, _ count: Int
  ) {
    var i = 0
    while i &+ Vector.scalarCount <= count {
      f.of(Vector.load(x + i)).store(out + i)
      i &+= Vector.scalarCount
    }
    guard i < count else { return }
    f.of(Vector.load(x + i, count: count - i, padding: 1)).store(out + i, count: count - i)
  }

  /// `out[i] = f(x[i])`; the last, partial vector is padded with ones.
  public static func _map(
    _ function: UnaryFunction, _ x: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>,
    _ count: Int
  ) {
    switch function {
    case .negate: loop(.negate, x, out, count)
    case .exp: loop(.exp, x, out, count)
    case .log: loop(.log, x, out, count)
    case .tanh: loop(.tanh, x, out, count)
    case .sigmoid: loop(.sigmoid, x, out, count)
    case .softplus: loop(.softplus, x, out, count)
    case .relu: loop(.relu, x, out, count)
    case .squareRoot: loop(.squareRoot, x, out, count)
    case .square: loop(.square, x, out, count)
    case .sin: loop(.sin, x, out, count)
    case .cos: loop(.cos, x, out, count)
    case .absolute: loop(.absolute, x, out, count)
    }
  }

  @inline(__always) private static func loop(
    _ f: BinaryFunction, _ x: UnsafePointer<Self>, _ xStep: Int, _ y: UnsafePointer<Self>,
    _ yStep: Int, _ out: UnsafeMutablePointer<Self>, _ count: Int
  ) {
    let (xAll, yAll) = (Vector.all(x[0]), Vector.all(y[0]))
    var i = 0
    while i &+ Vector.scalarCount <= count {
      let a = xStep == 0 ? xAll : .load(x + i)
      let b = yStep == 0 ? yAll : .load(y + i)
      f.of(a, b).store(out + i)
      i &+= Vector.scalarCount
    }
    let rest = count - i
    guard rest > 0 else { return }
    let a = xStep == 0 ? xAll : .load(x + i, count: rest, padding: 1)
    let b = yStep == 0 ? yAll : .load(y + i, count: rest, padding: 1)
    f.of(a, b).store(out + i, count: rest)
  }

  /// `out[i] = f(x[i · xStep], y[i · yStep])` with steps 1, or 0 for a repeated scalar.
  public static func _zip(
    _ function: BinaryFunction, _ x: UnsafePointer<Self>, _ xs: Int, _ y: UnsafePointer<Self>,
    _ ys: Int, _ out: UnsafeMutablePointer<Self>, _ count: Int
  ) {
    guard count > 0 else { return }
    switch function {
    case .add: loop(.add, x, xs, y, ys, out, count)
    case .subtract: loop(.subtract, x, xs, y, ys, out, count)
    case .multiply: loop(.multiply, x, xs, y, ys, out, count)
    case .divide: loop(.divide, x, xs, y, ys, out, count)
    case .maximum: loop(.maximum, x, xs, y, ys, out, count)
    case .tanhBackward: loop(.tanhBackward, x, xs, y, ys, out, count)
    case .sigmoidBackward: loop(.sigmoidBackward, x, xs, y, ys, out, count)
    case .softplusBackward: loop(.softplusBackward, x, xs, y, ys, out, count)
    case .reluBackward: loop(.reluBackward, x, xs, y, ys, out, count)
    case .squareRootBackward: loop(.squareRootBackward, x, xs, y, ys, out, count)
    }
  }

  /// Adds up, or takes the largest of, `count` elements in an order that no machine changes: four
  /// vectors in turn, joined in a fixed tree.
  public static func _fold(
    _ reduction: Reduction, _ x: UnsafePointer<Self>, _ count: Int
  ) -> Self {
    if reduction == .sum { return fold(x, count, 0, { $0 + $1 }, { a, b in a + b }) }
    return fold(x, count, -.infinity, { $0.maximum($1) }, { Swift.max($0, $1) })
  }

  @inline(__always) private static func fold(
    _ x: UnsafePointer<Self>, _ count: Int, _ start: Self,
    _ combine: (Vector, Vector) -> Vector, _ join: (Self, Self) -> Self
  ) -> Self {
    let width = Vector.scalarCount
    var (a, b, c, d) = (Vector.all(start), Vector.all(start), Vector.all(start), Vector.all(start))
    var i = 0
    while i &+ 4 &* width <= count {
      a = combine(a, .load(x + i))
      b = combine(b, .load(x + (i + width)))
      c = combine(c, .load(x + (i + 2 * width)))
      d = combine(d, .load(x + (i + 3 * width)))
      i &+= 4 &* width
    }
    while i &+ width <= count {
      a = combine(a, .load(x + i))
      i &+= width
    }
    if i < count { b = combine(b, .load(x + i, count: count - i, padding: start)) }
    return combine(combine(a, b), combine(c, d)).joined(join)
  }

  /// Folds `rows` rows of `count` elements, `stride` apart, into one: `out[j] = Σᵢ x[i, j]`, in the
  /// order of the rows.
  public static func _foldRows(
    _ reduction: Reduction, _ x: UnsafePointer<Self>, rows: Int, stride: Int,
    _ out: UnsafeMutablePointer<Self>, _ count: Int
  ) {
    let start: Self = reduction.start()
    for j in 0..<count { out[j] = start }
    for row in 0..<rows {
      _zip(reduction == .sum ? .add : .maximum, out, 1, x + row * stride, 1, out, count)
    }
  }
}
