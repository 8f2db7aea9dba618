/// A name of this package beside those of two other libraries that do the same.
struct NamePair {
  /// As a page writes it, such as `sum(axis:)`.
  let here: String
  /// How its declaration begins, such as `func sum(axis`; a test looks for it in the sources.
  let declaration: String
  /// The name in PyTorch, or none.
  let torch: String?
  /// The name in JAX, or none.
  let jax: String?
  /// What differs.
  let note: String

  init(
    _ here: String, _ declaration: String, torch: String?, jax: String?, _ note: String = ""
  ) {
    (self.here, self.declaration, self.torch, self.jax) = (here, declaration, torch, jax)
    self.note = note
  }
}

extension NamePair {
  /// The names of the book, for readers who know PyTorch or JAX, by what they are for.
  ///
  /// `.ci/names` looks the names of the other libraries up where they are installed.
  static let tables: [(title: String, pairs: [NamePair])] = [
    ("Tensors", tensors),
    ("Functions", functions),
    ("Gradients", gradients),
    ("Layers, optimisers, files", layersOptimisersFiles),
    ("Random numbers", randomNumbers),
    ("Distributions and objectives", distributionsAndObjectives),
  ]

  /// All of them.
  static let all = tables.flatMap { $0.pairs }

  private static let tensors: [NamePair] = [
    NamePair(
      "Tensor", "struct Tensor", torch: "torch.Tensor", jax: "jax.Array",
      "a value here: who changes a copy leaves the original alone"),
    NamePair("Tensor.zeros", "static func zeros", torch: "torch.zeros", jax: "jax.numpy.zeros"),
    NamePair(
      "matmul", "func matmul", torch: "torch.matmul", jax: "jax.numpy.matmul",
      "matrices only; the others take batches of them"),
    NamePair(
      "affine", "func affine", torch: "torch.nn.functional.linear", jax: nil,
      "x W + b here, x Wᵀ + b there"),
    NamePair(
      "*", "static func * (x: Tensor, y", torch: "torch.mul", jax: "jax.numpy.multiply",
      "element by element; shapes broadcast from the right in all three"),
    NamePair(
      "sum(axis:)", "func sum(axis", torch: "torch.sum", jax: "jax.numpy.sum",
      "the axis goes away in all three"),
    NamePair("mean(axis:)", "func mean(axis", torch: "torch.mean", jax: "jax.numpy.mean"),
    NamePair("max(axis:)", "func max(axis", torch: "torch.amax", jax: "jax.numpy.max"),
    NamePair(
      "argMax()", "func argMax", torch: "torch.argmax", jax: "jax.numpy.argmax",
      "of each row here; of all elements there unless an axis is given"),
    NamePair(
      "expanded(axis:)", "func expanded(axis", torch: "torch.unsqueeze",
      jax: "jax.numpy.expand_dims"),
    NamePair(
      "broadcast(to:)", "func broadcast(to", torch: "torch.broadcast_to",
      jax: "jax.numpy.broadcast_to"),
    NamePair("reshaped", "func reshaped", torch: "torch.Tensor.reshape", jax: "jax.numpy.reshape"),
    NamePair("transposed()", "func transposed", torch: "torch.t", jax: "jax.numpy.transpose"),
    NamePair(
      "sliced(axis:_:)", "func sliced(axis", torch: "torch.narrow", jax: "jax.lax.slice_in_dim",
      "a range here; start and length in torch; start and end in jax"),
    NamePair(
      "rows(at:)", "func rows(at", torch: "torch.index_select", jax: "jax.numpy.take",
      "the look-up of an embedding; the others take an axis"),
    NamePair("concatenated", "func concatenated", torch: "torch.cat", jax: "jax.numpy.concatenate"),
    NamePair(
      "oneHot(_:classes:)", "func oneHot", torch: "torch.nn.functional.one_hot",
      jax: "jax.nn.one_hot", "torch's gives whole numbers: convert before a product"),
  ]

  private static let functions: [NamePair] = [
    NamePair("exp", "func exp<", torch: "torch.exp", jax: "jax.numpy.exp"),
    NamePair("log", "func log<", torch: "torch.log", jax: "jax.numpy.log"),
    NamePair("square", "func square<", torch: "torch.square", jax: "jax.numpy.square"),
    NamePair("tanh", "func tanh<", torch: "torch.tanh", jax: "jax.numpy.tanh"),
    NamePair("sigmoid", "func sigmoid", torch: "torch.sigmoid", jax: "jax.nn.sigmoid"),
    NamePair(
      "softplus", "func softplus", torch: "torch.nn.functional.softplus", jax: "jax.nn.softplus"),
    NamePair("relu", "func relu", torch: "torch.relu", jax: "jax.nn.relu"),
    NamePair(
      "softmax", "func softmax", torch: "torch.softmax", jax: "jax.nn.softmax",
      "over the last axis here and in jax; torch asks which"),
    NamePair(
      "logSumExp(axis:)", "func logSumExp(axis", torch: "torch.logsumexp", jax: "jax.nn.logsumexp"),
    NamePair(
      "Cholesky", "struct Cholesky", torch: "torch.linalg.cholesky",
      jax: "jax.numpy.linalg.cholesky"),
    NamePair(
      "SymmetricEigensystem", "struct SymmetricEigensystem", torch: "torch.linalg.eigh",
      jax: "jax.numpy.linalg.eigh", "largest eigenvalue first; in the others the smallest"),
    NamePair(
      "logAbsoluteDeterminant", "func logAbsoluteDeterminant", torch: "torch.linalg.slogdet",
      jax: "jax.numpy.linalg.slogdet", "the others give the sign too"),
  ]

  private static let gradients: [NamePair] = [
    NamePair(
      "valueAndGradient(at:of:)", "func valueAndGradient", torch: "torch.func.grad_and_value",
      jax: "jax.value_and_grad", "torch's gives the gradient first"),
    NamePair(
      "stopGradient", "func stopGradient", torch: "torch.Tensor.detach",
      jax: "jax.lax.stop_gradient"),
    NamePair("jacobian(of:at:)", "func jacobian", torch: "torch.func.jacrev", jax: "jax.jacrev"),
    NamePair(
      "TrainingStep", "class TrainingStep", torch: "torch.compile", jax: "jax.jit",
      "recorded once for each size of batch; as under `jax.jit`, the loss must not look at computed values"
    ),
    NamePair(
      "Check.gradient", "func gradient<Point", torch: "torch.autograd.gradcheck",
      jax: "jax.test_util.check_grads", "no planted errors in theirs"),
  ]

  private static let layersOptimisersFiles: [NamePair] = [
    NamePair(
      "ParameterContainer", "protocol ParameterContainer", torch: "torch.nn.Module",
      jax: "jax.tree.map", "in jax any tree of arrays"),
    NamePair(
      "parameterNames", "var parameterNames", torch: "torch.nn.Module.state_dict", jax: nil,
      "names alone; the tensors are `parameters`"),
    NamePair(
      "Dense", "struct Dense", torch: "torch.nn.Linear", jax: "jax.example_libraries.stax.Dense",
      "torch keeps the weight transposed, `[out, in]`"),
    NamePair(
      "Initialization.glorot", "case glorot", torch: "torch.nn.init.xavier_uniform_",
      jax: "jax.nn.initializers.glorot_uniform",
      "a `Linear` of torch starts otherwise: that is `Initialization.torch`"),
    NamePair(
      "Initialization.he", "case he", torch: "torch.nn.init.kaiming_normal_",
      jax: "jax.nn.initializers.he_normal", "that of jax cuts off the tails"),
    NamePair(
      "MultilayerPerceptron", "struct MultilayerPerceptron", torch: "torch.nn.Sequential",
      jax: "jax.example_libraries.stax.serial"),
    NamePair(
      "Adam", "struct Adam<", torch: "torch.optim.Adam",
      jax: "jax.example_libraries.optimizers.adam", "with the same defaults as torch's"),
    NamePair(
      "SGD", "struct SGD", torch: "torch.optim.SGD", jax: "jax.example_libraries.optimizers.sgd"),
    NamePair(
      "Optimizer.update", "func update<Model", torch: "torch.optim.Optimizer.step", jax: nil,
      "the gradient is an argument, not a field of the parameters"),
    NamePair(
      "Batches", "struct Batches", torch: "torch.utils.data.DataLoader", jax: nil,
      "indices; the last batch may be smaller, as in torch"),
    NamePair(
      "ImageSet", "struct ImageSet", torch: "torch.utils.data.TensorDataset", jax: nil,
      "bytes; `tensor` divides by 255"),
    NamePair(
      "Safetensors", "struct Safetensors", torch: "torch.load", jax: nil,
      "`safetensors.torch.load_file` and `safetensors.flax.load_file` read what this writes; `torch.load` does not"
    ),
    NamePair(
      "Checkpoint", "class Checkpoint", torch: "torch.save", jax: nil,
      "model, optimiser, random numbers and place in one file of safetensors"),
    NamePair(
      "torchParameters()", "func torchParameters", torch: "torch.nn.Module.load_state_dict",
      jax: nil, "chapter 6: weights that fit the VAE of PyTorch's examples"),
    NamePair("Parallel.threads", "static var threads", torch: "torch.set_num_threads", jax: nil),
  ]

  private static let randomNumbers: [NamePair] = [
    NamePair(
      "Random(seed:stream:)", "struct Random", torch: "torch.Generator", jax: "jax.random.key",
      "a stream is `jax.random.fold_in` of a key"),
    NamePair(
      "Random.normal", "mutating func normal", torch: "torch.randn", jax: "jax.random.normal"),
    NamePair(
      "Random.uniform", "mutating func uniform", torch: "torch.rand", jax: "jax.random.uniform"),
    NamePair(
      "Random.permutation", "mutating func permutation", torch: "torch.randperm",
      jax: "jax.random.permutation"),
    NamePair(
      "Binarization.stochastic", "case stochastic", torch: "torch.bernoulli",
      jax: "jax.random.bernoulli"),
    NamePair(
      "gumbelNoise", "func gumbelNoise", torch: "torch.distributions.Gumbel",
      jax: "jax.random.gumbel"),
    NamePair(
      "gumbelMax", "func gumbelMax", torch: "torch.distributions.Categorical.sample",
      jax: "jax.random.categorical", "noise is an argument here"),
    NamePair(
      "gumbelSoftmax", "func gumbelSoftmax", torch: "torch.nn.functional.gumbel_softmax", jax: nil,
      "noise is an argument here; torch's can be straight-through, `hard=True`"),
  ]

  private static let distributionsAndObjectives: [NamePair] = [
    NamePair(
      "DiagonalGaussian", "struct DiagonalGaussian", torch: "torch.distributions.Independent",
      jax: nil, "of a `Normal`, which takes σ"),
    NamePair(
      "DiagonalGaussian.logDensity", "func logDensity",
      torch: "torch.distributions.Normal.log_prob", jax: "jax.scipy.stats.norm.logpdf",
      "theirs are not summed over coordinates"),
    NamePair(
      "reparameterize", "func reparameterize<", torch: "torch.distributions.Normal.rsample",
      jax: nil, "from λ = log σ² here, from σ in torch; `sample` lets no gradient through"),
    NamePair(
      "FullGaussian", "struct FullGaussian", torch: "torch.distributions.MultivariateNormal",
      jax: "jax.scipy.stats.multivariate_normal"),
    NamePair(
      "MixturePrior", "struct MixturePrior", torch: "torch.distributions.MixtureSameFamily",
      jax: nil),
    NamePair(
      "gaussianKL", "func gaussianKL", torch: "torch.distributions.kl_divergence", jax: nil,
      "summed over latents here; torch's is not, for `Normal`"),
    NamePair(
      "categoricalKL", "func categoricalKL", torch: "torch.nn.functional.kl_div", jax: nil,
      "KL(q‖p) is `kl_div(log p, q)` in torch: the order is turned round, and the mean is over all elements unless told `\"batchmean\"`"
    ),
    NamePair(
      "bernoulliLogLikelihood", "func bernoulliLogLikelihood",
      torch: "torch.nn.functional.binary_cross_entropy_with_logits", jax: nil,
      "torch's is minus this, and a mean over everything unless told otherwise"),
    NamePair(
      "gaussianLogLikelihood", "func gaussianLogLikelihood",
      torch: "torch.nn.functional.gaussian_nll_loss", jax: nil,
      "torch's is minus this, a mean, and without ½ log 2π unless `full=True`"),
    NamePair(
      "reconstructionError", "func reconstructionError", torch: "torch.nn.functional.mse_loss",
      jax: nil, "summed over pixels here; torch's is a mean over everything"),
    NamePair(
      "softmaxRegressionLoss", "func softmaxRegressionLoss",
      torch: "torch.nn.functional.cross_entropy", jax: nil,
      "a mean over data in both; torch's takes logits and labels"),
    NamePair(
      "importanceLogLikelihood", "func importanceLogLikelihood", torch: "torch.logsumexp",
      jax: "jax.nn.logsumexp", "of the log-weights, less log k: chapter 6"),
  ]
}

/// Something of the other libraries that this package does without.
struct MissingName {
  let torch: String
  let jax: String?
  /// What a program of the book does in its place.
  let instead: String

  static let all: [MissingName] = [
    MissingName(
      torch: "torch.Tensor.backward", jax: nil,
      instead: "`valueAndGradient` returns the gradient; nothing accumulates"),
    MissingName(
      torch: "torch.optim.Optimizer.zero_grad", jax: nil,
      instead: "not needed: a gradient is a value"),
    MissingName(
      torch: "torch.no_grad", jax: nil, instead: "not needed: only `valueAndGradient` records"),
    MissingName(
      torch: "torch.func.vmap", jax: "jax.vmap",
      instead: "functions take a batch, a row for each datum"),
    MissingName(
      torch: "torch.manual_seed", jax: nil,
      instead: "a `Random` for each purpose, with a stream of its own"),
    MissingName(
      torch: "torch.nn.Conv2d", jax: "jax.lax.conv_general_dilated",
      instead: "dense layers; chapter 9 cuts images into patches"),
    MissingName(torch: "torch.nn.BatchNorm1d", jax: nil, instead: "none is used"),
    MissingName(torch: "torch.nn.Dropout", jax: nil, instead: "none is used"),
    MissingName(
      torch: "torch.optim.lr_scheduler.LambdaLR", jax: nil,
      instead: "set the optimiser's `rate` between steps"),
    MissingName(torch: "torch.nn.utils.clip_grad_norm_", jax: nil, instead: "none is used"),
    MissingName(
      torch: "torch.Tensor.to", jax: "jax.device_put", instead: "one processor, several threads"),
  ]
}
