import EvidenceLowerBound
import KLDivergence
import Tensors
import Testing

@testable import Applications

@Suite("Between latents: lines and arcs")
struct InterpolationTests {
  @Test("line-norm: the squared norm at t averages to d ((1 − t)² + t²)")
  func line() {
    var random = Random(seed: 70)
    let (d, t) = (20, 0.5)
    let (a, b): (Tensor<Double>, Tensor<Double>) = (
      random.normal([4_000, d]), random.normal([4_000, d])
    )
    let squares = square(straightLine(from: a, to: b, at: t)).sum(axis: 1)
    let expected = lineSquaredNorm(dimensions: d, at: t)
    #expect(expected == 10)
    let check = Check.mean(
      "line-norm", of: squares.scalars, is: expected,
      planted: [
        "the norm of the ends": Double(d), "the norm halved": Double(d) / 4,
        "(1 − t) + t²": Double(d) * 0.75,
      ])
    #expect(check.passes, "\(check)")
    #expect(straightLine(from: a, to: b, at: 0) == a + 0 * b)
    #expect(abs(lineSquaredNorm(dimensions: 3, at: 1) - 3) < 1e-12)
  }

  @Test("shell: ‖z‖² has the variance 2 d")
  func shell() {
    var random = Random(seed: 71)
    let d = 20
    let squares = square(random.normal([6_000, d]) as Tensor<Double>).sum(axis: 1)
    let (mean, variance) = shellMoments(dimensions: d)
    let check = Check.mean(
      "shell", of: square(squares - mean).scalars, is: variance,
      planted: [
        "d": Double(d), "3 d: the fourth moment itself": 3 * Double(d), "d²": Double(d * d),
      ])
    #expect(check.passes, "\(check)")
    #expect(abs(squares.mean().scalar - mean) < 0.5)
  }

  @Test("slerp: the direction turns at a constant rate, the length goes in a straight line")
  func arc() {
    var random = Random(seed: 72)
    let (n, d) = (6, 5)
    let (a, b): (Tensor<Double>, Tensor<Double>) = (random.normal([n, d]), random.normal([n, d]))
    func norm(_ x: Tensor<Double>) -> Tensor<Double> { sqrt(square(x).sum(axis: 1)) }
    func cosine(_ x: Tensor<Double>, _ y: Tensor<Double>) -> Tensor<Double> {
      (x * y).sum(axis: 1) / (norm(x) * norm(y))
    }
    let angles = cosine(a, b).scalars.map { angle(cosine: $0) }
    let times = [0, 0.2, 0.5, 0.9, 1]
    func measured(_ at: (Double) -> Tensor<Double>) -> [Double] {
      times.flatMap { t in norm(at(t)).scalars + cosine(a, at(t)).scalars }
    }
    let expected = times.flatMap { t in
      ((1 - t) * norm(a) + t * norm(b)).scalars + angles.map { Double.cos(t * $0) }
    }
    let check = Check.identity(
      "slerp", expected, equals: measured { sphericalArc(from: a, to: b, at: $0) },
      tolerance: 1e-12,
      planted: [
        "the straight line": measured { straightLine(from: a, to: b, at: $0) },
        "t and 1 − t exchanged": measured { sphericalArc(from: b, to: a, at: $0) },
        "the line, stretched to the length": measured { t in
          let line = straightLine(from: a, to: b, at: t)
          let length = (1 - t) * norm(a) + t * norm(b)
          return (length / norm(line)).expanded(axis: 1) * line
        },
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("arcs of no rows, of equal ends, and the angle of a cosine")
  func edges() {
    #expect(sphericalArc(from: .zeros([0, 3]), to: .zeros([0, 3]), at: 0.5).shape == [0, 3])
    let a = Tensor<Double>([1, 2], [3, 4])
    #expect(abs(sphericalArc(from: a, to: 2 * a, at: 0.5) - 1.5 * a).max() < 1e-12)
    for omega in [0.0, 0.3, 1.5, 3.1] {
      #expect(abs(angle(cosine: Double.cos(omega)) - omega) < 1e-7)
    }
  }
}

@Suite("Latent arithmetic")
struct LatentArithmeticTests {
  @Test("attribute-shift: the divergence after a part of the way, from its closed form")
  func shift() {
    var random = Random(seed: 73)
    var (left, right): ([Double], [Double]) = ([], [])
    var (linear, noHalf, other): ([Double], [Double], [Double]) = ([], [], [])
    for fraction in [0, 0.3, 1, 1.7] {
      let p = FullGaussian.random(dimensions: 3, random: &random)
      let r = FullGaussian.random(dimensions: 3, random: &random)
      let moved = FullGaussian(
        mean: p.mean + fraction * (r.mean - p.mean), covariance: p.covariance)
      left.append(fullGaussianKL(moved, r))
      func closed(_ weight: Double, _ q: FullGaussian) -> Double {
        let rest = divergenceAfterShift(1, from: p, to: r)
        let v = (r.mean - p.mean).reshaped([3, 1])
        return rest + weight * (v * q.cholesky.solve(v)).sum().scalar
      }
      right.append(divergenceAfterShift(fraction, from: p, to: r))
      let s = 1 - fraction
      linear.append(closed(0.5 * abs(s), r))
      noHalf.append(closed(s * s, r))
      other.append(closed(0.5 * s * s, p))
    }
    let check = Check.identity(
      "attribute-shift", left, equals: right, tolerance: 1e-11,
      planted: [
        "1 − s not squared": linear, "the ½ forgotten": noHalf,
        "the covariance of the codes that move": other,
      ])
    #expect(check.passes, "\(check)")
  }

  @Test("analogy-norm: ā − b̄ + c is longer than a code, by 2/n")
  func analogy() {
    var random = Random(seed: 74)
    let (d, n) = (8, 3)
    let squares = (0..<3_000).map { _ -> Double in
      let draws: Tensor<Double> = random.normal([2 * n + 1, d])
      let a = draws.sliced(axis: 0, 0..<n).mean(axis: 0)
      let b = draws.sliced(axis: 0, n..<2 * n).mean(axis: 0)
      return square(a - b + draws.sliced(axis: 0, 2 * n..<2 * n + 1)).sum().scalar
    }
    let check = Check.mean(
      "analogy-norm", of: squares, is: analogySquaredNorm(dimensions: d, examples: n),
      planted: [
        "as single examples": 3 * Double(d), "the differences cancel": Double(d),
        "2/n²": Double(d) * (1 + 2 / 9),
      ])
    #expect(check.passes, "\(check)")
  }

  @Test(
    "attribute-parts: the difference inside classes and that of proportions, also where a kind is missing"
  )
  func parts() {
    var random = Random(seed: 79)
    let codes: Tensor<Double> = random.normal([30, 3])
    let classes = (0..<30).map { $0 % 4 }
    // Class 3 never has the attribute; the others have it unequally often.
    let isPresent = (0..<30).map { $0 % 4 != 3 && ($0 % 7 < 3 || $0 % 4 == 0) }
    let (within, between) = attributeParts(codes, where: isPresent, classes: classes)
    let check = Check.identity(
      "attribute-parts", attributeVector(codes, where: isPresent).scalars,
      equals: (within + between).scalars,
      planted: [
        "inside classes only": within.scalars, "proportions only": between.scalars,
        "a sign": (within - between).scalars, "the ½ forgotten": (within + 2 * between).scalars,
      ])
    #expect(check.passes, "\(check)")
    let alone = attributeParts(
      codes, where: isPresent, classes: Array(repeating: 0, count: 30))
    #expect(abs(alone.between).max() < 1e-15, "one class has no proportions")
  }

  @Test("the attribute vector is a difference of means; a fitted Gaussian has the points' moments")
  func vector() {
    let codes = Tensor<Double>([4, 2], [1, 0, 3, 2, 5, 5, 7, 9])
    let v = attributeVector(codes, where: [false, false, true, true])
    #expect(v.scalars == [4, 6])
    let fit = fittedGaussian(codes)
    #expect(fit.mean.scalars == [4, 4])
    #expect(fit.covariance.scalars == [5, 7.5, 7.5, 11.5])
  }
}
