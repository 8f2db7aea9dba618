import Tensors

/// Codes of factors for which it is known what a score of representations should say.
public enum KnownCode: String, CaseIterable, Sendable {
  /// Each factor in a latent of its own, with mean 0 and variance 1 over a grid: the best there is.
  case identity
  /// The same with normal noise of standard deviation 0.2, always the same for the same factors.
  case noisy
  /// Each factor in two latents.
  case duplicated
  /// The identity turned by 45° in the planes of neighbouring latents, one after the other, round to the
  /// first: nothing is lost, all is mixed.
  case rotated
  /// Normal noise, always the same for the same factors, that tells nothing of them.
  case noise
  /// The same number for all data in each latent.
  case constant

  /// The codes of data with these factors: `[number, d]`, where d is the number of factors, or twice
  /// that for `duplicated`.
  ///
  /// - Parameters:
  ///   - factors: Vectors of factors.
  ///   - sizes: The number of values of each factor.
  public func codes(_ factors: [[Int]], sizes: [Int]) -> Tensor<Double> {
    switch self {
    case .identity: standardized(factors, sizes)
    case .noisy: standardized(factors, sizes) + 0.2 * frozenNoise(factors, sizes)
    case .duplicated:
      concatenated([standardized(factors, sizes), standardized(factors, sizes)], axis: 1)
    case .rotated: matmul(standardized(factors, sizes), turn(sizes.count))
    case .noise: frozenNoise(factors, sizes)
    case .constant: Tensor([factors.count, sizes.count], repeating: 0.3)
    }
  }
}

/// Factors less the mean of 0, …, n − 1 and divided by its standard deviation, √((n² − 1) / 12).
private func standardized(_ factors: [[Int]], _ sizes: [Int]) -> Tensor<Double> {
  let scalars = factors.flatMap { vector in
    zip(vector, sizes).map { value, size -> Double in
      let n = Double(size)
      return size == 1 ? 0 : (Double(value) - (n - 1) / 2) / ((n * n - 1) / 12).squareRoot()
    }
  }
  return Tensor([factors.count, sizes.count], scalars)
}

/// One row of normal numbers for each vector of factors, from a stream of random numbers of its own.
private func frozenNoise(_ factors: [[Int]], _ sizes: [Int]) -> Tensor<Double> {
  let rows = factors.flatMap { vector in
    let index = zip(vector, sizes).reduce(0) { $0 * $1.1 + $1.0 }
    var random = Random(seed: 72, stream: UInt64(index))
    return random.normal([sizes.count], as: Double.self).scalars
  }
  return Tensor([factors.count, sizes.count], rows)
}

/// The product of rotations by 45° in the planes (0, 1), (1, 2), …, (n − 1, 0).
private func turn(_ n: Int) -> Tensor<Double> {
  let half = 0.5.squareRoot()
  return (0..<n).reduce(.identity(n)) { product, p in
    let q = (p + 1) % n
    var plane = Tensor<Double>.identity(n)
    (plane[p, p], plane[p, q], plane[q, p], plane[q, q]) = (half, -half, half, half)
    return matmul(product, plane)
  }
}
