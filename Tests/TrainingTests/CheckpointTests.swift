import Datasets
import Foundation
import Tensors
import Testing

@testable import Training

/// A small regression with noise in its loss: each step draws from the generator, as a variational
/// autoencoder's does.
private struct Example {
  var model: MultilayerPerceptron<Float>
  var adam = Adam<Float>(rate: 0.01)
  var random = Random(seed: 31, stream: 7)
  var losses: [Double] = []
  let x: Tensor<Float>
  let count = 23

  /// The same data for every seed of the model.
  init(seed: UInt64 = 30) {
    var random = Random(seed: 29)
    x = random.normal([count, 3])
    random = Random(seed: seed)
    model = MultilayerPerceptron(widths: [3, 5, 2], activation: .tanh, random: &random)
  }

  /// Trains, and says what happened at each pass's end.
  mutating func train(
    epochs: Int, checkpoint: Checkpoint? = nil, count: Int? = nil, batchSize: Int = 4
  ) throws {
    let x = x
    func loss(
      _ model: MultilayerPerceptron<Float>, _ batch: [Int], _ random: inout Random
    ) -> Tensor<Float> {
      square(model(x.rows(at: batch)) - random.normal([batch.count, 2])).mean()
    }
    var losses = losses
    defer { self.losses = losses }
    let report = { (_: Int, _: MultilayerPerceptron<Float>, loss: Double) in losses.append(loss) }
    if let checkpoint {
      try Training.train(
        &model, with: &adam, count: count ?? self.count, batchSize: batchSize, epochs: epochs,
        random: &random, checkpoint: checkpoint, loss: loss,
        report: {
          report($0, $1, $2)
          checkpoint.history.append([Double($0), $2])
        })
    } else {
      Training.train(
        &model, with: &adam, count: count ?? self.count, batchSize: batchSize, epochs: epochs,
        random: &random, loss: loss, report: report)
    }
  }

  /// All that may decide what follows.
  var bits: [UInt64] {
    let tensors = model.parameters + adam.first + adam.second
    return tensors.flatMap { $0.scalars.map { UInt64($0.bitPattern) } }
      + [UInt64(adam.step), random.seed, random.stream, random.position]
  }
}

@Suite struct CheckpointTests {
  @Test("A checkpoint changes nothing in a run, whether it saves or not")
  func changesNothing() throws {
    try withTemporaryFolder { folder in
      var plain = Example(), idle = Example(), saved = Example()
      try plain.train(epochs: 4)
      try idle.train(epochs: 4, checkpoint: Checkpoint())
      try saved.train(epochs: 4, checkpoint: Checkpoint(saving: folder + "/run"))
      #expect(plain.losses.count == 4)
      #expect(idle.bits == plain.bits && idle.losses == plain.losses)
      #expect(saved.bits == plain.bits && saved.losses == plain.losses)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["run"])
    }
  }

  @Test("Two passes and two more from the file give the bits of four, and the same file")
  func resume() throws {
    try withTemporaryFolder { folder in
      var whole = Example(), first = Example()
      let wholeCheckpoint = try Checkpoint(saving: folder + "/whole", settings: ["--a": "1"])
      try whole.train(epochs: 4, checkpoint: wholeCheckpoint)
      try first.train(
        epochs: 2, checkpoint: Checkpoint(saving: folder + "/parts", settings: ["--a": "1"]))
      // Another model and generator: all must come from the file.
      var second = Example(seed: 99)
      second.random = Random(seed: 5)
      let checkpoint = try Checkpoint(resuming: folder + "/parts", settings: ["--a": "1"])
      #expect(checkpoint.epoch == 2)
      #expect(checkpoint.history.map { $0[1] } == first.losses)
      try second.train(epochs: 4, checkpoint: checkpoint)
      #expect(second.bits == whole.bits)
      #expect(first.losses + second.losses == whole.losses)
      #expect(checkpoint.epoch == 4)
      #expect(checkpoint.history == wholeCheckpoint.history)
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: folder + "/parts"))
          == Data(contentsOf: URL(fileURLWithPath: folder + "/whole")))
    }
  }

  @Test("A run that is stopped after any step goes on to the same bits")
  func stoppedAnywhere() throws {
    try withTemporaryFolder { folder in
      var whole = Example()
      try whole.train(epochs: 3)
      // Three passes of six batches: after each step, and after each pass, there is a look.
      for stop in 1...21 {
        let path = folder + "/\(stop)"
        var looks = 0
        var first = Example()
        let checkpoint = try Checkpoint(
          saving: path, resuming: nil, settings: [:],
          interrupt: {
            looks += 1
            return looks == stop ? SIGTERM : nil
          })
        let stopped = #expect(throws: Interruption.self) {
          try first.train(epochs: 3, checkpoint: checkpoint)
        }
        #expect(stopped?.signal == SIGTERM)
        #expect(stopped?.message.contains("--resume \(path)") == true)
        var second = Example()
        try second.train(epochs: 3, checkpoint: Checkpoint(resuming: path))
        #expect(second.bits == whole.bits, "stopped at look \(stop)")
        #expect(first.losses + second.losses == whole.losses)
      }
    }
  }

  @Test("Calling train again with more epochs goes on, as does resuming a finished run")
  func stepwise() throws {
    try withTemporaryFolder { folder in
      var whole = Example(), stepped = Example()
      try whole.train(epochs: 3)
      let checkpoint = try Checkpoint(saving: folder + "/run")
      for epochs in 1...3 { try stepped.train(epochs: epochs, checkpoint: checkpoint) }
      #expect(stepped.bits == whole.bits && stepped.losses == whole.losses)
      var again = Example()
      try again.train(epochs: 3, checkpoint: Checkpoint(resuming: folder + "/run"))
      #expect(again.bits == whole.bits && again.losses.isEmpty)
    }
  }

  @Test("Double, a Tensor as model, and data of no number are kept as well")
  func degenerate() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/run"
      for count in [0, 1, 2] {
        func run(_ epochs: Int, _ checkpoint: Checkpoint) throws -> [UInt64] {
          var (p, adam, random) = (Tensor<Double>([1, 2]), Adam<Double>(), Random(seed: 1))
          try train(
            &p, with: &adam, count: count, batchSize: 1, epochs: epochs, random: &random,
            checkpoint: checkpoint, loss: { p, _, random in square(p - random.normal([2])).sum() })
          return p.scalars.map(\.bitPattern) + [random.position]
        }
        _ = try run(1, Checkpoint(saving: path))
        #expect(try run(3, Checkpoint(resuming: path)) == run(3, Checkpoint()))
      }
    }
  }

  // MARK: What does not fit

  private func refused(
    _ status: Datasets.ExitStatus, _ path: String, _ says: String, _ body: () throws -> Void
  ) {
    let error = #expect(throws: InputError.self) { try body() }
    #expect(error?.status == status)
    #expect(error?.message.hasPrefix("\(path): ") == true)
    #expect(error?.message.contains(says) == true, "\(says): \(error?.message ?? "")")
  }

  @Test("Other settings, other data and fewer passes are refused with status 64")
  func mismatches() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/run"
      var example = Example()
      try example.train(
        epochs: 2, checkpoint: Checkpoint(saving: path, settings: ["--a": "1", "--b": "x"]))
      for (settings, says) in [
        (["--a": "2", "--b": "x"], "made with --a 1, and this run is with --a 2"),
        (["--b": "x"], "made with --a 1, and this run is without --a: give the same options"),
        (["--a": "1", "--b": "x", "--c": ""], "made without --c, and this run is with --c"),
      ] {
        refused(.usage, path, says) { _ = try Checkpoint(resuming: path, settings: settings) }
      }
      func checkpoint() throws -> Checkpoint {
        try Checkpoint(resuming: path, settings: ["--a": "1", "--b": "x"])
      }
      refused(.usage, path, "made with 23 data in batches of 4, and this run has 22") {
        try example.train(epochs: 3, checkpoint: checkpoint(), count: 22)
      }
      refused(.usage, path, "in batches of 5: give the same data") {
        try example.train(epochs: 3, checkpoint: checkpoint(), batchSize: 5)
      }
      refused(.usage, path, "has more than 1 passes") {
        try example.train(epochs: 1, checkpoint: checkpoint())
      }
    }
  }

  @Test("Another model is refused with status 65, and the model stays as it is")
  func anotherModel() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/run"
      var example = Example()
      try example.train(epochs: 1, checkpoint: Checkpoint(saving: path))
      for widths in [[3, 4, 2], [3, 5, 5, 2]] {
        var random = Random(seed: 1)
        example.model = MultilayerPerceptron(widths: widths, activation: .tanh, random: &random)
        let before = example.model.parameters
        refused(.damagedData, path, "'model.") {
          try example.train(epochs: 2, checkpoint: Checkpoint(resuming: path))
        }
        #expect(example.model.parameters == before)
      }
    }
  }

  @Test("A file that is missing, or is no checkpoint, is refused")
  func otherFiles() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/file"
      refused(.missingInput, path, "no such file") { _ = try Checkpoint(resuming: path) }
      try writeWhole([], to: path)
      refused(.damagedData, path, "; go on from another checkpoint") {
        _ = try Checkpoint(resuming: path)
      }
      var other = Safetensors()
      other.set("fc1.bias", Tensor<Float>([1, 2]))
      try other.write(to: path)
      refused(.damagedData, path, "not a checkpoint") { _ = try Checkpoint(resuming: path) }
      other.metadata = ["checkpoint": "2", "crc32": "0"]
      try other.write(to: path)
      refused(.damagedData, path, "of version '2', not 1") { _ = try Checkpoint(resuming: path) }
      // The right checksum, but nothing else that belongs there.
      other.metadata = ["checkpoint": "1"]
      other.metadata["crc32"] = String(Checksum.crc32(other.serialized()), radix: 16)
      try other.write(to: path)
      refused(.damagedData, path, "no array 'position'") { _ = try Checkpoint(resuming: path) }
    }
  }

  @Test("A checkpoint that cannot be written ends the run with status 73")
  func notWritable() throws {
    try withTemporaryFolder { folder in
      var example = Example()
      let error = #expect(throws: InputError.self) {
        try example.train(epochs: 1, checkpoint: Checkpoint(saving: folder))
      }
      #expect(error?.status == .cannotCreate)
    }
  }

  @Test("Every flipped bit and every prefix of a checkpoint is refused")
  func damage() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/run"
      var (p, adam, random) = (Tensor<Float>([1, 2, 3]), Adam<Float>(), Random(seed: 1))
      try train(
        &p, with: &adam, count: 2, batchSize: 1, epochs: 1, random: &random,
        checkpoint: Checkpoint(saving: path, settings: ["--a": "1"]),
        loss: { p, _, _ in square(p).sum() })
      let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      #expect(try Checkpoint(resuming: path, settings: ["--a": "1"]).epoch == 1)
      func refuses(_ bytes: [UInt8]) throws {
        let checkpoint = try Checkpoint(settings: ["--a": "1"])
        let error = #expect(throws: InputError.self) { try checkpoint.open(bytes, from: path) }
        #expect(checkpoint.epoch == 0 && checkpoint.history.isEmpty)
        #expect(error?.status == .damagedData)
      }
      for bit in 0..<8 * whole.count {
        var damaged = whole
        damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        try refuses(damaged)
      }
      for count in whole.indices { try refuses(Array(whole.prefix(count))) }
      for _ in 0..<1000 {
        let damaged = mutated(whole, &random)
        if damaged != whole { try refuses(damaged) }
      }
    }
  }
}
