import Foundation
import Testing

@testable import book

@Suite("The names in other libraries")
struct NamesTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  @Test("every name of the book is declared in its sources", arguments: NamePair.all.indices)
  func declared(index: Int) throws {
    let name = NamePair.all[index]
    let sources = (files(in: "Sources", of: Self.root) + files(in: "Chapters", of: Self.root))
      .filter { $0.hasSuffix(".swift") && !$0.hasSuffix("Names.swift") }
    let isDeclared = try sources.contains {
      try read(Self.root + "/" + $0).contains(name.declaration)
    }
    #expect(isDeclared, "no '\(name.declaration)' for \(name.here)")
  }

  @Test("every row names at least one other library, and no name stands twice")
  func rows() {
    #expect(NamePair.all.allSatisfy { $0.torch != nil || $0.jax != nil })
    #expect(Set(NamePair.all.map(\.here)).count == NamePair.all.count)
    #expect(NamePair.all.allSatisfy { $0.torch?.hasPrefix("torch.") ?? true })
    #expect(NamePair.all.allSatisfy { $0.jax?.hasPrefix("jax.") ?? true })
  }
}
