import Reparameterization
import Tensors
import Testing

@Test("scale-slope: the derivative of the divergence by u", arguments: ScaleParameter.allCases)
func scaleSlope(parameter: ScaleParameter) {
  let (deviation, target) = (0.8, 0.5)
  let claim = { (u: Tensor<Double>) in Tensor(parameter.slope(u.scalar, target: target)) }
  let check = Check.gradient(
    "scale-slope", at: Tensor(parameter.encoded(deviation: deviation)),
    of: { parameter.divergence($0, target: target) }, claim: claim,
    planted: [
      "τ for τ²": { Tensor(parameter.slope($0.scalar, target: target.squareRoot())) },
      "the logarithm's part dropped": {
        claim($0)
          + (parameter == .deviation
            ? 1 / deviation : parameter == .variance ? 0.5 / (deviation * deviation) : 0.5)
      },
      "a factor of ½": { 0.5 * claim($0) },
    ])
  #expect(check.passes, "\(parameter.rawValue): \(check)")
}

@Test("scale-curvature: 2/τ², 1/(2τ⁴) and ½ at the optimum", arguments: [0.5, 1.3])
func scaleCurvature(target: Double) {
  let all = ScaleParameter.allCases
  let measured = all.map { parameter in
    Check.differences(at: Tensor(parameter.encoded(deviation: target)), step: 0x1p-12) {
      parameter.slope($0.scalar, target: target)
    }[0]
  }
  let claim = all.map { $0.curvatureAtOptimum(target: target) }
  // Fourth differences of step 2⁻¹² of a slope: truncation 10⁻¹¹ of it.
  let check = Check.identity(
    "scale-curvature", measured, equals: claim, tolerance: 1e-9,
    planted: [
      "1/τ² by σ": [0.5 * claim[0], claim[1], claim[2]],
      "1/τ⁴ by σ²": [claim[0], 2 * claim[1], claim[2]],
      "1/τ² by log σ²": [claim[0], claim[1], 1 / (target * target)],
    ])
  #expect(check.passes, "\(check)")
}

@Test("Descent on log σ² ends as well for every τ; descent on σ leaves its domain for a small one")
func descent() {
  for target in [10.0, 1, 0.1, 0.01] {
    let outcome = ScaleParameter.logVariance.descend(
      from: 2 * target, target: target, rate: 0.1, steps: 200)
    guard case .deviation(let reached) = outcome else { Issue.record("\(outcome)"); continue }
    #expect(abs(reached / target - 1) < 1e-3)
  }
  let outcome = ScaleParameter.deviation.descend(from: 0.2, target: 0.1, rate: 0.1, steps: 200)
  #expect(outcome == .leftDomain(step: 1))
}
