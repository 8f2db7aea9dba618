/// What a page can show: a picture with a title and a description, drawn as SVG.
///
/// A figure states a size and draws itself inside it; `Panels` sets the size of its parts.
/// Titles and labels understand `10^{−3}` and `p_{θ}`; everything else is taken literally.
public protocol Figure: Sendable {
  /// What the figure is called, which is drawn above it.
  var title: String { get }
  /// What the figure shows, in words, for those who cannot see it.
  var description: String { get }
  /// The width in pixels.
  var width: Double { get set }
  /// The height in pixels.
  var height: Double { get set }
  /// The SVG elements, without the enclosing `<svg>`.
  func content() -> String
}

extension Figure {
  /// The whole figure as an SVG document, which follows the reader's light or dark scheme.
  public func svg() -> String {
    let size = "\(fixed(width)) \(fixed(height))"
    let name = escaped(spoken(title))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" class="plot" role="img" viewBox="0 0 \(size)" \
      width="\(fixed(width))" height="\(fixed(height))" aria-label="\(name)">
      <title>\(name)</title>
      <desc>\(escaped(description))</desc>
      <style>
      \(styleSheet)</style>
      <rect class="ground" width="\(fixed(width))" height="\(fixed(height))" rx="6"/>
      \(content())</svg>

      """
  }
}

/// Okabe and Ito's colours, which the colour-blind can tell apart, darkened for white paper and
/// lightened for a dark screen until each reads as text; then four more for ten classes.
let palette: [(light: String, dark: String)] = [
  ("#0072b2", "#4fb0f0"),  // blue
  ("#c44800", "#ff8a4c"),  // vermilion
  ("#007d5a", "#2bc796"),  // green
  ("#a8447f", "#e58cc0"),  // purple
  ("#8f6200", "#ebb13a"),  // orange
  ("#57606a", "#b0bac5"),  // grey
  ("#2a85bd", "#a5e0ff"),  // sky
  ("#6b7000", "#f0e442"),  // yellow
  ("#7d1f4e", "#d46a8f"),  // wine
  ("#44359e", "#a394ff"),  // indigo
]

/// The style sheet of every figure, with plain properties only, which every renderer knows.
///
/// The ground is painted, not transparent: a page can be dark while the reader's scheme is light.
let styleSheet: String = {
  func scheme(
    ground: String, ink: String, quiet: String, grid: String, axis: String, colors: [String]
  ) -> String {
    var rules = """
      .plot .ground { fill: \(ground); }
      .plot text { fill: \(ink); }
      .plot .halo { stroke: \(ground); }
      .plot .gap { stroke: \(ground); }
      .plot .quiet { fill: \(quiet); }
      .plot .grid { stroke: \(grid); }
      .plot .axis { stroke: \(axis); }
      .plot .rule { stroke: \(quiet); }
      .plot .ink { stroke: \(ink); }

      """
    for (i, color) in colors.enumerated() {
      rules += ".plot .s\(i) { stroke: \(color); } .plot .f\(i) { fill: \(color); }\n"
    }
    return rules
  }
  return """
    .plot text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, \
    sans-serif; }
    .plot .bold { font-weight: 600; }
    .plot .halo { stroke-width: 4; stroke-linejoin: round; paint-order: stroke; }
    .plot .grid, .plot .axis { stroke-width: 1; fill: none; }
    .plot .rule { stroke-width: 1.5; stroke-dasharray: 2 4; fill: none; }
    .plot .line { stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; fill: none; }
    .plot .ring { stroke-width: 1.6; fill: none; }
    .plot .thin { stroke-width: 1; fill: none; }
    .plot .dash { stroke-dasharray: 7 5; stroke-linecap: butt; }
    .plot .band { fill-opacity: 0.2; stroke: none; }
    .plot .pale { fill-opacity: 0.45; }
    .plot .bar { stroke-width: 1; }
    .plot .over { stroke: #fff; } .plot .case { stroke: #000; stroke-width: 4; }
    .plot .dark { fill: #111; } .plot .bright { fill: #fff; }

    """
      + scheme(
        ground: "#ffffff", ink: "#1f2328", quiet: "#59636e", grid: "#e1e6eb", axis: "#818b98",
        colors: palette.map(\.light))
      + "@media (prefers-color-scheme: dark) {\n"
      + scheme(
        ground: "#0d1117", ink: "#f0f6fc", quiet: "#9ba5b0", grid: "#262c35", axis: "#6e7681",
        colors: palette.map(\.dark))
      + "}\n"
}()
