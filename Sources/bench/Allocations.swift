import Foundation

/// How often the program asks the system for memory.
///
/// On Linux the linker gives the names `malloc` and so on to the functions below (see Package.swift), which
/// count and pass the call on to the C library. Elsewhere nothing is counted.
enum Allocations {
  fileprivate nonisolated(unsafe) static var total = 0

  /// Whether they are counted here: opening a file allocates, and no optimiser leaves it out.
  static let canCount = count { if let file = fopen("/dev/null", "r") { fclose(file) } } > 0

  /// The number of allocations while `body` runs, by all threads.
  static func count(_ body: () -> Void) -> Int {
    let before = total
    body()
    return total - before
  }
}

// The functions are public, so that the optimiser expects calls that it does not see.
#if canImport(Glibc)
  @_silgen_name("__libc_malloc")
  private func libcMalloc(_ size: Int) -> UnsafeMutableRawPointer?
  @_silgen_name("__libc_memalign")
  private func libcMemalign(_ alignment: Int, _ size: Int) -> UnsafeMutableRawPointer?

  /// `malloc`, counted.
  @_cdecl("bench_malloc")
  public func countedMalloc(_ size: Int) -> UnsafeMutableRawPointer? {
    Allocations.total &+= 1
    return libcMalloc(size)
  }

  /// `posix_memalign`, counted.
  @_cdecl("bench_posix_memalign")
  public func countedAlignedMalloc(
    _ result: UnsafeMutablePointer<UnsafeMutableRawPointer?>, _ alignment: Int, _ size: Int
  ) -> Int32 {
    Allocations.total &+= 1
    result.pointee = libcMemalign(alignment, size)
    return result.pointee == nil ? ENOMEM : 0
  }

  /// `aligned_alloc`, counted.
  @_cdecl("bench_aligned_alloc")
  public func countedAlignedAlloc(_ alignment: Int, _ size: Int) -> UnsafeMutableRawPointer? {
    Allocations.total &+= 1
    return libcMemalign(alignment, size)
  }
#endif
