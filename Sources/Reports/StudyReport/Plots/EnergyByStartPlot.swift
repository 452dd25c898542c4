import Diagnosis
import Spectra
import Studies

/// Where each arm's update lies over the singular index of the base, beside chance.
enum EnergyByStartPlot: StudyPlot {
  static let name = "energy-by-start"
  static let summary = "Energy of each arm's update over the base's singular index, with chance"
  static let caption = """
    Left to right runs from the base's largest singular direction to its smallest; the height is the update's \
    energy there, relative to an update in a random orientation (dashed, at one). Each arm at its highest learning \
    rate at which most runs are alive, averaged over matrices and seeds.
    """

  static func figures(of study: StudyResults, width: Double) -> [Figure] {
    let title = "Where the energy of the update lies"
    let panels = study.methodArms.compactMap { arm -> SmallMultiples.Panel? in
      let rate = study.highestLivingRate(of: arm) ?? study.shownRate(of: arm)
      let profiles = study.runs(ofArm: arm).at(rate: rate).map(\.profile).filter { !$0.isEmpty }
      guard let first = profiles.first else { return nil }
      let whole = profiles.filter { $0.count == first.count }
      let lines:
        [(KeyPath<ProjectionBin, Double>, KeyPath<ProjectionBin, Double>, SeriesStyle, String)] = [
          (\.baseEnergy, \.nullEnergyRight, .neutral, "base weight"),
          (\.updateEnergyLeft, \.nullEnergyLeft, SeriesStyle(color: 1), "output side"),
          (\.updateEnergyRight, \.nullEnergyRight, SeriesStyle(color: 0), "input side"),
        ]
      return .init(
        title: rate.map { "\(arm), \(Words.rate($0))" } ?? arm,
        lines: lines.map { energy, null, style, name in
          .init(points: curve(whole, energy, null), style: style, name: name)
        })
    }
    guard !panels.isEmpty else { return [] }
    return figure(
      title: title,
      SmallMultiples(
        panels: panels, width: width, xKind: .linear, yKind: .logarithmic,
        xTitle: "relative singular index",
        yTitle: "energy / chance", reference: 1, referenceName: "chance",
        legend: [
          .init(label: "input side", style: "s0"), .init(label: "output side", style: "s1"),
          .init(label: "base weight", style: "neutral"),
          .init(label: "chance", style: "neutral dash1"),
        ]
      ).draw(
        title: title,
        subtitle: "Energy over the base's singular directions, largest first, relative to chance"))
  }

  /// Bins are merged into ten, because a single bin may hold only one direction.
  private static func curve(
    _ profiles: [[ProjectionBin]], _ energy: KeyPath<ProjectionBin, Double>,
    _ null: KeyPath<ProjectionBin, Double>
  ) -> [(x: Double, y: Double, low: Double?, high: Double?)] {
    let count = profiles[0].count
    let parts = min(10, count)
    return (0..<parts).compactMap { part in
      let bins = part * count / parts..<(part + 1) * count / parts
      func sum(_ column: KeyPath<ProjectionBin, Double>) -> Double {
        profiles.reduce(0) { $0 + $1[bins].reduce(0) { $0 + $1[keyPath: column] } }
      }
      let chance = sum(null)
      guard chance > 0 else { return nil }
      return ((Double(part) + 0.5) / Double(parts), sum(energy) / chance, nil, nil)
    }
  }
}
