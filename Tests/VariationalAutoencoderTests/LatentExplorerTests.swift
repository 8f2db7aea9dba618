import Datasets
import Foundation
import Tensors
import Testing
import Training

@testable import Plots
@testable import VariationalAutoencoder

/// Two models and what the page shows beside them.
private struct Example {
  var plane, many: VariationalAutoencoder<Float>
  var digits: Tensor<Float>
  var labels: [Int]
  var rates: [Double]
  var size: (height: Int, width: Int)

  /// The book's shapes, after a little training on digits.
  static let trained: Example = {
    let images = try! ImageSource.digits.load().training.subset(0..<1_000)
    var random = Random(seed: 61)
    var models = [2, 20].map {
      VariationalAutoencoder<Float>(Architecture(latents: $0), random: &random)
    }
    for i in models.indices {
      models[i].train(on: images, TrainingPlan(epochs: 8), random: &random)
    }
    let grey: Tensor<Float> = images.tensor(Array(0..<200))
    let digits = Binarization.stochastic(grey, using: &random)
    let rates = models[1].evaluate(digits, random: &random).ratePerLatent
    return Example(
      plane: models[0], many: models[1], digits: digits,
      labels: images.labels!.prefix(200).map(Int.init), rates: rates, size: (28, 28))
  }()

  /// Images of 3 × 2 pixels and three layers: binary pixels in the plane, real ones beside it.
  static func small(_ activation: Activation, labels: [Int] = [0, 1, 0, 1]) -> Example {
    var random = Random(seed: 62)
    func model(_ latents: Int, _ likelihood: Likelihood) -> VariationalAutoencoder<Float> {
      var model = VariationalAutoencoder<Float>(
        Architecture(
          pixels: 6, hidden: [5, 4], latents: latents, activation: activation,
          likelihood: likelihood), random: &random)
      model.forEachParameter { $0 = $0 + random.normal($0.shape) }
      return model
    }
    return Example(
      plane: model(2, .bernoulli), many: model(3, .gaussian), digits: random.uniform([4, 6]),
      labels: labels, rates: [0.5, 2, 1], size: (3, 2))
  }

  func html(classNames: [String]) throws -> String {
    try LatentExplorer(
      plane: plane, many: many, ratePerLatent: rates, digits: digits, labels: labels,
      classNames: classNames, size: size
    ).html()
  }
}

/// What stands in the page for its script, read back.
private struct Embedded: Decodable {
  struct Network: Decodable {
    let widths: [Int]
    let activation, likelihood, parameters: String
  }
  struct Digit: Decodable { let name, pixels, code: String }
  let height, width: Int
  let plane, many: Network
  let codes, rates: String
  let labels: [Int]
  let classNames: [String]
  let examples: [Digit]

  init(html: String) throws {
    let start = try #require(html.range(of: "<script type=\"application/json\" id=\"models\">"))
    let end = try #require(html[start.upperBound...].range(of: "</script>"))
    let json = html[start.upperBound..<end.lowerBound]
    self = try JSONDecoder().decode(Embedded.self, from: Data(json.utf8))
  }
}

/// The bits of the 32-bit numbers in a base64 text, the lowest byte first.
private func bits(_ base64: String) throws -> [UInt32] {
  let bytes = [UInt8](try #require(Data(base64Encoded: base64)))
  return stride(from: 0, to: bytes.count, by: 4).map { i in
    (0..<4).reduce(0) { $0 | UInt32(bytes[i + $1]) << (8 * $1) }
  }
}

private func bits(_ tensors: Tensor<Float>...) -> [UInt32] {
  tensors.flatMap { $0.scalars.map(\.bitPattern) }
}

private let digitNames = (0..<10).map(String.init)

@Suite("The latent explorer's file")
struct LatentExplorerTests {
  @Test("every weight of both decoders is in the file, bit for bit")
  func weights() throws {
    let example = Example.trained
    let embedded = try Embedded(html: example.html(classNames: digitNames))
    for (network, model) in [(embedded.plane, example.plane), (embedded.many, example.many)] {
      let layers = model.decoder.layers
      #expect(network.widths == [model.latents, 400, 784])
      #expect(network.activation == "relu")
      #expect(network.likelihood == "bernoulli")
      #expect(
        try bits(network.parameters)
          == bits(layers[0].weight, layers[0].bias, layers[1].weight, layers[1].bias))
    }
  }

  @Test("codes, rates and examples are those of the models and digits")
  func data() throws {
    let example = Example.trained
    let embedded = try Embedded(html: example.html(classNames: digitNames))
    #expect(embedded.height == 28 && embedded.width == 28)
    #expect(try bits(embedded.codes) == bits(example.plane.encode(example.digits).mean))
    #expect(try bits(embedded.rates) == example.rates.map { Float($0).bitPattern })
    #expect(embedded.labels == example.labels)
    #expect(embedded.examples.map(\.name) == digitNames)
    for (digit, label) in zip(embedded.examples, 0...) {
      let index = try #require(example.labels.firstIndex(of: label))
      let pixels = example.digits.sliced(axis: 0, index..<index + 1)
      #expect(try bits(digit.pixels) == bits(pixels))
      #expect(try bits(digit.code) == bits(example.many.encode(pixels).mean))
    }
  }

  @Test("nothing in the file refers to anything outside it")
  func selfContained() throws {
    let html = try Example.trained.html(classNames: digitNames)
    for outside in [
      "http:", "https:", "src=", "href=", "url(", "@import", "import(", "import ", "fetch(",
      "XMLHttpRequest", "WebSocket", "Worker", "<link", "<iframe", "<img",
    ] {
      #expect(!html.contains(outside), "\(outside)")
    }
    // And the browser is told to refuse it.
    #expect(html.contains("content=\"default-src 'none'; script-src 'unsafe-inline';"))
    #expect(html.utf8.count < 3_700_000)
  }

  @Test("a class's name cannot end the script that holds it, nor become markup")
  func escaping() throws {
    let names = ["</script><script>alert(1)</script>", "<!--\"\\\n\u{2028}é'"]
    let html = try Example.small(.tanh).html(classNames: names)
    let plain = try Example.small(.tanh).html(classNames: ["a", "b"])
    func tags(_ html: String) -> Int { html.count { $0 == "<" } }
    #expect(tags(html) == tags(plain))
    #expect(!html.contains("<script>alert"))
    #expect(try Embedded(html: html).classNames == names)
  }

  @Test("without labels, the first digits are the examples and have no names")
  func withoutLabels() throws {
    let html = try Example.small(.relu, labels: []).html(classNames: [])
    let embedded = try Embedded(html: html)
    #expect(embedded.labels.isEmpty)
    #expect(embedded.examples.map(\.name) == ["", "", "", ""])
  }

  @Test("the same models give the same bytes")
  func sameBytes() throws {
    let names = ["a", "b"]
    #expect(
      try Example.small(.tanh).html(classNames: names)
        == Example.small(.tanh).html(classNames: names))
  }

  @Test("the page's colours are those of the figures")
  func colours() throws {
    let html = try Example.small(.tanh).html(classNames: ["a", "b"])
    let parts = html.components(separatedBy: "@media (prefers-color-scheme: dark)")
    for (k, color) in palette.enumerated() {
      #expect(parts[0].contains("--class\(k): \(color.light);"))
      #expect(parts[1].contains("--class\(k): \(color.dark);"))
    }
  }
}

@Suite(
  "The latent explorer in a browser", .serialized,
  .enabled(if: Browser.program != nil, "no Chromium here: on Debian, apt-get install chromium"))
struct LatentExplorerBrowserTests {
  /// The largest difference between the browser's expected pixels and Swift's, over both models.
  private func disagreement(
    _ html: String, _ example: Example, points: Int
  ) throws -> (plane: Double, many: Double) {
    var random = Random(seed: 63)
    let (a, b): (Tensor<Float>, Tensor<Float>) = (
      1.5 * random.normal([points, 2]), 1.5 * random.normal([points, example.many.latents])
    )
    func rows(_ z: Tensor<Float>) -> [[Float]] {
      stride(from: 0, to: z.count, by: z.shape[1]).map {
        Array(z.scalars[$0..<$0 + z.shape[1]])
      }
    }
    let json = String(decoding: try JSONEncoder().encode([rows(a), rows(b)]), as: UTF8.self)
    let answer = try Browser.run(
      html,
      probe: """
        const [a, b] = \(json);
        return [a.map((z) => [...decode(plane, z)]), b.map((z) => [...decode(many, z)])];
        """, as: [[[Double]]].self)
    func worst(_ browser: [[Double]], _ swift: Tensor<Float>) -> Double {
      let flat = browser.flatMap { $0 }
      guard flat.count == swift.count else { return .infinity }
      return zip(flat, swift.scalars).map { Swift.abs($0 - Double($1)) }.max()!
    }
    return (
      worst(answer[0], example.plane.expectedPixels(a)),
      worst(answer[1], example.many.expectedPixels(b))
    )
  }

  @Test("its script decodes as Swift does, to 1e-5 in every pixel: the book's models")
  func trainedModels() throws {
    let example = Example.trained
    let html = try example.html(classNames: digitNames)
    let found = try disagreement(html, example, points: 40)
    #expect(found.plane < 1e-5 && found.many < 1e-5, "\(found)")

    // The comparison can fail: one weight of 316,784 in the page is not the model's.
    var other = example
    other.plane.decoder.layers[0].weight[0, 0] += 0.01
    #expect(try disagreement(html, other, points: 40).plane > 1e-5)
  }

  @Test("its script decodes as Swift does: every activation and likelihood, three layers")
  func everyKind() throws {
    for activation in Activation.allCases {
      let example = Example.small(activation)
      let html = try example.html(classNames: ["a", "b"])
      let found = try disagreement(html, example, points: 100)
      #expect(found.plane < 1e-5, "\(activation), bernoulli")
      #expect(found.many < 1e-5, "\(activation), gaussian")
    }
  }

  private struct Visit: Decodable {
    var problems: [String]
    var place, fields, random, reset, slid: [Double]
    var text, spoken: String
    var rates, nearest, shown: [Double]
    var code, decoded: [Double]
    var overflow, width, digitTop: Double
    var ink: [[Double]]
  }

  @Test("keys, fields, sliders and buttons do what they say, on a screen of 390 pixels")
  func visit() throws {
    let example = Example.trained
    let visit = try Browser.run(
      example.html(classNames: digitNames),
      probe: """
        const problems = [];
        addEventListener("error", (event) => problems.push(event.message));
        const ink = (id) => {
          const canvas = byId(id);
          const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
          return [...data].filter((_, i) => i % 4 == 0);
        };
        const frame = () => new Promise((done) => setTimeout(done, 400));
        await frame();
        const key = (key, shiftKey) => map.dispatchEvent(
          new KeyboardEvent("keydown", { key, shiftKey, cancelable: true, bubbles: true }));
        key("Home"); key("ArrowRight"); key("ArrowRight", true); key("ArrowDown", true);
        key("ArrowUp"); key("ArrowLeft"); key("x");
        const answer = { place: [...place], text: byId("plane-text").textContent };
        await frame();
        answer.spoken = byId("spoken").textContent;
        answer.ink = [ink("plane-digit")];

        const box = map.getBoundingClientRect();
        map.dispatchEvent(new PointerEvent("pointermove", {
          clientX: box.left + box.width * (1 + 1.5 / reach) / 2,
          clientY: box.top + box.height * (1 - 0.5 / reach) / 2, bubbles: true }));
        answer.fields = [byId("z1").valueAsNumber, byId("z2").valueAsNumber];
        byId("z1").value = "-1.25";
        byId("z1").dispatchEvent(new Event("input"));
        answer.fields.push(...place);
        answer.nearest = [Number(nearestClass([codes[14], codes[15]]))];

        byId("classes").querySelectorAll("input")[3].click();
        answer.shown = labels.map((_, i) => isShown(i) ? 1 : 0);

        byId("random").click();
        answer.random = [...z];
        byId("reset").click();
        answer.reset = [...z];
        byId("codes").children[7].click();
        answer.code = [...z];
        answer.decoded = [...decode(many, z)];
        answer.ink.push(ink("many-digit"));
        const inputs = [...byId("sliders").querySelectorAll("input")];
        answer.rates = byRate.map((j) => rates[j]);
        inputs[0].value = "1.5";
        inputs[0].dispatchEvent(new Event("input"));
        answer.slid = [...z];

        for (const control of document.querySelectorAll("input, button, canvas")) {
          const name = control.labels?.[0]?.textContent ?? control.ariaLabel ?? control.textContent;
          const hidden = control.closest("button")?.ariaLabel;
          if (!name && !hidden) problems.push("without a name: " + control.outerHTML);
        }
        inputs.at(-1).scrollIntoView();
        await frame();
        answer.digitTop = byId("many-digit").getBoundingClientRect().top;
        answer.width = innerWidth;
        answer.overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;
        return { ...answer, problems };
        """, width: 390, as: Visit.self)

    #expect(visit.problems == [])
    #expect(visit.width == 390)
    #expect(visit.overflow <= 0)
    #expect(visit.digitTop >= 0, "the digit stays in sight beside the last slider")

    func worst(_ a: [Double], _ b: [Double]) -> Double {
      a.count == b.count ? zip(a, b).map { Swift.abs($0 - $1) }.max()! : .infinity
    }
    #expect(worst(visit.place, [0.5, -0.4]) < 1e-9)
    #expect(visit.text.hasPrefix("z = (0.50, −0.40). The nearest test digit is a "))
    #expect(visit.spoken == visit.text)
    #expect(worst(visit.fields, [1.5, 0.5, -1.25, 0.5]) < 0.02)
    #expect(visit.nearest == [Double(example.labels[7])])
    #expect(visit.shown == example.labels.map { $0 == 3 ? 0 : 1 })

    // What is painted is what Swift decodes, to a grey level.
    func greys(_ pixels: Tensor<Float>) -> [Double] {
      pixels.scalars.map { (255 * Double($0)).rounded() }
    }
    let there = example.plane.expectedPixels(Tensor([1, 2], [0.5, -0.4]))
    let painted = worst(visit.ink[0], greys(there))
    #expect(painted <= 1)
    let seven = try #require(example.labels.firstIndex(of: 7))
    let code = example.many.encode(example.digits.sliced(axis: 0, seven..<seven + 1)).mean
    #expect(visit.code == code.scalars.map(Double.init))
    let decoded = example.many.expectedPixels(code)
    let paintedCode = worst(visit.ink[1], greys(decoded))
    let decodedCode = worst(visit.decoded, decoded.scalars.map(Double.init))
    #expect(paintedCode <= 1)
    #expect(decodedCode < 1e-5)

    #expect(visit.rates == example.rates.map { Double(Float($0)) }.sorted(by: >))
    let first = example.rates.indices.max { example.rates[$0] < example.rates[$1] }!
    var slid = visit.code
    slid[first] = 1.5
    #expect(visit.slid == slid)
    #expect(visit.reset == [Double](repeating: 0, count: 20))
    #expect(Set(visit.random).count == 20)
    #expect(visit.random.allSatisfy { Swift.abs($0) < 7 })
  }

  @Test("real pixels beyond black and white are clamped, and data without labels have no classes")
  func withoutLabels() throws {
    let example = Example.small(.relu, labels: [])
    struct Answer: Decodable {
      let greys, pixels: [Double]
      let boxes: Int
      let text: String
    }
    let answer = try Browser.run(
      example.html(classNames: []),
      probe: """
        await new Promise((done) => setTimeout(done, 400));
        setAll([2, -2, 1], "");
        const data = byId("many-digit").getContext("2d").getImageData(0, 0, 2, 3).data;
        return {
          greys: [...data].filter((_, i) => i % 4 == 0), pixels: [...decode(many, z)],
          boxes: byId("classes").querySelectorAll("input").length,
          text: byId("plane-text").textContent,
        };
        """, as: Answer.self)
    #expect(answer.boxes == 0)
    #expect(answer.text == "z = (0.00, 0.00).")
    #expect(answer.pixels.contains { $0 < 0 || $0 > 1 }, "the case should be one of clamping")
    for (grey, pixel) in zip(answer.greys, answer.pixels) {
      #expect(Swift.abs(grey - min(max(255 * pixel, 0), 255)) <= 0.5)
    }
  }
}
