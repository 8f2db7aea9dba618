import Datasets
import Foundation

/// A row of the table of published results: the paper's number, and what a long run of this package
/// measured, if one was made.
///
/// The rows are in `published.json`. A recorded run is not repeated when the pages are checked; its
/// command is in the row.
public struct PublishedResult: Codable, Sendable {
  /// Which model.
  public var model: String
  /// Which images, and how they were made binary.
  public var data: String
  /// Where the number is published.
  public var paper: String
  /// −log p(x) in nats a test image, as published.
  public var published: Double
  /// The command that gives the measured number.
  public var command: String
  /// −log p(x) in nats a test image, as measured here; nothing if no run was made.
  public var measured: Double?
  /// The standard error of `measured`, from the spread over test images.
  public var standardError: Double?
  /// How many passes the run made.
  public var passes: Int?
  /// The seed of the run.
  public var seed: Int?
  /// How long it took, in words, such as "1 h 31 min".
  public var time: String?
  /// Its greatest memory, in words, such as "142 MB".
  public var memory: String?
  /// The machine, in words.
  public var machine: String?

  /// The rows in the package.
  ///
  /// Throws 66 if the file is not there, 65 if it is damaged.
  public static func recorded() throws(InputError) -> [PublishedResult] {
    let name = "published.json"
    guard let url = Bundle.module.url(forResource: name, withExtension: nil),
      let data = try? Data(contentsOf: url)
    else { throw .missingInput("\(name): not in the package; fetch it again") }
    do { return try JSONDecoder().decode([PublishedResult].self, from: data) } catch {
      throw .damagedData("\(name): \(error.localizedDescription); fetch it again")
    }
  }
}
