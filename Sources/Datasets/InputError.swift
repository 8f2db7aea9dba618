/// What was wrong with something that came from outside (an option, a folder, a file), in one line
/// that also says what to do about it, and the status with which a program should exit.
public struct InputError: Error, CustomStringConvertible, Sendable {
  /// The status with which a program that cannot go on should exit.
  public let status: ExitStatus
  /// One line, without a final full stop or newline.
  public let message: String

  /// An error with this status; control characters in `message` (a file name may hold a newline)
  /// become spaces, so that it stays one line.
  public init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = String(
      String.UnicodeScalarView(
        message.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }

  /// The message, for a program to print after its own name.
  public var description: String { message }

  /// A command line that cannot be understood (64).
  public static func usage(_ message: String) -> InputError { .init(.usage, message) }

  /// Data that are not what they should be (65).
  public static func damagedData(_ message: String) -> InputError { .init(.damagedData, message) }

  /// A file or folder that is not there, or cannot be read (66).
  public static func missingInput(_ message: String) -> InputError { .init(.missingInput, message) }

  /// A file that cannot be written (73).
  public static func cannotCreate(_ message: String) -> InputError { .init(.cannotCreate, message) }

  /// The same error with the file it came from in front and, for damaged data, the way out.
  package func naming(
    _ path: String, remedy: String = "replace the file with a fresh copy"
  ) -> InputError {
    InputError(status, "\(path): \(message)\(status == .damagedData ? "; " + remedy : "")")
  }
}

/// The exit statuses that the programs use, numbered as in the BSD header `sysexits.h`.
public enum ExitStatus: Int32, Sendable {
  /// The command line cannot be understood.
  case usage = 64
  /// The input was found and read, but is not what it should be.
  case damagedData = 65
  /// An input file or folder is not there, or cannot be read.
  case missingInput = 66
  /// An output file cannot be written.
  case cannotCreate = 73
}
