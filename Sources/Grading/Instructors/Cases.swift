/// The cases with which answers are graded: the one that students see, and hidden ones.
///
/// All inputs of an exercise follow from a seed. Students check themselves with seed 1. The seeds of
/// hidden cases follow from a word that only instructors know: an answer that was fitted to what seed 1
/// asks is not worth anything.
package struct Cases: Sendable, Equatable {
  /// The seed of the case that students see.
  package static let visibleSeed: UInt64 = 1
  /// The word when none is chosen. Everybody can read it here, so choose one.
  package static let standardSecret = "choose a word of your own"

  /// The word.
  package var secret = standardSecret
  /// How many hidden cases an exercise has.
  package var count = 2

  /// Cases that follow from a word.
  package init(secret: String = standardSecret, count: Int = 2) {
    self.secret = secret
    self.count = count
  }

  /// The seeds of an exercise's hidden cases: the first 8 bytes of the SHA-256 digest of the word, the
  /// exercise's number and the case's, with line breaks between.
  package func hiddenSeeds(of exercise: String) -> [UInt64] {
    (0..<count).map { index in
      let digest = sha256(Array("\(secret)\n\(exercise)\n\(index + 1)".utf8))
      return digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
  }
}
