import Foundation
import Testing

@testable import book

@Suite("The names in other libraries")
struct NamesTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  @Test("every name of the book is declared in its sources")
  func declared() throws {
    let sources = (files(in: "Sources", of: Self.root) + files(in: "Chapters", of: Self.root))
      .filter { $0.hasSuffix(".swift") && !$0.hasPrefix("Sources/book/") }
    let declarations = try sources.flatMap { path in
      try read(Self.root + "/" + path).split(separator: "\n").filter { line in
        line.contains("public ") || line.contains("  case ")
      }
    }
    for name in NamePair.all {
      let isDeclared = declarations.contains { $0.contains(name.declaration) }
      #expect(isDeclared, "no '\(name.declaration)' for \(name.here)")
    }
  }

  @Test("every row names at least one other library, and no name stands twice")
  func rows() {
    #expect(NamePair.all.allSatisfy { $0.torch != nil || $0.jax != nil })
    #expect(Set(NamePair.all.map(\.here)).count == NamePair.all.count)
    #expect(NamePair.all.allSatisfy { $0.torch?.hasPrefix("torch.") ?? true })
    #expect(NamePair.all.allSatisfy { $0.jax?.hasPrefix("jax.") ?? true })
    #expect(MissingName.all.allSatisfy { $0.torch.hasPrefix("torch.") && !$0.instead.isEmpty })
    #expect(MissingName.all.allSatisfy { $0.jax?.hasPrefix("jax.") ?? true })
    let mapped = Set(NamePair.all.compactMap(\.torch))
    #expect(MissingName.all.allSatisfy { !mapped.contains($0.torch) })
  }
}
