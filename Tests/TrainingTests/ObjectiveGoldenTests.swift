import Foundation
import Testing
import Training

/// Against TRL's own `_compute_loss`: `Tests/Fixtures/training/objectives/make_objectives.py`.
@Suite("Objectives against TRL") struct ObjectiveGoldenTests {
  struct Golden: Decodable {
    struct Case: Decodable {
      let objective: String
      let options: [String: Option]
      let advantages: [[Double]], weights: [[Double]]
      let loss: Double, entropyWeight: Double
    }

    /// A number; options that are words belong to variants that are not offered here.
    enum Option: Decodable {
      case number(Double), word

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = (try? container.decode(Double.self)).map { .number($0) } ?? .word
      }
    }

    let groupSize: Int, maximumLength: Int
    let rewards: [Double]
    let logProbabilities: [[Double]], oldLogProbabilities: [[Double]]
    let referenceLogProbabilities: [[Double]], entropies: [[Double]]
    let cases: [Case]
  }

  static func golden() throws -> Golden {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
      .appendingPathComponent("Fixtures/training/objectives/objectives.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }

  /// The options of a case; nil for a variant that is not offered.
  static func options(_ golden: Golden.Case) -> ObjectiveOptions? {
    var options = ObjectiveOptions()
    for (name, option) in golden.options {
      guard case .number(let value) = option else { return nil }
      switch name {
      case "klCoefficient": options.divergenceCoefficient = value
      case "entropyCoefficient": options.entropyCoefficient = value
      case "clipLow": options.clipLow = value
      case "clipHigh", "weightCap": options.clipHigh = value
      default: return nil
      }
    }
    return options
  }

  @Test func `advantages, losses and derivatives agree`() throws {
    let golden = try Self.golden()
    var compared = 0
    for entry in golden.cases {
      guard let options = Self.options(entry) else { continue }
      compared += 1
      let objective = try #require(PolicyObjectiveRegistry.find(entry.objective)).init(
        options: options)
      let reference =
        options.divergenceCoefficient > 0 ? golden.referenceLogProbabilities : nil
      let advantages = objective.advantages(
        of: RolloutSignals(
          rewards: golden.rewards, groupSize: golden.groupSize,
          oldLogProbabilities: golden.oldLogProbabilities, referenceLogProbabilities: reference))
      let value = objective.evaluate(
        ObjectiveBatch(
          logProbabilities: golden.logProbabilities,
          oldLogProbabilities: golden.oldLogProbabilities, referenceLogProbabilities: reference,
          entropies: golden.entropies, advantages: advantages,
          maximumLength: golden.maximumLength))
      // Sums of some dozens of terms near one.
      let bound = 1e-13
      #expect(Self.agree(advantages, entry.advantages, bound), "\(entry.objective): advantages")
      #expect(Self.agree(value.tokenWeights, entry.weights, bound), "\(entry.objective): weights")
      #expect(abs(value.loss - entry.loss) <= bound, "\(entry.objective): loss")
      #expect(abs(value.entropyWeights[0][0] - entry.entropyWeight) <= bound)
    }
    #expect(compared >= 12)
  }

  static func agree(_ found: [[Double]], _ expected: [[Double]], _ bound: Double) -> Bool {
    found.count == expected.count
      && zip(found, expected).allSatisfy { found, expected in
        found.count == expected.count
          && zip(found, expected).allSatisfy { abs($0 - $1) <= bound }
      }
  }
}
