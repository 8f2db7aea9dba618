import Dispatch
import Foundation
import Synchronization

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
  ///
  /// A thread that is done with a part takes the next one that nobody has: so a core that other
  /// programs keep busy holds nobody up for long.
  package static func split(
    _ count: Int, grain: Int, alignment: Int = 1, _ body: @escaping (Range<Int>) -> Void
  ) {
    let partition = Partition(count, grain: grain, alignment: alignment, threads: threads)
    guard partition.parts > 1 else { return body(0..<count) }
    let job = Job(body: body, partition: partition)
    if #available(macOS 15, *) {
      Team.perform(job, threads: min(threads, job.parts))
    } else {
      DispatchQueue.concurrentPerform(iterations: job.parts) { job.perform($0) }
    }
  }
}

/// `0..<count` cut into parts that begin at multiples of `alignment`: up to four a thread, none much
/// shorter than `grain`, and as equal as the alignment lets them be.
struct Partition {
  let (count, alignment, units, parts): (Int, Int, Int, Int)

  init(_ count: Int, grain: Int, alignment: Int, threads: Int) {
    (self.count, self.alignment) = (count, alignment)
    units = (count + alignment - 1) / alignment
    parts = threads > 1 ? max(1, min(4 * threads, count / max(grain, 1), units)) : 1
  }

  subscript(part: Int) -> Range<Int> {
    let bounds = (part * units / parts, (part + 1) * units / parts)
    return bounds.0 * alignment..<min(bounds.1 * alignment, count)
  }
}

/// A closure to call with all parts; they do not overlap, and so it is safe to call from several
/// threads.
private struct Job: @unchecked Sendable {
  let body: (Range<Int>) -> Void
  let partition: Partition
  var parts: Int { partition.parts }
  func perform(_ part: Int) { body(partition[part]) }
}

/// Threads that stay ready between two kernels.
///
/// A training step has some fifty kernels of 5 to 500 microseconds. To wake a sleeping thread takes
/// longer than many of them run, so helpers watch a counter for a while after each job, and sleep only
/// when none comes. The job's parts are numbered; everybody takes the next number until none is left.
private enum Team {
  /// How often a helper looks for work before it sleeps, and a caller for the last helper to be done
  /// before it gives way: some 50 microseconds in all.
  private static let patience = 50_000

  @available(macOS 15, *)
  private final class State: Sendable {
    /// Held by the one caller whose job is running.
    let isBusy = Atomic<Bool>(false)
    /// Counts jobs; odd while one is open to helpers.
    let generation = Atomic<Int>(0)
    /// The next part, and the helpers that are inside the job.
    let next = Atomic<Int>(0)
    let inside = Atomic<Int>(0)
    let sleeping = Atomic<Int>(0)
    let wake = DispatchSemaphore(value: 0)
    nonisolated(unsafe) var job: Job?
    nonisolated(unsafe) var limit = 0
    nonisolated(unsafe) var helpers = 0
  }

  @available(macOS 15, *)
  private static let state = State()

  /// Does all parts of a job on up to `threads` threads; alone where another caller has the team.
  @available(macOS 15, *)
  static func perform(_ job: Job, threads: Int) {
    let state = state
    guard
      state.isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    else { return (0..<job.parts).forEach(job.perform) }
    while state.helpers < threads - 1 { addHelper() }
    (state.job, state.limit) = (job, threads - 1)
    state.next.store(0, ordering: .relaxed)
    state.generation.add(1, ordering: .sequentiallyConsistent)  // odd: open
    for _ in 0..<min(threads - 1, state.sleeping.load(ordering: .sequentiallyConsistent)) {
      state.wake.signal()
    }
    takeParts(of: job)
    state.generation.add(1, ordering: .sequentiallyConsistent)  // even: closed
    var looks = 0
    while state.inside.load(ordering: .sequentiallyConsistent) > 0 {
      looks += 1
      if looks > patience { sched_yield() }  // a helper without a core is to have this one
    }
    state.job = nil
    state.isBusy.store(false, ordering: .releasing)
  }

  @available(macOS 15, *)
  private static func takeParts(of job: Job) {
    let parts = job.parts
    while true {
      let part = state.next.add(1, ordering: .relaxed).oldValue
      if part >= parts { return }
      job.perform(part)
    }
  }

  @available(macOS 15, *)
  private static func addHelper() {
    let number = state.helpers
    state.helpers += 1
    let thread = Thread {
      var seen = 0
      while true {
        seen = waitForJob(after: seen)
        // Inside first, then look again: a caller that has closed the job waits for those inside.
        state.inside.add(1, ordering: .sequentiallyConsistent)
        if state.generation.load(ordering: .sequentiallyConsistent) == seen, number < state.limit,
          let job = state.job
        {
          takeParts(of: job)
        }
        state.inside.subtract(1, ordering: .releasing)
      }
    }
    thread.stackSize = 1 << 20
    thread.start()
  }

  /// The generation of the next open job; watches for a while, then sleeps.
  @available(macOS 15, *)
  private static func waitForJob(after seen: Int) -> Int {
    while true {
      for _ in 0..<patience {
        let now = state.generation.load(ordering: .acquiring)
        if now != seen, now & 1 == 1 { return now }
      }
      state.sleeping.add(1, ordering: .sequentiallyConsistent)
      let now = state.generation.load(ordering: .sequentiallyConsistent)
      if now == seen || now & 1 == 0 { state.wake.wait() }
      state.sleeping.subtract(1, ordering: .sequentiallyConsistent)
    }
  }
}
