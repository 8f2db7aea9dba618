import Tensors

/// The three shapes of dSprites, in the order in which that data set numbers them.
///
/// An outline is given in units of the image's side, about the point that a sprite turns around, y
/// downwards, at scale 1. The sizes are measured from the images of dSprites (Matthey, Higgins,
/// Hassabis & Lerchner 2017), which `RealSpritesTests` compares with these.
public enum SpriteShape: Int, CaseIterable, Sendable {
  /// Sides of 0.3.
  case square
  /// Half axes of 0.2 across and 0.1125 down.
  case ellipse
  /// The curve x = 16 sin³ t, y = 13 cos t − 5 cos 2t − 2 cos 3t − cos 4t, 0.3 wide and nearly as high.
  case heart

  /// The area that the outline encloses, as part of the image.
  ///
  /// For the ellipse it is π a b. For the heart it is ∮ x dy = 180 π in the units of its curve: of
  /// 16 sin³ t = 12 sin t − 4 sin 3t only the products with the same frequency in dy/dt remain.
  public var area: Double {
    switch self {
    case .square: 0.09
    case .ellipse: 0.2 * 0.1125 * .pi
    case .heart: 180 * .pi * 0.15 / 16 * Self.heartHeight
    }
  }

  /// How often a whole turn brings the outline onto itself: 4, 2, 1.
  public var symmetry: Int {
    switch self {
    case .square: 4
    case .ellipse: 2
    case .heart: 1
    }
  }

  /// The corners of a square, or `count` points at even steps of the parameter t on a curve.
  func outline(count: Int) -> [SIMD2<Double>] {
    if self == .square {
      return [SIMD2(-0.15, -0.15), SIMD2(0.15, -0.15), SIMD2(0.15, 0.15), SIMD2(-0.15, 0.15)]
    }
    return (0..<count).map { step in
      let t = 2 * Double.pi * Double(step) / Double(count)
      if self == .ellipse { return SIMD2(0.2 * .cos(t), 0.1125 * .sin(t)) }
      let sine = Double.sin(t)
      let rise = 13 * Double.cos(t) - 5 * .cos(2 * t) - 2 * .cos(3 * t) - .cos(4 * t)
      return SIMD2(0.15 * sine * sine * sine, -Self.heartHeight * rise - Self.heartOffset)
    }
  }

  /// What one unit of y on the heart's curve, which runs from −17 to 11.92, is of the image.
  private static let heartHeight = 0.3 / 29
  /// How much higher the origin of the curve lies than the point around which the heart turns.
  private static let heartOffset = 0.0225
}
