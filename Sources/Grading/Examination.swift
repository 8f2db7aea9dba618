import Answering
import Tensors

/// The examination of one answer: asks the student's function, and compares what it gives.
///
/// Each `expect…` either notes in one line what held, or throws a `Finding`.
public struct Examination {
  /// Where inputs are to be drawn from, all of them: other seeds are then other cases.
  public var random: Random
  /// What has held so far, one line each.
  public private(set) var held: [String] = []

  private let answer: ([Tensor<Double>]) throws -> [Tensor<Double>]

  /// An examination with the inputs that follow from `seed`.
  ///
  /// `answer` calls the student's function, in this process or another, and throws what it throws.
  public init(
    seed: UInt64, answer: @escaping ([Tensor<Double>]) throws -> [Tensor<Double>]
  ) {
    random = Random(seed: seed, stream: 0x686F_6D65)
    self.answer = answer
  }

  /// What the student's function gives for these inputs.
  ///
  /// Traps if `Answers.swift` gives another number of tensors than `count`; throws what the function throws.
  public func ask(_ inputs: [Tensor<Double>], count: Int) throws -> [Tensor<Double>] {
    let outputs = try answer(inputs)
    guard outputs.count == count else {
      throw Finding("the answer", message: "has \(outputs.count) parts, not \(count)")
    }
    return outputs
  }

  /// The one tensor that the student's function gives for these inputs.
  public func ask(_ inputs: Tensor<Double>...) throws -> Tensor<Double> {
    try ask(inputs, count: 1)[0]
  }

  /// Expects the numbers of one tensor.
  ///
  /// - Parameters:
  ///   - subject: What is compared, as in "KL(q‖p) of five pairs".
  ///   - found: The answer.
  ///   - expected: The right answer, from another method.
  ///   - tolerance: The largest difference, relative to the larger of 1 and the expected number.
  ///   - suspects: What known mistakes would give, by what the mistake is: "σ for σ²".
  public mutating func expect(
    _ subject: String, _ found: Tensor<Double>, equals expected: Tensor<Double>,
    tolerance: Double = 1e-8, suspects: KeyValuePairs<String, Tensor<Double>> = [:]
  ) throws {
    guard found.shape == expected.shape else {
      throw Finding(
        subject, message: "the shape is \(found.shape), not \(expected.shape)",
        diagnosis: found.count == expected.count ? nil : "a sum or mean over the wrong axis?")
    }
    guard let place = firstDifference(found, expected, tolerance: tolerance) else {
      held.append(subject)
      return
    }
    let (a, b) = (found.scalars[place], expected.scalars[place])
    throw Finding(
      subject, place: indices(of: place, in: found.shape), expected: b, found: a,
      diagnosis: found.scalars.allSatisfy(\.isFinite)
        ? diagnosis(
          of: found, against: expected, suspects: suspects.map { ($0.key, $0.value) },
          tolerance: tolerance)
        : a.isNaN
          ? "not a number: 0/0, the log of a negative number, ∞ − ∞?"
          : "infinite: an overflow, or a division by 0?")
  }

  /// Expects the gradient of a function, which is measured by finite differences.
  ///
  /// - Parameters:
  ///   - subject: What is compared, as in "the gradient by the log scale".
  ///   - found: The answer, of the shape of `point`.
  ///   - point: Where.
  ///   - function: The function, made of numbers; its error should be far below 10⁻⁹.
  ///   - tolerance: Relative to the larger of 1 and the coordinate's absolute value.
  ///   - suspects: What known mistakes would give, by what the mistake is.
  public mutating func expectGradient(
    _ subject: String, _ found: Tensor<Double>, at point: Tensor<Double>,
    of function: (Tensor<Double>) -> Double, tolerance: Double = 1e-7,
    suspects: KeyValuePairs<String, Tensor<Double>> = [:]
  ) throws {
    let measured = Check.differences(at: point, of: function)
    try expect(
      subject, found, equals: Tensor(point.shape, measured), tolerance: tolerance,
      suspects: suspects)
  }

  /// Expects independent samples of a distribution: mean and variance within five standard errors,
  /// and, if the distribution function is given, the largest distance to the empirical one below
  /// 2.2/√n (the Kolmogorov–Smirnov test; a right answer fails once in 8,000 seeds).
  ///
  /// - Parameters:
  ///   - subject: What is compared, as in "samples of the Laplace distribution".
  ///   - samples: The answer, any shape; `count` numbers.
  ///   - count: How many there must be.
  ///   - mean: The distribution's mean.
  ///   - variance: Its variance.
  ///   - fourthMoment: E[(x − mean)⁴], for the standard error of the variance.
  ///   - distribution: P(x ≤ t).
  ///   - suspects: Variances that known mistakes would give, by what the mistake is.
  public mutating func expectSamples(
    _ subject: String, _ samples: Tensor<Double>, count: Int, mean: Double, variance: Double,
    fourthMoment: Double, distribution: ((Double) -> Double)? = nil,
    suspects: KeyValuePairs<String, Double> = [:]
  ) throws {
    let x = samples.scalars
    guard x.count == count else {
      throw Finding(subject, message: "there are \(x.count) of them, not \(count)")
    }
    guard let bad = x.first(where: { !$0.isFinite }) else {
      let n = Double(count)
      let average = x.reduce(0, +) / n
      let spread = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
      let errorOfMean = 5 * (variance / n).squareRoot()
      let errorOfVariance = 5 * ((fourthMoment - variance * variance) / n).squareRoot()
      guard Swift.abs(average - mean) <= errorOfMean else {
        throw Finding(
          subject + ", their mean", place: nil, expected: mean, found: average,
          diagnosis: Swift.abs(average + mean) <= errorOfMean ? "a sign" : nil)
      }
      guard Swift.abs(spread - variance) <= errorOfVariance else {
        let known = suspects.first { Swift.abs(spread - $0.value) <= errorOfVariance }?.key
        throw Finding(
          subject + ", their variance", place: nil, expected: variance, found: spread,
          diagnosis: known ?? "right on average, but with the wrong variance")
      }
      if let distribution {
        let sorted = x.sorted()
        let distance = sorted.enumerated().reduce(0.0) { worst, element in
          let (i, t) = element
          let p = distribution(t)
          return Swift.max(worst, Swift.abs(p - Double(i) / n), Swift.abs(p - Double(i + 1) / n))
        }
        guard distance <= 2.2 / n.squareRoot() else {
          throw Finding(
            subject + ", their distribution", place: nil, expected: 0, found: distance,
            message: "the largest distance of the distribution functions",
            diagnosis: "right mean and variance, but another distribution")
        }
      }
      held.append(subject)
      return
    }
    throw Finding(subject, message: "\(bad) is among them")
  }

  /// Expects that something holds, which `message` denies: "the weights add up to 1.3".
  public mutating func expect(
    _ subject: String, _ holds: Bool, otherwise message: @autoclosure () -> String,
    diagnosis: String? = nil
  ) throws {
    guard holds else { throw Finding(subject, message: message(), diagnosis: diagnosis) }
    held.append(subject)
  }
}
