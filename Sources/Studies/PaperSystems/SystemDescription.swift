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

    /// A word that also names its picture.
    public var name: String
    /// One line.
    public var summary: String
    public var unit: String
    /// What x counts, in the singular: `round`.
    public var axis: String
    /// How x and the value are drawn.
    public var axisScale: Scale
    public var scale: Scale

    public init(
      _ name: String, _ summary: String, unit: String, over axis: String,
      axisScale: Scale = .linear, scale: Scale = .linear
    ) {
      self.name = name
      self.summary = summary
      self.unit = unit
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
