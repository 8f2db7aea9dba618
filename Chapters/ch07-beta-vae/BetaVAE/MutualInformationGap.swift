import KLDivergence
import Tensors

/// The mutual information gap: by how much the latent that tells most of a factor is ahead of the next,
/// as part of the factor's entropy and in the mean over factors.
///
/// Chen, Li, Grosse & Duvenaud 2018 (arXiv:1802.04942), section 4.1. They take I(z; v) from the
/// densities q(z | x); here, as in Locatello et al. 2019 (arXiv:1811.12359), each latent's code is cut
/// into bins, and the information is that of the table of bins and values. It is then a number of the
/// codes alone. Chance adds about (bins − 1)(values − 1) / 2 count to each entry.
///
/// - Parameters:
///   - codes: The means of q(z | x), `[count, d]`.
///   - factors: The factors of each datum, numbered from 0.
///   - bins: The number of bins for each latent.
/// - Returns: A number in [0, 1]: 1 if one latent determines each factor and the others tell nothing
///   of it.
public func mutualInformationGap(
  codes: Tensor<Double>, factors: [[Int]], bins: Int = 20
) -> Double {
  let (information, entropies) = factorInformation(codes: codes, factors: factors, bins: bins)
  return mutualInformationGap(information: information, entropies: entropies)
}

/// The same from the information I(z_j; v_k), `[d, factors]`, and the entropies H(v_k), both in nats.
///
/// The mean over k of (largest − second largest entry of column k) / H(v_k). Factors that do not vary
/// are left out; with a single latent, the second largest entry is 0.
///
/// Equation: mig
public func mutualInformationGap(information: Tensor<Double>, entropies: [Double]) -> Double {
  let gaps = entropies.indices.filter { entropies[$0] > 0 }.map { k in
    topGap(column(information, k)) / entropies[k]
  }
  return gaps.isEmpty ? 0 : gaps.reduce(0, +) / Double(gaps.count)
}

/// How much each latent's bin tells of each factor, I(z_j; v_k), `[d, factors]`, and the entropy of each
/// factor, all in nats.
public func factorInformation(
  codes: Tensor<Double>, factors: [[Int]], bins: Int = 20
) -> (information: Tensor<Double>, entropies: [Double]) {
  let (latents, number) = (codes.shape[1], factorCount(codes, factors, "factorInformation"))
  let values = (0..<number).map { k in factors.map { $0[k] } }
  let sizes = values.map { $0.max()! + 1 }
  let information = (0..<latents).flatMap { j in
    let bin = binned(column(codes, j), bins: bins)
    return (0..<number).map { k in
      mutualInformation(ofTable: pairFrequencies(bin, bins, values[k], sizes[k]))
    }
  }
  let entropies = (0..<number).map { k in
    entropy(pairFrequencies(values[k], sizes[k], values[k], sizes[k]).sum(axis: 1)).scalar
  }
  return (Tensor([latents, number], information), entropies)
}

/// The largest of some numbers, none negative, less the second largest (0 if there is only one).
func topGap(_ values: [Double]) -> Double {
  let sorted = values.sorted(by: >)
  return sorted[0] - (sorted.count > 1 ? sorted[1] : 0)
}
