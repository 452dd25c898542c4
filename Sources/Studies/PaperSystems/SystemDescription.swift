/// What a paper's system is called, and what is measured of it.
public struct SystemDescription: Codable, Equatable, Sendable {
  /// A way of doing it, whose numbers are compared with those of the others.
  public struct Arm: Codable, Equatable, Sendable {
    /// A word that also names its files.
    public var name: String
    /// One line.
    public var summary: String

    public init(_ name: String, _ summary: String) {
      self.name = name
      self.summary = summary
    }
  }

  /// A number that is measured at some places of an axis, such as accuracy after each round.
  public struct Measure: Codable, Equatable, Sendable {
    public enum Scale: String, Codable, Sendable { case linear, logarithmic }

    /// Which values there can be. Intervals over seeds may reach further; pictures do not.
    public struct Range: Codable, Equatable, Sendable {
      public var lowest: Double?
      public var highest: Double?

      /// Of an accuracy.
      public static let share = Range(lowest: 0, highest: 1)
      /// Of what one share is above another.
      public static let difference = Range(lowest: -1, highest: 1)
      /// Of a length or a count.
      public static let size = Range(lowest: 0)
    }

    /// A word that also names its picture.
    public var name: String
    /// One line.
    public var summary: String
    public var unit: String
    /// Nil for all numbers.
    public var range: Range?
    /// What x counts, in the singular: `round`.
    public var axis: String
    /// How x and the value are drawn.
    public var axisScale: Scale
    public var scale: Scale

    public init(
      _ name: String, _ summary: String, unit: String, in range: Range? = nil,
      over axis: String, axisScale: Scale = .linear, scale: Scale = .linear
    ) {
      self.name = name
      self.summary = summary
      self.unit = unit
      self.range = range
      self.axis = axis
      self.axisScale = axisScale
      self.scale = scale
    }
  }

  /// The word that chooses the system.
  public var name: String
  public var title: String
  /// Author, title, year and arXiv number.
  public var paper: String
  /// What the system does, in one line.
  public var summary: String
  /// The first is the paper's own.
  public var arms: [Arm]
  public var measures: [Measure]

  public init(
    name: String, title: String, paper: String, summary: String, arms: [Arm], measures: [Measure]
  ) {
    self.name = name
    self.title = title
    self.paper = paper
    self.summary = summary
    self.arms = arms
    self.measures = measures
  }
}
