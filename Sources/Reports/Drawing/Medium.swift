/// What pictures are drawn for.
package enum Medium: String, CaseIterable, Sendable {
  /// A page: SVG with title, light and dark.
  case screen
  /// A paper: SVG and PDF without title, always light, as wide as two columns.
  case paper
  /// The same, as wide as one column: drawn anew, with fewer panels side by side and letters that can be read.
  case column

  /// How wide pictures are drawn, in their own units.
  package var width: Double { self == .column ? 432 : 720 }

  /// The inches of a unit where pictures have a size: letters of 12 units have 8.2 points on two columns and 6.6 on one.
  var inches: Double { (self == .column ? 3.3 : 6.8) / width }
}
