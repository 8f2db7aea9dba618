import Dispatch
import Foundation
import Grading
import Notebook

/// Makes Ctrl-C end the program with a status and leave no temporary files behind, for as long as what
/// comes back is kept.
///
/// The processes of exercises end with this one, whose questions they wait for.
func onInterruption(of console: Console, status: Int32) -> any DispatchSourceSignal {
  signal(SIGINT) { _ in }  // and not SIG_IGN, which a build would inherit
  let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
  source.setEventHandler { @Sendable in
    Examiner.removeTemporaries()
    console.note("")
    exit(status)
  }
  source.resume()
  return source
}
