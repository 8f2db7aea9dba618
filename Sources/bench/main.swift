import Dispatch
import Tensors
import Training
import VariationalAutoencoder
func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) }
var random = Random(seed: 1)
let data = Array(random.uniform([128 * 16, 784], as: Float.self).scalars)
for (name, hidden) in [("classic", [400]), ("deep", [256, 64])] {
for threads in [1, 2] {
  Parallel.threads = threads
  let model = VariationalAutoencoder<Float>(Architecture(hidden: hidden), random: &random)
  let step = TrainingStep(model, Adam(), inputs: { n in [[n, 784], [n, 20]] }) { model, inputs in
    model.loss(of: inputs[0], noise: inputs[1])
  }
  var all: [Double] = []
  for i in 0..<400 {
    let t = now()
    step(rows: 128) { inputs in
      data.withUnsafeBufferPointer { inputs[0].baseAddress!.update(from: $0.baseAddress! + (i % 16) * 128 * 784, count: 128 * 784) }
      random.fillNormal(inputs[1])
    }
    all.append((now() - t) / 1e6)
  }
  all.sort()
  print(name, threads, "replayed ms: median", all[200], "min", all[0])
  var m = model, adam = Adam<Float>()
  all = []
  for i in 0..<100 {
    let t = now()
    let x = Tensor<Float>([128, 784], Array(data[(i % 16) * 128 * 784..<(i % 16 + 1) * 128 * 784]))
    let noise: Tensor<Float> = random.normal([128, 20])
    let (_, g) = valueAndGradient(at: m) { $0.loss(of: x, noise: noise) }
    adam.update(&m, gradient: g)
    all.append((now() - t) / 1e6)
  }
  all.sort()
  print(name, threads, "tape ms: median", all[50], "min", all[0])
}}
