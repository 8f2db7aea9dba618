import Foundation

/// The bytes of a regular file of at most `byteLimit` bytes.
///
/// Throws 66 if it is not there, not a regular file, or unreadable; 65 if it is larger.
package func readFile(_ path: String, byteLimit: Int) throws(InputError) -> [UInt8] {
  let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
  guard let attributes = try? FileManager.default.attributesOfItem(atPath: url.path) else {
    throw .missingInput("no such file, or its folder cannot be read")
  }
  // A pipe or a device could deliver for ever.
  guard attributes[.type] as? FileAttributeType == .typeRegular else {
    throw .missingInput("not a regular file; give the path of one")
  }
  guard let size = attributes[.size] as? Int, size <= byteLimit else {
    throw .damagedData("larger than the \(byteLimit) bytes allowed")
  }
  guard let data = try? Data(contentsOf: url) else {
    throw .missingInput("cannot be read; check its permissions")
  }
  return [UInt8](data)
}

/// Writes a file whole or not at all, and makes its folder if need be.
///
/// The bytes go to a hidden file beside it, which then takes its place: whoever looks sees the old
/// file or the new one, never a part. With `synced`, that holds after a power cut too: the bytes
/// are on the disk before they take the place.
public func writeWhole(
  _ bytes: [UInt8], to path: String, synced: Bool = false
) throws(InputError) {
  let url = URL(fileURLWithPath: path)
  let folder = url.deletingLastPathComponent().path
  try makeFolder(folder)
  let aside = folder + "/.\(url.lastPathComponent).\(getpid()).tmp"
  let file = open(aside, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
  guard file >= 0 else { throw cannotWrite(path, errno) }
  var failure = writeAll(bytes, to: file)
  if failure == 0, synced, fsync(file) != 0 { failure = errno }
  if close(file) != 0, failure == 0 { failure = errno }
  if failure == 0, rename(aside, path) != 0 { failure = errno }
  guard failure == 0 else {
    unlink(aside)
    throw cannotWrite(path, failure)
  }
  if synced { syncFolder(folder) }
}

/// Brings a folder's names to the disk, where the file system can.
private func syncFolder(_ folder: String) {
  let descriptor = open(folder, O_RDONLY)
  guard descriptor >= 0 else { return }
  fsync(descriptor)
  close(descriptor)
}

/// Makes a folder and those it lies in, as far as they are not there, and sees that it can be
/// written to.
package func makeFolder(_ folder: String) throws(InputError) {
  do {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
  } catch {
    throw .cannotCreate("cannot make the folder \(quoted(folder)): choose another")
  }
  guard access(folder, W_OK) == 0 else { throw cannotWrite(folder, errno) }
}

/// Sees that `writeWhole` could write a file: its folder takes one, and no folder has its name.
package func expectWritable(_ path: String) throws(InputError) {
  let url = URL(fileURLWithPath: path)
  try makeFolder(url.deletingLastPathComponent().path)
  var isFolder: ObjCBool = false
  if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue {
    throw cannotWrite(path, EISDIR)
  }
}

private func cannotWrite(_ path: String, _ failure: Int32) -> InputError {
  let reason = String(cString: strerror(failure))
  return .cannotCreate("cannot write \(quoted(path)): \(reason); choose another folder")
}

/// Writes all bytes to a file descriptor.
///
/// Returns 0, or the number of the error.
package func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count >= 0 {
      rest = rest.dropFirst(count)
    } else if errno == EAGAIN {
      var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      poll(&ready, 1, -1)
    } else if errno != EINTR {
      return errno
    }
  }
  return 0
}

/// Text from outside as it may stand in a one-line message: in quotes, control characters
/// escaped, cut when long.
package func quoted(_ text: String) -> String {
  let scalars = text.unicodeScalars
  let shown = scalars.prefix(60).map { scalar in
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: scalar.escaped(asASCII: true)
    default: String(scalar)
    }
  }
  return "'" + shown.joined() + (scalars.count > 60 ? "…'" : "'")
}
