/// The names of narrow columns, below them. They slant down to the left; where they would come too close to each other or
/// leave the picture they stand upright.
struct ColumnLabels {
  private let names: [String]
  private let pitch: Double
  private let isUpright: Bool
  private static let fontSize = 11.0, offset = 12.0
  /// The narrowest columns with slanted names.
  private static let narrowest = 24.0

  /// - Parameters:
  ///   - left: Where the first column begins, with all room to the left of it.
  ///   - pitch: From a column to the next.
  init(_ names: [String], left: Double, pitch: Double) {
    self.names = names
    self.pitch = pitch
    isUpright =
      pitch < Self.narrowest
      || names.enumerated().contains { column, name in
        left + (Double(column) + 0.6) * pitch < Self.slantedReach(of: name)
      }
  }

  /// How much room they take below the columns.
  var height: Double {
    let longest = names.map { $0.width(fontSize: Self.fontSize) }.max() ?? 0
    return isUpright ? longest + 10 : longest * 0.75 + 18
  }

  /// - Parameters:
  ///   - left: Where the first column begins.
  ///   - bottom: Where the columns end.
  func draw(in picture: inout Picture, left: Double, bottom: Double) {
    for (column, name) in names.enumerated() {
      if isUpright {
        picture.turnedText(name, left + (Double(column) + 0.5) * pitch + 4, bottom + 6, angle: -90)
      } else {
        picture.turnedText(
          name, left + (Double(column) + 0.6) * pitch, bottom + Self.offset, angle: -45)
      }
    }
  }

  private static func slantedReach(of name: String) -> Double {
    name.width(fontSize: fontSize) * 0.75
  }
}
