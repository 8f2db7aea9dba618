import Tensors

/// The first thing that is wrong with an answer: where, what was expected, what was found, and what
/// such a difference usually means.
public struct Finding: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was looked at, such as "the divergence of four pairs".
  public let subject: String
  /// What is wrong, when it is not about two numbers, or beside them.
  public let message: String?
  /// The first coordinate that is wrong, such as `[2, 0]`; nil for a single number.
  public let place: String?
  /// The right number there, to rounding or sampling error.
  public let expected: Double?
  /// The number that was found.
  public let found: Double?
  /// What this usually means, if it is telling: "a sign", "a factor of 2".
  public let diagnosis: String?

  /// Found over expected, if both are there and the second is not 0.
  public var ratio: Double? {
    guard let expected, let found, expected != 0 else { return nil }
    return found / expected
  }

  /// Something other than two numbers that differ.
  public init(_ subject: String, message: String, diagnosis: String? = nil) {
    self.init(
      subject, place: nil, expected: nil, found: nil, message: message, diagnosis: diagnosis)
  }

  init(
    _ subject: String, place: String?, expected: Double?, found: Double?, message: String? = nil,
    diagnosis: String?
  ) {
    self.subject = subject
    self.message = message
    self.place = place
    self.expected = expected
    self.found = found
    self.diagnosis = diagnosis
  }

  /// In one line.
  public var description: String {
    var text = subject
    if let message { text += ": " + message }
    if let expected, let found {
      text += (place.map { " at " + $0 } ?? "") + ": expected \(expected), found \(found)"
      if let ratio { text += ", ratio \(ratio)" }
    }
    return text + (diagnosis.map { " (\($0))" } ?? "")
  }
}

/// What the difference of two tensors of one shape usually means, or nil.
///
/// - Parameters:
///   - found: The answer.
///   - expected: The right answer.
///   - suspects: Answers that known mistakes give, by what the mistake is.
///   - tolerance: As in `Examination.expect`.
func diagnosis(
  of found: Tensor<Double>, against expected: Tensor<Double>,
  suspects: [(mistake: String, value: Tensor<Double>)], tolerance: Double
) -> String? {
  for (mistake, value) in suspects where value.shape == found.shape {
    if firstDifference(found, value, tolerance: tolerance) == nil { return mistake }
  }
  let pairs = Array(zip(found.scalars, expected.scalars))
  let scale = pairs.map { Swift.abs($0.1) }.max() ?? 0
  let large = pairs.filter { Swift.abs($0.1) > 1e-3 * scale }
  guard scale > 0, let first = large.first else { return nil }
  // One ratio everywhere?
  let ratio = first.0 / first.1
  let room = Swift.max(1e-6, 2 * tolerance)
  if pairs.allSatisfy({
    Swift.abs($0.0 - ratio * $0.1) <= room * Swift.max(1, Swift.abs(ratio)) * scale
  }) {
    if Swift.abs(ratio) < room { return "nothing arrives: all of it is 0" }
    let telling: [(Double, String)] = [
      (-1, "a sign"), (2, "a factor of 2"), (0.5, "a factor of ½"),
      (-2, "a sign and a factor of 2"), (-0.5, "a sign and a factor of ½"),
    ]
    if let meaning = telling.first(where: { Swift.abs(ratio - $0.0) < 10 * room }) {
      return meaning.1
    }
    for n in 3...512 where Swift.abs(ratio * Double(n) - 1) < 10 * room {
      return "1/\(n) of it: a mean where a sum is meant?"
    }
    for n in 3...512 where Swift.abs(ratio / Double(n) - 1) < 10 * room {
      return "\(n) times it: a sum where a mean is meant?"
    }
    return pairs.count > 1 ? "the same wrong factor everywhere" : nil
  }
  // One difference everywhere?
  let difference = pairs[0].0 - pairs[0].1
  if pairs.count > 1,
    pairs.allSatisfy({ Swift.abs($0.0 - $0.1 - difference) <= room * Swift.max(1, scale) })
  {
    return "the same difference everywhere: a term that is dropped, or too many?"
  }
  return nil
}

/// The place of the first number that differs by more than the tolerance, relative to the larger of 1
/// and the expected number's absolute value, or is no number.
func firstDifference(
  _ found: Tensor<Double>, _ expected: Tensor<Double>, tolerance: Double
) -> Int? {
  zip(found.scalars, expected.scalars).enumerated().first { _, pair in
    let (a, b) = pair
    return a != b && !(Swift.abs(a - b) <= tolerance * Swift.max(1, Swift.abs(b)))
  }?.offset
}

/// The indices of an element, from its place in row-major order: `[2, 0]`; nil for a scalar.
func indices(of place: Int, in shape: Shape) -> String? {
  guard shape.rank > 0 else { return nil }
  var rest = place
  var indices: [Int] = []
  for extent in shape.axes.reversed() {
    indices.insert(rest % extent, at: 0)
    rest /= extent
  }
  return "\(indices)"
}
