import Dispatch
import Testing

@testable import Tensors

@Suite("Threads", .serialized)
struct ParallelTests {
  /// How often each index was in a part.
  private func visits(_ count: Int, grain: Int, alignment: Int = 1, threads: Int) -> [Int] {
    nonisolated(unsafe) let visits = UnsafeMutablePointer<Int>.allocate(capacity: count + 1)
    defer { visits.deallocate() }
    visits.initialize(repeating: 0, count: count + 1)
    withThreads(threads) {
      Parallel.split(count, grain: grain, alignment: alignment) { range in
        for i in range { visits[i] += 1 }
      }
    }
    return (0..<count).map { visits[$0] }
  }

  @Test("every index is in exactly one part, whatever the counts, grains, alignments and threads")
  func everyIndexOnce() {
    for threads in [1, 2, 3, 7] {
      for count in [0, 1, 2, 63, 64, 65, 1000] {
        for (grain, alignment) in [(1, 1), (1, 64), (10, 1), (10, 16), (5000, 1)] {
          let found = visits(count, grain: grain, alignment: alignment, threads: threads)
          #expect(found.allSatisfy { $0 == 1 }, "\(count), \(grain), \(alignment), \(threads)")
        }
      }
    }
  }

  @Test("parts begin at multiples of the alignment and differ by at most one of it")
  func equalParts() {
    for (count, alignment) in [(25, 1), (13, 1), (1000, 16), (1003, 16), (100_352, 64), (7, 2)] {
      let partition = Partition(count, grain: 1, alignment: alignment, threads: 2)
      #expect(partition.parts == min(8, (count + alignment - 1) / alignment))
      let found = (0..<partition.parts).map { partition[$0] }
      #expect(found.allSatisfy { $0.lowerBound % alignment == 0 })
      let units = found.map { ($0.count + alignment - 1) / alignment }
      #expect(units.max()! - units.min()! <= 1, "\(count), \(alignment): \(units)")
    }
  }

  @Test("a thousand jobs in a row, each small, are all done when each returns")
  func manySmallJobs() {
    for _ in 0..<1_000 { #expect(visits(50, grain: 1, threads: 3).reduce(0, +) == 50) }
  }

  @Test("jobs from several callers at once, and jobs within jobs, are all done")
  func callersAtOnce() {
    nonisolated(unsafe) let sums = UnsafeMutablePointer<Int>.allocate(capacity: 16)
    defer { sums.deallocate() }
    withThreads(3) {
      for _ in 0..<50 {
        sums.initialize(repeating: 0, count: 16)
        DispatchQueue.concurrentPerform(iterations: 4) { caller in
          Parallel.split(4, grain: 1) { outer in
            for i in outer {
              Parallel.split(100, grain: 1) { inner in
                // Parts of one job run at the same time: only the first counts.
                if inner.lowerBound == 0 { sums[caller * 4 + i] += 1 }
              }
            }
          }
        }
        #expect((0..<16).allSatisfy { sums[$0] == 1 })
      }
    }
  }
}
