import Datasets
import Foundation
import Testing

@testable import Notebook

@Suite struct FileTests {
  @Test func `A file is replaced whole, in folders made for it, and nothing stays beside it`()
    throws
  {
    let scratch = try Scratch()
    let path = scratch.path + "/a/b/file"
    try writeWhole(Array("a long first version".utf8), to: path)
    try writeWhole(Array("second".utf8), to: path)
    #expect(try scratch.text("a/b/file") == "second")
    #expect(try scratch.names("a/b") == ["file"])
  }

  @Test func `A write that fails leaves the old file and nothing beside it`() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/file"
    try writeWhole(Array("old".utf8), to: path)
    // What is written aside cannot be opened: a folder has its name.
    let aside = scratch.path + "/.file.\(getpid()).tmp"
    try FileManager.default.createDirectory(atPath: aside, withIntermediateDirectories: false)
    let error = #expect(throws: InputError.self) { try writeWhole([1, 2], to: path) }
    #expect(error?.status == .cannotCreate)
    #expect(
      error?.message == "cannot write '\(path)': Is a directory; choose another folder")
    #expect(try scratch.text("file") == "old")
  }

  @Test func `What cannot take its place is not left aside`() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/taken"
    try FileManager.default.createDirectory(
      atPath: path + "/full", withIntermediateDirectories: true)
    #expect(throws: InputError.self) { try writeWhole([1], to: path) }
    #expect(try scratch.names() == ["taken"])
    #expect(try scratch.names("taken") == ["full"])
  }

  @Test func `A folder that cannot be made is an error of status 73`() throws {
    let scratch = try Scratch()
    try writeWhole([1], to: scratch.path + "/file")
    let error = #expect(throws: InputError.self) {
      try writeWhole([1], to: scratch.path + "/file/ch04/gap.svg")
    }
    #expect(error?.status == .cannotCreate)
    #expect(error?.message.hasPrefix("cannot make the folder '") == true)
    #expect(try scratch.names() == ["file"])
  }

  @Test(
    arguments: [
      (nil, false, "/book/Figures/ch04", false), (nil, true, "/book/.build/figures/ch04", true),
      ("out", false, "out/ch04", false), ("out", true, "out/ch04", false),
      ("/", true, "/ch04", false),
      ("/tmp/x", true, "/tmp/x/ch04", false),
    ] as [(String?, Bool, String, Bool)])
  func `Figures go to the committed folder only by default or by name`(
    chosen: String?, resultsChange: Bool, path: String, aside: Bool
  ) {
    let folder = FigureFolder(
      chapter: "ch04", root: "/book", chosen: chosen, resultsChange: resultsChange)
    #expect(folder.path == path)
    #expect(folder.isAside == aside)
  }

  @Test func `The package is found from any source file in it, and from no working folder`() throws
  {
    let root = packageRoot(of: #filePath)
    #expect(#filePath == root + "/Tests/NotebookTests/FileTests.swift")
    let scratch = try Scratch()
    try writeWhole([], to: scratch.path + "/Package.swift")
    #expect(packageRoot(of: scratch.path + "/Chapters/ch04/main.swift") == scratch.path)
    #expect(packageRoot(of: "/no/such/main.swift") == FileManager.default.currentDirectoryPath)
  }

  @Test func `A path is shown from the package if it is inside`() {
    #expect(relative("/book/Figures/a.svg", to: "/book") == "Figures/a.svg")
    #expect(relative("/bookshelf/a.svg", to: "/book") == "/bookshelf/a.svg")
    #expect(relative("out/a.svg", to: "/book") == "out/a.svg")
  }
}
