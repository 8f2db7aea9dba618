import Tensors
import Testing

@testable import Datasets

@Suite struct TensorTests {
  @Test("tensor gives pixel / 255, correctly rounded, one row an image in the order asked for")
  func tensor() {
    let set = ImageSet(pixels: (0..<256).map { UInt8($0) }, height: 8, width: 16)
    let order = (128..<256).map { $0 } + (0..<128).map { $0 }
    let single = set.tensor([1, 0], as: Float.self)
    #expect(single.shape == [2, 128])
    #expect(single.scalars == order.map { Float($0) / 255 })
    let double: Tensor<Double> = set.tensor([1, 0, 1])
    #expect(double.shape == [3, 128])
    #expect(double.scalars.prefix(256) == order.map { Double($0) / 255 }[...])
    #expect(set.tensor([], as: Float.self).shape == [0, 128])
  }

  @Test("The fixed ways to binarize cut above 0.5 or not at all, and draw nothing")
  func fixed() {
    var random = Random(seed: 1), fresh = Random(seed: 1)
    let values = Tensor<Float>([2, 3], [0, 0.25, 0.5, Float(0.5).nextUp, 0.75, 1])
    #expect(Binarization.none(values, using: &random).scalars == values.scalars)
    let cut = Binarization.threshold(values, using: &random)
    #expect(cut.shape == [2, 3] && cut.scalars == [0, 0, 0, 1, 1, 1])
    let drawn = random.uniform([4], as: Float.self)
    #expect(drawn.scalars == fresh.uniform([4], as: Float.self).scalars)
  }

  @Test("Stochastic pixels are 1 as often as their value says, within 5 standard errors")
  func frequency() {
    var random = Random(seed: 2)
    let count = 100_000
    for p in [0, 0.1, 0.5, 0.9, 1] {
      let drawn = Binarization.stochastic(Tensor<Double>([1, count], repeating: p), using: &random)
      #expect(drawn.scalars.allSatisfy { $0 == 0 || $0 == 1 })
      let mean = drawn.scalars.reduce(0, +) / Double(count)
      #expect(abs(mean - p) <= 5 * (p * (1 - p) / Double(count)).squareRoot())
    }
  }

  @Test("Stochastic pixels repeat with the seed, and differ from one draw to the next")
  func seeds() {
    let values = Tensor<Float>([10, 100], repeating: 0.5)
    var first = Random(seed: 3), second = Random(seed: 3)
    let one = Binarization.stochastic(values, using: &first)
    #expect(one.scalars == Binarization.stochastic(values, using: &second).scalars)
    #expect(one.scalars != Binarization.stochastic(values, using: &first).scalars)
  }
}
