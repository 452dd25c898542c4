import LinearAlgebra

/// A number that an arm of a system gave with a seed.
public struct SystemMeasurement: Codable, Equatable, Sendable {
  public var arm: String
  public var seed: Int
  /// The name of a measure of the system.
  public var measure: String
  /// The place on the measure's axis.
  public var x: Double
  /// In the measure's unit.
  public var value: Double

  public init(arm: String, seed: Int, measure: String, x: Double, value: Double) {
    self.arm = arm
    self.seed = seed
    self.measure = measure
    self.x = x
    self.value = value
  }
}

/// How the points that an arm gave with one seed become one number.
public enum SystemReading: Equatable, Sendable {
  case first, last, largest, mean
  /// The last less the first.
  case rise
  /// At a place of the axis.
  case at(Double)

  /// The number; nil if there is no point for it.
  /// - Parameter points: Ascending in x.
  func value(of points: [(x: Double, value: Double)]) -> Double? {
    switch self {
    case .first: points.first?.value
    case .last: points.last?.value
    case .largest: points.map(\.value).max()
    case .mean: SampleMoments.mean(of: points.map(\.value))
    case .rise: points.last.flatMap { last in points.first.map { last.value - $0.value } }
    case .at(let x): points.first { $0.x == x }?.value
    }
  }

  /// `at the last round`.
  func words(over axis: String) -> String {
    switch self {
    case .first: "at the first \(axis)"
    case .last: "at the last \(axis)"
    case .largest: "at the \(axis) where it is largest"
    case .mean: "on average over each \(axis)"
    case .rise: "from the first \(axis) to the last"
    case .at(let x): "at \(axis) \(ClaimEvidence.number(x))"
    }
  }
}

extension [SystemMeasurement] {
  /// What each seed of an arm gives.
  func readings(
    _ reading: SystemReading, of measure: String, arm: String
  ) -> [Int: Double] {
    let own = filter { $0.arm == arm && $0.measure == measure }
    return Dictionary(grouping: own, by: \.seed).compactMapValues { points in
      reading.value(of: points.map { ($0.x, $0.value) }.sorted { $0.x < $1.x })
    }
  }
}
