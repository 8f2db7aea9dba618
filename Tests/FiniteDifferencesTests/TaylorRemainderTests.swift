import FiniteDifferences
import Tensors
import Testing

private typealias T = Tensor<Double>

@Suite("Taylor remainders")
struct TaylorRemainderTests {
  private let steps = (1...10).map { 1 / Double(1 << $0) }

  @Test("taylor-remainder: R(h) = h⟨∇f − g, v⟩ + ½ h² vᵀ∇²f v, exactly so for a quadratic")
  func quadratic() {
    let matrix = T([2, 2], [2, 1, 1, 4])
    let (x, v, wrong) = (T([2, 1], [1, -2]), T([2, 1], [0.5, 0.25]), T([2, 1], [1, -7.5]))
    func form(_ a: T, _ b: T) -> Double { matmul(a, b, transposingFirst: true).scalar }
    let f = { (x: T) in matmul(x, matmul(matrix, x), transposingFirst: true) / 2 }
    let gradient = matmul(matrix, x)
    let (first, second) = (form(gradient - wrong, v), form(v, matmul(matrix, v)))
    let check = Check.identity(
      "taylor-remainder",
      taylorRemainders(at: x, along: v, gradient: gradient, steps: steps, of: f)
        + taylorRemainders(at: x, along: v, gradient: wrong, steps: steps, of: f),
      equals: steps.map { $0 * $0 * second / 2 }
        + steps.map { $0 * first + $0 * $0 * second / 2 },
      planted: [
        "the ½ dropped": steps.map { $0 * $0 * second }
          + steps.map { $0 * first + $0 * $0 * second },
        "the gradient's error dropped": (steps + steps).map { $0 * $0 * second / 2 },
        "a sign": steps.map { $0 * $0 * second / 2 }
          + steps.map { $0 * $0 * second / 2 - $0 * first },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("a right gradient leaves slope 2, a wrong one slope 1, in a function of forty numbers")
  func slopes() {
    var random = Random(seed: 51)
    let (x, v): (T, T) = (random.normal([40]), random.normal([40]))
    let f = { (x: T) in (softplus(x) * x).sum() }
    let right = valueAndGradient(at: x, of: f).gradient
    let steps = (8...16).map { 1 / Double(1 << $0) }
    func slope(_ g: T) -> Double {
      logLogSlope(
        steps, taylorRemainders(at: x, along: v, gradient: g, steps: steps, of: f).map { abs($0) })
    }
    #expect(abs(slope(right) - 2) < 0.1)
    #expect(abs(slope(right * 1.5) - 1) < 0.1)
    #expect(abs(slope(-right) - 1) < 0.1)
  }
}
