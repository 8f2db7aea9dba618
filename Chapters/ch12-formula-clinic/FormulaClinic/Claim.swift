/// A claim that circulates, and what was measured against it: a row of the ledger.
public struct Claim: Sendable {
  /// Its number in the chapter, from 1.
  public let number: Int
  /// What it says, in a few words.
  public let name: String
  /// Where its kind is met.
  public let metIn: String
  /// What would be seen if it held.
  public let expected: String
  /// What is seen.
  public let measured: String
  /// What to say instead.
  public let correction: String

  /// A claim with its measurement.
  public init(
    _ number: Int, _ name: String, metIn: String, expected: String, measured: String,
    correction: String
  ) {
    (self.number, self.name, self.metIn) = (number, name, metIn)
    (self.expected, self.measured, self.correction) = (expected, measured, correction)
  }

  /// The ledger's columns.
  public static let header = ["#", "claim", "met in", "if it held", "measured", "instead"]

  /// The claim under these columns.
  public var row: [String] { ["\(number)", name, metIn, expected, measured, correction] }
}
