import KLDivergence
import Tensors
import Testing

@Suite("Cholesky factors")
struct CholeskyTests {
  @Test("A known factor: [[4, 2], [2, 5]] = L Lᵀ with L = [[2, 0], [1, 2]], log det = log 16")
  func knownFactor() {
    let cholesky = Cholesky(Tensor([2, 2], [4, 2, 2, 5]))
    #expect(cholesky.factor == Tensor([2, 2], [2, 0, 1, 2]))
    #expect(abs(cholesky.logDeterminant - Double.log(16)) < 1e-15)
  }

  @Test("L Lᵀ is A, L is lower triangular, A A⁻¹ is I, and A X = B", arguments: [1, 2, 3, 8, 20])
  func factorInverseAndSolution(n: Int) {
    var random = Random(seed: 4, stream: UInt64(n))
    let root: Tensor<Double> = random.normal([n, n])
    let a = matmul(root, root, transposingSecond: true) + 0.5 * Tensor.identity(n)
    let cholesky = Cholesky(a)
    let l = cholesky.factor
    #expect(abs(matmul(l, l, transposingSecond: true) - a).max() < 1e-13 * abs(a).max())
    for i in 0..<n { for j in i + 1..<n { #expect(l[i, j] == 0) } }
    #expect(abs(matmul(a, cholesky.inverse) - .identity(n)).max() < 1e-11)
    let b: Tensor<Double> = random.normal([n, 3])
    #expect(abs(matmul(a, cholesky.solve(b)) - b).max() < 1e-11)
  }
}
