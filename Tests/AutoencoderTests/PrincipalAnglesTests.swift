import Autoencoder
import Tensors
import Testing

@Suite("Principal angles")
struct PrincipalAnglesTests {
  @Test("known angles are found, whatever bases span the subspaces (principal-angles)")
  func knownAngles() {
    var random = Random(seed: 36)
    let angles = [0, 1e-9, 1e-4, 0.5, 0.78, 0.79, 1.2, .pi / 2]
    let d = angles.count
    // Column i of the second basis is turned by angle i from e_i towards e_{d+i}.
    let first = concatenated([Tensor<Double>.identity(d), .zeros([d + 3, d])], axis: 0)
    let second = concatenated(
      [
        Tensor<Double>.identity(d) * Tensor(angles.map { Double.cos($0) }),
        Tensor<Double>.identity(d) * Tensor(angles.map { Double.sin($0) }), .zeros([3, d]),
      ], axis: 0)
    let turn = orthonormalized(random.normal([2 * d + 3, 2 * d + 3]))
    let mixed = { (basis: Tensor<Double>, random: inout Random) in
      matmul(matmul(turn, basis), InvertibleMatrix(dimensions: d, random: &random).matrix)
    }
    let (a, b) = (mixed(first, &random), mixed(second, &random))
    let (q1, q2) = (orthonormalized(a), orthonormalized(b))
    let overlap = matmul(q1, q2, transposingFirst: true)
    let check = Check.identity(
      "principal-angles", angles, equals: principalAngles(a, b),
      planted: [
        "basis vectors compared one by one": (0..<d).map {
          Double.pi / 2 - Swift.abs(overlap[$0, $0])
        }.sorted(),
        "bases not orthonormal": singularValues(matmul(a, b, transposingFirst: true)).map {
          Swift.max(0, 1 - $0)
        },
        "sines for angles": angles.map { Double.sin($0) },
        "degrees": angles.map { $0 * 180 / .pi },
      ])
    #expect(check.passes, "\(check)")
    #expect(zip(principalAngles(a, b), angles).allSatisfy { Swift.abs($0 - $1) < 1e-14 })
  }

  @Test("one dimension: the angle between two lines")
  func lines() {
    let angle = principalAngles(Tensor([2, 1], [1, 0]), Tensor([2, 1], [-3, 3]))
    #expect(Swift.abs(angle[0] - .pi / 4) < 1e-15)
  }
}
