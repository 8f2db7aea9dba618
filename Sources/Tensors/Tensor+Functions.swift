// Functions of one variable, element by element, each beside its derivative.

/// eˣ.
///
/// Backward: g · eˣ.
///
/// Equation: tensor-exp
public func exp<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  x.map(.exp).recorded(x) { entry, g, tape in tape.add(g * entry.output, to: entry.x) }
}

/// The natural logarithm.
///
/// Backward: g / x.
///
/// Equation: tensor-log
public func log<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  x.map(.log).recorded(x) { entry, g, tape in tape.add(g / entry.x, to: entry.x) }
}

/// The hyperbolic tangent.
///
/// Backward: g (1 − tanh² x).
///
/// Equation: tensor-tanh
public func tanh<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  x.map(.tanh).recorded(x) { entry, g, tape in
    tape.add(.zip(.tanhBackward, g, entry.output, "tanh"), to: entry.x)
  }
}

/// The logistic function s = 1 / (1 + e⁻ˣ).
///
/// Backward: g s (1 − s).
///
/// Equation: tensor-sigmoid
public func sigmoid<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  x.map(.sigmoid).recorded(x) { entry, g, tape in
    tape.add(.zip(.sigmoidBackward, g, entry.output, "sigmoid"), to: entry.x)
  }
}

/// log(1 + eˣ), without overflow.
///
/// Backward: g · sigmoid(x).
///
/// Equation: tensor-softplus
public func softplus<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  x.map(.softplus).recorded(x) { entry, g, tape in
    tape.add(.zip(.softplusBackward, g, entry.x, "softplus"), to: entry.x)
  }
}

/// max(x, 0); not-a-number stays what it is.
///
/// Backward: g where x > 0, else 0 (at 0, where no derivative exists, 0).
///
/// Equation: tensor-relu
public func relu<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  x.map(.relu).recorded(x) { entry, g, tape in
    tape.add(.zip(.reluBackward, g, entry.output, "relu"), to: entry.x)
  }
}

/// The square root.
///
/// Backward: g / (2 √x).
///
/// Equation: tensor-sqrt
public func sqrt<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  x.map(.squareRoot).recorded(x) { entry, g, tape in
    tape.add(.zip(.squareRootBackward, g, entry.output, "sqrt"), to: entry.x)
  }
}

/// x².
///
/// Backward: 2 g x.
///
/// Equation: tensor-square
public func square<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  x.map(.square).recorded(x) { entry, g, tape in
    tape.add(2 * (g * entry.x), to: entry.x)
  }
}

/// The sine, for |x| ≤ 10⁴.
///
/// Backward: g cos x.
///
/// Equation: tensor-sine
public func sin<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  x.map(.sin).recorded(x) { entry, g, tape in tape.add(g * entry.x.map(.cos), to: entry.x) }
}

/// The cosine, for |x| ≤ 10⁴.
///
/// Backward: −g sin x.
///
/// Equation: tensor-cosine
public func cos<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  x.map(.cos).recorded(x) { entry, g, tape in tape.add(-(g * entry.x.map(.sin)), to: entry.x) }
}

/// The absolute value.
///
/// Backward: g where x > 0, −g where x < 0 (at 0, where no derivative exists, g).
///
/// Equation: tensor-absolute
public func abs<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  x.map(.absolute).recorded(x) { entry, g, tape in
    tape.add(g * entry.x.map(.sign), to: entry.x)
  }
}

/// 1 where x > 0, else 0: the derivative of `relu`; a constant (no gradient flows through it).
public func positive<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> { x.map(.step) }
