import Dispatch
import Foundation

/// Work shared between cores.
///
/// Only independent outputs are split, never a sum, so that results do not depend on the number of
/// threads.
public enum Parallel {
  /// The number of threads that kernels may use; the machine's cores unless set.
  ///
  /// Set it before other threads compute: it is not synchronised.
  public nonisolated(unsafe) static var threads = ProcessInfo.processInfo.activeProcessorCount

  /// Calls `body` with consecutive parts of `0..<count`, on several threads when there are at least
  /// two parts of `grain`. Parts begin at multiples of `alignment`.
  static func split(
    _ count: Int, grain: Int, alignment: Int = 1, _ body: (Range<Int>) -> Void
  ) {
    let parts = min(threads, count / max(grain, 1))
    guard parts > 1 else { return body(0..<count) }
    let step = ((count + parts - 1) / parts + alignment - 1) / alignment * alignment
    withoutActuallyEscaping(body) { body in
      let shared = UncheckedBody(body: body)
      DispatchQueue.concurrentPerform(iterations: parts) { part in
        let range = min(part * step, count)..<min((part + 1) * step, count)
        if !range.isEmpty { shared.body(range) }
      }
    }
  }

  /// A closure that is safe to call from several threads because its parts do not overlap.
  private struct UncheckedBody: @unchecked Sendable { let body: (Range<Int>) -> Void }
}
