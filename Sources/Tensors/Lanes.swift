/// A vector register's worth of scalars: the unit in which all kernels compute.
///
/// `SIMD16<Float>` and `SIMD8<Double>` conform; both are 512 bits, and the compiler splits them where
/// registers are narrower. Since no kernel's result depends on how wide the registers are, every
/// machine computes the same bits.
///
/// Only operators that concrete SIMD types implement as single instructions are listed: the standard
/// library's generic ones are hundreds of times slower.
public protocol Lanes<Scalar>: SIMD where Scalar: TensorScalar {
  static func + (left: Self, right: Self) -> Self
  static func - (left: Self, right: Self) -> Self
  static func * (left: Self, right: Self) -> Self
  static func / (left: Self, right: Self) -> Self
  static func .< (left: Self, right: Self) -> SIMDMask<MaskStorage>
  static func .<= (left: Self, right: Self) -> SIMDMask<MaskStorage>
  static func .== (left: Self, right: Self) -> SIMDMask<MaskStorage>
  func replacing(with other: Self, where mask: SIMDMask<MaskStorage>) -> Self
  func rounded(_ rule: FloatingPointRoundingRule) -> Self
  func squareRoot() -> Self
  /// `a * b + c`, rounded once.
  static func fma(_ a: Self, _ b: Self, _ c: Self) -> Self
  /// 2ⁿ for whole numbers n within the exponent range of normal numbers.
  static func powerOfTwo(_ n: Self) -> Self
  /// The fraction m in [√½, √2) and the exponent e of each positive normal lane: x = m · 2ᵉ.
  func fractionAndExponent() -> (Self, Self)
  /// The absolute value of each lane.
  var magnitude: Self { get }
  /// Each lane of `self` with the sign of the same lane of `other`.
  func signed(like other: Self) -> Self
}

extension Lanes {
  /// A constant in every lane.
  @_transparent static func all(_ constant: Scalar) -> Self { Self(repeating: constant) }

  /// A constant in every lane, rounded from `Double`.
  @_transparent static func k(_ constant: Double) -> Self {
    Self(repeating: Scalar(constant))
  }

  /// One step of Horner's rule: `self * x + constant`.
  @_transparent func times(_ x: Self, plus constant: Double) -> Self {
    .fma(self, x, .k(constant))
  }

  /// The larger of the two in each lane; `other` where `self` is not a number.
  @_transparent func maximum(_ other: Self) -> Self {
    other.replacing(with: self, where: other .< self)
  }

  /// The vector at `pointer`, which need not be aligned.
  @_transparent static func load(_ pointer: UnsafePointer<Scalar>) -> Self {
    UnsafeRawPointer(pointer).loadUnaligned(as: Self.self)
  }

  /// The first `count` lanes at `pointer`; `padding` in the others.
  static func load(_ pointer: UnsafePointer<Scalar>, count: Int, padding: Scalar) -> Self {
    var vector = Self.all(padding)
    for lane in 0..<count { vector[lane] = pointer[lane] }
    return vector
  }

  /// Writes all lanes to `pointer`.
  @_transparent func store(_ pointer: UnsafeMutablePointer<Scalar>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: Self.self)
  }

  /// Writes the first `count` lanes to `pointer`.
  func store(_ pointer: UnsafeMutablePointer<Scalar>, count: Int) {
    for lane in 0..<count { pointer[lane] = self[lane] }
  }

  /// All lanes joined in a fixed tree: halves, quarters, and so on.
  @_transparent func joined(_ combine: (Scalar, Scalar) -> Scalar) -> Scalar {
    var lanes = self
    var width = Self.scalarCount / 2
    while width > 0 {
      for lane in 0..<width { lanes[lane] = combine(lanes[lane], lanes[lane + width]) }
      width /= 2
    }
    return lanes[0]
  }
}

extension SIMD16: Lanes where Scalar == Float {
  /// `a * b + c`, rounded once.
  @_transparent public static func fma(_ a: Self, _ b: Self, _ c: Self) -> Self {
    c.addingProduct(a, b)
  }

  /// 2ⁿ: n plus the bias, shifted into the exponent bits.
  @_transparent public static func powerOfTwo(_ n: Self) -> Self {
    let whole = unsafeBitCast(n + 0x1.8p23, to: SIMD16<Int32>.self)
    return unsafeBitCast((whole &+ 127) &<< 23, to: Self.self)
  }

  /// m and e of x = m · 2ᵉ, by integer arithmetic on the bits.
  @_transparent public func fractionAndExponent() -> (Self, Self) {
    // Adding the distance from √½ to 1 carries into the exponent exactly when m ≥ √½.
    let bits = unsafeBitCast(self, to: SIMD16<Int32>.self) &+ (0x3F80_0000 - 0x3F35_04F3)
    // A small whole number n is, as bits, 1.5 · 2²³ plus n; the compiler's own conversion is slow.
    let exponent = unsafeBitCast((bits &>> 23) &+ (0x4B40_0000 - 127), to: Self.self) - 0x1.8p23
    let fraction = (bits & 0x007F_FFFF) &+ 0x3F35_04F3
    return (unsafeBitCast(fraction, to: Self.self), exponent)
  }

  /// Each lane without its sign bit.
  @_transparent public var magnitude: Self {
    unsafeBitCast(unsafeBitCast(self, to: SIMD16<UInt32>.self) & 0x7FFF_FFFF, to: Self.self)
  }

  /// Each lane with the sign of the same lane of `other`.
  @_transparent public func signed(like other: Self) -> Self {
    let sign = unsafeBitCast(other, to: SIMD16<UInt32>.self) & 0x8000_0000
    return unsafeBitCast(unsafeBitCast(magnitude, to: SIMD16<UInt32>.self) | sign, to: Self.self)
  }
}

extension SIMD8: Lanes where Scalar == Double {
  /// `a * b + c`, rounded once.
  @_transparent public static func fma(_ a: Self, _ b: Self, _ c: Self) -> Self {
    c.addingProduct(a, b)
  }

  /// 2ⁿ: n plus the bias, shifted into the exponent bits.
  @_transparent public static func powerOfTwo(_ n: Self) -> Self {
    let whole = unsafeBitCast(n + 0x1.8p52, to: SIMD8<Int64>.self)
    return unsafeBitCast((whole &+ 1023) &<< 52, to: Self.self)
  }

  /// m and e of x = m · 2ᵉ, by integer arithmetic on the bits.
  @_transparent public func fractionAndExponent() -> (Self, Self) {
    let root: Int64 = 0x3FE6_A09E_667F_3BCD
    let bits = unsafeBitCast(self, to: SIMD8<Int64>.self) &+ (0x3FF0_0000_0000_0000 - root)
    let magic: Int64 = 0x4338_0000_0000_0000
    let exponent = unsafeBitCast((bits &>> 52) &+ (magic - 1023), to: Self.self) - 0x1.8p52
    let fraction = (bits & 0x000F_FFFF_FFFF_FFFF) &+ root
    return (unsafeBitCast(fraction, to: Self.self), exponent)
  }

  /// Each lane without its sign bit.
  @_transparent public var magnitude: Self {
    unsafeBitCast(
      unsafeBitCast(self, to: SIMD8<UInt64>.self) & 0x7FFF_FFFF_FFFF_FFFF, to: Self.self)
  }

  /// Each lane with the sign of the same lane of `other`.
  @_transparent public func signed(like other: Self) -> Self {
    let sign = unsafeBitCast(other, to: SIMD8<UInt64>.self) & 0x8000_0000_0000_0000
    return unsafeBitCast(unsafeBitCast(magnitude, to: SIMD8<UInt64>.self) | sign, to: Self.self)
  }
}
