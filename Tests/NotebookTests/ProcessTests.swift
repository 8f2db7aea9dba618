import Datasets
import Foundation
import Testing

@testable import Notebook

/// A page as a whole program, in a process of its own.
@Suite struct ProcessTests {
  @Test func `A bad option prints one line on standard error alone, and exits with 64`() async {
    let result = await #expect(
      processExitsWith: .exitCode(64),
      observing: [\.standardOutputContent, \.standardErrorContent]
    ) {
      _ = Page("ch04-elbo", "The bound", options: [.seed], arguments: ["--sed", "3"])
    }
    #expect(
      text(result?.standardErrorContent)
        == "ch04-elbo: unknown option '--sed': did you mean --seed?\n")
    let output = text(result?.standardOutputContent)
    #expect(!output.contains("The bound"))
  }

  @Test func `Help goes to standard output and exits with 0`() async {
    let result = await #expect(
      processExitsWith: .exitCode(0), observing: [\.standardOutputContent]
    ) {
      _ = Page("ch04-elbo", "The bound", options: [.seed], arguments: ["--help"])
      exit(9)
    }
    let output = text(result?.standardOutputContent)
    #expect(
      output.hasSuffix(
        """
        ch04-elbo: The bound

        usage: swift run ch04-elbo [options]

          --seed N     seed of every random number (default 1)
          --threads N  cores to compute on (default all)
          --help       print this

        """))
  }

  @Test func `An error in an attempt ends the page with its line and its status`() async {
    let result = await #expect(
      processExitsWith: .exitCode(66), observing: [\.standardErrorContent]
    ) {
      let page = Page("ch04-elbo", "The bound", arguments: [])
      let value: Int = page.attempt { throw InputError.missingInput("x.gz: not there; get it") }
      page.say("\(value)")
    }
    #expect(text(result?.standardErrorContent) == "ch04-elbo: x.gz: not there; get it\n")
  }

  @Test func `What was printed before a crash is not lost`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardOutputContent]
    ) {
      let page = Page("ch04-elbo", "The bound", arguments: [])
      page.say("the last result")
      fatalError("crash")
    }
    let output = text(result?.standardOutputContent)
    #expect(output.hasSuffix("the last result\n"))
  }

  @Test func `A closed pipe ends the page at once without a word`() async {
    let result = await #expect(
      processExitsWith: .signal(SIGPIPE), observing: [\.standardErrorContent]
    ) {
      var ends: [Int32] = [0, 0]
      pipe(&ends)
      close(ends[0])
      dup2(ends[1], STDOUT_FILENO)
      _ = writeAll("before\n", to: STDERR_FILENO)
      _ = Page("ch04-elbo", "The bound", arguments: [])
      exit(9)
    }
    #expect(text(result?.standardErrorContent) == "before\n")
  }

  @Test func `A closed pipe ends the page even where its signal is ignored`() async {
    await #expect(processExitsWith: .exitCode(128 + SIGPIPE)) {
      signal(SIGPIPE, SIG_IGN)
      var ends: [Int32] = [0, 0]
      pipe(&ends)
      close(ends[0])
      Console(output: ends[1]).print("x")
      exit(9)
    }
  }

  @Test func `A folder that cannot be made is status 73 before any work is done`() async {
    let result = await #expect(
      processExitsWith: .exitCode(73),
      observing: [\.standardOutputContent, \.standardErrorContent]
    ) {
      _ = Page(
        "ch04-elbo", "The bound", options: [.figures], arguments: ["--figures", "/dev/null/out"])
    }
    #expect(
      text(result?.standardErrorContent)
        == "ch04-elbo: cannot make the folder '/dev/null/out/ch04-elbo': choose another\n")
    let output = text(result?.standardOutputContent)
    #expect(!output.contains("The bound"))
  }

  @Test func `An output that cannot be written is status 73 before any work is done`() async {
    let result = await #expect(
      processExitsWith: .exitCode(73),
      observing: [\.standardOutputContent, \.standardErrorContent]
    ) {
      _ = Page(
        "ch04-elbo", "The bound", options: [.output("model", help: "")],
        arguments: ["--model", "/dev"])
    }
    #expect(
      text(result?.standardErrorContent)
        == "ch04-elbo: cannot write '/dev': Is a directory; choose another folder\n")
    let output = text(result?.standardOutputContent)
    #expect(!output.contains("The bound"))
  }

  @Test func `A transcript that cannot be written is status 73`() async {
    let result = await #expect(
      processExitsWith: .exitCode(73), observing: [\.standardErrorContent]
    ) {
      setenv("NOTEBOOK_TRANSCRIPT", "/no/such/folder/transcript", 1)
      _ = Page("ch04-elbo", "The bound", arguments: [])
    }
    #expect(
      text(result?.standardErrorContent) == "ch04-elbo: cannot write '/no/such/folder/transcript':"
        + " No such file or directory; set NOTEBOOK_TRANSCRIPT to another file\n")
  }

  private func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }
}
