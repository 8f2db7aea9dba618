import Foundation
import Testing

@testable import Plots

#if canImport(FoundationXML)
  import FoundationXML
#endif

private let x = (0...20).map(Double.init)

private func line(_ name: String, _ f: (Double) -> Double) -> Series {
  Series(name, x: x, y: x.map(f), band: (x.map { f($0) - 1 }, x.map { f($0) + 1 }))
}

private let broken = Series(
  "broken", x: [-1, 0, .nan, 1, 2, 3, 1e300, 4], y: [1, .nan, 2, .infinity, 0, -3, 4, 5],
  band: ([.nan, 0, -1, 1, 2, -.infinity, 0, 0], [1, 2, 3, 4, .infinity, 6, 7, 8]),
  style: .linePoints)

private let images = (0..<5).map { i in (0..<12).map { Double($0 * i % 12) / 11 } }

/// One of each kind of figure, and the odd ones.
private let samples: [any Figure] = [
  LineChart(
    title: "A < B & \"C\" ’d’ > E^{2}", description: "<&>\"'", x: Axis("x & y"),
    series: [line("<first>", { $0 }), line("second & last", { 2 * $0 })],
    references: [.horizontal(at: 50, "<top>"), .vertical(at: 4, "here"), .vertical(at: .nan)]),
  LineChart(title: "none", series: []),
  LineChart(title: "none", x: Axis(scale: .log), y: Axis(scale: .log), series: []),
  LineChart(title: "one", series: [Series("point", x: [0], y: [0])]),
  LineChart(title: "broken", series: [broken], references: [.horizontal(at: .infinity, "∞")]),
  LineChart(
    title: "broken", x: Axis(scale: .log), y: Axis(scale: .log), series: [broken],
    references: [.horizontal(at: -1, "no")]),
  LineChart(title: "nothing", series: [Series("nan", x: [.nan], y: [.infinity])]),
  LineChart(
    title: "range", x: Axis(range: 2...3), y: Axis(range: 0...1), series: [line("a", { $0 })]),
  ScatterPlot(
    title: "classes", points: (x, x.reversed()), classes: x.map { Int($0) % 12 },
    classNames: (0..<12).map(String.init), equalAspect: true),
  ScatterPlot(
    title: "glyphs", points: (x, x), classes: x.map { Int($0) % 2 }, classNames: ["<", "&"],
    marks: .glyphs),
  ScatterPlot(title: "none", points: ([], [])),
  ScatterPlot(title: "broken", x: Axis(scale: .log), points: ([.nan, -1, 3], [1, 2, .infinity])),
  HeatMap(
    title: "heat", x: Axis("z_{1}", range: -1...1), values: [1, .nan, 3, -.infinity, 5, 6], rows: 2,
    columns: 3, overlay: [Series("<o>", x: [-1, 1], y: [0, 2], style: .dashed)]),
  HeatMap(
    title: "constant", values: [2, 2], rows: 1, columns: 2, rowLabels: ["<r>"],
    columnLabels: ["a", "b"], colors: .diverging, colorLabel: "c", showsValues: true,
    squareCells: true),
  HeatMap(title: "zero", values: [0], rows: 1, columns: 1, colors: .diverging),
  BarChart(
    title: "bars", categories: ["<a>", "b c"],
    groups: [.init("g&h", values: [1, .nan], errors: [0.5, 1]), .init("i", values: [-1, 2])]),
  BarChart(title: "none", categories: [], groups: []),
  BarChart(
    title: "log", categories: ["a"], y: Axis(scale: .log),
    groups: [.init("", values: [10], errors: [20])]),
  Histogram(title: "counts", samples: x + [.nan, .infinity]),
  Histogram(title: "none", samples: []),
  Histogram(title: "same", samples: [1, 1, 1], bins: 3, densities: [line("d", { $0 / 20 })]),
  ImageGrid(
    title: "images", images: images, height: 4, width: 3, columns: 2, rowLabels: ["<1>", "2", "3"],
    columnLabels: ["a", "b"]),
  ImageGrid(images: [[1]], height: 1, width: 1, columns: 1),
  ImageGrid(title: "none", images: [], height: 2, width: 2, columns: 3),
  Panels(
    title: "all <of> it",
    figures: [
      LineChart(title: "part & parcel", series: [line("a", { $0 })]),
      ImageGrid(title: "images", images: images, height: 4, width: 3, columns: 5),
      Histogram(title: "h", samples: x),
    ]),
  Panels(figures: []),
]

@Suite struct FigureTests {
  @Test func everyFigureIsWellFormedXML() {
    for figure in samples {
      let parser = XMLParser(data: Data(figure.svg().utf8))
      #expect(parser.parse(), "\(figure.title): \(String(describing: parser.parserError))")
    }
  }

  @Test func everyFigureHasTitleDescriptionRoleAndBothSchemes() {
    for figure in samples {
      let svg = figure.svg()
      for part in ["<title>", "<desc>", "role=\"img\"", "viewBox=\"0 0 ", "width=", "height="] {
        #expect(svg.contains(part), "\(figure.title) lacks \(part)")
      }
      #expect(svg.contains("@media (prefers-color-scheme: dark)"))
    }
  }

  @Test func everyFigureHasTheSameBytesTwice() {
    for figure in samples { #expect(figure.svg() == figure.svg()) }
  }

  @Test func noFigureHasACoordinateThatIsNoNumber() throws {
    let attribute = try Regex("(d|x|y|width|height|points|viewBox|transform)=\"[^\"]*(nan|inf)")
    for figure in samples {
      #expect(figure.svg().firstMatch(of: attribute.ignoresCase()) == nil, "\(figure.title)")
    }
  }

  @Test func specialCharactersAreEscaped() {
    let svg = samples[0].svg()
    #expect(svg.contains("<title>A &lt; B &amp; &quot;C&quot; ’d’ &gt; E2</title>"))
    #expect(svg.contains("<desc>&lt;&amp;&gt;&quot;&#39;</desc>"))
    #expect(svg.contains("&lt;first&gt;"))
    #expect(escaped("a\u{1}b\nc") == "ab c")
  }

  @Test func aValueThatIsNotFiniteBreaksTheLine() {
    let chart = LineChart(
      title: "", series: [Series("", x: [0, 1, 2, 3, 4], y: [0, 1, .nan, 1, 0])])
    let path = chart.svg().split(separator: "\n").first { $0.contains("\"line s0\"") }
    #expect(path?.count { $0 == "M" } == 2)
    #expect(path?.count { $0 == "L" } == 2)
  }

  @Test func aLogarithmicAxisLeavesOutWhatIsNotPositive() {
    let axis = ScaledAxis(Axis(scale: .log), data: [-1, 0, 1, 100], padded: false)
    #expect((axis.lower, axis.upper) == (1, 100))
    #expect(axis.fraction(0) == nil)
    #expect(abs(axis.fraction(10)! - 0.5) < 1e-15)
  }

  @Test func namesStandAtTheEndsOfLinesOrElseInALegend() {
    func legendMarks(_ series: [Series]) -> Int {
      let plain = LineChart(title: "", series: series.map { Series("", x: $0.x, y: $0.y) })
      func lines(_ chart: LineChart) -> Int {
        chart.svg().components(separatedBy: "class=\"line ").count
      }
      return lines(LineChart(title: "", series: series)) - lines(plain)
    }
    let (a, b) = (Series("a", x: [0, 1], y: [0, 0]), Series("b", x: [0, 1], y: [0, 1]))
    #expect(legendMarks([a, b]) == 0)
    #expect(legendMarks([a, Series("stops early", x: [0, 0.5], y: [0, 1])]) == 2)
    #expect(legendMarks((0..<9).map { Series("same \($0)", x: [0, 1], y: [0, 1]) }) == 9)
  }

  @Test func histogramsCountEverySampleInRangeOnce() {
    let histogram = Histogram(title: "", samples: [0, 0.5, 1, 1, 2, .nan], bins: 2)
    #expect(histogram.heights([0, 0.5, 1, 1, 2, .nan]) == [2, 3])
    let density = Histogram(
      title: "", samples: x, bins: 7, densities: [Series("", x: [0, 1], y: [0, 1])])
    let total = density.heights(x).reduce(0, +) * (density.edges[1] - density.edges[0])
    #expect(abs(total - 1) < 1e-12)
  }

  @Test func valuesInCellsKeepWholeNumbersWhole() {
    let counts = HeatMap(title: "", values: [463, 0], rows: 1, columns: 2)
    #expect(counts.cellText(463) == "463")
    let shares = HeatMap(title: "", values: [-1, 0.256], rows: 1, columns: 2)
    #expect(["−1.00", "0.26"] == shares.values.map(shares.cellText))
  }

  @Test func equalUnitsAreEquallyLong() {
    var options = Frame.Options()
    options.equalUnits = true
    let frame = Frame(
      "", x: ScaledAxis(Axis(), data: [0, 1]), y: ScaledAxis(Axis(), data: [0, 9]), width: 500,
      height: 300, options: options)
    let (dx, dy) = (frame.placeX(1)! - frame.placeX(0)!, frame.placeY(0)! - frame.placeY(1)!)
    #expect(abs(dx / dy - 1) < 1e-9)
  }

  @Test func tenClassesDifferInColourAndShape() {
    #expect(Set(palette.map(\.light)).count == 10)
    #expect(Set(Marker.allCases.map { $0.path(0, 0, radius: 3) }).count >= 8)
  }

  @Test func mismatchedSizesEndTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = Series("a", x: [1, 2, 3], y: [1, 2, 3, 4]) }
    await #expect(processExitsWith: .failure) { _ = Series("a", x: [], y: []) }
    await #expect(processExitsWith: .failure) {
      _ = ImageGrid(images: [[0, 1]], height: 2, width: 2, columns: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = HeatMap(title: "", values: [1], rows: 2, columns: 2)
    }
    await #expect(processExitsWith: .failure) { _ = Axis(scale: .log, range: 0...1) }
  }

  @Test func aMismatchSaysBothSizes() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Series("a", x: [1, 2, 3], y: [1, 2, 3, 4]) }
    let message = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(message.contains("3 x values, 4 y values in series “a”"))
  }
}
