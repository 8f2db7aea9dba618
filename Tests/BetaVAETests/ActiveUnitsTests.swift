import BetaVAE
import Tensors
import Testing

@Suite("Active units")
struct ActiveUnitsTests {
  @Test("active-units: latents of ±√v about any mean are active if v exceeds the threshold")
  func activeUnitsEquation() {
    let variances: [[Double]] = [
      [0, 0, 0], [0.0099, 0.0101, 1], [0.005, 0.0001, 0.05], [2, 0.5, 0.02], [0.009, 0.2, 0.0002],
    ]
    func codes(_ variances: [Double]) -> Tensor<Double> {
      let rows = [1.0, -1, -1, 1].flatMap { sign in
        variances.enumerated().map { 3 * Double($0) + sign * $1.squareRoot() }
      }
      return Tensor([4, variances.count], rows)
    }
    func counted(_ isActive: (Double, Int) -> Bool) -> [Double] {
      variances.map { all in Double(all.enumerated().count { isActive($1, $0) }) }
    }
    let check = Check.identity(
      "active-units", variances.map { Double(activeUnits(codes: codes($0))) },
      equals: counted { v, _ in v > 0.01 },
      planted: [
        "σ for σ²": counted { v, _ in v.squareRoot() > 0.01 },
        "mean not taken out": counted { v, place in v + 9 * Double(place * place) > 0.01 },
        "threshold on σ": counted { v, _ in v > 0.01 * 0.01 },
        "all that vary": counted { v, _ in v > 0 },
      ])
    #expect(check.passes, "\(check)")
    #expect(activeUnits(codes: codes([0.3, 0.2, 0.1]), threshold: 0.15) == 2)
  }

  @Test("A posterior mean of a linear-Gaussian channel has the variance w² / (w² + σ²)")
  func channel() {
    var random = Random(seed: 73)
    let weights = Tensor<Double>([0.05, 0.11, 1, 4])  // With σ = 1, active from 0.1005 on.
    let z = random.normal([50_000, 4], as: Double.self)
    let x = weights * z + random.normal([50_000, 4], as: Double.self)
    let codes = x * weights / (square(weights) + 1)
    let exact = (square(weights) / (square(weights) + 1)).scalars
    for (measured, exact) in zip(codeVariances(codes), exact) {
      // The variance of n squared normals about their mean is 2/n of its square.
      #expect(abs(measured / exact - 1) < 5 * (2 / 50_000.0).squareRoot())
    }
    #expect(activeUnits(codes: codes) == 3)
  }
}
