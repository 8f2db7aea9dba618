/// The element type of a tensor: `Float` for training, `Double` for checking.
///
/// The requirements that begin with an underscore are the kernels. They are requirements, and not
/// plain generic functions, for speed: a call through the protocol reaches code that was compiled
/// for the concrete type, even from an unoptimised caller. Use the functions on `Tensor` instead.
public protocol TensorScalar: BinaryFloatingPoint, SIMDScalar, Codable, Sendable {
  /// The vector type that kernels compute in.
  associatedtype Vector: Lanes<Self>
  /// True for `Float`, false for `Double`; a constant in compiled code.
  static var isSingle: Bool { get }
  /// log 2 rounded to this type.
  static var logTwoHigh: Self { get }
  /// What rounding took from log 2.
  static var logTwoLow: Self { get }
  /// π/2 in three parts, the largest first.
  static func halfPi(_ part: Int) -> Self

  static func _fill(_ value: Self, _ out: UnsafeMutablePointer<Self>, _ count: Int)
  static func _map(
    _ function: UnaryFunction, _ x: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>,
    _ count: Int)
  static func _zip(
    _ function: BinaryFunction, _ x: UnsafePointer<Self>, _ xStep: Int,
    _ y: UnsafePointer<Self>, _ yStep: Int, _ out: UnsafeMutablePointer<Self>, _ count: Int)
  static func _fold(
    _ reduction: Reduction, _ x: UnsafePointer<Self>, _ count: Int
  ) -> Self
  static func _foldRows(
    _ reduction: Reduction, _ x: UnsafePointer<Self>, rows: Int, stride: Int,
    _ out: UnsafeMutablePointer<Self>, _ count: Int)
  static func _productOfPanels(_ task: ProductTask<Self>, _ panels: Range<Int>)
  static func _productOfTiles(_ task: ProductTask<Self>, _ tiles: Range<Int>)
  static func _pack(_ task: ProductTask<Self>, _ panels: Range<Int>)
  static func _naiveProduct(_ task: ProductTask<Self>)
  static func _uniforms(
    _ key: Philox.Key, _ counter: Philox.Counter, _ out: UnsafeMutablePointer<Self>)
  static func _uniform(
    _ key: Philox.Key, _ counter: Philox.Counter, _ out: UnsafeMutablePointer<Self>, _ count: Int)
  static func _normal(
    _ key: Philox.Key, _ counter: Philox.Counter, _ out: UnsafeMutablePointer<Self>, _ count: Int)
  static func _adam(_ task: AdamTask<Self>)
}

extension Float: TensorScalar {
  /// The vector type: 512 bits.
  public typealias Vector = SIMD16<Float>
  /// Which of the two types this is.
  @inline(__always) public static var isSingle: Bool { true }
  /// log 2, rounded.
  @inline(__always) public static var logTwoHigh: Float { 0x1.62e43p-1 }
  /// What rounding took from log 2.
  @inline(__always) public static var logTwoLow: Float { -0x1.05c610p-29 }
  /// π/2 in three parts.
  @inline(__always) public static func halfPi(_ part: Int) -> Float {
    part == 0 ? 0x1.921fb6p+0 : part == 1 ? -0x1.777a5cp-25 : -0x1.ee59dap-50
  }
}

extension Double: TensorScalar {
  /// The vector type: 512 bits.
  public typealias Vector = SIMD8<Double>
  /// Which of the two types this is.
  @inline(__always) public static var isSingle: Bool { false }
  /// log 2, rounded.
  @inline(__always) public static var logTwoHigh: Double { 0x1.62e42fefa39efp-1 }
  /// What rounding took from log 2.
  @inline(__always) public static var logTwoLow: Double { 0x1.abc9e3b39803fp-56 }
  /// π/2 in three parts.
  @inline(__always) public static func halfPi(_ part: Int) -> Double {
    part == 0
      ? 0x1.921fb54442d18p+0 : part == 1 ? 0x1.1a62633145c07p-54 : -0x1.f1976b7ed8fbcp-110
  }
}

extension TensorScalar {
  /// One scalar through a unary kernel, so that scalars and tensors agree in every bit.
  static func map(_ function: UnaryFunction, _ x: Self) -> Self {
    var (input, output) = (x, Self.zero)
    _map(function, &input, &output, 1)
    return output
  }
  /// eˣ, the same bits on every machine (Foundation's `exp` differs between systems).
  public static func exp(_ x: Self) -> Self { map(.exp, x) }
  /// The natural logarithm, the same bits on every machine.
  public static func log(_ x: Self) -> Self { map(.log, x) }
  /// The hyperbolic tangent, the same bits on every machine.
  public static func tanh(_ x: Self) -> Self { map(.tanh, x) }
  /// The sine for |x| ≤ 10⁴, the same bits on every machine.
  public static func sin(_ x: Self) -> Self { map(.sin, x) }
  /// The cosine for |x| ≤ 10⁴, the same bits on every machine.
  public static func cos(_ x: Self) -> Self { map(.cos, x) }
  /// log(1 + eˣ), the same bits on every machine.
  public static func softplus(_ x: Self) -> Self { map(.softplus, x) }
  /// 1 / (1 + e⁻ˣ), the same bits on every machine.
  public static func sigmoid(_ x: Self) -> Self { map(.sigmoid, x) }
}
