public import Documents

/// Why settings do not describe a run.
public enum SettingsError: BadInput, Equatable {
  /// A count is below the least that makes sense.
  case tooSmall(option: String, least: Int)
  /// A number is too large to be written down.
  case tooLarge(option: String, most: Int)
  /// A number is infinite or NaN.
  case notFinite(option: String)
  /// Some of these are zero or less, or not finite.
  case notPositive(options: [String])
  /// A number is below zero.
  case negative(option: String)
  /// Some of these are not in [0, 1).
  case noShare(options: [String])
  /// A number is not in [0, 1].
  case noFraction(option: String)
  /// Sampling with dropout is asked for, but the dropout is 0.
  case noDropoutToSampleWith
  /// Two options that contradict each other.
  case contradiction(option: String, other: String)
  /// The option is about rewarded answers, but the objective has none.
  case needsRewards(option: String)
  /// The option is about a value function, which the objective does not have.
  case needsValues(option: String, objectives: [String])
  /// The rank is that of a budget, which the method does not have.
  case noBudget(option: String, method: String)
  /// The bonus is the disagreement of value heads, of which there is one.
  case needsValueHeads(option: String)
  /// Some of these are not in [0, 1].
  case outsideUnit(options: [String])
  /// No objective has this name.
  case unknownObjective(String, known: [String])
  /// A setting of the task has no equals sign.
  case malformedTaskOption(String)
}

extension SettingsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooSmall(let option, let least): "--\(option) must be at least \(least)"
    case .tooLarge(let option, let most): "--\(option) must be at most \(most)"
    case .notFinite(let option): "--\(option) must be a finite number"
    case .notPositive(let options): "\(Self.list(options)) must be positive"
    case .negative(let option): "--\(option) must not be negative"
    case .noShare(let options): "\(Self.list(options)) must lie in [0, 1)"
    case .noFraction(let option): "--\(option) must lie between 0 and 1"
    case .noDropoutToSampleWith: "--sample-with-dropout needs a --dropout above 0"
    case .contradiction(let option, let other):
      "--\(option) excludes --\(other): leave one of them out"
    case .needsRewards(let option):
      "--\(option) is about answers that are rewarded: it needs an --objective other than "
        + TrainingSettings.demonstrations
    case .needsValues(let option, let objectives):
      "--\(option) is about a value function: it needs --objective "
        + objectives.joined(separator: " or ")
    case .noBudget(let option, let method):
      "'\(method)' has no budget of ranks: --\(option) needs --adapter adalora"
    case .needsValueHeads(let option):
      "--\(option) is the disagreement of value heads: it needs --value-heads 2 or more"
    case .outsideUnit(let options): "\(Self.list(options)) must lie in [0, 1]"
    case .unknownObjective(let name, let known):
      "--objective '\(name)' is none of \(known.joined(separator: ", "))"
    case .malformedTaskOption(let text):
      "--task-option '\(text)' is not of the form name=value"
    }
  }

  /// `--a, --b and --c`.
  private static func list(_ options: [String]) -> String {
    let names = options.map { "--\($0)" }
    guard let last = names.last, names.count > 1 else { return names.joined() }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }
}

extension TrainingSettings {
  /// Checks that every value is in its range. What depends on the base, the task or the method is checked when the
  /// run is made.
  /// - Throws: ``SettingsError`` for the first value that does not.
  public func check() throws(SettingsError) {
    try checkCounts()
    try checkNumbers()
    guard !sampleWithDropout || dropout > 0 else { throw .noDropoutToSampleWith }
    let objectives = PolicyObjectiveRegistry.all.map { $0.name } + [Self.demonstrations]
    guard objectives.contains(objective) else {
      throw .unknownObjective(objective, known: objectives)
    }
    try checkStack()
    try checkValues()
    _ = try taskOptions()
  }

  private func checkStack() throws(SettingsError) {
    let rewarded: [(key: CodingKeys, isOn: Bool)] = [
      (.recomputedRatio, recomputedRatio), (.rolloutNoise, rolloutNoise > 0),
      (.mergeCycle, mergeCycle != .none),
      (.staleRollouts, staleRollouts),
    ]
    if objective == Self.demonstrations, let (key, _) = rewarded.first(where: { $0.isOn }) {
      throw .needsRewards(option: key.rawValue)
    }
    let pairs: [(CodingKeys, CodingKeys, areBothOn: Bool)] = [
      (.recomputedRatio, .unitRatio, recomputedRatio && unitRatio),
      // With every ratio 1, nothing reads what the sampler says.
      (.rolloutNoise, .unitRatio, rolloutNoise > 0 && unitRatio),
      // Rollouts that are never synced merge nothing, and know no masks of a later policy.
      (.staleRollouts, .mergeCycle, staleRollouts && mergeCycle != .none),
      (.staleRollouts, .sampleWithDropout, staleRollouts && sampleWithDropout),
    ]
    if let (key, other, _) = pairs.first(where: { $0.areBothOn }) {
      throw .contradiction(option: key.rawValue, other: other.rawValue)
    }
  }

  private func checkValues() throws(SettingsError) {
    if objective == Self.demonstrations, curiosity > 0 {
      throw .needsRewards(option: CodingKeys.curiosity.rawValue)
    }
    let standard = Self.default
    let changed: [(key: CodingKeys, isGiven: Bool)] = [
      (.criticCuriosity, criticCuriosity > 0), (.valueHeads, valueHeads != standard.valueHeads),
      (.valueRate, valueRate != standard.valueRate), (.valueClip, valueClip != standard.valueClip),
      (.discount, discount != standard.discount), (.gaeLambda, gaeLambda != standard.gaeLambda),
    ]
    if PolicyObjectiveRegistry.find(objective)?.needsValues != true,
      let (key, _) = changed.first(where: { $0.isGiven })
    {
      let fitting = PolicyObjectiveRegistry.all.filter { $0.needsValues }.map { $0.name }
      throw .needsValues(option: key.rawValue, objectives: fitting)
    }
    guard criticCuriosity == 0 || valueHeads > 1 else {
      throw .needsValueHeads(option: CodingKeys.criticCuriosity.rawValue)
    }
  }

  /// The options of the task, each with its value.
  /// - Throws: ``SettingsError/malformedTaskOption(_:)``.
  package func taskOptions() throws(SettingsError) -> [(name: String, value: String)] {
    var options = [(name: String, value: String)]()
    for option in taskOption.flatMap(Self.separated) {
      let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw .malformedTaskOption(option) }
      options.append((parts[0], parts[1]))
    }
    return options
  }

  /// The options of a text such as `file=a.jsonl,rule=number`. A comma that no name of an option follows belongs to a value.
  private static func separated(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).reduce(into: []) { options, part in
      let isOption = TaskOptions.names.contains { part.hasPrefix("\($0)=") }
      if let last = options.indices.last, !isOption {
        options[last] += ",\(part)"
      } else {
        options.append(String(part))
      }
    }
  }

  /// Steps of a run, and what is counted in steps.
  package static let stepLimit = 1 << 30
  /// Problems, answers, tokens, ranks: beyond what any machine holds, and no product of three overflows.
  package static let countLimit = 1 << 20
  /// Optimiser steps made of one step: with them the number of all steps stays below 2⁶³.
  private static let divisionLimit = 1 << 16

  /// Value heads: beyond what any study of them used.
  private static let headLimit = 1 << 10

  private func checkCounts() throws(SettingsError) {
    let counts: [(key: CodingKeys, count: Int, range: ClosedRange<Int>)] = [
      (.rank, rank, 1...Self.countLimit), (.steps, steps, 1...Self.stepLimit),
      (.prompts, prompts, 1...Self.countLimit), (.group, group, 1...Self.countLimit),
      (.updatesPerRollout, updatesPerRollout, 1...Self.divisionLimit),
      (.miniBatches, miniBatches, 1...Self.divisionLimit),
      (.evaluationProblems, evaluationProblems, 1...Self.countLimit),
      (.maxLength, maxLength ?? 1, 1...Self.countLimit),
      (.targetRank, targetRank ?? 1, 1...Self.countLimit),
      (.vectorSize, vectorSize, 1...Self.countLimit),
      (.directions, directions, 1...Self.countLimit), (.preLaunch, preLaunch, 1...Self.stepLimit),
      (.dynamicSampling, dynamicSampling, 0...Self.countLimit),
      (.overlongBuffer, overlongBuffer, 0...Self.countLimit),
      (.valueHeads, valueHeads, 1...Self.headLimit),
      (.saveEvery, saveEvery, 0...Self.stepLimit),
      (.evaluateEvery, evaluateEvery, 0...Self.stepLimit),
      (.warmup, warmup ?? 0, 0...Self.stepLimit),
    ]
    for (key, count, range) in counts where !range.contains(count) {
      if count > range.upperBound {
        throw .tooLarge(option: key.rawValue, most: range.upperBound)
      }
      throw range.lowerBound == 0
        ? .negative(option: key.rawValue) : .tooSmall(option: key.rawValue, least: range.lowerBound)
    }
    guard seed <= UInt64(Int.max) else {
      throw .tooLarge(option: CodingKeys.seed.rawValue, most: .max)
    }
  }

  private func checkNumbers() throws(SettingsError) {
    let share = 0.0..<1
    guard share.contains(dropout) else { throw .noShare(options: [CodingKeys.dropout.rawValue]) }
    guard share.contains(beta1), share.contains(beta2 ?? 0) else {
      throw .noShare(options: [CodingKeys.beta1.rawValue, CodingKeys.beta2.rawValue])
    }
    // A ratio is never below 0, so it cannot fall by more than 1.
    for (key, value) in [(CodingKeys.weightTying, weightTying), (.clipLow, clipLow ?? 0)]
    where !(0...1).contains(value) { throw .noFraction(option: key.rawValue) }
    let positive = [CodingKeys.learningRate, .temperature, .alpha]
    guard [learningRate, temperature, alpha].allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw .notPositive(options: positive.map(\.rawValue))
    }
    for (key, value) in [(CodingKeys.clipNorm, clipNorm), (.outputRateFactor, outputRateFactor)]
    where value <= 0 { throw .notPositive(options: [key.rawValue]) }
    guard (0...1).contains(discount), (0...1).contains(gaeLambda) else {
      throw .outsideUnit(options: [CodingKeys.discount.rawValue, CodingKeys.gaeLambda.rawValue])
    }
    guard valueRate > 0, valueClip > 0 else {
      throw .notPositive(options: [CodingKeys.valueRate.rawValue, CodingKeys.valueClip.rawValue])
    }
    let amounts: [(key: CodingKeys, value: Double)] = [
      (.kl, kl), (.entropyBonus, entropyBonus), (.clipHigh, clipHigh ?? 0),
      (.curiosity, curiosity), (.criticCuriosity, criticCuriosity),
      (.weightDecay, weightDecay ?? 0), (.rolloutNoise, rolloutNoise),
    ]
    for (key, value) in amounts where value < 0 { throw .negative(option: key.rawValue) }
    let numbers =
      amounts + [
        (.outputRateFactor, outputRateFactor), (.clipNorm, clipNorm), (.valueRate, valueRate),
        (.valueClip, valueClip),
      ]
    for (key, value) in numbers where !value.isFinite { throw .notFinite(option: key.rawValue) }
  }
}
