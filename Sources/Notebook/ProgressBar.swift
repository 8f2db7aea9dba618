import Foundation

/// How far some long work is, on standard error: a bar that redraws itself on a terminal, about ten
/// plain lines elsewhere.
///
/// Standard output never sees it.
public final class ProgressBar: @unchecked Sendable {  // the lock guards `drawn` and `tenths`
  private let label: String
  private let total: Int
  private let console: Console
  private let elapsed: @Sendable () -> Double
  private let lock = NSLock()
  private var drawn = -1.0
  private var tenths = 0

  init(_ label: String, total: Int, on console: Console, elapsed: (@Sendable () -> Double)? = nil) {
    let start = ContinuousClock.now
    self.label = label
    self.total = max(total, 1)
    self.console = console
    self.elapsed = elapsed ?? { (ContinuousClock.now - start).seconds }
    if console.errorIsTerminal { update(0) }
  }

  /// Says that `done` of the total are done; `note` is shown behind.
  public func update(_ done: Int, _ note: String = "") {
    lock.withLock {
      let now = elapsed()
      if console.errorIsTerminal {
        guard drawn < 0 || now - drawn >= 0.1 || done >= total else { return }
        drawn = now
        let columns = console.errorColumns - 1
        console.draw(bar: barLine(label, done, of: total, after: now, note, columns: columns))
      } else if done * 10 / total > tenths {
        tenths = done * 10 / total
        console.note(plainLine(label, done, of: total, after: now, note))
      }
    }
  }

  /// Replaces the bar by a line that says how long it took.
  public func finish(_ note: String = "") {
    let tail = note.isEmpty ? "" : "  " + oneLine(note)
    console.note("\(label): done in \(duration(elapsed()))\(tail)")
  }
}

/// A bar, the count, the rate, the time left and the note, cut to the width of the terminal.
func barLine(
  _ label: String, _ done: Int, of total: Int, after seconds: Double, _ note: String, columns: Int
) -> String {
  let width = 20
  let full = min(max(done, 0), total) * width / total
  let bar = String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
  let rest = plainLine("", done, of: total, after: seconds, note).dropFirst(2)
  var line = "\(label) \(bar) \(rest)"
  while displayWidth(line) > columns { line.removeLast() }
  return line
}

/// The same without the bar: "training: 3/20  1.5/s  11 s left  ELBO -120.3".
func plainLine(
  _ label: String, _ done: Int, of total: Int, after seconds: Double, _ note: String
) -> String {
  var parts = ["\(label): \(done)/\(total)"]
  if done > 0, seconds > 0 {
    let rate = Double(done) / seconds
    parts.append(rate < 1 ? duration(1 / rate) + " each" : fixed(rate, rate < 10 ? 1 : 0) + "/s")
    if done < total { parts.append(duration(Double(total - done) / rate) + " left") }
  }
  if !note.isEmpty { parts.append(oneLine(note)) }
  return parts.joined(separator: "  ")
}
