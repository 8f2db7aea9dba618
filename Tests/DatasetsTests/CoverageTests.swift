import Tensors
import Testing

@testable import Datasets

@Suite struct CoverageTests {
  @Test("A rectangle between the grid lines covers the products of its parts of rows and columns")
  func rectangle() {
    let corners = [SIMD2(0.25, 1.5), SIMD2(3.0, 1.5), SIMD2(3.0, 2.75), SIMD2(0.25, 2.75)]
    let (rows, columns): ([Float], [Float]) = ([0, 0.5, 0.75, 0], [0.75, 1, 1, 0])
    let expected = rows.flatMap { row in columns.map { row * $0 } }
    #expect(coverage(of: corners, size: 4) == expected)
  }

  @Test("A triangle whose long side cuts pixels in half, and one within a pixel")
  func triangles() {
    let half = [SIMD2(0.0, 0.0), SIMD2(3.0, 3.0), SIMD2(0.0, 3.0)]
    #expect(coverage(of: half, size: 3) == [0.5, 0, 0, 1, 0.5, 0, 1, 1, 0.5])
    let small = [SIMD2(1.25, 1.25), SIMD2(1.75, 1.25), SIMD2(1.25, 1.75)]
    #expect(coverage(of: small, size: 2) == [0, 0, 0, 0.125])
  }

  @Test("Degenerate polygons cover nothing, and the whole image is covered by its own outline")
  func degenerate() {
    #expect(coverage(of: [], size: 1) == [0])
    #expect(coverage(of: [SIMD2(0.5, 0.5)], size: 1) == [0])
    #expect(coverage(of: [SIMD2(0.5, 0), SIMD2(1.5, 2)], size: 2) == [0, 0, 0, 0])
    let image = [SIMD2(0.0, 0.0), SIMD2(2.0, 0.0), SIMD2(2.0, 2.0), SIMD2(0.0, 2.0)]
    #expect(coverage(of: image, size: 2) == [1, 1, 1, 1])
  }

  @Test("It is the area of the polygon clipped to each pixel, for 300 random polygons")
  func clipped() {
    var random = Random(seed: 70)
    var worst: Float = 0
    for number in 0..<300 {
      let corners = star(3 + number % 6, size: 8, &random)
      let areas = (0..<64).map { pixel in
        Float(area(clipped(corners, to: SIMD2(Double(pixel % 8), Double(pixel / 8)))))
      }
      let errors = zip(coverage(of: corners, size: 8), areas).map { Swift.abs($0 - $1) }
      worst = max(worst, errors.max()!)
    }
    #expect(worst < 1e-6)
  }

  /// A polygon without crossing edges around the centre, clockwise as seen.
  private func star(_ corners: Int, size: Double, _ random: inout Random) -> [SIMD2<Double>] {
    let numbers = random.uniform([2, corners], as: Double.self)
    return (0..<corners).map { corner in
      let angle = 2 * Double.pi * (Double(corner) + 0.9 * numbers[0, corner]) / Double(corners)
      let radius = size * (0.1 + 0.39 * numbers[1, corner])
      return SIMD2(size / 2 + radius * .cos(angle), size / 2 + radius * .sin(angle))
    }
  }

  /// A polygon cut off at the four sides of a pixel, one after the other (Sutherland & Hodgman).
  private func clipped(
    _ corners: [SIMD2<Double>], to pixel: SIMD2<Double>
  ) -> [SIMD2<Double>] {
    var polygon = corners
    for axis in 0..<2 {
      for (bound, sign) in [(pixel[axis], 1.0), (pixel[axis] + 1, -1.0)] {
        let inside = { (p: SIMD2<Double>) in sign * (p[axis] - bound) }
        var cut: [SIMD2<Double>] = []
        for (index, p) in polygon.enumerated() {
          let q = polygon[(index + 1) % polygon.count]
          let (a, b) = (inside(p), inside(q))
          if a >= 0 { cut.append(p) }
          if a * b < 0 { cut.append(p + (q - p) * (a / (a - b))) }
        }
        polygon = cut
      }
    }
    return polygon
  }

  /// The area of a polygon, by the shoelace formula.
  private func area(_ corners: [SIMD2<Double>]) -> Double {
    corners.indices.reduce(0) { sum, index in
      let (p, q) = (corners[index], corners[(index + 1) % corners.count])
      return sum + (p.x * q.y - q.x * p.y) / 2
    }
  }
}
