import Tensors

/// The two parts of KL(q(x, y) ‖ p(x, y)) for tables of probabilities of shape `[x, y]`.
///
/// `marginal` is KL(q(x)‖p(x)); `conditional` is the mean over q(x) of KL(q(y|x)‖p(y|x)). Their sum
/// is the divergence of the tables. All probabilities must be positive.
///
/// Equation: kl-chain-rule
public func chainRuleParts<Scalar>(
  _ q: Tensor<Scalar>, _ p: Tensor<Scalar>
) -> (marginal: Tensor<Scalar>, conditional: Tensor<Scalar>) {
  let (qx, px) = (q.sum(axis: 1), p.sum(axis: 1))
  let conditionals = categoricalKL(q / qx.expanded(axis: 1), p / px.expanded(axis: 1))
  return (categoricalKL(qx, px), (qx * conditionals).sum())
}

/// KL(q(x, y) ‖ p(x, y)) of two tables of probabilities, in nats: shape `[]`.
///
/// Equation: kl-chain-rule
public func jointKL<Scalar>(_ q: Tensor<Scalar>, _ p: Tensor<Scalar>) -> Tensor<Scalar> {
  categoricalKL(q.reshaped([q.count]), p.reshaped([p.count]))
}

/// The table of independent coordinates, q(x, y) = q(x) q(y): shapes `[x]` and `[y]` to `[x, y]`.
///
/// Equation: kl-additivity
public func independentTable<Scalar>(
  _ x: Tensor<Scalar>, _ y: Tensor<Scalar>
) -> Tensor<Scalar> {
  x.expanded(axis: 1) * y.expanded(axis: 0)
}
