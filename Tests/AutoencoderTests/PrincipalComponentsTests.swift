import Autoencoder
import Tensors
import Testing

@Suite("Principal components")
struct PrincipalComponentsTests {
  /// Forty data of twelve pixels with unequal variances and a mean.
  private let x: Tensor<Double>
  private let components: PrincipalComponents

  init() {
    var random = Random(seed: 27)
    let deviations = Tensor<Double>.linspace(2, 0.2, count: 12)
    x = matmul(random.normal([40, 12]) * deviations, random.normal([12, 12])) + 0.5
    components = PrincipalComponents(of: x, count: 12, random: &random)
  }

  @Test("the error of d components is the sum of the discarded eigenvalues (pca-optimum)")
  func discardedEigenvalues() {
    let measured = (1...11).map {
      reconstructionError(x, components.reconstruct(x, dimensions: $0)).scalar
    }
    let claimed = (1...11).map { components.optimalError(dimensions: $0) }
    let discarded = (1...11).map { components.variances[$0...].reduce(0, +) }
    #expect(zip(claimed, discarded).allSatisfy { Swift.abs($0 - $1) <= 1e-12 * (1 + $1) })
    let check = Check.identity(
      "pca-optimum", measured, equals: claimed,
      planted: [
        "the kept eigenvalues": claimed.map { components.totalVariance - $0 },
        "one component too many": (2...12).map { components.optimalError(dimensions: $0) },
        "a covariance divided by N − 1": claimed.map { $0 * 40 / 39 },
        "a mean over pixels": claimed.map { $0 / 12 },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("no other subspace does better")
  func noSubspaceIsBetter() {
    var random = Random(seed: 28)
    let c = covariance(x)
    for d in 1...11 {
      for _ in 0..<20 {
        let near = components.leading(d) + 0.1 * random.normal([12, d])
        for q in [orthonormalized(near), orthonormalized(random.normal([12, d]))] {
          #expect(projectionError(covariance: c, onto: q) > components.optimalError(dimensions: d))
        }
      }
    }
  }

  @Test("errors on other data agree with their reconstructions")
  func errorsOnOtherData() {
    var random = Random(seed: 29)
    let y: Tensor<Double> = 3 * random.normal([7, 12])
    let errors = components.errors(on: y)
    #expect(errors.count == 13)
    #expect(Swift.abs(errors[12]) < 1e-12 * errors[0])
    for d in 1...11 {
      let direct = reconstructionError(y, components.reconstruct(y, dimensions: d)).scalar
      #expect(Swift.abs(errors[d] - direct) <= 1e-12 * errors[0])
    }
  }

  @Test("coordinates are uncorrelated, with the eigenvalues as variances")
  func coordinates() {
    let z = covariance(components.encode(x, dimensions: 12))
    let expected = Tensor<Double>.identity(12) * Tensor(components.variances)
    #expect(abs(z - expected).max() <= 1e-12 * components.variances[0])
  }

  @Test("samples have the mean and the covariance of the data")
  func samples() {
    var random = Random(seed: 30)
    let sample = components.sample(20_000, random: &random)
    // Of a variance v the estimate has the standard error v √(2/n), 1 % here; five of them.
    let largest = components.variances[0]
    #expect(abs(covariance(sample) - covariance(x)).max() < 0.05 * largest)
    #expect(abs(sample.mean(axis: 0) - components.mean).max() < 5 * (largest / 20_000).squareRoot())
  }
}
