/// A statement about a system's arms that measurements can support or contradict.
///
/// The verdict comes from its parts alone: all must hold.
public struct SystemClaim: Sendable {
  /// What is claimed, in one sentence.
  public let statement: String
  /// What the paper reports, with its numbers.
  public let reported: String
  public let parts: [Part]

  public init(_ statement: String, reported: String, _ parts: Part...) {
    self.statement = statement
    self.reported = reported
    self.parts = parts
  }

  /// A number for each seed, and where the interval of its mean over seeds must lie.
  public struct Part: Sendable {
    /// Where the whole 95 % interval must lie.
    public enum Expectation: Sendable {
      /// Above this number, which is not negative.
      case above(Double)
      /// Below minus this number.
      case below(Double)
      /// Between minus this number and this number.
      case within(Double)
    }

    let measure: String
    let reading: SystemReading
    let arm: String
    /// The arm whose number with the same seed is subtracted, and how it is read; nil for none.
    let other: (arm: String, reading: SystemReading)?
    let expectation: Expectation

    /// What an arm measures less what another does, with the same seed.
    /// - Parameters:
    ///   - measure: The name of a measure of the system.
    ///   - reading: How the points of a seed become one number.
    ///   - arm: The arm.
    ///   - other: The arm whose number is subtracted.
    ///   - otherReading: How the other arm is read; nil for the same way.
    ///   - expectation: Where the interval must lie.
    public static func difference(
      _ measure: String, _ reading: SystemReading, of arm: String, less other: String,
      _ otherReading: SystemReading? = nil, is expectation: Expectation
    ) -> Part {
      Part(
        measure: measure, reading: reading, arm: arm, other: (other, otherReading ?? reading),
        expectation: expectation)
    }

    /// What an arm measures.
    /// - Parameters:
    ///   - measure: The name of a measure of the system.
    ///   - reading: How the points of a seed become one number.
    ///   - arm: The arm.
    ///   - expectation: Where the interval must lie.
    public static func value(
      _ measure: String, _ reading: SystemReading, of arm: String, is expectation: Expectation
    ) -> Part {
      Part(measure: measure, reading: reading, arm: arm, other: nil, expectation: expectation)
    }
  }
}

extension SystemClaim {
  /// Applies the rule.
  /// - Parameters:
  ///   - measurements: Of all arms and seeds.
  ///   - description: The system.
  public func finding(
    _ measurements: [SystemMeasurement], of description: SystemDescription
  ) -> ClaimFinding {
    ClaimFinding.all(of: parts.map { $0.test(measurements, description) })
  }

  /// What is compared, in which direction and by what margin.
  public func rule(of description: SystemDescription) -> String {
    parts.map { "\($0.label(description)): \($0.expectation.words)" }.joined(separator: "; ")
      + ". The 95 % interval of the mean over at least \(MarginTest.fewestSeeds) seeds must lie there as a whole."
  }
}

extension SystemClaim.Part {
  fileprivate func test(
    _ measurements: [SystemMeasurement], _ description: SystemDescription
  ) -> MarginTest {
    let own = measurements.readings(reading, of: measure, arm: arm)
    let subtracted = other.map { measurements.readings($0.reading, of: measure, arm: $0.arm) }
    let values = own.keys.sorted().compactMap { seed -> Double? in
      guard let subtracted else { return own[seed] }
      return own[seed].flatMap { value in subtracted[seed].map { value - $0 } }
    }
    return MarginTest(
      label(description),
      needs: ([arm] + (other.map { [$0.arm] } ?? [])).joined(separator: " and "),
      values: values, expectation.direction, margin: expectation.margin)
  }

  /// `accuracy at the last round, rolora less ffa-lora`.
  fileprivate func label(_ description: SystemDescription) -> String {
    let axis = description.measures.first { $0.name == measure }?.axis ?? "point"
    let words = measure.replacing("-", with: " ") + " " + reading.words(over: axis)
    let subtracted = other.map { other in
      " less \(other.arm)" + (other.reading == reading ? "" : " \(other.reading.words(over: axis))")
    }
    return "\(words), \(arm)" + (subtracted ?? "")
  }
}

extension SystemClaim.Part.Expectation {
  fileprivate var direction: MarginTest.Direction {
    switch self {
    case .above: .above
    case .below: .below
    case .within: .within
    }
  }

  fileprivate var margin: Double {
    switch self {
    case .above(let margin), .below(let margin), .within(let margin): margin
    }
  }

  fileprivate var words: String {
    let number = ClaimEvidence.number(margin)
    switch self {
    case .above: return "above \(number)"
    case .below: return margin == 0 ? "below 0" : "below -\(number)"
    case .within: return "between -\(number) and \(number)"
    }
  }
}
