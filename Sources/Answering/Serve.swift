import Tensors

#if canImport(Darwin)
  @preconcurrency import Darwin
#elseif canImport(Musl)
  @preconcurrency import Musl
#else
  @preconcurrency import Glibc
#endif

/// Answers the grader's questions about one exercise until there are none left, and ends the process.
///
/// The grader starts this process with the number of the exercise and the limits as its arguments, and
/// with a channel as standard input. Before the first function of the student is called, the channel
/// is moved away to a high file descriptor, standard input is empty, and the process has limited its own
/// time and memory and may write no files. Everything that it prints goes to the grader as text.
///
/// - Parameter answers: What the student's functions give, by the number of the exercise.
public func serve(_ answers: [String: Answer]) -> Never {
  let arguments = CommandLine.arguments
  guard arguments.count == 4, let seconds = Double(arguments[2]), let memory = Int(arguments[3]),
    seconds > 0, seconds < 1e6, memory > 0
  else { end(64, "this program is asked by another: swift run homework") }
  let channel = isolate(seconds: seconds, memory: memory)
  while let question = nextFrame(from: channel) {
    let reply: Frame
    do {
      guard let answer = answers[arguments[1]] else {
        end(70, "Answers.swift has no exercise \(arguments[1])")
      }
      reply = Frame(.answer, try answer(try question.tensors()))
    } catch is NotAttempted {
      reply = Frame(.notAttempted)
    } catch {
      reply = Frame(.threw, Array("\(error)".utf8.prefix(4096)))
    }
    fflush(nil)
    write(reply.bytes, to: channel)
  }
  _exit(0)
}

/// Takes the channel away from standard input, limits what this process may use, and gives the channel.
private func isolate(seconds: Double, memory: Int) -> Int32 {
  let channel = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 200)
  guard channel >= 0 else { end(71, "no file descriptor for the channel") }
  let nothing = open("/dev/null", O_RDONLY)
  guard nothing >= 0, dup2(nothing, STDIN_FILENO) == STDIN_FILENO else {
    end(71, "no /dev/null")
  }
  #if os(Linux)
    // What whoever started the grader has left open.
    for descriptor in 3..<1024 as Range<Int32> where descriptor != channel { close(descriptor) }
  #else
    close(nothing)
  #endif
  setvbuf(stdout, nil, _IOLBF, 0)  // what is printed before a crash is not lost
  _ = chdir("/")
  Parallel.threads = 1
  let whole = rlim_t(seconds.rounded(.up))
  // The grader ends this process long before; these hold if the grader is gone.
  alarm(UInt32(4 * whole + 10))
  limit(RLIMIT_CPU, to: whole + 1, most: whole + 2)
  limit(RLIMIT_FSIZE, to: 0)
  limit(RLIMIT_CORE, to: 0)
  #if os(Linux)
    limit(RLIMIT_AS, to: rlim_t(memory))
  #endif
  return channel
}

#if canImport(Glibc)
  private func limit(_ resource: __rlimit_resource, to limit: rlim_t, most: rlim_t? = nil) {
    var limits = rlimit(rlim_cur: limit, rlim_max: most ?? limit)
    setrlimit(.init(resource.rawValue), &limits)
  }
#else
  private func limit(_ resource: Int32, to limit: rlim_t, most: rlim_t? = nil) {
    var limits = rlimit(rlim_cur: limit, rlim_max: most ?? limit)
    setrlimit(resource, &limits)
  }
#endif

/// The next question, or nil if the grader has no more. What is no question ends the process.
private func nextFrame(from channel: Int32) -> Frame? {
  var bytes = [UInt8]()
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    do {
      if let frame = try Frame.first(of: bytes) { return frame }
    } catch {
      end(65, "the question cannot be read: \(error.reason)")
    }
    let count = read(channel, &buffer, buffer.count)
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { return nil }
    bytes += buffer[..<count]
  }
}

private func write(_ bytes: [UInt8], to channel: Int32) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(channel, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { end(74, "the channel to the grader is closed") }
    rest = rest.dropFirst(count)
  }
}

private func end(_ status: Int32, _ message: String) -> Never {
  let line = Array((message + "\n").utf8)
  _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  _exit(status)
}
