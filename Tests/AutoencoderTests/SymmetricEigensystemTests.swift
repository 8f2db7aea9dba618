import Autoencoder
import Tensors
import Testing

@Suite("Eigenvalues and eigenvectors")
struct SymmetricEigensystemTests {
  /// A random positive semidefinite matrix of rank `rank`.
  private func matrix(_ n: Int, rank: Int? = nil) -> Tensor<Double> {
    var random = Random(seed: 24, stream: UInt64(n))
    let x: Tensor<Double> = random.normal([rank ?? 2 * n, n])
    return matmul(x, x, transposingFirst: true) / Double(n)
  }

  private func expectEigensystem(_ system: SymmetricEigensystem, of a: Tensor<Double>) {
    let v = system.vectors
    let residual = abs(matmul(a, v) - v * Tensor(system.values)).max()
    #expect(residual <= 1e-10 * system.values[0], "A v − λ v is \(residual)")
    let product = matmul(v, v, transposingFirst: true)
    #expect(abs(product - .identity(v.shape[1])).max() <= 1e-13)
    #expect(zip(system.values, system.values.dropFirst()).allSatisfy { $0 >= $1 })
  }

  @Test("Jacobi: A v = λ v, orthonormal, in order", arguments: [1, 2, 3, 10, 60])
  func jacobi(n: Int) {
    let a = matrix(n)
    let system = SymmetricEigensystem(a)
    expectEigensystem(system, of: a)
    let trace = (0..<n).reduce(0) { $0 + a[$1, $1] }
    #expect(Swift.abs(system.values.reduce(0, +) - trace) <= 1e-12 * trace)
  }

  @Test("Jacobi: known cases, repeated and zero eigenvalues among them")
  func known() {
    #expect(SymmetricEigensystem(.identity(3)).values == [1, 1, 1])
    #expect(SymmetricEigensystem(.zeros([2, 2])).values == [0, 0])
    let pair = SymmetricEigensystem(Tensor([2, 2], [2, 1, 1, 2]))
    #expect(zip(pair.values, [3, 1]).allSatisfy { Swift.abs($0 - $1) < 1e-15 })
    #expect(Swift.abs(pair.vectors[0, 0] - 0.5.squareRoot()) < 1e-15)
    let deficient = matrix(8, rank: 3)
    let system = SymmetricEigensystem(deficient)
    expectEigensystem(system, of: deficient)
    #expect(system.values[3...].allSatisfy { Swift.abs($0) < 1e-13 })
  }

  @Test("subspace iteration agrees with Jacobi", arguments: [1, 5, 40])
  func leading(count: Int) {
    let a = matrix(60)
    var random = Random(seed: 25)
    let all = SymmetricEigensystem(a)
    let some = SymmetricEigensystem(leading: count, of: a, random: &random)
    expectEigensystem(some, of: a)
    #expect(zip(some.values, all.values).allSatisfy { Swift.abs($0 - $1) < 1e-12 * all.values[0] })
    #expect(some.vectors.shape == [60, count])
  }

  @Test("Gram and Schmidt: orthonormal, the same span; singular values are exact")
  func bases() {
    var random = Random(seed: 26)
    let a: Tensor<Double> = random.normal([20, 5])
    let q = orthonormalized(a)
    #expect(abs(matmul(q, q, transposingFirst: true) - .identity(5)).max() <= 1e-15)
    let outside = a - matmul(q, matmul(q, a, transposingFirst: true))
    #expect(abs(outside).max() <= 1e-14)
    // Values that differ by twelve orders of magnitude, all with the same relative accuracy.
    let (u, v) = (q, orthonormalized(random.normal([5, 5])))
    let truth = [2, 1, 1e-3, 1e-6, 1e-12]
    let values = singularValues(matmul(u * Tensor(truth), v, transposingSecond: true))
    #expect(zip(values, truth).allSatisfy { Swift.abs($0 - $1) <= 1e-14 })
  }
}
