import Tensors

/// The number of latents whose code varies over the data: those with Var_x(E_q[z_j | x]) above a
/// threshold.
///
/// Burda, Grosse & Salakhutdinov 2016 (arXiv:1509.00519), section 5.2, with 0.01 for the threshold.
/// A latent that tells nothing of x has the prior's mean, 0, for every x.
///
/// Equation: active-units
///
/// - Parameters:
///   - codes: The means of q(z | x), `[count, d]`.
///   - threshold: The variance that a unit must exceed.
public func activeUnits(codes: Tensor<Double>, threshold: Double = 0.01) -> Int {
  codeVariances(codes).count { $0 > threshold }
}

/// The variance of each latent's code over the data `[count, d]`, divided by the count: d numbers.
public func codeVariances(_ codes: Tensor<Double>) -> [Double] {
  square(codes - codes.mean(axis: 0)).mean(axis: 0).scalars
}
