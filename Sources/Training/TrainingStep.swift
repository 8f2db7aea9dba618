import Tensors

/// A step of training that is recorded the first time and replayed from then on.
///
/// The loss is a pure function of the model and of inputs: the data, the noise, weights that change. The
/// first step of each batch size runs it as `valueAndGradient` does, then Adam, and notes every kernel;
/// later steps write new numbers into the inputs and run those kernels again. The bits are those of
/// `valueAndGradient` and `Adam.update`; what is saved is the tape, the shapes and the memory.
///
///     let step = TrainingStep(model, Adam(), inputs: { n in [[n, 784], [n, 20]] }) { model, inputs in
///       model.loss(of: inputs[0], noise: inputs[1])
///     }
///     let loss = step(rows: 100) { inputs in
///       images.write(batch, to: inputs[0])
///       random.fillNormal(inputs[1])
///     }
///     model = step.model
///
/// The loss must not look at computed values (`scalar`, `scalars`, a subscript): that traps.
public final class TrainingStep<Model: ParameterContainer> {
  /// The element type of the parameters.
  public typealias Scalar = Model.Scalar
  /// The memory of one input, row-major: write the step's numbers there.
  public typealias Input = UnsafeMutableBufferPointer<Scalar>

  /// One recorded batch size.
  private final class Recording {
    let recorder = Recorder()
    let tensors: [Tensor<Scalar>]
    let inputs: [Input]
    var value: Tensor<Scalar>?

    init(_ shapes: [Shape]) {
      tensors = shapes.map { Tensor<Scalar>.zeros($0).copied(isVariable: true) }
      inputs = tensors.map(\.unsafeScalars)
    }
  }

  private let variables: Model
  private var optimizer: Adam<Scalar>
  private let settings = UnsafeMutablePointer<AdamSettings<Scalar>>.allocate(capacity: 1)
  private var recordings: [Int: Recording] = [:]
  private let shapes: (Int) -> [Shape]
  private let loss: (Model, [Tensor<Scalar>]) -> Tensor<Scalar>

  /// A step for a model and its optimiser; both are copied.
  ///
  /// - Parameters:
  ///   - model: Where to start.
  ///   - optimizer: Its settings and moments.
  ///   - inputs: The shapes of the inputs for a batch of so many rows.
  ///   - loss: What to minimise: shape `[]`, usually a mean over the batch.
  public init(
    _ model: Model, _ optimizer: Adam<Scalar>, inputs: @escaping (Int) -> [Shape],
    loss: @escaping (Model, [Tensor<Scalar>]) -> Tensor<Scalar>
  ) {
    variables = model.mapped { $0.copied(isVariable: true) }
    self.optimizer = optimizer
    self.optimizer.prepare(for: model)
    self.optimizer.first = self.optimizer.first.map { $0.copied(isVariable: true) }
    self.optimizer.second = self.optimizer.second.map { $0.copied(isVariable: true) }
    (shapes, self.loss) = (inputs, loss)
  }

  deinit { settings.deallocate() }

  /// The model as it is now: a copy.
  public var model: Model { variables.mapped { $0.copied() } }

  /// The optimiser as it is now: a copy.
  public var adam: Adam<Scalar> {
    var copy = optimizer
    copy.first = copy.first.map { $0.copied() }
    copy.second = copy.second.map { $0.copied() }
    return copy
  }

  /// The learning rate of the steps to come.
  public var rate: Double {
    get { optimizer.rate }
    set { optimizer.rate = newValue }
  }

  /// Makes one step and gives the loss before it, that of this batch under the model as it was.
  ///
  /// - Parameters:
  ///   - rows: The size of this batch.
  ///   - fill: Writes the inputs, given their memory in the order of the shapes.
  @discardableResult
  public func callAsFunction(rows: Int, _ fill: ([Input]) throws -> Void) rethrows -> Scalar {
    let known = recordings[rows]
    let recording = known ?? Recording(shapes(rows))
    try fill(recording.inputs)
    optimizer.step += 1
    settings.pointee = AdamSettings(
      step: optimizer.step, rate: optimizer.rate, beta1: optimizer.beta1, beta2: optimizer.beta2,
      epsilon: optimizer.epsilon)
    if known != nil {
      recording.recorder.replay()
    } else {
      recording.recorder.record { record(recording) }
      recordings[rows] = recording
    }
    return recording.value!.scalar
  }

  /// Computes the loss, its gradient, and the update.
  private func record(_ recording: Recording) {
    let (value, gradient) = valueAndGradient(at: variables) { loss($0, recording.tensors) }
    recording.value = value
    for (index, pair) in zip(variables.parameters, gradient.parameters).enumerated() {
      pair.0.updateInPlace(
        gradient: pair.1, first: optimizer.first[index], second: optimizer.second[index], settings)
    }
  }
}
