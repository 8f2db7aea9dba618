import Tensors

/// Moves that leave a density invariant: a ball rolls over −log f for a while, and the end is kept with
/// the probability that makes up for the discretisation. Neal 2011 (arXiv:1206.1901).
public struct HamiltonianMonteCarlo: Sendable {
  /// The step h of the integration.
  public var stepSize: Double
  /// How many steps a move takes.
  public var steps: Int

  /// Moves of `steps` steps of size `stepSize`.
  public init(stepSize: Double, steps: Int) {
    (self.stepSize, self.steps) = (stepSize, steps)
  }

  /// Where leapfrog integration takes positions z and momenta v, each `[n, d]`, every row on its own.
  ///
  /// Half a step of v along ∇ log f, a step of z along v, half a step of v, again and again.
  ///
  /// Equation: leapfrog
  ///
  /// - Parameter logDensity: log f up to a constant, `[n, d]` to `[n]`.
  public func trajectory(
    from z: Tensor<Double>, momentum v: Tensor<Double>,
    logDensity: (Tensor<Double>) -> Tensor<Double>
  ) -> (z: Tensor<Double>, momentum: Tensor<Double>) {
    func slope(_ z: Tensor<Double>) -> Tensor<Double> {
      valueAndGradient(at: z) { logDensity($0).sum() }.gradient
    }
    var (z, v) = (z, v + 0.5 * stepSize * slope(z))
    for step in 1...steps {
      z = z + stepSize * v
      v = v + (step < steps ? stepSize : 0.5 * stepSize) * slope(z)
    }
    return (z, v)
  }

  /// One move of each row of z, `[n, d]`: a new momentum, a trajectory, and the decision of Metropolis.
  ///
  /// With H = ½ ‖v‖² − log f(z), the end is taken with probability min(1, exp(H_before − H_after)),
  /// else the row stays where it was.
  ///
  /// Equation: hmc-acceptance
  ///
  /// - Returns: The new positions, and the share of rows that moved.
  public func moved(
    _ z: Tensor<Double>, logDensity: (Tensor<Double>) -> Tensor<Double>, random: inout Random
  ) -> (z: Tensor<Double>, accepted: Double) {
    let momentum: Tensor<Double> = random.normal(z.shape)
    let end = trajectory(from: z, momentum: momentum, logDensity: logDensity)
    func energy(_ z: Tensor<Double>, _ v: Tensor<Double>) -> Tensor<Double> {
      0.5 * square(v).sum(axis: 1) - logDensity(z)
    }
    let gain = energy(z, momentum) - energy(end.z, end.momentum)
    let uniform: Tensor<Double> = random.uniform([z.shape[0]])
    let moves = zip(uniform.scalars, gain.scalars).map { $0 < Double.exp($1) }
    let rows = concatenated([z, end.z], axis: 0)
      .rows(at: moves.enumerated().map { $1 ? z.shape[0] + $0 : $0 })
    return (rows, Double(moves.count { $0 }) / Double(moves.count))
  }
}
