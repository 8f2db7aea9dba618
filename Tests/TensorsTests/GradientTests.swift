import Testing

@testable import Tensors

private typealias T = Tensor<Double>

/// An operation of the module, inputs to try it at, and wrong backward functions to catch.
private struct Operation: @unchecked Sendable, CustomTestStringConvertible {
  /// Where the inputs lie: anywhere, above ½, or at least ½ away from 0, where kinks and poles are.
  enum Domain { case all, positive, awayFromZero }

  let equation: String
  let note: String
  let shapes: [Shape]
  let domain: Domain
  let function: ([T]) -> T
  let planted: KeyValuePairs<String, ([T], T) -> [T]>

  init(
    _ equation: String, _ note: String, _ shapes: [Shape], _ domain: Domain = .all,
    planted: KeyValuePairs<String, ([T], T) -> [T]> = [:], _ function: @escaping ([T]) -> T
  ) {
    (self.equation, self.note, self.shapes) = (equation, note, shapes)
    (self.domain, self.function, self.planted) = (domain, function, planted)
  }

  var testDescription: String { "\(equation) \(note) \(shapes)" }

  /// Normal numbers, moved into the domain.
  var point: [T] {
    var random = Random(seed: 11)
    return shapes.map { shape in
      let x: T = random.normal(shape)
      switch domain {
      case .all: return x
      case .positive: return abs(x) + 0.5
      case .awayFromZero: return Tensor(shape, x.scalars.map { $0 < 0 ? $0 - 0.5 : $0 + 0.5 })
      }
    }
  }

  var check: Check {
    Check.vectorJacobianProduct(equation, at: point, of: function, planted: planted)
  }
}

// Functions of one tensor, element by element.
private let elementwise: [Operation] = [
  Operation("tensor-add", "negation", [[5]]) { -$0[0] },
  Operation("tensor-exp", "alone", [[2, 3]]) { exp($0[0]) },
  Operation(
    "tensor-log", "alone", [[2, 3]], .positive, planted: ["g · x": { x, g in [g * x[0]] }]
  ) { log($0[0]) },
  Operation(
    "tensor-tanh", "alone", [[2, 3]],
    planted: ["1 − tanh instead of 1 − tanh²": { x, g in [g * (1 - tanh(x[0]))] }]
  ) { tanh($0[0]) },
  Operation(
    "tensor-sigmoid", "alone", [[2, 3]],
    planted: ["s instead of s (1 − s)": { x, g in [g * sigmoid(x[0])] }]
  ) { sigmoid($0[0]) },
  Operation(
    "tensor-softplus", "alone", [[2, 3]], planted: ["sigmoid(−x)": { x, g in [g * sigmoid(-x[0])] }]
  ) { softplus($0[0]) },
  Operation(
    "tensor-relu", "alone", [[3, 4]], .awayFromZero, planted: ["the identity's": { _, g in [g] }]
  ) {
    relu($0[0])
  },
  Operation(
    "tensor-sqrt", "alone", [[2, 3]], .positive, planted: ["1 / √x": { x, g in [g / sqrt(x[0])] }]
  ) { sqrt($0[0]) },
  Operation("tensor-square", "alone", [[2, 3]], planted: ["g x": { x, g in [g * x[0]] }]) {
    square($0[0])
  },
  Operation("tensor-sine", "alone", [[2, 3]]) { sin($0[0]) },
  Operation("tensor-cosine", "alone", [[2, 3]], planted: ["+ sin": { x, g in [g * sin(x[0])] }]) {
    cos($0[0])
  },
  Operation("tensor-absolute", "alone", [[3, 4]], .awayFromZero) { abs($0[0]) },
]

// Every pattern of broadcasting, with and without axes of extent 1.
private let pairsOfShapes: [[Shape]] = [
  [[], []], [[3], []], [[], [2, 2]], [[3], [3]], [[1], [4]], [[2, 3], [3]], [[3], [2, 3]],
  [[2, 1], [1, 3]], [[2, 3], [2, 1]], [[2, 3], [1, 3]], [[1, 1], [2, 3]], [[2, 3, 2], [3, 1]],
  [[2, 1, 2], [2, 3, 2]], [[2, 3, 2], [2, 1, 1]], [[2, 1, 2], [3, 1]], [[2, 1, 2, 1], [3, 1, 2]],
  [[1, 2, 1, 2], [2, 1, 3, 1]], [[2, 2, 2, 2], [2, 1, 2]],
]

private let arithmetic: [Operation] = pairsOfShapes.flatMap { shapes in
  let repeats = shapes[0] != shapes[1]
  return [
    Operation("tensor-add", "+", shapes) { $0[0] + $0[1] },
    Operation("tensor-add", "−", shapes) { $0[0] - $0[1] },
    Operation("tensor-product", "·", shapes) { $0[0] * $0[1] },
    Operation("tensor-quotient", "/", shapes, .awayFromZero) { $0[0] / $0[1] },
  ]
    + (repeats
      ? [
        Operation(
          "tensor-broadcast", "mean for sum over the repeated axes", shapes,
          planted: [
            "mean over the repeated axes": { x, g in
              x.map { input in
                g.summed(to: input.shape) * (Double(input.count) / Double(g.count))
              }
            }
          ]
        ) { $0[0] + $0[1] }
      ] : [])
}

private let withConstants: [Operation] = [
  Operation("tensor-add", "x + c, c + x", [[3]]) { ($0[0] + 2.5) + (1.5 + $0[0]) },
  Operation("tensor-add", "x − c", [[3]]) { $0[0] - 2.5 },
  Operation("tensor-add", "c − x", [[3]]) { 2.5 - $0[0] },
  Operation("tensor-product", "x · c, c · x", [[3]]) { ($0[0] * 2.5) * (1.5 * $0[0]) },
  Operation("tensor-quotient", "x / c", [[3]]) { $0[0] / 2.5 },
  Operation("tensor-quotient", "c / x", [[3]], .awayFromZero) { 2.5 / $0[0] },
  Operation("tensor-broadcast", "broadcast(to:)", [[3]]) { $0[0].broadcast(to: [2, 3]) },
  Operation("tensor-broadcast", "broadcast(to:)", [[2, 1, 2]]) {
    $0[0].broadcast(to: [2, 2, 3, 2])
  },
  Operation("tensor-broadcast", "broadcast(to:), its own shape", [[3]]) {
    $0[0].broadcast(to: [3])
  },
]

private let reductions: [Operation] =
  [
    Operation("tensor-sum", "all", [[2, 3]]) { $0[0].sum() },
    Operation("tensor-sum", "all of a scalar", [[]]) { $0[0].sum() },
    Operation("tensor-sum", "mean of all", [[2, 3]]) { $0[0].mean() },
    Operation("tensor-sum", "more than one block", [[2, 10]]) {
      ($0[0].reshaped([1, 20]).broadcast(to: [450, 20])).sum() / 100
    },
  ]
  + (0..<4).flatMap { axis -> [Operation] in
    let shape: Shape = [2, 3, 4, 2]
    return [
      Operation("tensor-sum", "axis \(axis)", [shape]) { $0[0].sum(axis: axis) },
      Operation("tensor-sum", "axis \(axis - 4)", [shape]) { $0[0].sum(axis: axis - 4) },
      Operation("tensor-sum", "mean, axis \(axis)", [shape]) { $0[0].mean(axis: axis) },
      Operation(
        "tensor-log-sum-exp", "axis \(axis)", [shape],
        planted: [
          "exp without its sum": { x, g in [g.expanded(axis: axis) * exp(x[0])] },
          "all of g to every element": { x, g in
            [g.expanded(axis: axis).broadcast(to: x[0].shape)]
          },
        ]
      ) { $0[0].logSumExp(axis: axis) },
    ]
  }

private let structure: [Operation] = [
  Operation("tensor-move", "reshaped", [[2, 3]]) { $0[0].reshaped([3, 2]) },
  Operation("tensor-move", "expanded, first", [[2, 3]]) { $0[0].expanded(axis: 0) },
  Operation("tensor-move", "expanded, last", [[2, 3]]) { $0[0].expanded(axis: -1) },
  Operation(
    "tensor-move", "transposed", [[2, 3]],
    planted: ["transposition forgotten": { x, g in [g.reshaped(x[0].shape)] }]
  ) { $0[0].transposed() },
  Operation("tensor-move", "sliced, first axis", [[4, 3]]) { $0[0].sliced(axis: 0, 1..<3) },
  Operation("tensor-move", "sliced, last axis", [[2, 2, 4]]) { $0[0].sliced(axis: -1, 0..<1) },
  Operation("tensor-move", "sliced, middle axis", [[2, 3, 2]]) { $0[0].sliced(axis: 1, 2..<3) },
  Operation("tensor-move", "concatenated", [[2, 1], [2, 3], [2, 2]]) { concatenated($0, axis: 1) },
  Operation("tensor-move", "concatenated, repeated inputs", [[1, 2], [2, 2]]) {
    concatenated([$0[0], $0[1], $0[0], $0[0]], axis: 0)
  },
  Operation("tensor-move", "concatenated with a constant first", [[2, 2]]) {
    concatenated([.ones([2, 1]), $0[0]], axis: -1)
  },
  Operation("tensor-gather", "rows, all different", [[4, 2]]) { $0[0].rows(at: [3, 0]) },
  Operation(
    "tensor-gather", "rows, repeated", [[3, 2]],
    planted: [
      "the last of the repeated rows only": { _, g in
        [
          concatenated(
            [.zeros([1, 2]), g.sliced(axis: 0, 2..<3), g.sliced(axis: 0, 3..<4)], axis: 0)
        ]
      }
    ]
  ) { $0[0].rows(at: [1, 1, 1, 2]) },
]

private let products: [Operation] = [(false, false), (true, false), (false, true), (true, true)]
  .flatMap { first, second -> [Operation] in
    let shapes: [Shape] = [first ? [3, 2] : [2, 3], second ? [4, 3] : [3, 4]]
    let multiply = { (x: T, y: T) in
      matmul(x, y, transposingFirst: first, transposingSecond: second)
    }
    return [
      Operation("tensor-matmul", "first \(first), second \(second)", shapes) {
        multiply($0[0], $0[1])
      },
      // Square matrices: here a forgotten transposition still has the right shape.
      Operation(
        "tensor-matmul", "square, first \(first), second \(second)", [[3, 3], [3, 3]],
        planted: [
          "first gradient transposed": { x, g in
            let right = valueAndGradient(at: x) { (multiply($0[0], $0[1]) * g).sum() }.gradient
            return [right[0].transposed(), right[1]]
          },
          "second gradient transposed": { x, g in
            let right = valueAndGradient(at: x) { (multiply($0[0], $0[1]) * g).sum() }.gradient
            return [right[0], right[1].transposed()]
          },
        ]
      ) { multiply($0[0], $0[1]) },
      Operation("tensor-matmul", "a matrix with itself", [[3, 3]]) { multiply($0[0], $0[0]) },
    ]
  }

private let compositions: [Operation] = [
  Operation("tensor-exp", "a network of two layers", [[3, 4], [4], [4, 2], [2]]) { p in
    let x = T.counting([5, 3]) / 7 - 1
    return softplus(matmul(tanh(matmul(x, p[0]) + p[1]), p[2]) + p[3]).mean(axis: 0)
  },
  Operation("tensor-log-sum-exp", "log softmax", [[3, 4]]) {
    $0[0] - $0[0].logSumExp(axis: 1).expanded(axis: 1)
  },
]

private let operations =
  elementwise + arithmetic + withConstants + reductions + structure + products + compositions

@Suite("Gradients of every operation")
struct GradientTests {
  @Test(
    "reverse mode agrees with finite differences, and wrong versions are caught",
    arguments: operations)
  private func gradient(operation: Operation) {
    let check = operation.check
    #expect(check.passes, "\(check)")
  }
}
