import Dispatch
import Foundation
import Grading
import Notebook

/// Makes Ctrl-C end the program with a status, and Ctrl-C and whatever else asks it to end leave no
/// temporary files behind, for as long as what comes back is kept.
///
/// The processes of exercises end with this one, whose questions they wait for.
func onInterruption(of console: Console, status: Int32) -> [any DispatchSourceSignal] {
  [(SIGINT, status), (SIGTERM, 128 + SIGTERM), (SIGHUP, 128 + SIGHUP)].map { number, status in
    signal(number) { _ in }  // and not SIG_IGN, which a build would inherit
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler { @Sendable in
      Examiner.removeTemporaries()
      if number == SIGINT { console.note("") }
      exit(status)
    }
    source.resume()
    return source
  }
}
