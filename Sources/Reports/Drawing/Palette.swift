#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Colours, the same in every plot and on the page.
enum Palette {
  /// Series colours that people with any kind of colour vision can tell apart, on white and on black.
  ///
  /// **Source:** Okabe and Ito, "Color universal design", 2008; the yellow left out, two added, the dark theme's
  /// lightened.
  static let series: [(light: String, dark: String)] = [
    ("#0072b2", "#56b4e9"), ("#d55e00", "#ff8f4a"), ("#009e73", "#2fd1a3"),
    ("#b0478f", "#e79ac8"), ("#b8860b", "#f2c14e"), ("#5a5fbf", "#a3a8f5"),
    ("#7a5230", "#c79a6b"), ("#6b7f00", "#b5cc4b"),
  ]

  /// The method of each colour of ``series``. Others take the colour of their name's hash, with a dash.
  static let methods = ["lora", "pissa", "full", "dora", "rslora", "milora", "adalora", "rlpo"]

  /// A colour of an even progression from dark blue over green to yellow, for t in [0, 1].
  ///
  /// **Source:** seven colours of viridis (Smith and van der Walt 2015), interpolated in RGB.
  static func sequential(_ t: Double) -> String {
    interpolate(
      [
        (68, 1, 84), (68, 57, 131), (49, 104, 142), (33, 145, 140), (53, 183, 121),
        (144, 215, 67), (253, 231, 37),
      ], t)
  }

  /// A colour between blue (0), near-white (0.5) and red (1), for values on both sides of a centre.
  static func diverging(_ t: Double) -> String {
    interpolate(
      [
        (33, 102, 172), (103, 169, 207), (209, 229, 240), (247, 247, 247), (253, 219, 199),
        (239, 138, 98), (178, 24, 43),
      ], t)
  }

  /// Whether dark text is readable on a colour of ``sequential(_:)``.
  static func isLight(_ color: String) -> Bool {
    let digits = Array(color.dropFirst())
    let channels = stride(from: 0, to: 6, by: 2).map {
      Double(Int(String(digits[$0...$0 + 1]), radix: 16) ?? 0)
    }
    return 0.299 * channels[0] + 0.587 * channels[1] + 0.114 * channels[2] > 140
  }

  private static func interpolate(_ stops: [(Int, Int, Int)], _ t: Double) -> String {
    let place = min(max(t, 0), 1) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    let share = place - Double(index)
    let (from, to) = (stops[index], stops[index + 1])
    func mix(_ a: Int, _ b: Int) -> String {
      let value = Int((Double(a) + (Double(b) - Double(a)) * share).rounded())
      let text = String(value, radix: 16)
      return text.count == 1 ? "0" + text : text
    }
    return "#" + mix(from.0, to.0) + mix(from.1, to.1) + mix(from.2, to.2)
  }

  /// The style of every picture: light by default, dark if the reader's system is dark or the page's switch
  /// says so. Colours are literal, because many programs that show SVG do not support variables.
  static let style: String = {
    let dark = rules(\.dark, ink: "#e6e9ee", muted: "#9aa4b2", grid: "#2b323c", paper: "#12161c")
    return """
      \(shapes)
      \(scoped(light, "svg.plot"))
      @media screen and (prefers-color-scheme:dark){\(scoped(dark, "svg.plot"))}
      @media screen{\(scoped(light, ":root[data-theme=light] svg.plot"))
      \(scoped(dark, ":root[data-theme=dark] svg.plot"))}
      """
  }()

  /// The style on paper: always light.
  static let paperStyle = shapes + scoped(light, "svg.plot")

  /// The colour of text on paper.
  static let ink = "#1b1f24"

  private static let light = rules(
    \.light, ink: ink, muted: "#5b6470", grid: "#e3e7ec", paper: "#ffffff")

  /// The strokes and letters of every medium; ``Picture/pdf`` knows them as well.
  private static let shapes = """
    svg.plot text{font-family:system-ui,-apple-system,"Segoe UI",Helvetica,Arial,"DejaVu Sans",sans-serif;font-size:12px}
    svg.plot .title{font-size:15px;font-weight:600}
    svg.plot .subtitle{font-size:12px}
    svg.plot .panel{font-size:12.5px;font-weight:600}
    svg.plot .line{fill:none;stroke-width:1.8;stroke-linejoin:round}
    svg.plot .dash1{stroke-dasharray:6 3}svg.plot .dash2{stroke-dasharray:2 3}svg.plot .dash3{stroke-dasharray:8 3 2 3}
    svg.plot .pale{stroke-opacity:.55}
    svg.plot .small{font-size:11px}
    svg.plot .hollow{stroke-width:1.8}
    svg.plot .area{stroke:none;opacity:.16}
    svg.plot .frame{fill:none;stroke:none;pointer-events:all}
    svg.plot .gridline,svg.plot .axis{stroke-width:1;shape-rendering:crispEdges}
    """

  /// The colour of a class on paper; nil if the class is none of a colour.
  static func color(ofClass name: Substring) -> (property: String, value: String)? {
    guard let rule = light.first(where: { $0.0.dropFirst() == name }) else { return nil }
    let parts = rule.1.split(separator: ":")
    return (String(parts[0]), String(parts[1]))
  }

  private static func rules(
    _ tone: KeyPath<(light: String, dark: String), String>, ink: String, muted: String,
    grid: String, paper: String
  ) -> [(String, String)] {
    [
      (".paper", "fill:\(paper)"), ("text", "fill:\(ink)"), (".muted", "fill:\(muted)"),
      (".gridline", "stroke:\(grid)"), (".axis", "stroke:\(muted)"),
      (".missing", "fill:\(grid)"), (".neutral", "stroke:\(muted)"),
      (".neutralfill", "fill:\(muted)"),
    ]
      + series.enumerated().flatMap { index, color in
        [
          (".s\(index)", "stroke:\(color[keyPath: tone])"),
          (".f\(index)", "fill:\(color[keyPath: tone])"),
        ]
      }
  }

  private static func scoped(_ rules: [(String, String)], _ scope: String) -> String {
    rules.map { "\(scope) \($0.0){\($0.1)}" }.joined()
  }
}
