import KLDivergence
import Tensors
import Testing
import TighterBounds

@Suite("Planar flows")
struct PlanarFlowTests {
  private let flow: PlanarFlow<Double>

  init() {
    var random = Random(seed: 90)
    var flow = PlanarFlow<Double>(dimensions: 3, layers: 4, random: &random)
    flow.layers = flow.layers.map { _ in
      var layer = PlanarLayer<Double>(dimensions: 3, random: &random)
      layer.direction = random.normal([3, 1])
      layer.shift = 2 * random.normal([1, 3])
      layer.offset = random.normal([1])
      return layer
    }
    flow.base.logVariance = 0.3 * random.normal([3])
    self.flow = flow
  }

  @Test("planar-invertible: wᵀû = softplus(wᵀu) − 1, above −1")
  func invertible() {
    let products = flow.layers.map { matmul($0.constrained.shift, $0.direction).scalar }
    let raw = flow.layers.map { matmul($0.shift, $0.direction).scalar }
    let wanted = raw.map { Double.log(1 + Double.exp($0)) - 1 }
    let check = Check.identity(
      "planar-invertible", products, equals: wanted, tolerance: 1e-13,
      planted: [
        "u as it is": raw, "softplus alone": wanted.map { $0 + 1 },
        "minus softplus": wanted.map { -$0 },
      ])
    #expect(check.passes, "\(check)")
    #expect(products.allSatisfy { $0 > -1 })
    #expect(raw.contains { $0 < -1 }, "the constraint is put to the test")
  }

  @Test("planar-log-determinant: log |det| of the Jacobian by reverse mode, at 5 points a layer")
  func logDeterminant() {
    var random = Random(seed: 91)
    var (claims, measured): ([Double], [Double]) = ([], [])
    var (unconstrained, noDerivative, inverse): ([Double], [Double], [Double]) = ([], [], [])
    for layer in flow.layers {
      for _ in 0..<5 {
        let z: Tensor<Double> = random.normal([1, 3])
        claims.append(layer(z).logDeterminant.scalar)
        measured.append(logAbsoluteDeterminant(jacobian(of: { layer($0).z }, at: z)))
        let t = tanh(matmul(z, layer.direction) + layer.offset).scalar
        let product = layer.constrained.product.scalar
        let raw = matmul(layer.shift, layer.direction).scalar
        unconstrained.append(Double.log(Swift.abs(1 + (1 - t * t) * raw)))
        noDerivative.append(Double.log(Swift.abs(1 + t * product)))
        inverse.append(-claims.last!)
      }
    }
    let check = Check.identity(
      "planar-log-determinant", measured, equals: claims, tolerance: 1e-12,
      planted: [
        "u for û": unconstrained, "tanh for its derivative": noDerivative, "the sign": inverse,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("flow-density: log q(z) is a density: E_q[g(z) / q(z)] = 1 for another density g")
  func density() {
    var random = Random(seed: 92)
    let noise: Tensor<Double> = random.normal([60_000, 3])
    let (z, logDensity) = flow.draws(noise: noise)
    // g is narrow and lies where draws are many, so that the ratio has a small variance.
    let centre = z.mean(axis: 0)
    let g = DiagonalGaussian(mean: centre, logVariance: Tensor([-1.2, -1.2, -1.2]))
    let base = flow.base.logDensity(flow.base.mean + flow.base.standardDeviation * noise)
    func mean(_ claimed: Tensor<Double>) -> Double { exp(g.logDensity(z) - claimed).mean().scalar }
    let check = Check.mean(
      "flow-density", of: exp(g.logDensity(z) - logDensity).scalars, is: 1,
      planted: [
        "no log determinants": mean(base),
        "their sign": mean(2 * base - logDensity),
        "the Gaussian's density at the end": mean(flow.base.logDensity(z)),
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("without layers a flow is its Gaussian")
  func noLayers() {
    var random = Random(seed: 93)
    let plain = PlanarFlow<Double>(dimensions: 2, layers: 0, random: &random)
    let noise: Tensor<Double> = random.normal([7, 2])
    let (z, logDensity) = plain.draws(noise: noise)
    #expect(z == noise)
    #expect(logDensity == plain.base.logDensity(noise))
  }

  @Test("the bound has the gradient of its differences")
  func gradient() {
    var random = Random(seed: 94)
    let noise: Tensor<Double> = random.normal([5, 2])
    let model = CurvedModel(x: 1, deviation: 0.5)
    let start = PlanarFlow<Double>(dimensions: 2, layers: 3, random: &random)
    let check = Check.vectorJacobianProduct(
      "test", at: start, of: { $0.bounds(of: model.logJoint, noise: noise).mean() })
    #expect(check.passes, "\(check)")
  }

  @Test("the curved model's log p(x), from its grid, is that of one integral over z₁")
  func curvedEvidence() {
    let model = CurvedModel(x: 1.5, deviation: 0.3)
    // Given z₁, x is normal with mean z₁² and variance 1 + s².
    let integral = gaussianExpectation(
      mean: Tensor(0.0), standardDeviation: Tensor(1.0)
    ) { first in
      let variance = 1 + 0.09
      return exp(-0.5 * square(1.5 - square(first)) / variance)
        / (2 * Double.pi * variance).squareRoot()
    }
    #expect(abs(model.logEvidence - Double.log(integral.scalar)) < 1e-10)
  }
}
