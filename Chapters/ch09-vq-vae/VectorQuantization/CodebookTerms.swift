import Tensors

/// The codebook term ‖z̄ − e‖² of each encoding: the encodings are frozen, the codes may move.
///
/// Shapes: codebook `[K, d]`, the result `[n]`, a sum over the d coordinates.
///
/// Equation: codebook-term
public func codebookTerm<Scalar>(
  _ codebook: Tensor<Scalar>, frozen: FrozenCopies<Scalar>
) -> Tensor<Scalar> {
  square(frozen.encodings - codebook.rows(at: frozen.assignments)).sum(axis: 1)
}

/// The commitment term ‖z − ē‖² of each encoding: the codes are frozen, the encodings may move.
///
/// Shapes: encodings `[n, d]`, the result `[n]`, a sum over the d coordinates.
///
/// Equation: commitment-term
public func commitmentTerm<Scalar>(
  _ encodings: Tensor<Scalar>, frozen: FrozenCopies<Scalar>
) -> Tensor<Scalar> {
  square(encodings - frozen.codes).sum(axis: 1)
}

/// How many encodings each code was given, and their sum.
public struct AssignedSums<Scalar: TensorScalar>: Sendable {
  /// n_k: shape `[K]`.
  public let counts: Tensor<Scalar>
  /// The sum of the encodings that were given code k: shape `[K, d]`.
  public let sums: Tensor<Scalar>

  /// Adds up encodings `[n, d]` by their n assignments to `codes` codes.
  public init(_ encodings: Tensor<Scalar>, assignments: [Int], codes: Int) {
    let chosen = Tensor<Scalar>.oneHot(assignments, classes: codes)
    counts = chosen.sum(axis: 0)
    sums = matmul(chosen, stopGradient(encodings), transposingFirst: true)
  }

  /// The sums of frozen encodings.
  public init(_ frozen: FrozenCopies<Scalar>, codes: Int) {
    self.init(frozen.encodings, assignments: frozen.assignments, codes: codes)
  }

  /// The mean of each code's encodings; where it has none, its row of `codebook`: shape `[K, d]`.
  ///
  /// This is the codebook of least distance to the encodings, for these assignments.
  ///
  /// Equation: codebook-minimum
  public func means(or codebook: Tensor<Scalar>) -> Tensor<Scalar> {
    let empty = Tensor<Scalar>(counts.shape, counts.scalars.map { $0 == 0 ? 1 : 0 })
    return (sums + empty.expanded(axis: 1) * codebook) / (counts + empty).expanded(axis: 1)
  }
}

/// The gradient of the sum of the codebook terms by the codebook: 2 (n_k e_k − Σ z̄), shape `[K, d]`.
///
/// Equation: codebook-gradient
public func codebookGradient<Scalar>(
  _ codebook: Tensor<Scalar>, frozen: FrozenCopies<Scalar>
) -> Tensor<Scalar> {
  let assigned = AssignedSums(frozen, codes: codebook.shape[0])
  return 2 * (assigned.counts.expanded(axis: 1) * codebook - assigned.sums)
}

/// The gradient of the sum of the commitment terms by the encodings: 2 (z − ē), shape `[n, d]`.
///
/// Equation: commitment-gradient
public func commitmentGradient<Scalar>(
  _ encodings: Tensor<Scalar>, frozen: FrozenCopies<Scalar>
) -> Tensor<Scalar> {
  2 * (encodings - frozen.codes)
}

/// The two terms beside the reconstruction, as they should be, and as they are met in public code.
public enum Penalty: String, CaseIterable, Sendable {
  /// ‖z̄ − e‖² + β ‖z − ē‖².
  case right
  /// β on the codebook term: β ‖z̄ − e‖² + ‖z − ē‖².
  case betaOnCodebook
  /// No stop-gradient: (1 + β) ‖z − e‖², which moves both sides.
  case noStopGradient

  /// The penalty of each encoding, of shape `[n]`.
  ///
  /// All three have the value (1 + β) ‖z − e‖²; they differ in their gradients.
  public func callAsFunction<Scalar>(
    encodings: Tensor<Scalar>, codebook: Tensor<Scalar>, frozen: FrozenCopies<Scalar>,
    beta: Scalar
  ) -> Tensor<Scalar> {
    switch self {
    case .right:
      codebookTerm(codebook, frozen: frozen) + beta * commitmentTerm(encodings, frozen: frozen)
    case .betaOnCodebook:
      beta * codebookTerm(codebook, frozen: frozen) + commitmentTerm(encodings, frozen: frozen)
    case .noStopGradient:
      (1 + beta) * square(encodings - codebook.rows(at: frozen.assignments)).sum(axis: 1)
    }
  }
}
