import Applications
import Datasets
import KLDivergence
import Tensors
import Testing
import VariationalAutoencoder

/// A model of nothing but whole numbers: one latent z of 3 classes, x of 4, all over 64.
private struct Small {
  static let prior: [UInt32] = [32, 8, 24]
  static let likelihood: [[UInt32]] = [[40, 4, 10, 10], [2, 50, 2, 10], [16, 8, 39, 1]]
  /// q(z | x): near the posterior, but not it.
  static let posterior: [[UInt32]] = [[50, 1, 13], [12, 40, 12], [16, 1, 47], [44, 15, 5]]

  static func p(_ frequencies: [UInt32]) -> Tensor<Double> {
    Tensor(frequencies.map { Double($0) / 64 })
  }
  /// p(x | z) for each z.
  static func column(_ x: Int) -> Tensor<Double> { Tensor(likelihood.map { Double($0[x]) / 64 }) }

  static let model = CodingModel(
    prior: [FrequencyTable(frequencies: prior)],
    posterior: { [FrequencyTable(frequencies: posterior[$0[0]])] },
    likelihood: { [FrequencyTable(frequencies: likelihood[$0[0]])] })
}

@Suite("Bits back")
struct BitsBackTests {
  /// The mean growth over all slots that the stack can show, each as likely: an expectation without
  /// sampling. The state is so large that no word moves.
  private func enumerated(_ x: Int, _ model: CodingModel) throws -> Double {
    var sum = 0.0
    for slot in 0..<64 {
      var coder = try large(slot)
      let before = coder.bits
      try coder.pushBitsBack([x], model)
      #expect(coder.words.isEmpty)
      sum += coder.bits - before
    }
    return sum / 64
  }

  /// A stack with the state 2⁴⁹ + slot and no words.
  private func large(_ slot: Int) throws -> StackCoder {
    var bytes = (0..<8).map { UInt8(truncatingIfNeeded: (1 << 49 + slot) >> (8 * $0)) }
    let sum = Checksum.crc32(bytes)
    bytes += (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
    return try StackCoder(message: bytes)
  }

  @Test("bits-back-length: the mean growth of the stack is minus the ELBO")
  func length() throws {
    let (prior, all) = (Small.p(Small.prior), 0..<4)
    let qs = Small.posterior.map { Small.p($0) }
    func claim(_ formula: (_ q: Tensor<Double>, _ column: Tensor<Double>) -> Double) -> [Double] {
      all.map { inBits(formula(qs[$0], Small.column($0))) }
    }
    let check = Check.identity(
      "bits-back-length", try all.map { try enumerated($0, Small.model) },
      equals: all.map { bitsBackLength(qs[$0], prior: prior, likelihood: Small.column($0)) },
      planted: [
        "no bits back": claim { crossEntropy($0, prior).scalar + crossEntropy($0, $1).scalar },
        "bits back paid twice": claim {
          crossEntropy($0, prior).scalar + crossEntropy($0, $1).scalar - 2 * entropy($0).scalar
        },
        "no rate": claim { crossEntropy($0, $1).scalar },
        "z from the prior": claim {
          categoricalKL($0, prior).scalar + crossEntropy(prior, $1).scalar
        },
        "log p(x)": claim { -Double.log((prior * $1).sum().scalar) + 0 * $0.sum().scalar },
        "nats": all.map {
          Double.log(2) * bitsBackLength(qs[$0], prior: prior, likelihood: Small.column($0))
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test(
    "The length is −log₂ p(x) and the divergence from the posterior; with that as q, −log₂ p(x)")
  func gap() {
    let prior = Small.p(Small.prior)
    for x in 0..<4 {
      let joint = prior * Small.column(x)
      let evidence = joint.sum()
      let posterior = joint / evidence
      let ideal = -inBits(Double.log(evidence.scalar))
      let q = Small.p(Small.posterior[x])
      let length = bitsBackLength(q, prior: prior, likelihood: Small.column(x))
      #expect(Swift.abs(length - ideal - inBits(categoricalKL(q, posterior).scalar)) < 1e-12)
      let best = bitsBackLength(posterior, prior: prior, likelihood: Small.column(x))
      #expect(Swift.abs(best - ideal) < 1e-12)
      #expect(length > best)
    }
  }

  @Test(
    "bits-back-chain: data on one stack, each by its own growth; all come back, and the first bits")
  func chain() throws {
    var random = Random(seed: 11, stream: 47)
    let first = (0..<4).map { _ in UInt32(random.integer(below: 1 << 32)) }
    var coder = StackCoder(words: first)
    let data = (0..<3_000).map { _ in [random.integer(below: 4)] }
    var (grown, wrong, previous) = (0.0, 0.0, [0])
    for x in data {
      let z = try coder.pushBitsBack(x, Small.model)
      grown += growth(x, z, Small.model)
      wrong += growth(x, previous, Small.model)
      previous = z
    }
    let (start, end) = (StackCoder(words: first).bits, coder.bits)
    let latents = Double(data.count) * inBits(entropy(Small.p(Small.prior)).scalar)
    let check = Check.identity(
      "bits-back-chain", [end], equals: [start + grown], tolerance: 1e-7,
      planted: [
        "no first bits": [grown], "no bits back": [start + grown + latents],
        "z of another datum": [start + wrong], "nats": [start + grown * Double.log(2)],
      ])
    #expect(check.passes, "\(check)")

    for x in data.reversed() { #expect(try coder.popBitsBack(Small.model) == x) }
    #expect(coder == StackCoder(words: first))
  }

  @Test("Steps in another order do not give the data back, nor the first bits")
  func wrongOrders() throws {
    let start = StackCoder(words: [0x1234_5678, 0x9ABC_DEF0, 0x0FED_CBA9, 0x8765_4321])
    let data = (0..<200).map { [$0 * 7 % 4] }
    var coder = start
    for x in data { try coder.pushBitsBack(x, Small.model) }

    // The posterior's bits are never given back: the data come, the first bits do not.
    var forgetful = coder
    for x in data.reversed() {
      guard let z = try? forgetful.pop(Small.model.prior),
        let y = try? forgetful.pop(Small.model.likelihood(z))
      else { return }  // It ran out of bits: that shows as well.
      if y != x { return }
    }
    #expect(forgetful != start)

    // z under x, popped as if it were above: the prior and the likelihood in the wrong order.
    var swapped = coder
    var right = 0
    for x in data.reversed() {
      guard let z = try? swapped.pop(Small.model.posterior(x)),
        let y = try? swapped.pop(Small.model.likelihood(z))
      else { break }
      right += y == x ? 1 : 0
      swapped.push(z, Small.model.prior)
    }
    #expect(right < 150)
  }

  @Test("Too few first bits are refused, and nothing is lost")
  func tooFew() throws {
    var coder = StackCoder()
    #expect(throws: InputError.self) { try coder.pushBitsBack([0], Small.model) }
    #expect(coder == StackCoder())
    #expect(throws: InputError.self) { try coder.popBitsBack(Small.model) }
    #expect(coder == StackCoder())
  }

  @Test("A variational autoencoder's images and the first bits come back; wrong bits trap nothing")
  func autoencoder() throws {
    var random = Random(seed: 11, stream: 48)
    let architecture = Architecture(pixels: 12, hidden: [6], latents: 3, activation: .tanh)
    let vae = VariationalAutoencoder<Float>(architecture, random: &random)
    let model = vae.codingModel(LatentBins(bits: 6))
    let images = (0..<40).map { _ in (0..<12).map { _ in random.integer(below: 2) } }
    let first = (0..<8).map { _ in UInt32(random.integer(below: 1 << 32)) }
    var coder = StackCoder(words: first)
    var grown = 0.0
    for x in images {
      let z = try coder.pushBitsBack(x, model)
      grown += growth(x, z, model)
    }
    #expect(Swift.abs(coder.bits - StackCoder(words: first).bits - grown) < 0.5)
    var received = try StackCoder(message: coder.message)
    for x in images.reversed() { #expect(try received.popBitsBack(model) == x) }
    #expect(received == StackCoder(words: first))

    var damaged = StackCoder(words: coder.words.map { ~$0 })
    for _ in images { guard (try? damaged.popBitsBack(model)) != nil else { break } }
  }
}
