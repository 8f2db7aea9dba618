/// The functions of one variable that a kernel applies to every element.
public enum UnaryFunction: Sendable, CaseIterable {
  case negate, exp, log, tanh, sigmoid, softplus, relu, squareRoot, square, sin, cos, absolute
  /// −1 below 0, else 1.
  case sign
  /// The number itself; 0 for the infinities and not-a-number.
  case finite
  /// 1 above 0, else 0: the derivative of `relu`.
  case step
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
  @_transparent func start<Scalar: TensorScalar>() -> Scalar {
    self == .sum ? 0 : -.infinity
  }
}

// Each function is a type, so that each loop is compiled for its function alone: the compiler then
// keeps whole vectors in registers, and leaves no choice inside the loop.

private protocol UnaryKernel {
  static func of<V: Lanes>(_ x: V) -> V
}

private enum Negate: UnaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V) -> V { .k(0) - x }
}
private enum Exp: UnaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V) -> V { .exp(x) }
}
private enum Log: UnaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V) -> V { .log(x) }
}
private enum Tanh: UnaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V) -> V { .tanh(x) }
}
private enum Sigmoid: UnaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V) -> V { .sigmoid(x) }
}
private enum Softplus: UnaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V) -> V { .softplus(x) }
}
private enum ReLU: UnaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V) -> V {
    x.replacing(with: .k(0), where: x .<= .k(0))
  }
}
private enum SquareRoot: UnaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V) -> V { x.squareRoot() }
}
private enum Square: UnaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V) -> V { x * x }
}
private enum Sin: UnaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V) -> V { V.sinCos(x).sin }
}
private enum Cos: UnaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V) -> V { V.sinCos(x).cos }
}
private enum Absolute: UnaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V) -> V { x.magnitude }
}

private enum Sign: UnaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V) -> V {
    V.k(1).replacing(with: .k(-1), where: x .< .k(0))
  }
}
private enum Finite: UnaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V) -> V {
    V.k(0).replacing(with: x, where: x.magnitude .<= .all(V.Scalar.greatestFiniteMagnitude))
  }
}
private enum Step: UnaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V) -> V {
    V.k(0).replacing(with: .k(1), where: .k(0) .< x)
  }
}

private protocol BinaryKernel {
  static func of<V: Lanes>(_ x: V, _ y: V) -> V
}

private enum Add: BinaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V, _ y: V) -> V { x + y }
}
private enum Subtract: BinaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V, _ y: V) -> V { x - y }
}
private enum Multiply: BinaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V, _ y: V) -> V { x * y }
}
private enum Divide: BinaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V, _ y: V) -> V { x / y }
}
private enum Maximum: BinaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V, _ y: V) -> V { x.maximum(y) }
}
private enum TanhBackward: BinaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V, _ y: V) -> V { x * (.k(1) - y * y) }
}
private enum SigmoidBackward: BinaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V, _ y: V) -> V { x * y * (.k(1) - y) }
}
private enum SoftplusBackward: BinaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V, _ y: V) -> V { x * .sigmoid(y) }
}
private enum ReLUBackward: BinaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V, _ y: V) -> V {
    x.replacing(with: .k(0), where: y .<= .k(0))
  }
}
private enum SquareRootBackward: BinaryKernel {
  @_transparent static func of<V: Lanes>(_ x: V, _ y: V) -> V { x * .k(0.5) / y }
}

extension TensorScalar {
  @inline(never) private static func loop<F: UnaryKernel>(
    _ f: F.Type, _ x: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>, _ count: Int
  ) {
    var i = 0
    while i &+ Vector.scalarCount <= count {
      F.of(Vector.load(x + i)).store(out + i)
      i &+= Vector.scalarCount
    }
    guard i < count else { return }
    F.of(Vector.load(x + i, count: count - i, padding: 1)).store(out + i, count: count - i)
  }

  /// `out[i] = value`.
  public static func _fill(_ value: Self, _ out: UnsafeMutablePointer<Self>, _ count: Int) {
    for i in 0..<count { out[i] = value }
  }

  /// `out[i] = f(x[i])`; the last, partial vector is padded with ones.
  public static func _map(
    _ function: UnaryFunction, _ x: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>,
    _ count: Int
  ) {
    switch function {
    case .negate: loop(Negate.self, x, out, count)
    case .exp: loop(Exp.self, x, out, count)
    case .log: loop(Log.self, x, out, count)
    case .tanh: loop(Tanh.self, x, out, count)
    case .sigmoid: loop(Sigmoid.self, x, out, count)
    case .softplus: loop(Softplus.self, x, out, count)
    case .relu: loop(ReLU.self, x, out, count)
    case .squareRoot: loop(SquareRoot.self, x, out, count)
    case .square: loop(Square.self, x, out, count)
    case .sin: loop(Sin.self, x, out, count)
    case .cos: loop(Cos.self, x, out, count)
    case .absolute: loop(Absolute.self, x, out, count)
    case .sign: loop(Sign.self, x, out, count)
    case .finite: loop(Finite.self, x, out, count)
    case .step: loop(Step.self, x, out, count)
    }
  }

  @inline(never) private static func loop<F: BinaryKernel>(
    _ f: F.Type, _ x: UnsafePointer<Self>, _ xs: Int, _ y: UnsafePointer<Self>, _ ys: Int,
    _ out: UnsafeMutablePointer<Self>, _ count: Int
  ) {
    let (xAll, yAll) = (Vector.all(x[0]), Vector.all(y[0]))
    var i = 0
    while i &+ Vector.scalarCount <= count {
      let a = xs == 0 ? xAll : .load(x + i)
      let b = ys == 0 ? yAll : .load(y + i)
      F.of(a, b).store(out + i)
      i &+= Vector.scalarCount
    }
    let rest = count - i
    guard rest > 0 else { return }
    let a = xs == 0 ? xAll : .load(x + i, count: rest, padding: 1)
    let b = ys == 0 ? yAll : .load(y + i, count: rest, padding: 1)
    F.of(a, b).store(out + i, count: rest)
  }

  /// `out[i] = f(x[i · xs], y[i · ys])` with steps 1, or 0 for a repeated scalar.
  public static func _zip(
    _ function: BinaryFunction, _ x: UnsafePointer<Self>, _ xs: Int, _ y: UnsafePointer<Self>,
    _ ys: Int, _ out: UnsafeMutablePointer<Self>, _ count: Int
  ) {
    guard count > 0 else { return }
    switch function {
    case .add: loop(Add.self, x, xs, y, ys, out, count)
    case .subtract: loop(Subtract.self, x, xs, y, ys, out, count)
    case .multiply: loop(Multiply.self, x, xs, y, ys, out, count)
    case .divide: loop(Divide.self, x, xs, y, ys, out, count)
    case .maximum: loop(Maximum.self, x, xs, y, ys, out, count)
    case .tanhBackward: loop(TanhBackward.self, x, xs, y, ys, out, count)
    case .sigmoidBackward: loop(SigmoidBackward.self, x, xs, y, ys, out, count)
    case .softplusBackward: loop(SoftplusBackward.self, x, xs, y, ys, out, count)
    case .reluBackward: loop(ReLUBackward.self, x, xs, y, ys, out, count)
    case .squareRootBackward: loop(SquareRootBackward.self, x, xs, y, ys, out, count)
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

  @_transparent private static func fold(
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
