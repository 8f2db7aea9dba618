import Tensors

/// One exercise of the homework: what it is called, what it is worth, and how an answer is examined.
///
/// What to derive and what to implement stands in the doc comment of the function that the student
/// writes, in the chapter's `Exercises.swift`; `swift run homework 3.2` shows it.
public struct Exercise: Sendable {
  /// How much is asked for.
  public enum Difficulty: String, Sendable {
    /// One line of algebra, or of code.
    case warmUp = "warm-up"
    /// A derivation as in the chapter.
    case standard
    /// A derivation that takes an idea of one's own.
    case challenge
  }

  /// Chapter and place, such as `3.2`.
  public let number: String
  /// A few words.
  public let title: String
  /// What a right answer is worth; any other is worth nothing.
  public let points: Int
  /// How hard it is.
  public let difficulty: Difficulty
  /// The name of the function to write, as it stands in `Exercises.swift`.
  public let function: String
  /// From a nudge to nearly the answer, shown one by one on request; never the answer itself.
  public let hints: [String]
  /// Examines an answer, and throws the first `Finding`.
  ///
  /// Expected values are found in another way than the one asked for: by quadrature, finite
  /// differences, enumeration, sampling. So students can be given the checks.
  public let examine: @Sendable (inout Examination) throws -> Void

  /// An exercise.
  public init(
    _ number: String, _ title: String, points: Int, _ difficulty: Difficulty, function: String,
    hints: [String], examine: @escaping @Sendable (inout Examination) throws -> Void
  ) {
    self.number = number
    self.title = title
    self.points = points
    self.difficulty = difficulty
    self.function = function
    self.hints = hints
    self.examine = examine
  }
}

/// The exercises of one chapter.
public struct ExerciseSheet: Sendable {
  /// The name of the chapter's folder, such as `ch03-kl-divergence`.
  public let chapter: String
  /// In the order of their numbers.
  public let exercises: [Exercise]

  /// A sheet.
  public init(chapter: String, _ exercises: [Exercise]) {
    self.chapter = chapter
    self.exercises = exercises
  }

  /// The sheets of all chapters.
  public static let all: [ExerciseSheet] = [
    .chapter01,
    .chapter02,
    .chapter03,
    .chapter04,
    .chapter05,
    .chapter06,
    .chapter07,
    .chapter08,
    .chapter09,
    .chapter10,
    .chapter11,
    .chapter12,
  ]
}

extension Exercise {
  /// The exercise of a number, such as `3.2`, or nil.
  public static func named(_ number: String) -> Exercise? {
    ExerciseSheet.all.flatMap(\.exercises).first { $0.number == number }
  }

  /// What is wrong with an answer, or nil; an error that the answer throws is such a thing too.
  public func finding(
    seed: UInt64, answer: @escaping ([Tensor<Double>]) throws -> [Tensor<Double>]
  ) -> Finding? {
    var examination = Examination(seed: seed, answer: answer)
    do {
      try examine(&examination)
      return nil
    } catch let finding as Finding {
      return finding
    } catch {
      return Finding("the answer", message: "\(error)")
    }
  }
}
