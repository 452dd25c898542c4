/// What a check of checkpoints found.
package struct CheckReport: Sendable {
  package enum Conclusion: String, Sendable {
    case pass, fault, inconclusive
  }

  package let conclusion: Conclusion
  /// What is wrong, as a name for scripts; nil if nothing is.
  package let fault: String?
  /// The result in one sentence without a full stop.
  package let headline: String
  /// Sorted by name.
  package let weights: [CheckedWeight]
  /// What a user should know of the files, a line each.
  package let findings: [String]

  /// The share of the entries that the update changes and rounding left as they were, in weights without a fault; nil
  /// without any.
  package var swallowedShare: Double? {
    let sound = weights.filter { $0.verdict.fault == nil }
    let updated = sound.reduce(0) { $0 + $1.updated }
    guard updated > 0 else { return nil }
    return Double(sound.reduce(0) { $0 + $1.swallowed }) / Double(updated)
  }

  /// The weights that are not as they should be, or not known to be.
  package var doubtful: [CheckedWeight] {
    weights.filter { $0.verdict.fault != nil || $0.verdict == .inconclusive }
  }
}

extension CheckReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case conclusion, fault, headline, weights, findings, swallowedShare
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(conclusion.rawValue, forKey: .conclusion)
    try container.encode(fault, forKey: .fault)
    try container.encode(headline, forKey: .headline)
    try container.encode(weights, forKey: .weights)
    try container.encode(findings, forKey: .findings)
    try container.encode(swallowedShare, forKey: .swallowedShare)
  }
}

extension CheckedWeight: Encodable {
  private enum CodingKeys: String, CodingKey {
    case name, verdict, words, arithmetic, strength, residual, spacings, updated, swallowed
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(verdict.key, forKey: .verdict)
    try container.encode(verdict.fault?.description, forKey: .words)
    if case .exact(let arithmetic) = verdict {
      try container.encode(arithmetic.description, forKey: .arithmetic)
    }
    try container.encode(verdict.fault?.strength, forKey: .strength)
    try container.encode(residual.flatMap { $0.isFinite ? $0 : nil }, forKey: .residual)
    try container.encode(spacings.flatMap { $0.isFinite ? $0 : nil }, forKey: .spacings)
    try container.encode(updated, forKey: .updated)
    try container.encode(swallowed, forKey: .swallowed)
  }
}
