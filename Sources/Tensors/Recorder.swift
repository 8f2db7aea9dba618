// Steps that are recorded once and replayed.
//
// The kernels of a training step, their order and the memory that they work on are the same in every
// step; only numbers change. So the step is run once in full, tape and all, and each kernel that runs is
// noted. To replay it is to call the kernels of that list again: no tape, no shapes to check, and no
// memory to ask for.

/// A list of kernels on fixed memory: a computation that ran once and can run again.
///
/// Everything that a kernel did not compute is a constant of the recording. A value that was computed
/// is therefore not to be looked at while recording: what the program did with it would be frozen.
/// Looking at one traps.
package final class Recorder: @unchecked Sendable {
  /// The recorder of the code that runs now.
  @TaskLocal static var current: Recorder?

  /// A kernel that computes any part of `0..<count`, and how to share it between threads.
  private struct Launch {
    let count: Int
    let grain: Int
    let alignment: Int
    let kernel: (Range<Int>) -> Void
    func run() { Parallel.split(count, grain: grain, alignment: alignment, kernel) }
  }

  private var launches: [Launch] = []
  private var kept: [AnyObject] = []
  let arena = Arena()

  /// A recorder with nothing on it.
  package init() {}

  /// Runs `body` and notes every kernel that it runs.
  package func record<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Recorder.$current.withValue(self, operation: body)
  }

  /// Runs the noted kernels again, in order.
  package func replay() {
    for launch in launches { launch.run() }
  }

  /// Runs a kernel that writes `output`, shared between threads as `Parallel.split` does, and notes it
  /// if a step is being recorded.
  static func run<Scalar>(
    writing output: Storage<Scalar>, reading inputs: Storage<Scalar>?...,
    count: Int = 1, grain: Int = 1, alignment: Int = 1, kernel: @escaping (Range<Int>) -> Void
  ) {
    let launch = Launch(count: count, grain: grain, alignment: alignment, kernel: kernel)
    launch.run()
    guard let recorder = current else { return }
    recorder.launches.append(launch)
    output.isComputed = true
    for case let input? in inputs + [output] where input.arena == nil { recorder.keep(input) }
  }

  /// Holds memory for as long as the recording lives.
  func keep(_ memory: AnyObject) { kept.append(memory) }
}

extension Tensor {
  /// A copy with memory of its own; as a variable, its numbers may change between replays.
  package func copied(isVariable: Bool = false) -> Tensor {
    let copy = Tensor(uninitialized: shape)
    copy.storage.pointer.update(from: storage.pointer, count: count)
    copy.storage.isComputed = isVariable
    return copy
  }

  /// The elements, to be overwritten for all that share them: only for variables of a recorded step.
  package var unsafeScalars: UnsafeMutableBufferPointer<Scalar> {
    UnsafeMutableBufferPointer(start: storage.pointer, count: count)
  }
}

/// The memory of a recording: what one tensor gives back, the next of that size takes.
final class Arena {
  private var blocks: [UnsafeMutableRawPointer] = []
  private var free: [Int: [UnsafeMutableRawPointer]] = [:]

  func take(_ bytes: Int, isNew: Bool) -> UnsafeMutableRawPointer {
    if !isNew, let block = free[bytes]?.popLast() { return block }
    blocks.append(.allocate(byteCount: bytes, alignment: 64))
    return blocks[blocks.count - 1]
  }

  func give(_ block: UnsafeMutableRawPointer, _ bytes: Int) {
    free[bytes, default: []].append(block)
  }

  deinit { for block in blocks { block.deallocate() } }
}
