import Foundation

/// The results of one submission as Gradescope reads them: `results.json`.
///
/// The format is that of <https://gradescope-autograders.readthedocs.io/en/latest/specs/>. Times are left
/// out, so that the same submission gives the same bytes.
package struct GradescopeResults: Codable, Equatable, Sendable {
  /// When students see a test.
  package enum Visibility: String, Codable, CaseIterable, Sendable {
    case hidden
    case afterDueDate = "after_due_date"
    case afterPublished = "after_published"
    case visible
  }

  /// One line of the results.
  package struct Test: Codable, Equatable, Sendable {
    /// The points.
    package let score: Int
    /// The most points that there are; 0 for a test that only informs.
    package let maxScore: Int
    /// `passed` or `failed`.
    package let status: String
    /// The exercise.
    package let name: String
    /// What was found, as plain text.
    package let output: String
    /// How the output is to be shown: `text`.
    package let outputFormat: String
    /// Who sees it.
    package let visibility: Visibility

    enum CodingKeys: String, CodingKey {
      case score, status, name, output, visibility
      case maxScore = "max_score"
      case outputFormat = "output_format"
    }

    init(_ name: String, _ points: Int, of most: Int, _ visibility: Visibility, _ verdict: Verdict)
    {
      score = points
      maxScore = most
      status = verdict.isRight ? "passed" : "failed"
      self.name = name
      output = verdict.text
      outputFormat = "text"
      self.visibility = visibility
    }
  }

  /// The sum of all points.
  package let score: Int
  /// What concerns the submission as a whole.
  package let output: String
  /// How the output is to be shown: `text`.
  package let outputFormat: String
  /// That of tests that do not say it themselves.
  package let visibility: Visibility
  /// What the grader printed is for instructors.
  package let standardOutputVisibility: Visibility
  /// One or two an exercise.
  package let tests: [Test]

  enum CodingKeys: String, CodingKey {
    case score, output, visibility, tests
    case outputFormat = "output_format"
    case standardOutputVisibility = "stdout_visibility"
  }

  /// The results of a submission.
  ///
  /// Without hidden cases, the test of an exercise carries its points. With them there are two: one for
  /// the case that students see, which only informs, and one with the points for the hidden cases.
  package init(
    _ chapters: [ChapterGrades], note: String?, hiddenCases: Int,
    visibility hiddenVisibility: Visibility = .afterPublished
  ) {
    var tests: [Test] = []
    for (exercise, grade) in chapters.flatMap(\.graded) {
      let (number, points) = (exercise.number, exercise.points)
      let name = "\(number) \(exercise.title)"
      let worth = points == 1 ? "1 point" : "\(points) points"
      let earned = grade.isRight ? points : 0
      guard hiddenCases > 0 else {
        tests.append(Test(name, earned, of: points, .visible, grade.visible))
        continue
      }
      tests.append(
        Test("\(name) (\(worth)): the case that you see", 0, of: 0, .visible, grade.visible))
      let unseen = Verdict(isRight: false, "not examined: the case that you see is not right")
      tests.append(
        Test(
          "\(name): hidden cases", earned, of: points, hiddenVisibility, grade.hidden ?? unseen))
    }
    score = chapters.reduce(0) { $0 + $1.points }
    output = (chapters.flatMap(\.problems) + (note.map { [$0] } ?? [])).joined(separator: "\n")
    outputFormat = "text"
    visibility = .visible
    standardOutputVisibility = .hidden
    self.tests = tests
  }

  /// The file: keys in alphabetical order, a line each.
  package var json: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else {
      fatalError("results.json: texts and whole numbers can always be written")
    }
    return Array(data) + [UInt8(ascii: "\n")]
  }
}
