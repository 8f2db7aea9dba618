import Datasets
import Tensors

/// A training run in a file, so that it goes on after an interruption to the very bits that it would
/// have ended with.
///
/// The file is a `Safetensors`: the parameters (`model.…`), Adam's moments, the position in the run,
/// the state of the random numbers, what the program recorded, and the settings. It is replaced
/// after each pass, and on SIGINT or SIGTERM within one. A program needs five lines:
///
///     let page = Page(…, options: [.seed, .epochs(100), .checkpoint, .resume])
///     let checkpoint = page.checkpoint()
///     page.attempt {
///       try train(
///         &model, with: &adam, count: n, batchSize: 100, epochs: page.epochs, random: &random,
///         checkpoint: checkpoint, loss: { model, batch, random in … },
///         report: { epoch, model, loss in checkpoint.history.append([loss]) })
///     }
///
/// A program that makes its own steps, recorded ones (`TrainingStep`) for instance, calls `restore`
/// and then `passes`, with `state: { (step.model, step.adam) }`.
///
/// What is printed or drawn afterwards may depend on the model, on `random` and on `history`; what else
/// a report changes is not in the file. The settings that a run must share with the file are all
/// options of the command line that change results, except `--epochs`.
public final class Checkpoint {
  /// What the program recorded, rows of numbers, all of one length: saved with the run.
  public var history: [[Double]] = []
  /// The number of whole passes made, in runs before this one too.
  public var epoch: Int { position?.epoch ?? 0 }

  private let path: String?
  private let settings: [String: String]
  private let interrupt: () -> Int32?
  private var position: TrainingPosition?
  /// What a run goes on from, until its model is there.
  private var resumed: (path: String, file: Safetensors)?
  /// The number of data, and that of a batch.
  private var sizes: [UInt64] = []

  /// A run that is saved to a file, goes on from one, or both; without any it just begins.
  ///
  /// - Parameters:
  ///   - path: Where to save; if nil, where it came from, if it did.
  ///   - resumed: The file to go on from. Its settings must be these.
  ///   - settings: What decides the run's numbers, by name: `"--latent": "20"`.
  ///
  /// Throws 66 if the file to go on from is not there, 65 if it is damaged or of another kind, 64 if
  /// its settings are others; the message names the file.
  public convenience init(
    saving path: String? = nil, resuming resumed: String? = nil, settings: [String: String] = [:]
  ) throws(InputError) {
    try self.init(
      saving: path, resuming: resumed, settings: settings, interrupt: { Interrupts.received })
  }

  init(
    saving path: String?, resuming resumed: String?, settings: [String: String],
    interrupt: @escaping () -> Int32?
  ) throws(InputError) {
    self.path = path ?? resumed
    self.settings = settings
    self.interrupt = interrupt
    guard let resumed else { return }
    do throws(InputError) {
      try open(readFile(resumed, byteLimit: 1 << 30), from: resumed)
    } catch {
      throw error.naming(resumed, remedy: Self.remedy)
    }
  }

  /// Takes in all of a file's bytes but for model and optimiser, which are not there yet.
  func open(_ bytes: [UInt8], from path: String) throws(InputError) {
    let file = try Safetensors(bytes)
    try expectWhole(file)
    try expectSettings(of: file)
    let numbers = try file.integers("position", count: 8)
    let total: Tensor<Double> = try file.tensor("total", shape: [])
    let rows: Tensor<Double> = try file.tensor("history")
    guard let epoch = Int(exactly: numbers[0]), let batch = Int(exactly: numbers[1]),
      rows.shape.rank == 2
    else { throw .damagedData("its position makes no sense") }
    func random(at position: UInt64) -> Random {
      Random(seed: numbers[4], stream: numbers[5], position: position)
    }
    var place = TrainingPosition(random(at: numbers[6]))
    place.order = random(at: numbers[7])
    (place.epoch, place.batch, place.total) = (epoch, batch, total.scalar)
    position = place
    history = (0..<rows.shape[0]).map { row in (0..<rows.shape[1]).map { rows[row, $0] } }
    sizes = Array(numbers[2...3])
    resumed = (path, file)
  }
}

// MARK: The run

/// Trains a model for a number of epochs, as `train` without a checkpoint does to the last bit, and
/// keeps the run in a checkpoint.
///
/// A run that goes on has made `checkpoint.epoch` passes, which count among the epochs. Calling it
/// again with more epochs goes on as well.
///
/// Throws an `InputError` if the checkpoint does not fit or cannot be written, and an `Interruption`,
/// after saving, when SIGINT or SIGTERM came.
public func train<Model: ParameterContainer>(
  _ model: inout Model, with adam: inout Adam<Model.Scalar>, count: Int, batchSize: Int,
  epochs: Int, random: inout Random, checkpoint: Checkpoint,
  loss: (Model, [Int], inout Random) -> Tensor<Model.Scalar>,
  report: (Int, Model, Double) -> Void = { _, _, _ in }
) throws {
  try checkpoint.restore(&model, &adam)
  try checkpoint.passes(
    count: count, batchSize: batchSize, epochs: epochs, random: &random,
    step: { batch, random in
      let (value, gradient) = valueAndGradient(at: model) { loss($0, batch, &random) }
      adam.update(&model, gradient: gradient)
      return Double(value.scalar)
    },
    report: { report($0, model, $1) }, state: { (model, adam) })
}

extension Checkpoint {
  /// Puts what was read from a file, if anything was, into model and optimiser.
  ///
  /// For programs that make their own steps: call it before the first, then `passes`. Throws 65 if
  /// the file is of another model, and leaves this one as it is.
  public func restore<Model: ParameterContainer>(
    _ model: inout Model, _ adam: inout Adam<Model.Scalar>
  ) throws(InputError) {
    guard let (path, file) = resumed else { return }
    do throws(InputError) {
      func read(_ part: String) throws(InputError) -> [Tensor<Model.Scalar>] {
        var tensors: [Tensor<Model.Scalar>] = []
        for (name, parameter) in zip(model.parameterNames, model.parameters) {
          tensors.append(try file.tensor("\(part).\(name)", shape: parameter.shape))
        }
        return tensors
      }
      let parameters = try read("model")
      guard let step = Int(exactly: try file.integers("adam.step", count: 1)[0]), step < 1 << 53
      else { throw .damagedData("its number of steps makes no sense") }
      if step > 0 { (adam.first, adam.second) = (try read("adam.first"), try read("adam.second")) }
      adam.step = step
      model.parameters = parameters
    } catch {
      throw error.naming(path, remedy: Self.remedy)
    }
    resumed = nil
  }

  /// Goes through data as the function of this name does, from where the run is, and keeps it.
  ///
  /// `state` gives model and optimiser as they are now, when they are to be saved. Throws as `train`
  /// with a checkpoint does.
  public func passes<Model: ParameterContainer>(
    count: Int, batchSize: Int, epochs: Int, random: inout Random,
    step: ([Int], inout Random) -> Double, report: (Int, Double) -> Void,
    state: () -> (Model, Adam<Model.Scalar>)
  ) throws {
    let sizes = [UInt64(count), UInt64(batchSize)]
    if let position {
      guard self.sizes == sizes else {
        throw refusal(
          "made with \(self.sizes[0]) data in batches of \(self.sizes[1]), and this run has"
            + " \(count) in batches of \(batchSize): give the same data")
      }
      guard position.epoch < epochs || position.epoch == epochs && position.batch == 0 else {
        throw refusal("has more than \(epochs) passes: ask for more epochs")
      }
    }
    self.sizes = sizes
    try watched {
      try Training.passes(
        count: count, batchSize: batchSize, epochs: epochs, random: &random, from: position,
        step: step, report: report, afterStep: { try keep($0, state) })
    }
  }

  private func refusal(_ message: String) -> InputError {
    .usage(message).naming(path ?? "the checkpoint")
  }

  /// Saves the run after each pass, and when it was asked to stop; then also ends it.
  private func keep<Model: ParameterContainer>(
    _ position: TrainingPosition, _ state: () -> (Model, Adam<Model.Scalar>)
  ) throws {
    self.position = position
    guard let path else { return }
    let signal = interrupt()
    guard position.batch == 0 || signal != nil else { return }
    let (model, adam) = state()
    try file(model, adam, position).write(to: path)
    if let signal {
      let place =
        position.batch == 0 ? "after pass \(position.epoch)" : "in pass \(position.epoch + 1)"
      throw Interruption(
        signal: signal, message: "stopped \(place); --resume \(path) goes on from there")
    }
  }

  /// Does what SIGINT and SIGTERM shall not end before the run is saved.
  private func watched(_ body: () throws -> Void) rethrows {
    guard path != nil else { return try body() }
    try Interrupts.noted(during: body)
  }
}

// MARK: The file

extension Checkpoint {
  private static let version = "1"
  private static let remedy = "go on from another checkpoint"

  private func file<Model: ParameterContainer>(
    _ model: Model, _ adam: Adam<Model.Scalar>, _ position: TrainingPosition
  ) -> Safetensors {
    var file = Safetensors()
    for (part, tensors) in [
      ("model", model.parameters), ("adam.first", adam.first), ("adam.second", adam.second),
    ] {
      for (name, tensor) in zip(model.parameterNames, tensors) {
        file.set("\(part).\(name)", tensor)
      }
    }
    file.set("adam.step", [UInt64(adam.step)])
    let place = [UInt64(position.epoch), UInt64(position.batch)]
    let (now, order) = (position.random, position.order)
    file.set("position", place + sizes + [now.seed, now.stream, now.position, order.position])
    file.set("total", Tensor(position.total))
    let columns = history.first?.count ?? 0
    guard history.allSatisfy({ $0.count == columns }) else {
      fatalError("Checkpoint: the rows of the history are not of one length")
    }
    file.set("history", Tensor([history.count, columns], history.flatMap { $0 }))
    file.metadata = settings.merging(["checkpoint": Self.version]) { setting, _ in setting }
    file.metadata["crc32"] = String(Checksum.crc32(file.serialized()), radix: 16)
    return file
  }

  /// Sees that a file is a checkpoint, and that no bit of it has changed since it was written.
  private func expectWhole(_ file: Safetensors) throws(InputError) {
    guard let version = file.metadata["checkpoint"], let sum = file.metadata["crc32"] else {
      throw .damagedData("not a checkpoint, which has its version and checksum with it")
    }
    guard version == Self.version else {
      throw .damagedData("a checkpoint of version \(quoted(version)), not \(Self.version)")
    }
    var content = file
    content.metadata["crc32"] = nil
    guard sum == String(Checksum.crc32(content.serialized()), radix: 16) else {
      throw .damagedData("its contents are unlike their checksum")
    }
  }

  /// Sees that the settings in a file are those of this run.
  private func expectSettings(of file: Safetensors) throws(InputError) {
    let made = file.metadata.filter { $0.key != "checkpoint" && $0.key != "crc32" }
    for name in Set(made.keys).union(settings.keys).sorted() where made[name] != settings[name] {
      func said(_ settings: [String: String]) -> String {
        settings[name].map { $0.isEmpty ? "with \(name)" : "with \(name) \($0)" }
          ?? "without \(name)"
      }
      throw .usage("made \(said(made)), and this run is \(said(settings)): give the same options")
    }
  }
}
