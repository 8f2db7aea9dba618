import Foundation

/// The end of a run that was asked to stop, after it was saved.
public struct Interruption: Error, Sendable {
  /// What asked: SIGINT (Control-C) or SIGTERM.
  public let signal: Int32
  /// What to tell the user: where the run is, and how it goes on.
  public let message: String

  /// Ends the program as the signal does, so that whoever started it knows.
  public func obey() -> Never {
    Foundation.signal(signal, SIG_DFL)
    raise(signal)
    exit(128 + signal)  // if the signal is blocked
  }
}

/// The signal that came, or 0: a plain word in memory, since a signal handler must do no more than
/// write one.
private nonisolated(unsafe) let word: UnsafeMutablePointer<Int32> = {
  let word = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  word.initialize(to: 0)
  return word
}()

/// SIGINT and SIGTERM, noted instead of obeyed.
enum Interrupts {
  /// The signal that came during the work under way, if one did.
  static var received: Int32? { word.pointee == 0 ? nil : word.pointee }

  /// Does some work that looks at `received` from time to time.
  ///
  /// A second signal ends the program at once; so does the first one if the work is done, without an
  /// error, before it looked. Signals that the program was started to ignore stay ignored.
  static func noted(during work: () throws -> Void) rethrows {
    word.pointee = 0
    let numbers = [SIGINT, SIGTERM].filter { number in
      let before = signal(number) { number in
        word.pointee = number
        signal(number, SIG_DFL)
      }
      let isIgnored = unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
      if isIgnored { signal(number, SIG_IGN) }
      return !isIgnored
    }
    defer { for number in numbers { signal(number, SIG_DFL) } }
    try work()
    guard let received else { return }
    signal(received, SIG_DFL)
    raise(received)
  }
}
