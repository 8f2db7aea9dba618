import Datasets
import Foundation
import Notebook
import Tensors
import Training
import VariationalAutoencoder

/// The reference models: hidden widths of the encoder, which the decoder mirrors; 20 latents, ReLU.
let referenceModels: [(name: String, hidden: [Int])] = [
  ("classic", [400]), ("deep", [256, 64]),
]

/// One training step on 128 images: noise, forward, ELBO, backward, Adam.
let steps: [Benchmark] = referenceModels.flatMap { name, hidden in
  [1, 2].map { threads in
    Benchmark(name: "step/\(name)/\(threads)") { quick in
      let nanoseconds = withThreads(threads) {
        let step = ReferenceStep(hidden: hidden)
        // The peers are timed in the same way: the median over chunks of ten steps.
        return times(quick ? 20 : 60, warmUp: 50) { for _ in 0..<10 { step() } }
      }
      return Figure(
        name: "step/\(name)/\(threads)", value: nanoseconds.median / 1e7, unit: "ms",
        note: "least \(fixed(nanoseconds[0] / 1e7, 2))")
    }
  }
}

/// A reference model that is being trained on random numbers in [0, 1).
final class ReferenceStep {
  private let step: TrainingStep<VariationalAutoencoder<Float>>
  private let data: [Tensor<Float>]
  private var random = Random(seed: 1)
  private var count = 0

  init(hidden: [Int]) {
    var random = Random(seed: 2)
    let model = VariationalAutoencoder<Float>(Architecture(hidden: hidden), random: &random)
    data = (0..<16).map { _ in random.uniform([128, 784]) }
    step = TrainingStep(model, Adam(), inputs: { n in [[n, 784], [n, 20]] }) { model, inputs in
      model.loss(of: inputs[0], noise: inputs[1])
    }
  }

  func callAsFunction() {
    step(rows: 128) { inputs in
      data[count % 16].withUnsafeScalars { _ = inputs[0].update(fromContentsOf: $0) }
      random.fillNormal(inputs[1])
    }
    count += 1
  }
}

/// A pass of the classic model over 60,000 images, binarised as they are drawn: the embedded digits,
/// fifteen times over.
func epoch(threads: Int) -> Benchmark {
  Benchmark(name: "epoch/\(threads)") { quick in
    guard let digits = try? ImageSource.digits.load().training else {
      fatalError("the embedded digits are not in the package")
    }
    let images = digits.subset((0..<60_000).map { $0 % digits.count })
    var random = Random(seed: 1)
    var model = VariationalAutoencoder<Float>(Architecture(), random: &random)
    let clock = ContinuousClock()
    let time = clock.measure {
      withThreads(threads) {
        model.train(on: images, TrainingPlan(epochs: 1, batchSize: 128), random: &random)
      }
    }
    return Figure(name: "epoch/\(threads)", value: time / .seconds(1), unit: "s")
  }
}

/// How often a step of the classic model asks for memory.
let allocations: Benchmark? =
  Allocations.canCount
  ? Benchmark(name: "allocations/step") { _ in
    let step = ReferenceStep(hidden: [400])
    for _ in 0..<20 { step() }
    let count = Allocations.count { for _ in 0..<100 { step() } }
    return Figure(name: "allocations/step", value: Double(count) / 100, unit: "")
  } : nil

/// The largest memory that this program had.
let memory: Benchmark? = Benchmark(name: "memory/peak") { _ in
  var usage = rusage()
  #if os(Linux)
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let bytes = Double(usage.ru_maxrss) * 1024
  #else
    getrusage(RUSAGE_SELF, &usage)
    let bytes = Double(usage.ru_maxrss)
  #endif
  return Figure(name: "memory/peak", value: bytes / 1e6, unit: "MB")
}
