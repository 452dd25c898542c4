/// What pictures are drawn for.
package enum Medium: String, CaseIterable, Sendable {
  /// A page: SVG with title, light and dark.
  case screen
  /// A paper: SVG and PDF without title, always light, as wide as two columns.
  case paper

  /// The inches of a unit on paper: pictures are then 6.8 inches wide, and letters of 12 units have 8.2 points.
  static let inches = 6.8 / Picture.commonWidth
}
