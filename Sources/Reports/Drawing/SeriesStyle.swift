/// How a series is drawn: a colour, and a dash and a marker that tell series of one colour apart.
struct SeriesStyle {
  enum Marker: CaseIterable { case circle, square, triangle, diamond }

  /// The classes of a colour for strokes and for fills.
  let color: (line: String, fill: String)
  let line: String
  let marker: Marker

  var fill: String { color.fill }

  /// - Parameters:
  ///   - color: An index into ``Palette/series``.
  ///   - variant: 0 for a solid line in the full colour; 1 to 3 are dashed, and from 4 on lines are pale.
  init(color: Int, variant: Int = 0) {
    let index = color % Palette.series.count
    let dash = variant % 4
    self.color = ("s\(index)", "f\(index)")
    line = "s\(index)" + (dash == 0 ? "" : " dash\(dash)") + (variant < 4 ? "" : " pale")
    marker = Marker.allCases[dash]
  }

  private init(line: String, fill: String) {
    color = (line, fill)
    self.line = line
    marker = .circle
  }

  /// What others are compared with, in grey.
  static let neutral = SeriesStyle(line: "neutral", fill: "neutralfill")

  /// The style of a method, the same in every picture and on every page.
  /// - Parameters:
  ///   - method: `lora`, `pissa`, ….
  ///   - occurrence: How many series of this method the picture has before this one.
  init(method: String, occurrence: Int = 0) {
    if let color = Palette.methods.firstIndex(of: method.lowercased()) {
      self.init(color: color, variant: occurrence)
    } else {
      // The hash FNV-1a, which is the same on every machine and in every run.
      let hash = method.lowercased().utf8.reduce(2_166_136_261 as UInt32) {
        ($0 ^ UInt32($1)) &* 16_777_619
      }
      self.init(
        color: Int(hash % UInt32(Palette.series.count)),
        variant: 1 + Int(hash >> 16 & 1) + occurrence)
    }
  }

  /// The styles of series by their methods, in order.
  static func styles(ofMethods methods: [String]) -> [SeriesStyle] {
    var seen: [String: Int] = [:]
    return methods.map { method in
      defer { seen[method, default: 0] += 1 }
      return SeriesStyle(method: method, occurrence: seen[method, default: 0])
    }
  }
}
