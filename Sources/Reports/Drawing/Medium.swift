/// What pictures are drawn for.
///
/// A plot's layout depends on it at many places and none of them chooses it, so it belongs to the task that draws.
enum Medium {
  /// A page: wide, with title, light and dark.
  case screen
  /// A column of a paper: no title, one or two columns wide, always light.
  case paper

  @TaskLocal static var current = Medium.screen

  /// The width of a picture of several panels side by side, and of one of single panels.
  var width: Double { self == .screen ? 960 : 700 }
  var columnWidth: Double { self == .screen ? 960 : 340 }

  /// The most panels side by side.
  var columns: Int { self == .screen ? 4 : 3 }

  /// The inches of a unit of paper: 700 units are the 6.8 inches of two columns and 340 the 3.3 inches of one, so that
  /// letters of 12 units have 8.4 points.
  static let inches = 6.8 / 700
}
