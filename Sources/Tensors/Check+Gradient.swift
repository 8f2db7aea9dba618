import Foundation

extension Check {
  /// Checks a claimed gradient of a function in four ways.
  ///
  /// 1. Every coordinate against the central difference of fourth order,
  ///    (8 (f(x+h) − f(x−h)) − (f(x+2h) − f(x−2h))) / 12h. The error allowed is 10⁻⁷ of the larger
  ///    of: the claimed coordinate, the measured one, and a thousandth of the largest coordinate.
  /// 2. A vector-valued function is contracted with a random cotangent, so that errors of
  ///    different outputs cannot cancel.
  /// 3. The Taylor remainder |f(x + hv) − f(x) − h⟨g, v⟩| along a random direction v must fall with
  ///    slope at least 1.9 as h does; a wrong gradient gives 1. (A function that is linear along v
  ///    has no remainder: its slope is reported as infinite.)
  /// 4. The claim against reverse mode, at most 10⁻¹² of the largest coordinate.
  ///
  /// Every check also rejects three errors of its own (a sign, a factor of 2, one coordinate off by a
  /// hundred-thousandth) and the planted ones.
  ///
  /// - Parameters:
  ///   - equation: The equation's name.
  ///   - point: Where to check; no kink of the function may lie within 2h of it.
  ///   - function: The function, made of tensor operations.
  ///   - vjp: The claimed vector–Jacobian product, from the point and the cotangent of the
  ///     function's value; leave it out to check reverse mode itself.
  ///   - planted: Wrong versions of it, by what is wrong with them.
  ///   - step: h, relative to max(1, |coordinate|).
  ///   - seed: Of the cotangent and of the direction v.
  public static func vectorJacobianProduct<Point: ParameterContainer>(
    _ equation: String, at point: Point, of function: (Point) -> Tensor<Double>,
    vjp: ((Point, Tensor<Double>) -> Point)? = nil,
    planted: KeyValuePairs<String, (Point, Tensor<Double>) -> Point> = [:],
    step: Double = 0x1p-10, seed: UInt64 = 1
  ) -> Check where Point.Scalar == Double {
    // A scalar function needs no cotangent but 1.
    let shape = function(point).shape
    var random = Random(seed: seed, stream: 0x636F_7461)
    let cotangent: Tensor<Double> = shape.rank == 0 ? Tensor(1) : random.normal(shape)
    return check(
      equation, at: point, of: { (function($0) * cotangent).sum() },
      claim: vjp.map { $0(point, cotangent).flat },
      planted: planted.map { ($0.key, $0.value(point, cotangent).flat) }, step: step, seed: seed)
  }

  private static func check<Point: ParameterContainer>(
    _ equation: String, at point: Point, of function: (Point) -> Tensor<Double>,
    claim given: [Double]?, planted: [(String, [Double])], step: Double, seed: UInt64
  ) -> Check where Point.Scalar == Double {
    let reverse = valueAndGradient(at: point, of: function).gradient.flat
    let claim = given ?? reverse
    let measured = differences(at: point, step: step) { function($0).scalar }
    guard claim.count == measured.count else {
      fatalError("\(equation): the claim has \(claim.count) numbers, the point \(measured.count)")
    }
    var random = Random(seed: seed, stream: 0x6772_6164)
    let names = point.coordinateNames

    func worst(_ claim: [Double]) -> (index: Int, error: Double) {
      let floor = 1e-3 * largest(claim)
      return claim.indices.map { i in
        let scale = Swift.max(Swift.abs(claim[i]), Swift.abs(measured[i]), floor)
        let error = Swift.abs(claim[i] - measured[i])
        return (i, error == 0 ? 0 : error.isFinite ? error / scale : .infinity)
      }.max { $0.1 < $1.1 } ?? (0, 0)
    }
    let (index, error) = worst(claim)
    let slope = taylorSlope(
      at: point, gradient: claim, along: random.normal([Swift.max(claim.count, 1)]).scalars
    ) { function($0).scalar }
    let reverseError =
      largest(zip(claim, reverse).map { $0 - $1 }) / Swift.max(largest(reverse), 1e-300)

    var failures: [String] = []
    if !(error <= 1e-7) {
      failures.append(
        mismatch(names[index], claimed: claim[index], measured: measured[index]))
    }
    if !(slope >= 1.9) { failures.append("Taylor slope \(short(slope)), not 2") }
    if !(reverseError <= 1e-12) {
      failures.append("differs from reverse mode by \(short(reverseError)) of the largest")
    }
    if largest(measured) == 0 { failures.append("the gradient is zero here: check elsewhere") }
    var nudged = claim
    if let place = claim.indices.max(by: { Swift.abs(claim[$0]) < Swift.abs(claim[$1]) }) {
      nudged[place] *= 1 + 1e-5
    }
    var wrong = [
      ("a sign", claim.map { -$0 }), ("a factor of 2", claim.map { 2 * $0 }),
      ("one coordinate", nudged),
    ]
    wrong += planted
    let missed = wrong.filter { worst($0.1).error <= 1e-7 }
    failures += missed.map { "planted error not caught: \($0.0)" }
    let remainder = slope.isFinite ? "Taylor slope \(String(format: "%.2f", slope))" : "linear"
    return Check(
      equation: equation,
      measured: "\(counted(claim.count, "coordinate")), worst relative error \(short(error)), "
        + "\(remainder)"
        + (given == nil ? "" : ", reverse mode within \(short(reverseError))")
        + "; \(caught(wrong.count - missed.count))",
      failures: failures)
  }

  /// Checks the claimed gradient of a scalar function: `vectorJacobianProduct` with cotangent 1.
  ///
  /// - Parameters:
  ///   - equation: The equation's name.
  ///   - point: Where to check; no kink of the function may lie within 2h of it.
  ///   - function: The function, made of tensor operations, with a value of shape `[]`.
  ///   - claim: The claimed gradient.
  ///   - planted: Wrong versions of it, by what is wrong with them.
  ///   - step: h, relative to max(1, |coordinate|).
  ///   - seed: Of the direction v.
  public static func gradient<Point: ParameterContainer>(
    _ equation: String, at point: Point, of function: (Point) -> Tensor<Double>,
    claim: (Point) -> Point, planted: KeyValuePairs<String, (Point) -> Point>,
    step: Double = 0x1p-10, seed: UInt64 = 1
  ) -> Check where Point.Scalar == Double {
    let shape = function(point).shape
    guard shape.rank == 0 else {
      fatalError("Check.gradient \(equation): a value of shape \(shape), not a scalar")
    }
    return check(
      equation, at: point, of: function, claim: claim(point).flat,
      planted: planted.map { ($0.key, $0.value(point).flat) }, step: step, seed: seed)
  }

  /// The derivative by each coordinate, from central differences of fourth order with steps
  /// `step · max(1, |x|)`.
  public static func differences<Point: ParameterContainer>(
    at point: Point, step: Double = 0x1p-10, of function: (Point) -> Double
  ) -> [Double] where Point.Scalar == Double {
    let x = point.flat
    return x.indices.map { i in
      let h = step * Swift.max(1, Swift.abs(x[i]))
      func value(_ multiple: Double) -> Double {
        var moved = x
        moved[i] += multiple * h
        return function(point.replacing(flat: moved))
      }
      return (8 * (value(1) - value(-1)) - (value(2) - value(-2))) / (12 * h)
    }
  }

  /// The slope of log |f(x + hv) − f(x) − h⟨g, v⟩| against log h for h = 2⁻⁸ … 2⁻¹⁴, fitted by least
  /// squares; v is scaled to length 1. Infinite when the remainder is lost in rounding.
  public static func taylorSlope<Point: ParameterContainer>(
    at point: Point, gradient: [Double], along direction: [Double],
    of function: (Point) -> Double
  ) -> Double where Point.Scalar == Double {
    let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let v = direction.map { $0 / length }
    let x = point.flat
    let start = function(point)
    // f may be a small sum of large terms, which rounding sees: Σ |gᵢ xᵢ| stands for their size.
    let terms = zip(gradient, x).reduce(0) { $0 + Swift.abs($1.0 * $1.1) }
    let slope = zip(gradient, v).reduce(0) { $0 + $1.0 * $1.1 }
    let points: [(Double, Double)] = (8...14).compactMap { power in
      let h = 1 / Double(1 << power)
      let value = function(point.replacing(flat: zip(x, v).map { $0 + h * $1 }))
      let remainder = Swift.abs(value - start - h * slope)
      let noise = 1e-14 * Swift.max(Swift.abs(start), terms, Swift.abs(h * slope))
      return remainder > noise ? (Double.log(h), Double.log(remainder)) : nil
    }
    guard points.count >= 3 else { return .infinity }
    let meanX = points.reduce(0) { $0 + $1.0 } / Double(points.count)
    let meanY = points.reduce(0) { $0 + $1.1 } / Double(points.count)
    return points.reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
      / points.reduce(0) { $0 + ($1.0 - meanX) * ($1.0 - meanX) }
  }

  private static func largest(_ x: [Double]) -> Double {
    x.reduce(0) { Swift.max($0, Swift.abs($1)) }
  }
}

extension ParameterContainer {
  /// All scalars of all tensors, in order.
  var flat: [Scalar] { parameters.flatMap(\.scalars) }

  /// A copy with the scalars of all tensors, in order, replaced.
  func replacing(flat: [Scalar]) -> Self {
    var begin = 0
    return mapped { tensor in
      defer { begin += tensor.count }
      return Tensor(tensor.shape, Array(flat[begin..<begin + tensor.count]))
    }
  }

  /// The name of each scalar, such as `mean[3]`, in order.
  var coordinateNames: [String] {
    zip(parameterNames, parameters).flatMap { name, tensor in
      (0..<tensor.count).map { (name.isEmpty ? "coordinate " : name + " ") + "\($0)" }
    }
  }
}
