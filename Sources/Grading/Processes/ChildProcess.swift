import Foundation

/// A process that leads a session of its own, so that it and what it starts can be ended together.
///
/// Foundation's `Process` does neither start a session nor tell when a process has stopped, and it waits
/// for children of the child; hence this small one, around `posix_spawn`.
struct ChildProcess {
  /// How a process ended.
  enum End: Equatable {
    case exited(Int32)
    case signalled(Int32)
    /// It lives, but a signal has stopped it.
    case stopped
  }

  /// Held while a child is started, and while a program is written that is to be started: a child that
  /// is just being made has all files of this process open, and a program that is open for writing
  /// cannot be started.
  static let launching = NSLock()

  /// The process, the session and its first group have this number.
  private let identifier: pid_t
  private var isReaped = false

  /// Starts a program whose standard input is `input`, and whose output and error are `output`.
  ///
  /// It inherits no other file and no variable but those of `environment`. Throws why it cannot.
  init(
    _ program: String, _ arguments: [String], environment: [String], input: Int32, output: Int32
  ) throws(SystemFailure) {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
      // The last one closes all files that are not named.
      let session = POSIX_SPAWN_SETSID | POSIX_SPAWN_CLOEXEC_DEFAULT
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
      let session: Int32 = 0x80  // POSIX_SPAWN_SETSID in glibc and musl
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
    // Signals are as in a fresh process, whatever this thread blocks.
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    let flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(session)
    posix_spawnattr_setflags(&attributes, Int16(flags))
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup($0) } + [nil]
    defer { (words + variables).forEach { free($0) } }
    var identifier: pid_t = 0
    var failure: Int32 = 0
    for _ in 0..<50 {
      failure = Self.launching.withLock {
        posix_spawn(&identifier, program, &actions, &attributes, &words, &variables)
      }
      guard failure == ETXTBSY || failure == EAGAIN else { break }
      usleep(10_000)
    }
    guard failure == 0 else { throw SystemFailure(number: failure) }
    self.identifier = identifier
  }

  /// How the process ended or stopped, or nil if it runs.
  mutating func poll() -> End? {
    guard !isReaped else { return nil }
    var status: Int32 = 0
    guard waitpid(identifier, &status, WNOHANG | WUNTRACED) == identifier else { return nil }
    if status & 0xFF == 0x7F { return .stopped }
    isReaped = true
    kill(-identifier, SIGKILL)  // what it has started
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
  }

  /// The processor time that it has used so far, in seconds; nil if it cannot be told.
  var processorTime: Double? { usage?.seconds }

  /// The memory that it uses, in bytes, where the system does not limit that itself.
  var memory: Int? { usage?.memory }

  private var usage: (seconds: Double, memory: Int?)? {
    #if canImport(Darwin)
      var info = rusage_info_v2()
      let status = withUnsafeMutablePointer(to: &info) {
        $0.withMemoryRebound(to: rusage_info_t?.self, capacity: 1) {
          proc_pid_rusage(identifier, RUSAGE_INFO_V2, $0)
        }
      }
      var scale = mach_timebase_info_data_t()
      guard status == 0, mach_timebase_info(&scale) == KERN_SUCCESS else { return nil }
      let ticks = Double(info.ri_user_time + info.ri_system_time)
      let seconds = ticks * Double(scale.numer) / Double(scale.denom) / 1e9
      return (seconds, Int(info.ri_phys_footprint))
    #else
      var clock = clockid_t()
      var time = timespec()
      guard clock_getcpuclockid(identifier, &clock) == 0, clock_gettime(clock, &time) == 0 else {
        return nil
      }
      return (Double(time.tv_sec) + Double(time.tv_nsec) / 1e9, nil)
    #endif
  }

  /// Ends the process and all of its session's first group, and waits until it is gone.
  mutating func end() {
    guard !isReaped else { return }
    kill(-identifier, SIGKILL)
    kill(identifier, SIGKILL)
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    isReaped = true
  }
}

/// Why the system refuses something.
struct SystemFailure: Error, CustomStringConvertible {
  let number: Int32

  /// In the system's words.
  var description: String { String(cString: strerror(number)) }
}

/// One end of a connection between two processes, which never blocks and is not inherited.
struct Connection {
  /// This process's end.
  let descriptor: Int32
  /// What has come, and has not been taken.
  var received: [UInt8] = []
  /// Whether the other side has closed its end.
  private(set) var isClosed = false

  /// A connection, and the descriptor of its other end.
  static func pair() throws(SystemFailure) -> (near: Connection, far: Int32) {
    var ends: [Int32] = [-1, -1]
    #if canImport(Darwin)
      guard socketpair(AF_UNIX, SOCK_STREAM, 0, &ends) == 0 else {
        throw SystemFailure(number: errno)
      }
      var yes: Int32 = 1
      for end in ends {
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        setsockopt(end, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
      }
    #else
      let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
      guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw SystemFailure(number: errno) }
    #endif
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    return (Connection(descriptor: ends[0]), ends[1])
  }

  /// Takes in what there is to read; of what exceeds `most` bytes nothing is kept.
  mutating func receive(keeping most: Int) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    for _ in 0..<64 where !isClosed {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN || errno == EWOULDBLOCK { return }
      guard count > 0 else {
        isClosed = true
        return
      }
      received += buffer[..<Swift.min(count, Swift.max(0, most - received.count))]
    }
  }

  /// Sends as much as goes without waiting, and takes it away from `bytes`.
  mutating func send(_ bytes: inout ArraySlice<UInt8>) {
    while !bytes.isEmpty, !isClosed {
      #if canImport(Darwin)
        let quiet: Int32 = 0
      #else
        let quiet = Int32(MSG_NOSIGNAL)
      #endif
      let count = bytes.withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, quiet)
      }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN || errno == EWOULDBLOCK { return }
      guard count > 0 else {
        isClosed = true
        return
      }
      bytes = bytes.dropFirst(count)
    }
  }
}
