import LinearAlgebra
import Testing
import Training

@Suite("Policy objectives") struct ObjectiveTests {
  static let rollout = RolloutSignals(
    rewards: [1, 0, 0, 1, 1, 0, 0.5, 1], groupSize: 4,
    oldLogProbabilities: tokens(seed: 3, around: -1.2, spread: 0.4),
    referenceLogProbabilities: tokens(seed: 4, around: -1.1, spread: 0.4))

  /// Eight completions of one to eight tokens.
  static func tokens(seed: UInt64, around center: Double, spread: Double) -> [[Double]] {
    var generator = SplitMix64(seed: seed)
    return (1...8).map { length in
      (0..<length).map { _ in center + spread * generator.nextGaussian() }
    }
  }

  static func batch(_ objective: some PolicyObjective, shift: Double) -> ObjectiveBatch {
    var generator = SplitMix64(seed: 9)
    return ObjectiveBatch(
      logProbabilities: rollout.oldLogProbabilities.map {
        $0.map { $0 + shift * generator.nextGaussian() }
      },
      oldLogProbabilities: rollout.oldLogProbabilities,
      referenceLogProbabilities: rollout.referenceLogProbabilities,
      entropies: tokens(seed: 6, around: 1, spread: 0.1),
      advantages: objective.advantages(of: rollout), maximumLength: 9)
  }

  static let options = ObjectiveOptions(divergenceCoefficient: 0.1, entropyCoefficient: 0.01)

  @Test(arguments: PolicyObjectiveRegistry.all.map { $0.name })
  func `weights are the derivatives of the loss`(name: String) throws {
    let type = try #require(PolicyObjectiveRegistry.find(name))
    let objective = type.init(options: Self.options)
    var batch = Self.batch(objective, shift: name == "gspo" ? 2e-4 : 0.2)
    let value = objective.evaluate(batch)
    // The loss of CISPO takes its ratio as a constant: only ratios of the same policy have derivatives.
    let isDetached = name == CISPO.name
    let step = 1e-6
    for index in batch.logProbabilities.indices {
      for place in batch.logProbabilities[index].indices {
        var slopes = [Double]()
        for entry in [\ObjectiveBatch.logProbabilities, \ObjectiveBatch.entropies] {
          let before = batch[keyPath: entry][index][place]
          let old = batch.oldLogProbabilities[index][place]
          func loss(_ change: Double) -> Double {
            batch[keyPath: entry][index][place] = before + change
            if isDetached, entry == \ObjectiveBatch.logProbabilities {
              batch.oldLogProbabilities[index][place] = old + change
            }
            return objective.evaluate(batch).loss
          }
          slopes.append((loss(step) - loss(-step)) / (2 * step))
          batch[keyPath: entry][index][place] = before
          batch.oldLogProbabilities[index][place] = old
        }
        // Differences of losses near one, over 2e-6, are exact to about 1e-9.
        #expect(abs(slopes[0] - value.tokenWeights[index][place]) <= 1e-8)
        #expect(abs(slopes[1] - value.entropyWeights[index][place]) <= 1e-8)
      }
    }
  }

  @Test(arguments: PolicyObjectiveRegistry.all.map { $0.name })
  func `without advantages there is no gradient`(name: String) throws {
    let objective = try #require(PolicyObjectiveRegistry.find(name)).init(
      options: ObjectiveOptions())
    var batch = Self.batch(objective, shift: 0.2)
    batch.referenceLogProbabilities = nil
    batch.advantages = batch.advantages.map { $0.map { _ in 0 } }
    let value = objective.evaluate(batch)
    #expect(value.tokenWeights.joined().allSatisfy { $0 == 0 })
    #expect(value.loss == 0)
  }

  @Test(arguments: PolicyObjectiveRegistry.all.map { $0.name })
  func `equal rewards of a group give no advantage`(name: String) throws {
    let objective = try #require(PolicyObjectiveRegistry.find(name)).init(
      options: ObjectiveOptions())
    let rollout = RolloutSignals(
      rewards: [1, 1, 1, 1], groupSize: 4,
      oldLogProbabilities: [[-1], [-1, -2], [-0.5], [-1, -1, -1]])
    #expect(objective.advantages(of: rollout).joined().allSatisfy { $0 == 0 })
  }

  @Test(arguments: ["grpo", "dr-grpo", "dapo", "cispo", "reinforce-plus-plus"])
  func `on the sampling policy the gradient is minus weight times advantage`(name: String) throws {
    let objective = try #require(PolicyObjectiveRegistry.find(name)).init(
      options: ObjectiveOptions())
    var batch = Self.batch(objective, shift: 0)
    batch.referenceLogProbabilities = nil
    let value = objective.evaluate(batch)
    let tokens = Double(batch.logProbabilities.joined().count)
    for (index, advantages) in batch.advantages.enumerated() {
      let weight =
        switch name {
        case "grpo": 1 / (8 * Double(advantages.count))
        case "dr-grpo": 1.0 / (8 * 9)
        default: 1 / tokens
        }
      for (place, advantage) in advantages.enumerated() {
        #expect(abs(value.tokenWeights[index][place] + weight * advantage) <= 1e-15)
      }
    }
    #expect(value.clippedLow == 0 && value.clippedHigh == 0)
  }

  @Test func `a ratio forced to one has the gradient of the sampling policy`() {
    var options = ObjectiveOptions()
    let free = DAPO(options: options)
    options.forcesUnitRatio = true
    let forced = DAPO(options: options)
    var moved = Self.batch(free, shift: 0.5)
    var still = Self.batch(free, shift: 0)
    (moved.referenceLogProbabilities, still.referenceLogProbabilities) = (nil, nil)
    #expect(forced.evaluate(moved).tokenWeights == free.evaluate(still).tokenWeights)
  }

  @Test func `advantages of known rewards`() {
    // Mean 1/2; deviation with n − 1: 1/√3.
    let rollout = RolloutSignals(
      rewards: [1, 0, 1, 0], groupSize: 4, oldLogProbabilities: [[-1], [-1], [-1], [-1]])
    let unit = 0.5 / (1 / 3.0.squareRoot() + 1e-4)
    let standardized = GRPO(options: .init()).advantages(of: rollout).map { $0[0] }
    for (found, sign) in zip(standardized, [1.0, -1, 1, -1]) {
      #expect(abs(found - sign * unit) <= 1e-15)
    }
    #expect(DrGRPO(options: .init()).advantages(of: rollout) == [[0.5], [-0.5], [0.5], [-0.5]])
    let others = RLOO(options: .init()).advantages(of: rollout).map { $0[0] }
    for (found, sign) in zip(others, [1.0, -1, 1, -1]) {
      #expect(abs(found - sign * 2 / 3) <= 1e-15)
    }
  }

  @Test func `the clip binds above for good answers and below for bad ones`() {
    let objective = DAPO(options: .init())
    let batch = ObjectiveBatch(
      logProbabilities: [[-0.5], [-2], [-0.5], [-2]],
      oldLogProbabilities: [[-1], [-1], [-1], [-1]], entropies: [[0], [0], [0], [0]],
      advantages: [[1], [-1], [-1], [1]], maximumLength: 1)
    let value = objective.evaluate(batch)
    #expect(value.tokenWeights[0] == [0] && value.tokenWeights[1] == [0])
    #expect(value.tokenWeights[2][0] > 0 && value.tokenWeights[3][0] < 0)
    #expect(value.clippedLow == 0.25 && value.clippedHigh == 0.25)
  }
}
