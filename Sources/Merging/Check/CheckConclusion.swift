import Adapters

/// What the verdicts on all weights come to.
struct CheckConclusion {
  let conclusion: CheckReport.Conclusion
  let fault: String?
  let headline: String

  init(conclusion: CheckReport.Conclusion, fault: String?, headline: String) {
    self.conclusion = conclusion
    self.fault = fault
    self.headline = headline
  }

  /// - Parameters:
  ///   - weights: All that were checked.
  ///   - resolved: Ranks and scales by the weight's name, which explain strengths.
  init(of weights: [CheckedWeight], resolved: [String: ResolvedModule]) {
    let faulty = weights.filter { $0.verdict.fault != nil }
    if !faulty.isEmpty {
      conclusion = .fault
      let sound = weights.filter(\.verdict.showsUpdate)
      (fault, headline) = Self.words(of: faulty, sound: sound, resolved)
      return
    }
    fault = nil
    let exact = weights.filter { if case .exact = $0.verdict { true } else { false } }
    let rounded = weights.count { $0.verdict == .rounding }
    let swallowed = weights.count { $0.verdict == .swallowed }
    let unclear = weights.filter { $0.verdict == .inconclusive }
    let shown = exact.count + rounded
    if !unclear.isEmpty {
      conclusion = .inconclusive
      headline =
        "inconclusive: rounding is coarser than the update in \(Self.names(unclear)), so nothing shows "
        + "whether it was applied there"
    } else if shown == 0, swallowed > 0 {
      conclusion = .inconclusive
      headline =
        "inconclusive: rounding takes all of the update away, so base and merged checkpoint are the same"
    } else if shown == 0 {
      conclusion = .inconclusive
      headline = "inconclusive: the adapter changes nothing, so there is nothing to find"
    } else {
      conclusion = .pass
      let all = Self.counted(shown, "weight")
      var parts: [String] = []
      if case .exact(let arithmetic)? = exact.first?.verdict {
        parts.append("\(exact.count) bit for bit as PEFT merges (\(arithmetic))")
      }
      if rounded > 0 { parts.append("\(rounded) but for rounding") }
      if swallowed > 0 {
        parts.append("and in \(swallowed) more rounding takes all of the update away")
      }
      headline =
        "the merged checkpoint holds the adapter in \(all): " + parts.joined(separator: ", ")
    }
  }

  /// The same, and a fault if the base is not that of the adapter: nothing that is said of a merge is known then.
  func against(otherBase: Bool) -> CheckConclusion {
    guard otherBase else { return self }
    return CheckConclusion(
      conclusion: .fault, fault: fault ?? "another_base",
      headline: "the base is not the one that the adapter was trained on; against it, \(headline)")
  }

  private static func words(
    of faulty: [CheckedWeight], sound: [CheckedWeight], _ resolved: [String: ResolvedModule]
  ) -> (key: String, headline: String) {
    // What the adapter's own weights hold says more than that others changed as well.
    let groups = Dictionary(grouping: faulty) { $0.verdict.fault?.key ?? "" }.sorted {
      ($0.key == MergeFault.unexpected.key ? 1 : 0, -$0.value.count, $0.key)
        < ($1.key == MergeFault.unexpected.key ? 1 : 0, -$1.value.count, $1.key)
    }
    let (key, worst) = groups[0]
    guard groups.count == 1, let fault = worst[0].verdict.fault else {
      let kinds = groups.map { "\($0.value.count) \($0.key.replacing("_", with: " "))" }
      return (
        key,
        "\(counted(faulty.count, "weight")) of \(faulty.count + sound.count) differ: "
          + kinds.joined(separator: ", ")
      )
    }
    if fault == .notApplied, !sound.isEmpty {
      return (
        "some_modules",
        "only some modules hold the adapter: it was not applied to \(faulty.count) of "
          + "\(faulty.count + sound.count), \(names(faulty))"
      )
    }
    let place =
      sound.isEmpty
      ? "in all of \(counted(faulty.count, "weight"))"
      : "in \(faulty.count) of \(counted(faulty.count + sound.count, "weight")) (\(names(faulty)))"
    let reason = reason(of: worst, resolved).map { ": \($0)" } ?? ""
    return (key, "\(place), \(fault)\(reason)")
  }

  /// Where a strength comes from, if all weights have one cause.
  private static func reason(
    of weights: [CheckedWeight], _ resolved: [String: ResolvedModule]
  ) -> String? {
    // Twice, or minus once, has a plainer cause.
    guard weights.allSatisfy({ $0.verdict.fault?.key == "wrong_strength" }) else { return nil }
    for cause in StrengthCause.allCases {
      let fits = weights.allSatisfy { weight in
        guard let strength = weight.verdict.fault?.strength, let module = resolved[weight.name],
          let expected = cause.strength(of: module)
        else { return false }
        return abs(strength - expected) <= 0.02 * expected
      }
      if fits { return cause.rawValue }
    }
    return nil
  }

  static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  static func names(_ weights: [CheckedWeight]) -> String {
    weights.prefix(3).map { "'\($0.name)'" }.joined(separator: ", ")
      + (weights.count > 3 ? " and \(weights.count - 3) more" : "")
  }
}

/// Mistakes with the scale of an adapter that are often made.
enum StrengthCause: String, CaseIterable {
  case alphaForScale = "α was taken for the scale, without dividing by the rank"
  case noScale = "the product of the factors was added without its scale"
  case squaredScale = "the scale was applied twice"
  case rankStabilized = "α/√r was taken for α/r"
  case notRankStabilized = "α/r was taken for α/√r"
  case inverse = "the scale was divided by, not multiplied with"

  /// How many times the update is applied if this happens; nil if nothing would differ.
  func strength(of module: ResolvedModule) -> Double? {
    guard let rank = module.rank.map(Double.init), rank > 1, module.scale > 0 else { return nil }
    let isStabilized = module.alpha.map { abs($0 / rank - module.scale) > 1e-9 * module.scale }
    let strength: Double? =
      switch self {
      case .alphaForScale: module.alpha.map { $0 / module.scale }
      case .noScale: 1 / module.scale
      case .squaredScale: module.scale
      case .rankStabilized: isStabilized == false ? rank.squareRoot() : nil
      case .notRankStabilized: isStabilized == true ? 1 / rank.squareRoot() : nil
      case .inverse: 1 / (module.scale * module.scale)
      }
    return strength.flatMap { abs($0 - 1) > 0.05 ? $0 : nil }
  }
}

extension MergeVerdict {
  /// Whether the weight is seen to hold the update.
  fileprivate var showsUpdate: Bool {
    switch self {
    case .exact, .rounding: true
    default: false
    }
  }
}

extension MergeFault {
  /// How many times the update was applied, if that is what is wrong.
  var strength: Double? {
    switch self {
    case .strength(let factor): factor
    case .start(let start): start.strength
    default: nil
    }
  }
}
