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
  /// The names of the book, for readers who know PyTorch or JAX.
  ///
  /// `.ci/names` looks the names of the other libraries up where they are installed.
  static let all: [NamePair] = [
    NamePair("Tensor", "struct Tensor", torch: "torch.Tensor", jax: "jax.Array"),
    NamePair("matmul", "func matmul", torch: "torch.matmul", jax: "jax.numpy.matmul"),
    NamePair(
      "sum(axis:)", "func sum(axis", torch: "torch.sum", jax: "jax.numpy.sum",
      "the axis goes away in all three"),
    NamePair(
      "expanded(axis:)", "func expanded(axis", torch: "torch.unsqueeze",
      jax: "jax.numpy.expand_dims"),
    NamePair(
      "broadcast(to:)", "func broadcast(to", torch: "torch.broadcast_to",
      jax: "jax.numpy.broadcast_to"),
    NamePair(
      "reshaped", "func reshaped", torch: "torch.Tensor.reshape", jax: "jax.numpy.reshape"),
    NamePair(
      "sliced(axis:_:)", "func sliced(axis", torch: "torch.narrow", jax: "jax.lax.slice_in_dim",
      "a range here; start and length in torch; start and end in jax"),
    NamePair(
      "rows(at:)", "func rows(at", torch: "torch.index_select", jax: "jax.numpy.take",
      "the embedding look-up; the others take an axis"),
    NamePair(
      "concatenated", "func concatenated", torch: "torch.cat", jax: "jax.numpy.concatenate"),
    NamePair(
      "oneHot(_:classes:)", "func oneHot", torch: "torch.nn.functional.one_hot",
      jax: "jax.nn.one_hot", "torch's gives whole numbers: convert before a product"),
    NamePair("argMax()", "func argMax", torch: "torch.argmax", jax: "jax.numpy.argmax"),
    NamePair(
      "logSumExp(axis:)", "func logSumExp(axis", torch: "torch.logsumexp", jax: "jax.nn.logsumexp"),
    NamePair("sigmoid", "func sigmoid", torch: "torch.sigmoid", jax: "jax.nn.sigmoid"),
    NamePair(
      "softplus", "func softplus", torch: "torch.nn.functional.softplus", jax: "jax.nn.softplus"),
    NamePair("relu", "func relu", torch: "torch.relu", jax: "jax.nn.relu"),
    NamePair("softmax", "func softmax", torch: "torch.softmax", jax: "jax.nn.softmax"),
    NamePair(
      "valueAndGradient(at:of:)", "func valueAndGradient", torch: "torch.func.grad_and_value",
      jax: "jax.value_and_grad", "torch's gives the gradient first"),
    NamePair(
      "stopGradient", "func stopGradient", torch: "torch.Tensor.detach",
      jax: "jax.lax.stop_gradient"),
    NamePair(
      "Check.gradient", "func gradient<Point", torch: "torch.autograd.gradcheck",
      jax: "jax.test_util.check_grads", "no planted errors in theirs"),
    NamePair(
      "ParameterContainer", "protocol ParameterContainer", torch: "torch.nn.Module",
      jax: "jax.tree.map", "in jax any tree of arrays"),
    NamePair(
      "Dense", "struct Dense", torch: "torch.nn.Linear", jax: "jax.example_libraries.stax.Dense",
      "torch keeps the weight transposed, `[out, in]`"),
    NamePair(
      "MultilayerPerceptron", "struct MultilayerPerceptron", torch: "torch.nn.Sequential",
      jax: "jax.example_libraries.stax.serial"),
    NamePair(
      "Adam", "struct Adam<", torch: "torch.optim.Adam",
      jax: "jax.example_libraries.optimizers.adam"),
    NamePair(
      "SGD", "struct SGD", torch: "torch.optim.SGD", jax: "jax.example_libraries.optimizers.sgd"),
    NamePair("Batches", "struct Batches", torch: "torch.utils.data.DataLoader", jax: nil),
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
      "DiagonalGaussian.logDensity", "func logDensity",
      torch: "torch.distributions.Normal.log_prob",
      jax: "jax.scipy.stats.norm.logpdf", "theirs are not summed over coordinates"),
    NamePair(
      "reparameterize", "func reparameterize<", torch: "torch.distributions.Normal.rsample",
      jax: nil, "from λ = log σ² here, from σ in torch"),
    NamePair(
      "gaussianKL", "func gaussianKL", torch: "torch.distributions.kl_divergence", jax: nil,
      "summed over latents here; torch's is not, for `Normal`"),
    NamePair(
      "categoricalKL", "func categoricalKL", torch: "torch.nn.functional.kl_div", jax: nil,
      "KL(q‖p) is `kl_div(log p, q)` in torch: the order is turned round"),
    NamePair(
      "bernoulliLogLikelihood", "func bernoulliLogLikelihood",
      torch: "torch.nn.functional.binary_cross_entropy_with_logits", jax: nil,
      "torch's is minus this, and a mean over everything unless told otherwise"),
    NamePair(
      "gaussianLogLikelihood", "func gaussianLogLikelihood",
      torch: "torch.nn.functional.gaussian_nll_loss", jax: nil,
      "torch's is minus this, a mean, and without ½ log 2π unless `full=True`"),
    NamePair(
      "Cholesky", "struct Cholesky", torch: "torch.linalg.cholesky",
      jax: "jax.numpy.linalg.cholesky"),
    NamePair(
      "FullGaussian", "struct FullGaussian", torch: "torch.distributions.MultivariateNormal",
      jax: "jax.scipy.stats.multivariate_normal"),
  ]

  /// The table, under its heading.
  static var section: String {
    func code(_ name: String?) -> String { name.map { "`\($0)`" } ?? "" }
    let rows = all.map {
      "| `\($0.here)` | \(code($0.torch)) | \(code($0.jax)) | \($0.note) |"
    }
    let opening = """
      ## Names in PyTorch and JAX

      For readers who know one of them: what does the same there, and what to watch for. JAX itself has few layers, \
      optimisers and distributions; other libraries add them.

      | here | PyTorch | JAX | what differs |
      | --- | --- | --- | --- |
      """
    return ([opening] + rows).joined(separator: "\n")
  }
}
