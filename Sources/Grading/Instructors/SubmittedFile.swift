import Datasets
import Foundation

/// Reads the text of a file that a student handed in.
///
/// Refuses, in a few words, whatever is not a plain text of reasonable size: a symbolic link could show
/// another student's file, a pipe could keep the grader waiting for ever.
func readSubmitted(_ path: String, byteLimit: Int = 1 << 20) -> Result<[UInt8], Refusal> {
  let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
  guard descriptor >= 0 else {
    return .failure(
      Refusal(errno == ELOOP || kind(of: path) == .link ? "a symbolic link" : "unreadable"))
  }
  defer { close(descriptor) }
  var information = stat()
  guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
    return .failure(Refusal("not a regular file"))
  }
  guard information.st_size <= byteLimit else {
    return .failure(Refusal("larger than \(byteLimit) bytes"))
  }
  // One byte more than allowed: the file could be growing.
  var bytes = [UInt8](repeating: 0, count: byteLimit + 1)
  var count = 0
  while count < bytes.count {
    let got = bytes.withUnsafeMutableBytes {
      read(descriptor, $0.baseAddress! + count, $0.count - count)
    }
    if got < 0, errno == EINTR { continue }
    guard got >= 0 else { return .failure(Refusal("unreadable")) }
    if got == 0 { break }
    count += got
  }
  guard count <= byteLimit else { return .failure(Refusal("larger than \(byteLimit) bytes")) }
  bytes.removeLast(bytes.count - count)
  guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else {
    return .failure(Refusal("not a text in UTF-8"))
  }
  return .success(bytes)
}

/// Why a file is not taken.
struct Refusal: Error, Equatable {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// What a path leads to, when links are not followed.
enum FileKind: Equatable {
  case file, folder, link, other, nothing
}

/// What a path leads to, when links are not followed.
func kind(of path: String) -> FileKind {
  var information = stat()
  guard lstat(path, &information) == 0 else { return .nothing }
  return switch information.st_mode & S_IFMT {
  case S_IFREG: .file
  case S_IFDIR: .folder
  case S_IFLNK: .link
  default: .other
  }
}
