import Foundation
import Testing

@testable import Tensors

private typealias T = Tensor<Double>

/// What a process that died wrote about why.
private func said(_ result: ExitTest.Result?) -> String {
  String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
}

@Suite("Misuse ends with a message that names the operation and the shapes")
struct MisuseTests {
  @Test func addition() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Tensor<Double>.zeros([2, 3]) + Tensor<Double>.zeros([4]) }
    #expect(said(result).contains("+: [2, 3] does not broadcast with [4]"))
  }

  @Test func division() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Tensor<Double>.zeros([2, 1, 3]) / Tensor<Double>.zeros([2, 2, 2]) }
    #expect(said(result).contains("/: [2, 1, 3] does not broadcast with [2, 2, 2]"))
  }

  @Test func product() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = matmul(Tensor<Float>.zeros([2, 3]), Tensor<Float>.zeros([4, 5])) }
    #expect(said(result).contains("matmul: [2, 3] × [4, 5]"))
  }

  @Test func transposedProduct() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = matmul(
        Tensor<Float>.zeros([2, 3]), Tensor<Float>.zeros([4, 5]), transposingSecond: true)
    }
    #expect(said(result).contains("matmul: [2, 3] × [4, 5]ᵀ"))
  }

  @Test func reshaping() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Tensor<Double>.zeros([2, 3]).reshaped([4]) }
    #expect(said(result).contains("reshaped: [2, 3] has 6 elements, [4] has 4"))
  }

  @Test func joining() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = concatenated([Tensor<Double>.zeros([2, 3]), Tensor<Double>.zeros([3, 2])], axis: 0)
    }
    #expect(said(result).contains("concatenated: [2, 3] with [3, 2] along axis 0"))
  }

  @Test func broadcasting() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Tensor<Double>.zeros([2, 3]).broadcast(to: [3]) }
    #expect(said(result).contains("broadcast: [2, 3] does not broadcast to [3]"))
  }

  @Test func missingAxis() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Tensor<Double>.zeros([2, 3]).logSumExp(axis: 2) }
    #expect(said(result).contains("logSumExp: axis 2 of shape [2, 3]"))
  }

  @Test func missingRow() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Tensor<Double>.zeros([2, 3]).rows(at: [0, 2]) }
    #expect(said(result).contains("rows: no row 2 in [2, 3]"))
  }

  @Test func sliceOutOfRange() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Tensor<Double>.zeros([2, 3]).sliced(axis: 1, 1..<4) }
    #expect(said(result).contains("sliced: 1..<4 of axis 1 of shape [2, 3]"))
  }

  @Test func missingElement() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Tensor<Double>.zeros([2, 3])[2, 0] }
    #expect(said(result).contains("subscript: no element [2, 0] in a tensor of shape [2, 3]"))
  }

  @Test func wrongNumberOfScalars() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Tensor<Double>([2, 2], [1, 2, 3]) }
    #expect(said(result).contains("Tensor: 3 scalars for shape [2, 2], which holds 4"))
  }

  @Test func gradientOfManyNumbers() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = valueAndGradient(at: Tensor<Double>.zeros([2])) { $0 } }
    #expect(said(result).contains("valueAndGradient: the function's value has shape [2]"))
  }

  @Test func gradientWithinGradient() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = valueAndGradient(at: Tensor<Double>(1)) { x in
        valueAndGradient(at: Tensor<Double>(2)) { x * square($0) }.gradient
      }
    }
    #expect(said(result).contains("pass it through stopGradient"))
  }

  @Test func adam() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var (p, m, v) = (Tensor<Float>.zeros([2]), Tensor<Float>.zeros([2]), Tensor<Float>.zeros([2]))
      p.adamStep(
        gradient: .zeros([3]), first: &m, second: &v, step: 1, rate: 1, beta1: 0, beta2: 0,
        epsilon: 1)
    }
    #expect(said(result).contains("adamStep: a gradient of shape [3] for a parameter of [2]"))
  }
}
